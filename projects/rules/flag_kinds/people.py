"""Flags of people: an owner who is gone, nobody to run it after launch."""

from projects.rules.looks import CRITICAL, WARN, Look, Rule, days

QUIET_DAYS, GONE_DAYS = 30, 60


def _owner(look: Look) -> None:
    """An owner of whom nothing was ever heard is counted from the day on which the project was added."""
    facts = look.facts
    if not facts.has_owner:
        return
    since = facts.owner_acted_on or facts.created_on
    if facts.owner_is_active:
        look.older("OWNER_INACTIVE", since, QUIET_DAYS, GONE_DAYS)
    else:
        look.ages("OWNER_INACTIVE", CRITICAL, since, left=1)


def _steward(look: Look) -> None:
    facts = look.facts
    if (not facts.has_steward or facts.letters.get("NT1") == "N") and look.limits.reached("framing"):
        look.raises("NO_STEWARD", CRITICAL if look.limits.reached("data") else WARN)


RULES = (
    Rule(
        "OWNER_INACTIVE",
        "Owner is not there",
        "The owner has done nothing in Plimsoll for a long time, or has left.",
        f"nothing for more than {QUIET_DAYS} days",
        f"nothing for more than {GONE_DAYS} days, or the account is closed",
        "Anything that the owner does clears it, and so does another owner.",
        lambda f: "Owner has left" if f.get("left") else f"Owner not seen for {days(f['days'])}",
        lambda f: (
            "The owner’s account is closed."
            if f.get("left")
            else f"The owner has done nothing here for {days(f['days'])}."
        ),
        _owner,
    ),
    Rule(
        "NO_STEWARD",
        "Nobody to run it",
        "Nobody is named who will run the model after its launch.",
        "no operations owner, or question NT1 is answered with no, from Framing on",
        "from Data readiness on",
        "Naming an operations owner on the team, and an answer to NT1 other than no, clears it.",
        lambda f: "Nobody to run it after launch",
        lambda f: "Nobody is named who will run it after its launch.",
        _steward,
    ),
)
