"""Archives (.zip) that are sent while they are written."""


class Passed:
    """A file for ZipFile that keeps what was written only until it is taken."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.size = 0

    def write(self, some: bytes) -> int:
        self.kept.append(bytes(some))
        self.size += len(some)
        return len(some)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        """What came since the last time."""
        found = b"".join(self.kept)
        self.kept, self.size = [], 0
        return found
