"""Form fields: label above, hint below, error below with what to do."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField

from projects.models import SPOKEN_HEALTH

register = template.Library()

LOOKS = {
    forms.CheckboxInput: "tick",
    forms.RadioSelect: "choices",
    forms.CheckboxSelectMultiple: "choices",
}
TICKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple)


@register.inclusion_tag("parts/_field.html")
def field(bound: BoundField, label: str = "", hint: str = "", classes: str = "") -> dict[str, Any]:
    """One field of a form with its label, hint and errors, wired for screen readers."""
    widget = bound.field.widget
    look = next((look for kind, look in LOOKS.items() if isinstance(widget, kind)), "input")
    bound.help_text = hint or bound.help_text
    return {
        "field": bound,
        "look": look,
        "label": label or bound.label,
        "control": _control(bound, look),
        "options": _options(bound) if look == "choices" else [],
        "classes": classes,
        "counter": widget.attrs.get("data-count", ""),
        "optional": not bound.field.required
        and look == "input"
        and getattr(bound.form, "marks_optional", True),
    }


@register.inclusion_tag("parts/_errors.html")
def errors(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong with a form as a whole."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("parts/_health_pick.html")
def health_pick(bound: BoundField, label: str = "How is it going?") -> dict[str, Any]:
    """The three healths to choose from, with the keys 1 to 3."""
    return {"field": bound, "label": label, "chosen": bound.value(), "choices": SPOKEN_HEALTH}


def _control(bound: BoundField, look: str) -> str:
    if bound.is_hidden or look == "choices":
        return str(bound)
    own = bound.field.widget.attrs.get("class", "")
    base = "check" if look == "tick" else "input"
    return bound.as_widget(attrs={"class": f"{base} {own}".strip()})


def _options(bound: BoundField) -> list[Any]:
    kind = "check" if isinstance(bound.field.widget, TICKS) else "check radio"
    options = list(bound.subwidgets)
    for option in options:
        option.data["attrs"]["class"] = kind
    return options
