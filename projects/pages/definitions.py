"""Documents that people edit as a file and publish as the next version: workflows and scorecards."""

from typing import Any

from django import forms

from projects.rules.yaml_texts import MOST_CHARACTERS

NO_TEXT = "This file is not a text. Save it as YAML in UTF-8."


class DefinitionForm(forms.Form):
    """The document as text or as a file, which takes the place of the text, and why it changes."""

    definition = forms.CharField(
        max_length=MOST_CHARACTERS,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 28, "class": "input--code", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="Or take a file",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,text/plain"}),
    )

    def __init__(self, *given: Any, label: str, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["definition"].label = label
        self.fields["file"].help_text = "Such a file from here or elsewhere takes the place of the text."

    def clean_file(self) -> str:
        """The text of the file."""
        sent = self.cleaned_data["file"]
        if sent is None:
            return ""
        if sent.size > MOST_CHARACTERS:
            raise forms.ValidationError(f"This file is larger than {MOST_CHARACTERS:,} bytes.")
        try:
            text: str = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(NO_TEXT) from None
        if "\0" in text:
            raise forms.ValidationError(NO_TEXT)
        return text

    @property
    def text(self) -> str:
        """What was sent, as the one or the other."""
        return self.cleaned_data["file"] or self.cleaned_data["definition"]
