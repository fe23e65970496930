"""The door for assistants (Model Context Protocol): needs the extra `mcp`, imported when asked for only."""
