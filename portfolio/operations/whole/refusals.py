"""Why a file cannot be taken, and what to do."""

AGAIN = "Take the portfolio out once more where it comes from, and bring that file as it is."


class FileRefused(Exception):
    """A file of a portfolio cannot be brought in; the text says why, `remedy` what to do."""

    def __init__(self, message: str, *, remedy: str = AGAIN) -> None:
        super().__init__(message)
        self.remedy = remedy
