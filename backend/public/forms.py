"""A folio as a citizen types it."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from field.folio import FolioError, parse_folio


class FolioForm(forms.Form):
    """``folio`` comes out in its stored form."""

    use_required_attribute = False

    folio = forms.CharField(
        label=_("Folio"),
        max_length=40,
        help_text=_("Está en su comprobante. Ejemplo: 26‑A7F‑00042‑K"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Escriba el folio."),
            "max_length": _("Eso es demasiado largo para ser un folio. Revíselo, por favor."),
        },
    )

    def clean_folio(self) -> str:
        """Say of a mistyped folio that it is mistyped, before anyone looks for it."""
        try:
            return parse_folio(self.cleaned_data["folio"])
        except FolioError as error:
            raise ValidationError(error.detail, error.code) from error
