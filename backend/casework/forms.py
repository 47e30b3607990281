"""What people fill in: the inbox's filters, a move, a saved view."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.casework.deadlines import due_date, municipal_holidays
from backend.casework.filters import UNREFERRED
from backend.casework.given import INSTITUTION_MAX_LENGTH, NOTE_MAX_LENGTH
from backend.casework.models import SavedView
from backend.casework.moves import Move, Need
from backend.casework.rules import readers_of_reserved, rules_in_force
from backend.casework.timeline import doubts_about, in_words
from backend.casework.widgets import DateInput, DoubtedDay, LongSelect
from field.folio import format_folio
from field.models import OPEN_STATUSES, Category, Channel, Department, Petition, Status
from geo.clock import local_today
from geo.legible import LegibleField
from geo.models import Place
from geo.problems import Problem

_BY_LETTER = "oficio"


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
            told = forms.ValidationError(error["detail"], code=error["code"])
            self.add_error(name if name in self.fields else None, told)
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
        *,
        initial: dict[str, Any] | None = None,
        doubts_at: str = "",
    ) -> None:
        """``petition`` is None for many; ``doubts_at`` then tells what may be amiss with a day."""
        super().__init__(data, files, auto_id=f"{move.name}-%s", initial=initial)
        self.move, self.petition = move, petition
        if move.department is not Need.NO:
            self.fields["department"] = forms.ModelChoiceField(
                _departments_for(petition),
                label=_("Dependencia"),
                empty_label=_("Elija una"),
                initial=_proposed(petition) if petition and petition.department_id is None else None,
            )
        if move.date is not Need.NO:
            today = local_today()
            self.fields["scheduled_for"] = forms.DateField(
                label=_("Para qué día"),
                help_text=_promised_until(petition, today),
                initial=due_date(today, 1, frozenset(municipal_holidays())).isoformat(),
                widget=DoubtedDay(
                    address=reverse("casework:boleta-day", args=[format_folio(petition.folio)])
                    if petition
                    else doubts_at,
                    doubts=self.doubts,
                    min=today.isoformat(),
                ),
            )
        if move.institution is not Need.NO:
            self.fields["institution"] = LegibleField(
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
            self.fields["note"] = LegibleField(
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

    def doubts(self, day: date) -> list[str]:
        """What may be amiss with a day; one query, and none of a day that has gone, which is refused."""
        if day < local_today():
            return []
        return doubts_about(day, promised=self.petition.due_on if self.petition else None)

    def clean_scheduled_for(self) -> date:
        """A day; of one in doubt the page has told, and the person goes on. Of many the preview tells."""
        day: date = self.cleaned_data["scheduled_for"]
        if self.petition and self.data.get("told") != day.isoformat() and self.doubts(day):
            raise forms.ValidationError(
                gettext("Vea el aviso. Si así debe ser, oprima otra vez «%(move)s».")
                % {"move": self.move.label}
            )
        return day


def _promised_until(petition: Petition | None, today: date) -> str:
    """By when the work was promised; nothing of a promise that has run out."""
    if petition is None or petition.due_on is None or petition.due_on < today:
        return ""
    return gettext("Se prometió a más tardar el %(day)s.") % {"day": in_words(petition.due_on)}


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

    name = LegibleField(label=_("Nombre"), max_length=60)

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


def _grouped(rows: Iterable[tuple[str, str, str]]) -> list[Any]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, name, group in rows:
        groups.setdefault(group, []).append((code, name))
    return list(groups.items())
