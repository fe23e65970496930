"""Full addresses that go into mails and onto the screen."""

from django.conf import settings


def invitation_url(token: str) -> str:
    """Where an invited person opens their account."""
    return f"{settings.BASE_URL}/invitations/{token}/"
