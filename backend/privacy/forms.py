"""The forms of this room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from field.folio import FolioError, parse_folio
from field.models import Petition


class DayInput(forms.DateInput):
    """A browser's own calendar."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class BoletaField(forms.CharField):
    """A folio however typed; cleans to the petition."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            petition = Petition.objects.filter(folio=parse_folio(text)).first()
        except FolioError as error:
            raise ValidationError(error.detail) from error
        if petition is None:
            raise ValidationError(_("No hay una boleta con ese folio."))
        return petition


class LookFilters(forms.Form):
    """Whose looks, at what, and when."""

    use_required_attribute = False

    person = forms.ModelChoiceField(
        User.objects.order_by("first_name", "last_name", "username"),
        label=_("Quién consultó"),
        required=False,
        empty_label=_("Cualquier persona"),
    )
    folio = BoletaField(label=_("Boleta"), required=False, max_length=40)
    day = forms.DateField(label=_("Día"), required=False, widget=DayInput())

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day and not 2000 <= day.year < 3000:
            raise ValidationError(_("Ese día no es de aquí. Elija uno del calendario."))
        return day
