"""What the office's chiefs set: letterhead, series and templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.letters.models import Letterhead, LetterSeries, LetterTemplate


class LetterheadForm(forms.ModelForm):  # type: ignore[type-arg]
    """How papers are headed and signed."""

    emblem_file = forms.FileField(
        label=_("Escudo"),
        required=False,
        help_text=_("PNG, JPEG o WebP; se ve mejor sobre fondo blanco."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    no_emblem = forms.BooleanField(label=_("Sin escudo"), required=False)

    class Meta:
        model = Letterhead
        fields = (
            "government",
            "office",
            "address",
            "phone",
            "motto",
            "signer_name",
            "signer_post",
            "answer_days",
        )


class SeriesForm(forms.ModelForm):  # type: ignore[type-arg]
    """A series of numbers."""

    class Meta:
        model = LetterSeries
        fields = ("code", "name", "format", "incoming", "active")


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """A text with which letters begin."""

    class Meta:
        model = LetterTemplate
        fields = ("kind", "name", "subject", "body", "active")
        widgets = {"body": forms.Textarea(attrs={"rows": 14})}

    def validate_unique(self) -> None:
        """``save_template`` tells a repeated name in the office's words."""

    def validate_constraints(self) -> None:
        """As ``validate_unique``."""


def show_problem(form: forms.BaseForm, errors: list[Any], detail: str) -> None:
    """Say beside each field what a service found wrong with it."""
    for error in errors:
        name = error["pointer"].strip("/")
        form.add_error(name if name in form.fields else None, error["detail"])
    if not errors:
        form.add_error(None, detail)
