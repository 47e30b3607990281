"""The filters of the maps of petitions as a form in the page; ``casework.filters`` reads and applies them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.casework.filters import NAMES, OPEN, BadFilter, Filters, apply_filters, parse_filters
from backend.casework.widgets import LongSelect
from campaigns.models import Tour
from field.models import Category, Channel, Department, Status
from field.querysets import PetitionQuerySet
from geo.clock import local_today
from geo.problems import FieldError

_TOURS_OFFERED: Final = 60


@dataclass(frozen=True, slots=True)
class Question:
    """What a map of petitions is asked: which petitions, and how the answer is drawn."""

    filters: Filters
    measure: str = ""


class MapFilters(forms.Form):
    """The filters as a GET form: every field may be left open, and every address can be kept."""

    period = forms.ChoiceField(label=_("Periodo"), required=False, widget=LongSelect)
    category = forms.ChoiceField(label=_("Categoría"), required=False, widget=LongSelect)
    department = forms.ChoiceField(label=_("Dependencia"), required=False, widget=LongSelect)
    status = forms.ChoiceField(label=_("Estado"), required=False, widget=LongSelect)
    channel = forms.ChoiceField(label=_("Canal"), required=False, widget=LongSelect)
    tour = forms.ChoiceField(label=_("Recorrido"), required=False, widget=LongSelect)
    captured_after = forms.DateField(
        label=_("Desde"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    captured_before = forms.DateField(
        label=_("Hasta"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    by = forms.ChoiceField(
        label=_("Dividir el mapa en"),
        required=False,
        choices=[("", _("Lugares")), ("grid", _("Cuadrícula"))],
        widget=forms.RadioSelect,
    )
    measure = forms.ChoiceField(label=_("Medida"), required=False, widget=forms.RadioSelect)

    #: Value and label of each measure; the first is the usual one.
    MEASURES: tuple[tuple[str, Any], ...] = ()
    USUAL_PERIOD = ""
    MAIN = ("period", "category", "department", "status")
    STATUSES: Iterable[Status] = tuple(Status)

    def __init__(self, request: HttpRequest) -> None:
        # An open field stands for the usual; who writes the usual out is understood as well.
        usual = {"period": self.USUAL_PERIOD, "measure": self.MEASURES[0][0]}
        asked = request.GET.copy()
        for name, value in usual.items():
            if asked.get(name) == value:
                del asked[name]
        super().__init__(asked)
        self.user = request.user
        choices = self._choices()
        for name, options in choices.items():
            field = cast(forms.ChoiceField, self.fields[name])
            field.choices = options
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["class"] = "form-select"
        for name in ("captured_after", "captured_before"):
            self.fields[name].widget.attrs["class"] = "form-control"

    @property
    def main(self) -> list[forms.BoundField]:
        """The filters in sight."""
        return [self[name] for name in self.MAIN if name in self.fields]

    @property
    def choices(self) -> list[forms.BoundField]:
        """How the answer is drawn."""
        return [self["by"], self["measure"]]

    @property
    def more(self) -> list[forms.BoundField]:
        """The filters that are asked for less often."""
        return [self[name] for name in self.fields if name not in (*self.MAIN, "by", "measure")]

    @property
    def more_asked(self) -> bool:
        return any(field.value() for field in self.more)

    def _choices(self) -> dict[str, Any]:
        """What each field offers; what is looked up is so once, and only when the form is shown."""
        periods = {"30": _("Últimos 30 días"), "90": _("Últimos 90 días"), "365": _("Últimos 12 meses")}
        year = local_today().year
        named = [
            *periods.items(),
            ("year", _("Este año")),
            (str(year - 1), str(year - 1)),
            ("all", _("Todo")),
        ]
        return {
            "period": [
                ("", dict(named)[self.USUAL_PERIOD]),
                *((value, label) for value, label in named if value != self.USUAL_PERIOD),
            ],
            "category": cache(lambda: [("", _("Todas")), *self._categories()]),
            "department": cache(lambda: [("", _("Todas")), *Department.objects.values_list("code", "name")]),
            "status": [("", _("Todos")), *self._statuses()],
            "channel": [("", _("Todos")), *Channel.choices],
            "tour": cache(lambda: [("", _("Todos")), *self._tours()]),
            "measure": [("", self.MEASURES[0][1]), *self.MEASURES[1:]],
        }

    def _statuses(self) -> list[tuple[str, Any]]:
        return [
            (OPEN, _("Sin resolver (todas)")),
            *((status.value, status.label) for status in self.STATUSES),
        ]

    def _tours(self) -> list[tuple[str, str]]:
        tours = Tour.objects.order_by("-starts_on").values_list("pk", "name", "starts_on")[:_TOURS_OFFERED]
        return [(str(pk), f"{name} · {starts_on:%d/%m/%Y}") for pk, name, starts_on in tours]

    def _categories(self) -> list[tuple[str, list[tuple[str, str]]]]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for code, name, group in self._offered().values_list("code", "name", "group"):
            groups.setdefault(group, []).append((code, name))
        return list(groups.items())

    def _offered(self) -> QuerySet[Category]:
        """Of a department's own people, its own: others hardly ever reach it. An address may name any."""
        if isinstance(self.user, User) and not sees_all_departments(self.user) and self.user.department_id:
            return self.categories().filter(department=self.user.department_id)
        return self.categories()

    def categories(self) -> QuerySet[Category]:
        """The categories that this reader may know counts of."""
        categories = Category.objects.all()
        if self.user.has_perm("casework.see_sensitive"):
            return categories
        return categories.filter(sensitive=False)

    def question(self) -> Question:
        """The question asked; raises BadFilter that names every filter it does not understand."""
        errors: list[FieldError] = []
        filters = Filters()
        try:
            filters = parse_filters(
                cast(QueryDict, self.data),
                only=NAMES & self.fields.keys(),
                categories=self.categories(),
                statuses=tuple(self.STATUSES),
                period=self.USUAL_PERIOD,
            )
        except BadFilter as problem:
            errors += problem.errors
        drawn = {name: self.data.get(name, "") for name in ("by", "measure")}
        for name, value in drawn.items():
            if not cast(forms.ChoiceField, self.fields[name]).valid_value(value):
                detail = str(_("No existe «%(code)s».")) % {"code": value}
                errors.append({"pointer": f"/{name}", "code": "unknown", "detail": detail})
        if errors:
            raise BadFilter(str(_("Revise los filtros de la dirección.")), errors=errors)
        return Question(filters, drawn["measure"] or self.MEASURES[0][0])


def keep(petitions: PetitionQuerySet, question: Question) -> PetitionQuerySet:
    """The petitions that the question is about."""
    return apply_filters(petitions, question.filters)


def sees_all_departments(user: Any) -> bool:
    """Whether the reader chooses among departments or sees one's own."""
    return isinstance(user, User) and user.has_perm("casework.see_office")
