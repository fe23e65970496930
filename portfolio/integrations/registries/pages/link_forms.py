"""The form of a link to a model: what it is bound to, what its aliases do here, which metrics are taken."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from portfolio.integrations.models import Registry, RegistryLink
from portfolio.integrations.registries.rules import registries as rules
from projects.models import Project
from projects.pages.fields import LineField
from projects.pages.refusals import RefusalForm
from projects.queries import facts

# Rules that a form shows at least, and the empty ones beside those that are there.
LEAST_ROWS, EMPTY_ROWS = 2, 1
DOES = [(rules.PROPOSE, "propose it"), (rules.MOVE, "move at once")]
METRICS_HELP = (
    "Empty takes all, as offline. Else one on each line: the name there, =, the name here, and if you like "
    "its environment and segment, as in val_auc = auc online new_customers."
)


class RulesForm(RefusalForm):
    """What is taken from a model, and what an alias there does here."""

    version_from = LineField(
        label="Alias that names the model version",
        required=False,
        max_length=rules.LONGEST_ALIAS,
        help_text="Its version becomes the model version of this project; signatures on another are lost.",
    )
    metrics = forms.CharField(
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input--code", "spellcheck": "false"}),
        help_text=METRICS_HELP,
    )
    tells_stage = forms.BooleanField(
        label="Write the stage back",
        required=False,
        help_text="As tags plimsoll.stage and plimsoll.project of the model; the token must allow it.",
    )

    def __init__(self, *args: Any, project: Project, known: RegistryLink | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.project = project
        stages = facts.workflow(project).stages
        before = list((known.aliases if known else {"champion": {"to": stages[-1].code}}).items())
        most = min(max(len(before) + EMPTY_ROWS, LEAST_ROWS), rules.MOST_ALIASES)
        self.numbers = range(most)
        # Some stages only can be moved to; the first is where projects begin.
        choices = [("", "no stage"), *((stage.code, stage.label) for stage in stages[1:])]
        for number in self.numbers:
            alias, rule = before[number] if number < len(before) else ("", {})
            self.fields[f"alias_{number}"] = LineField(
                label="Alias", required=False, max_length=rules.LONGEST_ALIAS, initial=alias
            )
            self.fields[f"to_{number}"] = forms.ChoiceField(
                label="Stage", required=False, choices=choices, initial=rule.get("to", "")
            )
            self.fields[f"does_{number}"] = forms.ChoiceField(
                label="It does", required=False, choices=DOES, initial=rule.get("does", rules.PROPOSE)
            )

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The rules of aliases, each as its three fields."""
        for number in self.numbers:
            yield self[f"alias_{number}"], self[f"to_{number}"], self[f"does_{number}"]

    def clean_metrics(self) -> list[dict[str, str]]:
        """Each line as the names there and here."""
        lines = [line.strip() for line in self.cleaned_data["metrics"].splitlines() if line.strip()]
        return [_metric(line) for line in lines]

    def said(self) -> dict[str, Any]:
        """What the form says, as the action takes it."""
        data = self.cleaned_data
        found = {}
        for number in self.numbers:
            if data.get(f"alias_{number}") and data.get(f"to_{number}"):
                does = data.get(f"does_{number}") or rules.PROPOSE
                found[data[f"alias_{number}"]] = {"to": data[f"to_{number}"], "does": does}
        kept = {name: data[name] for name in ("version_from", "metrics", "tells_stage")}
        return {**kept, "aliases": found}


class LinkForm(RulesForm):
    """The same with the model that is linked."""

    registry = forms.ChoiceField(label="Registry")
    kind = forms.ChoiceField(
        label="What it is", choices=RegistryLink.Kind.choices, initial=rules.MODEL, widget=forms.RadioSelect
    )
    name = forms.CharField(
        max_length=rules.LONGEST_MODEL, error_messages={"required": "Choose one of the list, or type it."}
    )

    def __init__(self, *args: Any, registries: list[Registry], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["registry"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it is declared above
        field.choices = [(str(each.pk), each.name) for each in registries]

    def said(self) -> dict[str, Any]:
        """What the form says, as the action takes it."""
        said = super().said()
        if self.cleaned_data["kind"] == rules.EXPERIMENT:
            # The rule that the form proposes is for models.
            said |= {"aliases": {}, "version_from": "", "tells_stage": False}
        bound = {"registry_id": int(self.cleaned_data["registry"]), "kind": self.cleaned_data["kind"]}
        return {**said, **bound, "name": self.cleaned_data["name"]}


def initial(link: RegistryLink) -> dict[str, Any]:
    """What the form shows of a link that is there."""
    lines = [_line(each) for each in link.metrics]
    kept = {"version_from": link.version_from, "tells_stage": link.tells_stage}
    return {**kept, "metrics": "\n".join(lines)}


def _line(metric: Mapping[str, str]) -> str:
    places = [metric.get("environment", ""), metric.get("segment", "")]
    return f"{metric['theirs']} = {' '.join([metric['ours'], *(each for each in places if each)])}"


def _metric(line: str) -> dict[str, str]:
    theirs, sign, here = line.rpartition("=")
    words = here.split()
    if not sign or not theirs.strip() or not 1 <= len(words) <= 3:
        raise forms.ValidationError(f"“{line[:60]}” is not like val_auc = auc online.")
    ours, environment, segment = [*words, "offline", ""][:3] if len(words) == 1 else [*words, ""][:3]
    return {"theirs": theirs.strip(), "ours": ours, "environment": environment, "segment": segment}
