"""What belongs to a portfolio: every model from which foreign keys lead to it, found and not listed.

Ids are kept, because a signature is on a packet that names its evidence by id, and history names what it
tells of by id; that is why a file goes into an empty installation only. People are named by their e-mail.
"""

from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Field, ForeignKey, Model, Q, QuerySet

Kind = type[Model]

# What belongs to a portfolio and stays where it is, and why. A new model is taken along unless it is here.
LEFT_OUT = {
    "accounts.invitation": "a secret link, and an invitation into this installation",
    "integrations.apikey": "a secret; keys are made anew",
    "integrations.calendarfeed": "a secret address",
    "integrations.sourcemessage": "a log of 30 days; what came of the messages is in the history",
    "integrations.webhookattempt": "a log of 30 days",
    "integrations.webhookdelivery": "a log of 30 days",
    "notifications.delivery": "mails and posts that have gone out from here",
    "notifications.message": "each person's own inbox",
    "operations.jobrun": "runs of this installation's worker",
    "operations.portfoliofile": "how a portfolio came into this installation",
    "projects.follow": "what somebody follows is their own affair",
    "projects.outsiderequest": "secret links; the answers are in the notes of the blocker",
}
# Columns that no file tells, with what stands there instead: secrets, and what a worker has in hand.
EMPTIED: dict[str, dict[str, Any]] = {
    "integrations.registry": {"credential": "", "failures": 0},
    "integrations.source": {"secret": "", "token": ""},
    "integrations.webhook": {
        "secret": "",
        "former_secret": "",
        "former_until": None,
        "told_after": None,
        "rests_until": None,
    },
    "notifications.chathook": {"url": ""},
    "register.importrun": {"path": "", "lease_token": "", "lease_until": None},
}
# Columns that belong to the installation and not to the row.
UNSAID = {"projects.event": {"id", "position"}}
# Where JSON names people by id: under these names at any depth, or anywhere in the column.
PEOPLE_IN: dict[tuple[str, str], frozenset[str] | None] = {
    ("projects.event", "payload"): frozenset(
        {
            *("user", "people", "mentions", "owner", "shared_owner", "person", "deputy", "successor"),
            *("requested_by", "by", "manager", "sponsor", "rolled_back_by"),
        }
    ),
    ("projects.blocker", "accepted_by"): None,
}


def label(model: Kind) -> str:
    """The name of a model in a file, such as projects.project."""
    return model._meta.label_lower


@cache
def paths() -> dict[Kind, str]:
    """Every model of a portfolio's rows, with the look-up by which a row leads to its portfolio."""
    portfolio = apps.get_model("projects.Portfolio")
    found: dict[Kind, str] = {portfolio: "pk"}
    waiting = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    while True:
        added = {model: path for model in waiting if model not in found and (path := _path(model, found))}
        if not added:
            return found
        found |= added


def _path(model: Kind, known: dict[Kind, str]) -> str:
    """Through a column that is never empty if there is one, and as short as can be."""
    ways = [
        (field.null, len(known[to].split("__")), field.name, known[to])
        for field in keys(model)
        if (to := target(field)) in known
    ]
    if not ways:
        return ""
    _, _, name, rest = min(ways)
    return name if rest == "pk" else f"{name}__{rest}"


@cache
def taken() -> tuple[Kind, ...]:
    """The models that a file holds, the portfolio first."""
    return tuple(model for model in paths() if label(model) not in LEFT_OUT)


def keys(model: Kind) -> list["ForeignKey[Any, Any]"]:
    """The foreign keys of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def target(field: "ForeignKey[Any, Any]") -> Kind:
    """The model that a foreign key leads to."""
    return field.remote_field.model


def names_a_person(field: "Field[Any, Any]") -> bool:
    """Whether this column holds somebody's id."""
    return isinstance(field, ForeignKey) and target(field) is get_user_model()


def columns(model: Kind) -> list["Field[Any, Any]"]:
    """The columns that a file tells of a row."""
    unsaid = UNSAID.get(label(model), set())
    return [field for field in model._meta.concrete_fields if field.attname not in unsaid]


def rows(model: Kind, portfolio_id: int) -> "QuerySet[Any]":
    """The rows of a portfolio; one that also leads into another portfolio is not among them."""
    found = model._base_manager.filter(**{paths()[model]: portfolio_id})
    for field in keys(model):
        path = paths().get(target(field))
        if path and path != "pk" and not paths()[model].startswith(f"{field.name}__"):
            found = found.filter(Q(**{field.name: None}) | Q(**{f"{field.name}__{path}": portfolio_id}))
    return found.order_by("pk")
