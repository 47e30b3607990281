"""``/boletas/dias-inhabiles/``: on which days the promises do not run, and changing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.accounts.navigation import SEE_BOLETAS
from backend.accounts.roles import require
from backend.casework.calendar import FIRST_YEAR, LAST_YEAR, year_of
from backend.casework.deadlines import RestDay, municipal_holidays, official_rest_days
from backend.casework.due_dates import Effect
from backend.casework.models import CalendarChange
from backend.casework.services.calendar import (
    NAME_MAX_LENGTH,
    add_days,
    faults_of_days,
    foresee_days,
    remove_days,
    span_in_words,
)
from backend.casework.widgets import DateInput
from geo.clock import local_today
from geo.problems import Invalid

_SHOWN_CHANGES = 20


class DaysForm(forms.Form):
    """Days to add, with their reason."""

    first = forms.DateField(label=gettext_lazy("Desde"), widget=DateInput())
    last = forms.DateField(
        label=gettext_lazy("Hasta"),
        required=False,
        widget=DateInput(),
        help_text=gettext_lazy("Vacío si es un solo día."),
    )
    name = forms.CharField(
        label=gettext_lazy("Motivo"),
        max_length=NAME_MAX_LENGTH,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("Lunes de Carnaval, vacaciones de invierno…")}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """A single day is a span of one."""
        data = self.cleaned_data
        if "first" in data and "last" in data:
            data["last"] = data["last"] or data["first"]
            for fault in faults_of_days(data["first"], data["last"], data.get("name", "-")):
                self.add_error(fault["pointer"].strip("/"), fault["detail"])
        return data


@dataclass(frozen=True, slots=True)
class Span:
    """Municipal days in a row that rest for one reason."""

    first: date
    last: date
    name: str

    def __str__(self) -> str:
        return span_in_words(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of the calendar that waits for the person to say whether the due dates move."""

    span: Span
    added: bool
    effect: Effect


@require_http_methods(["GET", "POST"])
@requires(*SEE_BOLETAS)
def calendar(request: HttpRequest) -> HttpResponse:
    """A year at a glance; with ``casework.edit_rules``, adding days and taking them away."""
    if request.method == "GET":
        return _page(request, DaysForm(), _year(request.GET.get("anio", "")))
    require(cast("User", request.user), "casework.edit_rules")
    if "remove" in request.POST:
        form = DaysForm({**request.POST.dict(), "name": "-"})
        return _change(request, form, added=False) if form.is_valid() else _refused(request, DaysForm())
    form = DaysForm(request.POST)
    return _change(request, form, added=True) if form.is_valid() else _refused(request, form)


def _change(request: HttpRequest, form: DaysForm, *, added: bool) -> HttpResponse:
    """Ask first where open due dates would move; else, or once it was answered, do it."""
    first, last, name = (form.cleaned_data[field] for field in ("first", "last", "name"))
    answer = request.POST.get("move", "")
    if not answer:
        effect = foresee_days(first=first, last=last, added=added)
        if effect.moved:
            proposal = Proposal(Span(first, last, name), added, effect)
            return _page(request, form if added else DaysForm(), first.year, proposal=proposal)
    user, move = cast("User", request.user), answer != "no"
    try:
        if added:
            change = add_days(first=first, last=last, name=name, move=move, by=user)
        else:
            change = remove_days(first=first, last=last, move=move, by=user)
    except Invalid as problem:
        messages.error(request, problem.errors[0]["detail"] if problem.errors else problem.detail)
        return _page(request, form if added else DaysForm(), first.year, status=problem.status)
    messages.success(request, _told(change))
    return _to(first.year)


def _told(change: CalendarChange) -> str:
    days = span_in_words(change.first, change.last)
    done = _("Agregado como inhábil: %(days)s.") if change.added else _("Vuelve a ser hábil: %(days)s.")
    if change.moved is None:
        return f"{done % {'days': days}} {_('Los plazos quedaron como estaban.')}"
    text = ngettext("Se movió %(n)s plazo.", "Se movieron %(n)s plazos.", change.moved)
    return f"{done % {'days': days}} {text % {'n': change.moved}}"


def _to(year: int) -> HttpResponse:
    address = f"{reverse('casework:calendar')}?{urlencode({'anio': year})}"
    return redirect(address)


def _refused(request: HttpRequest, form: DaysForm) -> HttpResponse:
    return _page(request, form, _year(request.GET.get("anio", "")), status=422)


def _year(text: str) -> int:
    if text.isdecimal() and len(text) == len(str(LAST_YEAR)):
        return min(max(int(text), FIRST_YEAR), LAST_YEAR)
    return local_today().year


def _spans(days: dict[date, str]) -> list[Span]:
    spans: list[Span] = []
    for day, name in sorted(days.items()):
        if spans and spans[-1].name == name and spans[-1].last == day - timedelta(days=1):
            spans[-1] = Span(spans[-1].first, day, name)
        else:
            spans.append(Span(day, day, name))
    return spans


def _page(
    request: HttpRequest, form: DaysForm, year: int, *, proposal: Proposal | None = None, status: int = 200
) -> HttpResponse:
    municipal = municipal_holidays()
    spans = [span for span in _spans(municipal) if year in (span.first.year, span.last.year)]
    official = [RestDay(day, name) for day, name in sorted(official_rest_days(year).items())]
    context = {
        "year": year,
        "earlier": year - 1 if year > FIRST_YEAR else None,
        "later": year + 1 if year < LAST_YEAR else None,
        "months": year_of(year, municipal),
        "official": official,
        "spans": spans,
        "form": form,
        "proposal": proposal,
        "today": local_today(),
        "changes": CalendarChange.objects.select_related("by")[:_SHOWN_CHANGES],
        "edits": request.user.has_perm("casework.edit_rules"),
    }
    return render(request, "casework/calendar.html", context, status=status)
