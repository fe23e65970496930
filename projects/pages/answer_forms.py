"""The inline form of an answer: the letter, and the word more that yes and "does not apply" need."""

from typing import Any

from django import forms

from projects.actions.answers import Given
from projects.models import Answer
from projects.pages.asked import WORDS
from projects.pages.fields import DayField
from projects.pages.refusals import RefusalForm
from projects.rules.evidence import LONGEST


class AnswerForm(RefusalForm):
    """What somebody answers; whether it can be stored is the action's affair."""

    letter = forms.CharField(required=False)  # whether there is such an answer, the action says
    evidence = forms.CharField(
        label="Evidence", required=False, max_length=LONGEST, help_text="A link, or where to look."
    )
    evidence_until = DayField(label="Holds until", required=False, help_text="If it runs out.")
    reason = forms.CharField(label="Why it does not apply", required=False, max_length=LONGEST)

    marks_optional = False

    def __init__(
        self, data: Any = None, *, question: str, letter: str = "", current: Answer | None = None
    ) -> None:
        kept = ("evidence", "evidence_until", "reason")
        initial = {name: getattr(current, name) for name in kept} if current else {}
        super().__init__(data, initial={**initial, "letter": letter}, auto_id=f"{question}-%s")
        self.current = current
        self.question = question
        for name in ("evidence", "reason"):
            self.fields[name].widget.attrs["data-focus"] = True

    @property
    def shown(self) -> str:
        """The letter whose fields are shown."""
        letter = str(self["letter"].value())
        return letter if letter in WORDS else ""

    @property
    def words(self) -> str:
        """What the answer is called on the button that saves it."""
        return WORDS.get(self.shown, "")

    @property
    def evidence_label(self) -> str:
        """A yes has evidence; other answers may have a note."""
        return "Evidence" if self.shown == "Y" else "Note"

    def given(self) -> Given:
        """The answer; the same letter pressed again keeps the evidence and the reason it has."""
        said = self.cleaned_data
        current = self.current
        if current and current.letter == said["letter"] and not {"evidence", "reason"} & self.data.keys():
            return Given(
                self.question, current.letter, current.evidence, current.evidence_until, current.reason
            )
        return Given(self.question, said["letter"], said["evidence"], said["evidence_until"], said["reason"])

    def field_of(self, name: str) -> str:
        """Of a row of many, the field in it."""
        return name.rpartition(".")[2]


def again(question: str, former: Answer | None) -> Given:
    """A former answer as it was, its age and the second person's word included; none is "not known"."""
    if former is None:
        return Given(question, "U")
    return Given(
        question,
        former.letter,
        former.evidence,
        former.evidence_until,
        former.reason,
        is_agreed=former.agreed_at is not None,
        confirmed_on=former.confirmed_on,
    )
