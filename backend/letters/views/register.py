"""``/oficios/``: the register of letters in and out."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Max, Min
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.letters.forms import RegisterFilters
from backend.letters.looks import note_people
from backend.letters.models import State
from backend.letters.querysets import LetterQuerySet
from backend.letters.selectors import told_of, visible_letters, with_reserved_numbers, withhold
from backend.letters.views.finding import person
from backend.letters.workbook import register_sheet
from geo.clock import local_today
from geo.files import file_response

_ROWS = 50


@require_GET
@requires("letters.see")
def register(request: HttpRequest) -> HttpResponse:
    """Every number, the last on top; of a letter out of the person's sight, only that it is reserved."""
    letters = visible_letters(request.user)
    form, found = _filtered(request, letters)
    page = Paginator(_rows(found).newest_first(), _ROWS).get_page(request.GET.get("page"))
    shown = withhold(person(request), list(page.object_list))
    note_people(person(request), told_of(shown), "list")
    today = local_today()
    context = {
        "form": form,
        "page": page,
        "letters": shown,
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "today": today,
        "drafts": letters.filter(state=State.DRAFT).count(),
        "awaiting": letters.awaiting().count(),
        "late": letters.late(today).count(),
    }
    return render(request, "letters/register.html", context, status=200 if form.is_valid() else 422)


@require_GET
@requires("letters.see")
def export(request: HttpRequest) -> HttpResponseBase:
    """The filtered register as a workbook."""
    form, found = _filtered(request, visible_letters(request.user))
    if not form.is_valid():
        return register(request)
    rows = withhold(person(request), list(_rows(found).order_by("entered_at", "id")))
    note_people(person(request), told_of(rows), "export")
    return file_response(register_sheet(rows), _("oficios-%s.xlsx") % local_today().isoformat())


def _filtered(request: HttpRequest, letters: LetterQuerySet) -> tuple[RegisterFilters, LetterQuerySet]:
    form = RegisterFilters(request.GET, years=_years(letters))
    if not form.is_valid():
        return form, letters.none()
    asked: dict[str, Any] = form.cleaned_data
    if not (asked["q"] or asked["state"] or asked["answer"]):
        # A number says its year and whether it came; what else is asked for, a reserved one does not answer.
        letters = with_reserved_numbers(letters)
    found = letters.filter(state=asked["state"]) if asked["state"] else letters.in_register()
    if asked["direction"]:
        found = found.incoming() if asked["direction"] == "recibidos" else found.outgoing()
    if asked["year"]:
        found = found.of_year(asked["year"])
    if asked["answer"]:
        found = found.late(local_today()) if asked["answer"] == "vencida" else found.awaiting()
    return form, found.matching(asked["q"])


def _rows(letters: LetterQuerySet) -> LetterQuerySet:
    return letters.select_related("prepared_by").prefetch_related("petitions").defer("body", "words")


def _years(letters: LetterQuerySet) -> list[int]:
    """From the first letter's year to this one, the last on top."""
    year = ExtractYear("entered_at")
    ends = letters.aggregate(first=Min(year), last=Max(year))
    this = local_today().year
    return list(range(max(ends["last"] or this, this), (ends["first"] or this) - 1, -1))
