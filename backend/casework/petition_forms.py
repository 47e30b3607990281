"""What is written of a petition as it is taken down; of that, what is asked again to correct it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.casework.forms import ProblemForm
from backend.casework.when_asked import LONGEST_AGO, Foretold, fault_of, foretold
from backend.casework.widgets import DateInput
from field.models import Category, Channel
from field.telephones import in_plain_digits
from geo.clock import local_today
from geo.legible import LegibleField
from geo.models import Place

#: Of a point and a colonia that contradict each other, the one that holds.
POINT_HOLDS = "point"
PLACE_HOLDS = "place"


class PetitionForm(ProblemForm):
    """What, where and who. Category and colonia are typed and offered as one types."""

    lon = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)
    category = LegibleField(
        label=_("Categoría"),
        help_text=_("Escriba parte del nombre y elija."),
        widget=forms.TextInput(attrs={"list": "categorias", "autocomplete": "off"}),
    )
    description = LegibleField(
        label=_("Qué pide, con sus palabras"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    place = LegibleField(
        label=_("Colonia o comunidad"),
        required=False,
        widget=forms.TextInput(attrs={"list": "lugares", "autocomplete": "off"}),
    )
    #: Asked where the point and the colonia are two places; the page's script answers by taking one away.
    holds = forms.ChoiceField(
        label=_("El punto y la colonia no coinciden. ¿Cuál vale?"),
        required=False,
        choices=[
            (PLACE_HOLDS, _("La colonia escrita: quitar el punto")),
            (POINT_HOLDS, _("El punto: la colonia será la de ahí")),
        ],
        widget=forms.RadioSelect,
    )
    address = LegibleField(label=_("Calle y número"), required=False, max_length=300)
    reference = LegibleField(label=_("Referencia"), required=False, max_length=300)
    name = LegibleField(label=_("Nombre"), required=False, max_length=200)
    phone = LegibleField(
        label=_("Teléfono"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = LegibleField(label=_("Correo"), required=False, max_length=254, widget=forms.EmailInput)
    on_behalf_of = LegibleField(
        label=_("Grupo que lo pide"),
        help_text=_("Si lo piden juntos: «Comité de vecinos de la calle Roble»."),
        required=False,
        max_length=200,
    )
    consent = forms.BooleanField(
        label=_("La persona conoce el aviso de privacidad y acepta que se guarden sus datos"), required=False
    )

    def clean_category(self) -> Category:
        """The category of that name or code."""
        typed = self.cleaned_data["category"]
        rows = self.categories().values_list("pk", "code", "name")
        keys = _named(((pk, (code, name)) for pk, code, name in rows), typed)
        if len(keys) != 1:
            raise forms.ValidationError(_("Elija una categoría de la lista."))
        return Category.objects.get(pk=keys[0])

    def categories(self) -> QuerySet[Category]:
        """Those that may be chosen."""
        return Category.objects.filter(active=True)

    def clean_place(self) -> str:
        """The code of the place of that name; empty where none was written."""
        typed = self.cleaned_data["place"]
        if not typed:
            return ""
        rows = Place.objects.values_list("code", "name")
        codes = _named(((code, (code, name, place_label(code, name))) for code, name in rows), typed)
        if not codes:
            raise forms.ValidationError(_("No hay un lugar con ese nombre: elija de la lista."))
        if len(codes) > 1:
            raise forms.ValidationError(_("Hay varias con ese nombre: elija la de la clave correcta."))
        return str(codes[0])

    def clean_phone(self) -> str:
        """What can be called; a word about it belongs in the reference."""
        typed = in_plain_digits(self.cleaned_data["phone"])
        if typed == self.initial.get("phone"):  # as it was taken down elsewhere
            return typed
        if typed and not 7 <= sum(letter.isdigit() for letter in typed) <= 20:
            raise forms.ValidationError(_("Escriba el teléfono con sus 10 dígitos, o déjelo vacío."))
        return typed

    def clean_email(self) -> str:
        """What can be written to."""
        typed = str(self.cleaned_data["email"])
        if typed and typed != self.initial.get("email"):  # else as it was taken down elsewhere
            validate_email(typed)
        return typed

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("holds") == PLACE_HOLDS and data.get("place"):
            data["lon"] = data["lat"] = None
        elif data.get("holds") == POINT_HOLDS and self.has_point:
            data["place"] = ""
            self.errors.pop("place", None)
        somewhere = self.has_point or data.get("place") or data.get("address")
        if self.needs_a_place and not somewhere and not self.errors.get("place"):
            self.add_error("place", _("Diga dónde: toque el mapa, elija la colonia o escriba la dirección."))
        if "consent" in self.fields and self.names_somebody and not data.get("consent"):
            self.add_error("consent", _("Sin consentimiento no se guardan sus datos: márquelo o bórrelos."))
        return data

    @property
    def needs_a_place(self) -> bool:
        """Whether it must say where."""
        return True

    @property
    def has_point(self) -> bool:
        """Whether a point is marked."""
        return self.cleaned_data.get("lon") is not None and self.cleaned_data.get("lat") is not None

    @property
    def names_somebody(self) -> bool:
        """Whether anything says who asks."""
        return any(self.cleaned_data.get(name) for name in ("name", "phone", "email"))


class CaptureForm(PetitionForm):
    """A petition taken down in the office."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    #: The folio of the one that this petition adds a voice to, of those that the page offers.
    echo_of = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=_("Por qué canal llegó"), choices=Channel.choices)
    asked_on = forms.DateField(
        label=_("Cuándo lo pidió"),
        help_text=_("El día del recorrido, de la carta o de la llamada."),
        required=False,
        initial=local_today,
        widget=DateInput(),
    )
    photo = forms.FileField(
        label=_("Foto"),
        help_text=_("De lo que se pide, o del papel en que lo pidieron."),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
    )

    #: What saving it would promise, where it was asked on an earlier day; once it is cleaned.
    foretold: Foretold | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].widget.attrs["autofocus"] = True
        today = local_today()
        self.fields["asked_on"].widget.attrs |= {"min": today - LONGEST_AGO, "max": today}

    def clean_asked_on(self) -> date | None:
        """A day on which it can have been asked; None is today."""
        day: date | None = self.cleaned_data["asked_on"]
        if day and (fault := fault_of(day)):
            raise forms.ValidationError(fault)
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day, category, channel = data.get("asked_on"), data.get("category"), data.get("channel")
        self.foretold = foretold(day, category, channel) if day and category and channel else None
        # The page said so of that day already, and the person goes on.
        if self.foretold and self.foretold.late and self.data.get("told") != str(day):
            self.add_error("asked_on", _("Revise el día. Si así fue, guárdela otra vez."))
        return data


def place_label(code: str, name: str) -> str:
    """A place as the list offers it, so that two of one name are told apart."""
    return f"{name} · {code}"


def _named(rows: Iterable[tuple[Any, tuple[str, ...]]], typed: str) -> list[Any]:
    """The keys of the rows that one of whose names is what was typed, accents and case apart."""
    wanted = plain(typed)
    return [key for key, names in rows if any(plain(name) == wanted for name in names)]


def plain(text: str) -> str:
    """A name for comparing: case and accents apart."""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
