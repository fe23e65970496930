"""Keys: who calls the API, with which scopes, how often; and the accounts as which other systems act."""
