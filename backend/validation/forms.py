"""What people fill in: the drawing of a list, a call, and the script."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.casework.widgets import DateInput
from backend.validation.models import Result
from backend.validation.services.calls import WORDS_MAX_LENGTH
from backend.validation.services.lists import SEED_MAX_LENGTH
from backend.validation.services.scripts import TEXT_MAX_LENGTH
from geo.clock import local_today


def last_month() -> tuple[date, date]:
    """The first and last day of the month before this one: what is usually validated."""
    until = local_today().replace(day=1) - timedelta(days=1)
    return until.replace(day=1), until


class DrawForm(forms.Form):
    """Which boletas to call about."""

    request = forms.UUIDField(required=False, widget=forms.HiddenInput)
    since = forms.DateField(label=_("Atendidas desde"), widget=DateInput())
    until = forms.DateField(label=_("Hasta"), widget=DateInput())
    size = forms.IntegerField(
        label=_("Cuántas"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Vacío: todas. Con un número: una muestra, con su parte de cada dependencia."),
    )
    seed = forms.CharField(
        label=_("Semilla"),
        required=False,
        max_length=SEED_MAX_LENGTH,
        help_text=_("Decide el azar. Con la misma sale la misma lista; vacía, se toma una nueva."),
    )


class CallForm(forms.Form):
    """What came of a call. ``attempts`` is how many had been made when it was shown."""

    attempts = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    result = forms.ChoiceField(label=_("¿Qué pasó?"), choices=Result.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Qué dijo, con sus palabras"),
        required=False,
        max_length=WORDS_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    call_after = forms.DateTimeField(
        label=_("Cuándo volver a llamar"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("result") != Result.CALL_BACK:
            data["call_after"] = None
        return data


class ScriptForm(forms.Form):
    """The words with which the office calls."""

    text = forms.CharField(
        label=_("Guion"), max_length=TEXT_MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 12})
    )
