"""What is typed about a system that posts, and about its rules."""

from typing import Any

from django import forms

from portfolio.integrations.models import Source
from portfolio.integrations.sources.actions import sources as actions
from portfolio.integrations.sources.rules import secrets, verbs, words
from portfolio.integrations.sources.rules.reading import LONGEST_NAME
from projects.models import Portfolio, PortfolioRole
from projects.pages.fields import LineField, TextField
from projects.pages.refusals import RefusalForm

ROLES = [choice for choice in PortfolioRole.choices if choice[0] in actions.ROLES]
HINT = "A text; {a.place} takes what the message says there."
CODE = {"class": "input--code", "autocomplete": "off", "spellcheck": "false"}
FROM_THERE = "Only if the other system made it, as GitLab may. Left empty, one is made and shown once."


class Taking(RefusalForm):
    """A form that shows each reason of a refusal at the field that it names."""

    def field_of(self, name: str) -> str:
        """Of a row of many, the field in it."""
        return name.rpartition(".")[2]


class SourceForm(Taking):
    """A new source; of one that is there style and secret stay."""

    name = LineField(max_length=actions.LONGEST_NAME, help_text="Such as the system’s, or the team’s.")
    style = forms.ChoiceField(
        label="System", choices=Source.Style.choices, widget=forms.RadioSelect, initial=Source.Style.GITHUB
    )
    role = forms.ChoiceField(
        choices=ROLES,
        initial=actions.USUAL_ROLE,
        help_text="What its messages may do, as a member’s role. Gates hold for them as for everybody.",
    )
    registry = forms.TypedChoiceField(
        label="Model registry", required=False, coerce=int, empty_value=None, help_text="Only for MLflow."
    )
    secret = forms.CharField(
        required=False,
        max_length=secrets.LONGEST,
        widget=forms.TextInput(attrs=CODE),
        help_text=FROM_THERE,
    )

    def __init__(self, *args: Any, portfolio: Portfolio, known: Source | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        registries = [(str(each.pk), each.name) for each in portfolio.registries.all()]
        self.fields["registry"].choices = [("", "None"), *registries]  # type: ignore[attr-defined]
        if known is not None:
            del self.fields["style"], self.fields["secret"]
        has_no_registry = known is not None and known.style != Source.Style.MLFLOW
        if has_no_registry or not registries:
            del self.fields["registry"]


class SecretForm(Taking):
    """A new secret."""

    secret = forms.CharField(
        required=False,
        max_length=secrets.LONGEST,
        widget=forms.TextInput(attrs=CODE),
        help_text=FROM_THERE,
    )
    at_once = forms.BooleanField(
        label="End the old one at once",
        required=False,
        help_text="If it leaked. Otherwise both are good for a day.",
    )


class RuleForm(Taking):
    """One rule; the boxes of its verb's fields are named with `with-` in front."""

    name = LineField(max_length=LONGEST_NAME, required=False, help_text="What it is for, such as Live.")
    kind = LineField(
        max_length=200, required=False, help_text="Kinds of messages, with commas; empty: of every kind."
    )
    when = TextField(
        rows=3,
        required=False,
        label="Only if",
        help_text="A line each: a.place = value. Several values with commas: any of them.",
    )
    by = forms.ChoiceField(label="Project", choices=list(words.BY.items()), initial="key")
    said = LineField(
        label="Place or key", max_length=200, help_text="Such as deployment.payload.project, or CHN-3."
    )
    to = TextField(
        rows=3, required=False, label="Table", help_text="For a table, a line each: acme/churn-model = CHN-3."
    )
    do = forms.ChoiceField(
        label="Do",
        choices=[(each.code, f"{each.label}: {each.meaning}") for each in verbs.VERBS.values()],
    )
    paused = forms.BooleanField(label="Let it rest", required=False)

    def __init__(self, *args: Any, verb: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.verb = verb
        self.fields["when"].widget.attrs |= {"class": "input--code", "spellcheck": "false"}
        self.fields["to"].widget.attrs |= {"class": "input--code", "spellcheck": "false"}
        for name, field in verbs.VERBS[verb].fields.items():
            choices = f" One of {', '.join(field.choices)}." if 0 < len(field.choices) < 8 else ""
            self.fields[f"with-{name}"] = forms.CharField(
                label=name.replace("_", " ").capitalize(),
                required=field.is_needed,
                max_length=2_000,
                widget=forms.TextInput(attrs=CODE),
                help_text=(HINT if field.is_needed else "") + choices,
            )

    @property
    def boxes(self) -> list[forms.BoundField]:
        """The fields of the verb."""
        return [self[name] for name in self.fields if name.startswith("with-")]

    def rule(self, before: dict[str, Any] | None = None) -> dict[str, Any]:
        """What was typed as a rule; further ways to find the project, which the form does not show, stay."""
        said = self.cleaned_data
        finder: dict[str, Any] = {said["by"]: said["said"]}
        if said["by"] == "map":
            finder["to"] = {there: str(here) for there, here in words.from_lines(said["to"]).items()}
        others = _list((before or {}).get("project"))[1:]
        values = {
            name: words.meant(said[f"with-{name}"])
            for name in verbs.VERBS[self.verb].fields
            if said.get(f"with-{name}")
        }
        kinds = [each.strip() for each in said["kind"].split(",") if each.strip()]
        found = {
            "name": said["name"],
            "kind": kinds[0] if len(kinds) == 1 else kinds,
            "when": words.from_lines(said["when"]),
            "project": [finder, *others],
            "do": self.verb,
            "with": values,
            "paused": said["paused"],
        }
        return {name: value for name, value in found.items() if value not in ("", [], {}, False)}


def initial(rule: dict[str, Any]) -> dict[str, Any]:
    """A stored rule as the form shows it."""
    finders = _list(rule.get("project"))
    finder: dict[str, Any] = finders[0] if finders else {"key": ""}
    by = next((each for each in words.BY if each in finder), "key")
    return {
        "name": rule.get("name", ""),
        "kind": ", ".join(map(str, _list(rule.get("kind")))),
        "when": words.lines(rule.get("when", {})),
        "by": by,
        "said": finder.get(by, ""),
        "to": words.lines(finder.get("to", {})),
        "do": rule.get("do", "move"),
        "paused": rule.get("paused", False),
        **{f"with-{name}": words.shown(value) for name, value in rule.get("with", {}).items()},
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
