"""What an action refuses, shown in the form that asked for it."""

from django import forms

from projects.errors import Refused


class RefusalForm(forms.Form):
    """A form that shows a refusal's reasons at the fields that they name, or else above them."""

    def take(self, refusal: Refused) -> None:
        """Show every reason with what would help."""
        if not refusal.obstacles:
            self.add_error(None, refusal.message)
        for reason in refusal.obstacles:
            name = self.field_of(getattr(reason, "field", ""))
            seen = name in self.fields and not self.fields[name].widget.is_hidden
            self.add_error(name if seen else None, f"{reason.message} {reason.remedy}".strip())

    def field_of(self, name: str) -> str:
        """The field of the form for a field of the action."""
        return name
