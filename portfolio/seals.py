"""Secrets that the product must read again, kept so that a copy of the database tells none of them."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Keys for different ends are not the same, even from one secret (RFC 5869).
PURPOSE = b"plimsoll sealed secrets 1"


class Broken(Exception):
    """The secret was sealed with a secret key that this installation no longer has."""


def seal(secret: str) -> str:
    """The text as it may be stored."""
    return _keys().encrypt(secret.encode()).decode()


def opened(sealed: str) -> str:
    """What was sealed, with the present secret key or one before it; raises Broken."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Broken("It was sealed with another secret key. Enter it once more.") from error


def _keys() -> MultiFernet:
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(str(each)))) for each in known])


def _derived(secret_key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
