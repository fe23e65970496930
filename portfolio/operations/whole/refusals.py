"""Why a file cannot be taken."""


class FileRefused(Exception):
    """A file of a portfolio cannot be brought in; the text says why and what to do."""
