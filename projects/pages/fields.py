"""Form fields of ours: texts, days and yes-no answers that say what to do when they are wrong."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

# Machine learning projects have no dates before; a 1905 is a slip of the finger or a sheet's zero.
EARLIEST = date(2000, 1, 1)
LATEST = date(2100, 1, 1)
LONG_TEXT = 20_000  # letters: some ten pages, more belongs into a document
NOT_A_DATE = "This is not a date. Use a date like 2026-11-30."


class LineField(forms.CharField):
    """One line of text."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        """The text without surrounding blanks and with single blanks for line breaks."""
        return " ".join((super().to_python(value) or "").split())


class TextField(forms.CharField):
    """A longer text; line breaks are kept as one character, as the other doors write them."""

    def __init__(self, *, rows: int = 3, max_length: int = LONG_TEXT, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=max_length, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").strip()


class DayField(forms.DateField):
    """A date between 2000 and 2100; `after_today` asks for one that is still to come."""

    def __init__(self, *, after_today: bool = False, **options: Any) -> None:
        self.after_today = after_today
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d %b %Y", "%d %B %Y"],
            error_messages={"invalid": NOT_A_DATE},
            **options,
        )

    def validate(self, value: date | None) -> None:
        """Refuse what cannot be meant, and say what can."""
        super().validate(value)
        if value is None:
            return
        if value < EARLIEST:
            raise ValidationError(f"{value.year} is too long ago. Use a date from 2000 on.")
        if value >= LATEST:
            raise ValidationError(f"{value.year} is too far ahead. Use a date before 2100.")
        if self.after_today and value <= timezone.localdate():
            raise ValidationError("This date has passed. Use a date after today.")


class TraitField(forms.TypedChoiceField):
    """Yes, no, or not stated: what nobody has stated is unknown, not no."""

    ANSWERS = {"yes": True, "no": False}

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=[("", "Not stated"), ("yes", "Yes"), ("no", "No")],
            coerce=self.ANSWERS.get,
            empty_value=None,
            required=False,
            **options,
        )

    @classmethod
    def shown(cls, value: bool | None) -> str:
        """The choice that stands for a stored value."""
        return "" if value is None else "yes" if value else "no"


class PointsField(forms.TypedChoiceField):
    """Points from 0 on, each with the sentence that it stands for; not known is not 0."""

    def __init__(self, *, meanings: Sequence[str], **options: Any) -> None:
        told = [(str(points), f"{points}: {meaning}") for points, meaning in enumerate(meanings)]
        super().__init__(
            choices=[("", "Not known"), *told], coerce=int, empty_value=None, required=False, **options
        )


class MoneyField(forms.DecimalField):
    """An amount of money, to the cent."""

    def __init__(self, **options: Any) -> None:
        invalid = {"invalid": "This is not an amount. Use digits, such as 1200000."}
        super().__init__(max_digits=16, decimal_places=2, required=False, error_messages=invalid, **options)


class PersonField(forms.ModelChoiceField):
    """Somebody whom the form offers; the address is added where two have the same name."""

    def __init__(self, **options: Any) -> None:
        messages = {"invalid_choice": "Choose a person from the list.", **options.pop("error_messages", {})}
        super().__init__(queryset=get_user_model().objects.none(), error_messages=messages, **options)
        self.namesakes: Any = ()

    def offer(self, found: QuerySet[Any]) -> None:
        """Set who can be chosen."""
        self.queryset = found
        again = found.values("name").annotate(people=Count("pk")).filter(people__gt=1)
        self.namesakes = SimpleLazyObject(lambda: set(again.order_by().values_list("name", flat=True)))

    def label_from_instance(self, person: Any) -> str:
        return f"{person.name} ({person.email})" if person.name in self.namesakes else str(person)


def pick(choices: Any, empty: str) -> list[tuple[str, str]]:
    """Choices with a first one that stands for none."""
    return [("", empty), *choices]
