"""A work list to carry away: as a spreadsheet, for a GPS, and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.selectors import sees_people
from backend.casework.worklists.gpx import gpx_of
from backend.casework.worklists.selectors import SEES_LISTS, Sheet, find_list, petitioners_of, sheet_of
from backend.casework.worklists.xlsx import xlsx_of
from field.models import Petition, Petitioner
from field.signals import people_seen
from geo.files import file_response
from geo.maps.sketch import sketch_map

#: As wide as what is printed on A4, the narrower of the two sheets, and a third as high.
_PAPER_MAP_MM = (184.0, 100.0)


@require_GET
@requires(*SEES_LISTS)
def spreadsheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as XLSX."""
    sheet = _sheet(request, pk)
    return _file(xlsx_of(sheet, _people(request, sheet)), sheet, "xlsx")


@require_GET
@requires(*SEES_LISTS)
def track(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as GPX."""
    sheet = _sheet(request, pk)
    text = gpx_of(
        sheet,
        lambda stop: request.build_absolute_uri(reverse("casework:boleta", args=[stop.folio])),
    )
    return _file(text, sheet, "gpx")


@require_GET
@requires(*SEES_LISTS)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as a sheet to print: a map with numbered stops, and a line for each with room for a note."""
    sheet = _sheet(request, pk)
    people = _people(request, sheet) or {}
    sketch = sketch_map(
        points=[(*stop.lon_lat, str(stop.number)) for stop in sheet.stops if stop.lon_lat],
        size_mm=_PAPER_MAP_MM,
        joined=True,
        title=_("Croquis de las paradas"),
    )
    rows = [(stop, people.get(stop.petition.pk)) for stop in sheet.stops]
    return render(
        request,
        "casework/worklists/paper.html",
        {"sheet": sheet, "list": sheet.work_list, "rows": rows, "sketch": sketch, "with_people": people},
    )


def _sheet(request: HttpRequest, pk: int) -> Sheet:
    user = cast(User, request.user)
    return sheet_of(find_list(user, pk), user)


def _people(request: HttpRequest, sheet: Sheet) -> Mapping[UUID, Petitioner] | None:
    """Who asked, for a reader who sees them; that they were seen is told."""
    user = cast(User, request.user)
    if not sees_people(user):
        return None
    petitions = [stop.petition for stop in sheet.stops]
    people = petitioners_of(petitions)
    if people:
        people_seen.send(Petition, user=user, petitions=list(people), purpose="export")
    return people


def _file(body: bytes | str, sheet: Sheet, ending: str) -> HttpResponse:
    return file_response(body, f"{slugify(sheet.work_list.name)[:60] or 'lista'}.{ending}")
