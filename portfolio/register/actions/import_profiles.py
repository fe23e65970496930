"""Import profiles that people write for their own files."""

from django.db import transaction
from django.utils.text import slugify

from portfolio.register.imports import profile_files
from portfolio.register.models import ImportProfile
from projects import events, permissions
from projects.actors import Actor
from projects.errors import Refused, Stale
from projects.models import Portfolio


@transaction.atomic
def save(portfolio_id: int, *, name: str, text: str, version: int, actor: Actor) -> ImportProfile:
    """Add or change a profile of a portfolio; raises BadProfile with everything that is wrong with it.

    `version` is the one that was edited, 0 for a new one.
    """
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "import.run", portfolio)
    if slugify(name) != name:
        raise Refused("Use small letters, digits, - and _ for the name.", code="profile_name")
    profile_files.parse(text)
    profile = ImportProfile.objects.filter(portfolio=portfolio, name=name).first()
    if (profile.version if profile else 0) != version:
        raise Stale(f"The profile “{name}” was changed since you opened it.", code="stale")
    profile = profile or ImportProfile(portfolio=portfolio, name=name, version=0)
    profile.text, profile.version = text, version + 1
    profile.changed_at, profile.changed_by_id = actor.now(), actor.user_id
    profile.save()
    events.record(portfolio, "import_profile.saved", actor, profile=name, version=profile.version)
    return profile


@transaction.atomic
def remove(portfolio_id: int, *, name: str, actor: Actor) -> None:
    """Remove a profile that people of a portfolio wrote; a shipped one of its name counts again."""
    portfolio = Portfolio.objects.select_for_update(of=("self",)).get(pk=portfolio_id)
    permissions.require(actor, "import.run", portfolio)
    profile = ImportProfile.objects.filter(portfolio=portfolio, name=name).first()
    if profile is None:
        raise Refused(f"Nobody here wrote a profile “{name[:60]}”. Shipped ones stay.", code="not_your_own")
    events.record(portfolio, "import_profile.removed", actor, profile=name, version=profile.version)
    profile.delete()
