"""What people wrote, made fit for one line of a mail."""

import unicodedata


def one_line(text: str) -> str:
    """No line break, no control character."""
    words = " ".join(text.split())
    return "".join(letter for letter in words if unicodedata.category(letter) != "Cc")
