"""What people fill in: the inbox's filters, a move, and the capture of a petition."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.casework.filters import UNREFERRED
from backend.casework.given import INSTITUTION_MAX_LENGTH, NOTE_MAX_LENGTH
from backend.casework.models import SavedView
from backend.casework.rules import readers_of_reserved, rules_in_force
from backend.casework.widgets import LongSelect
from backend.casework.workflow import Move, Need
from field.models import OPEN_STATUSES, Category, Channel, Department, Petition, Status
from geo.clock import local_today
from geo.models import Place
from geo.problems import Problem

_BY_LETTER = "oficio"


class DateInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO dates."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class InboxFilters(forms.Form):
    """The inbox's filters as a GET form. ``filters.parse_filters`` is what reads them."""

    q = forms.CharField(label=_("Buscar"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(label=_("Estado"), required=False, widget=LongSelect)
    category = forms.ChoiceField(label=_("Categoría"), required=False, widget=LongSelect)
    place = forms.ChoiceField(label=_("Colonia o comunidad"), required=False, widget=LongSelect)
    department = forms.ChoiceField(label=_("Dependencia"), required=False, widget=LongSelect)
    channel = forms.ChoiceField(label=_("Canal"), required=False, widget=LongSelect)
    captured_after = forms.CharField(label=_("Desde"), required=False, widget=DateInput())
    captured_before = forms.CharField(label=_("Hasta"), required=False, widget=DateInput())

    def __init__(self, query: Any, *, user: User) -> None:
        super().__init__(query)
        office = user.has_perm("casework.see_office")
        self.fields["q"].widget.attrs["placeholder"] = _("Folio, teléfono, nombre o palabras")
        categories = Category.objects.all()
        if not user.has_perm("casework.see_sensitive"):
            categories = categories.filter(sensitive=False)
        if not office:
            categories = categories.filter(department=user.department_id)
        options: dict[str, list[Any]] = {
            "status": list(Status.choices),
            "category": _grouped(categories.values_list("code", "name", "group")),
            "place": list(Place.objects.order_by("name").values_list("code", "name")),
            "channel": list(Channel.choices),
        }
        if office:
            options["department"] = [
                (UNREFERRED, _("La oficina (sin canalizar)")),
                *Department.objects.values_list("code", "name"),
            ]
        else:
            del self.fields["department"]
        for name, choices in options.items():
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = [("", _("Todos") if name in ("status", "channel") else _("Todas")), *choices]


class RepeatsFilters(InboxFilters):
    """Those of the filters that say among which open petitions repeats are looked for."""

    def __init__(self, query: Any, *, user: User) -> None:
        super().__init__(query, user=user)
        for name in ("q", "channel", "captured_after", "captured_before"):
            del self.fields[name]
        self.fields["status"] = forms.ChoiceField(
            label=_("Estado"),
            required=False,
            choices=[("", _("Todas las abiertas")), *((one.value, one.label) for one in OPEN_STATUSES)],
        )
        self.order_fields(["status", "category", "place", "department"])


class ProblemForm(forms.Form):
    """A form whose service may refuse what it sends."""

    def add_problem(self, problem: Problem) -> None:
        """Say beside each field what a service found wrong with it."""
        for error in problem.errors:
            name = error["pointer"].strip("/")
            self.add_error(name if name in self.fields else None, error["detail"])
        if not problem.errors:
            self.add_error(None, problem.detail)


class MoveForm(ProblemForm):
    """What one move asks for. Its fields are named as those of ``given.Given``."""

    def __init__(
        self,
        move: Move,
        petition: Petition | None,
        data: Any = None,
        files: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, auto_id=f"{move.name}-%s", initial=initial)
        self.move = move
        if move.department is not Need.NO:
            self.fields["department"] = forms.ModelChoiceField(
                _departments_for(petition),
                label=_("Dependencia"),
                empty_label=_("Elija una"),
                initial=_proposed(petition) if petition and petition.department_id is None else None,
            )
        if move.date is not Need.NO:
            today = local_today().isoformat()
            self.fields["scheduled_for"] = forms.DateField(
                label=_("Para qué día"), initial=today, widget=DateInput(min=today)
            )
        if move.institution is not Need.NO:
            self.fields["institution"] = forms.CharField(
                label=_("Institución"),
                max_length=INSTITUTION_MAX_LENGTH,
                widget=forms.TextInput(attrs={"placeholder": _("CFE, Conagua, gobierno del estado…")}),
            )
            self.fields["by_letter"] = forms.TypedChoiceField(
                label=_("Cómo"),
                choices=[(_BY_LETTER, _("Por oficio")), ("telefono", _("Por teléfono"))],
                coerce=lambda means: means == _BY_LETTER,
                initial=_BY_LETTER,
                widget=forms.RadioSelect,
            )
        if move.note is not Need.NO:
            self.fields["note"] = forms.CharField(
                label=move.note_label,
                required=move.note is Need.REQUIRED,
                max_length=NOTE_MAX_LENGTH,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        if move.evidence is not Need.NO:
            self.fields["evidence"] = forms.FileField(
                label=_("Foto del trabajo"),
                required=False,
                widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
            )


def _departments_for(petition: Petition | None) -> QuerySet[Department]:
    """Those that may get it; what is reserved goes nowhere but to who may read it."""
    departments = Department.objects.filter(active=True)
    if petition is None or not petition.category.sensitive:
        return departments
    return departments.filter(readers_of_reserved(petition.category))


def _proposed(petition: Petition) -> int:
    """The department that the referral rules say. One query."""
    return rules_in_force().department_for(petition.category, petition.place_id)


class SavedViewForm(ProblemForm):
    """A saved view's name and, for who may share, its audience."""

    name = forms.CharField(label=_("Nombre"), max_length=60)

    def __init__(self, data: Any = None, *, view: SavedView) -> None:
        initial = {"name": view.name, "audience": view.audience, "department": view.department_id}
        super().__init__(data, initial=initial, auto_id=f"vista-{view.pk}-%s")
        self.view = view
        if view.owner.has_perm("casework.share_views"):
            self.fields["audience"] = forms.ChoiceField(
                label=_("Para quién"), choices=SavedView.Audience.choices
            )
            self.fields["department"] = forms.ModelChoiceField(
                Department.objects.filter(active=True),
                label=_("Dependencia"),
                required=False,
                empty_label=_("Ninguna"),
            )


class CaptureForm(forms.Form):
    """A petition taken down in the office. Category and colonia are typed and offered as one types."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)
    #: The folio of the one that this petition adds a voice to, of those that the page offers.
    echo_of = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=_("Por qué canal llegó"), choices=Channel.choices)
    category = forms.CharField(
        label=_("Categoría"),
        help_text=_("Escriba parte del nombre y elija."),
        widget=forms.TextInput(attrs={"list": "categorias", "autocomplete": "off", "autofocus": True}),
    )
    description = forms.CharField(
        label=_("Qué pide, con sus palabras"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    place = forms.CharField(
        label=_("Colonia o comunidad"),
        required=False,
        widget=forms.TextInput(attrs={"list": "lugares", "autocomplete": "off"}),
    )
    address = forms.CharField(label=_("Calle y número"), required=False, max_length=300)
    reference = forms.CharField(label=_("Referencia"), required=False, max_length=300)
    name = forms.CharField(label=_("Nombre"), required=False, max_length=200)
    phone = forms.CharField(
        label=_("Teléfono"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("Correo"), required=False)
    consent = forms.BooleanField(
        label=_("La persona conoce el aviso de privacidad y acepta que se guarden sus datos"), required=False
    )

    def clean_category(self) -> Category:
        """The category of that name or code."""
        typed = self.cleaned_data["category"]
        rows = Category.objects.filter(active=True).values_list("pk", "code", "name")
        keys = _named(((pk, (code, name)) for pk, code, name in rows), typed)
        if len(keys) != 1:
            raise forms.ValidationError(_("Elija una categoría de la lista."))
        return Category.objects.get(pk=keys[0])

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
        typed = str(self.cleaned_data["phone"])
        if typed and not 7 <= sum(letter.isdigit() for letter in typed) <= 20:
            raise forms.ValidationError(_("Escriba el teléfono con sus 10 dígitos, o déjelo vacío."))
        return typed

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        has_point = data.get("lon") is not None and data.get("lat") is not None
        if not (has_point or data.get("place") or data.get("address") or self.errors.get("place")):
            self.add_error("place", _("Diga dónde: toque el mapa, elija la colonia o escriba la dirección."))
        if (data.get("name") or data.get("phone") or data.get("email")) and not data.get("consent"):
            self.add_error("consent", _("Sin consentimiento no se guardan sus datos: márquelo o bórrelos."))
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


def _grouped(rows: Iterable[tuple[str, str, str]]) -> list[Any]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, name, group in rows:
        groups.setdefault(group, []).append((code, name))
    return list(groups.items())
