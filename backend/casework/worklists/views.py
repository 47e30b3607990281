"""``/mapas/rezago/listas/``: work lists made, ordered and worked off."""

from __future__ import annotations

import math
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.in_view import in_sight, sight_of
from backend.casework.maps import asked_petitions
from backend.casework.worklists.drawing import map_of, stops_body
from backend.casework.worklists.models import WorkList
from backend.casework.worklists.selectors import (
    SEES_LISTS,
    Sheet,
    find_list,
    lists_of,
    sheet_of,
    with_progress,
    yard_of,
)
from backend.casework.worklists.services import (
    make_work_list,
    order_from,
    picked_ids,
    put_away,
    remember_yard,
    rename,
    set_order,
)
from field.querysets import PetitionQuerySet
from geo.maps.answers import map_data
from geo.problems import Conflict, Invalid
from geo.refusals import refusals_told
from geo.visiting import LonLat

_SHOWN = 100
From = WorkList.StartFrom


@require_GET
@requires(*SEES_LISTS)
def index(request: HttpRequest) -> HttpResponse:
    """The lists that are in use, the newest first; with ``away`` those that were put away."""
    user = cast(User, request.user)
    away = bool(request.GET.get("away"))
    lists = lists_of(user).filter(put_away_at__isnull=not away)
    shown = list(with_progress(lists, user)[:_SHOWN])
    return render(
        request,
        "casework/worklists/index.html",
        {
            "lists": shown,
            "away": away,
            "some_away": away or lists_of(user).exclude(put_away_at=None).exists(),
        },
    )


@require_POST
@requires(*SEES_LISTS)
def make(request: HttpRequest) -> HttpResponse:
    """Make a list of the boletas that were ticked, or else of an area or of what was in sight.

    The filters of the map page come in the query, as they stood there.
    """
    petitions = _chosen(asked_petitions(request), request.POST)
    made = make_work_list(petitions=petitions, by=cast(User, request.user), name=request.POST.get("name", ""))
    return redirect("casework:work-list", made.pk)


def _chosen(petitions: PetitionQuerySet, form: QueryDict) -> PetitionQuerySet:
    if picked := picked_ids(form.get("picked", "")):
        return petitions.filter(pk__in=picked)
    return in_sight(petitions, sight_of(cast("dict[str, str]", form.dict())))


@require_GET
@requires(*SEES_LISTS)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: its map and its stops in order."""
    work_list = find_list(cast(User, request.user), pk)
    sheet = sheet_of(work_list, cast(User, request.user))
    return render(request, "casework/worklists/page.html", _context(sheet) | {"map": map_of(request, sheet)})


@require_GET
@requires(*SEES_LISTS)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the stops stand now, asked for again and again while the page is open."""
    sheet = sheet_of(find_list(cast(User, request.user), pk), cast(User, request.user))
    return render(request, "casework/worklists/_progress.html", {"sheet": sheet, "swapped": True})


@requires(*SEES_LISTS)
@map_data
def points(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The stops as the map draws them."""
    return stops_body(sheet_of(find_list(cast(User, request.user), pk), cast(User, request.user)))


@require_POST
@requires(*SEES_LISTS)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the stops in another order: all of them as ``stops``, or one ``up`` or ``down`` by a place."""
    user = cast(User, request.user)
    work_list = find_list(user, pk)
    stops = [stop.id for stop in sheet_of(work_list, user).stops]
    wanted = _whole_numbers(request.POST.get("stops", "")) or _one_moved(stops, request.POST)
    set_order(work_list=work_list, stops=wanted)
    return _stops_again(request, work_list)


def _one_moved(stops: list[int], form: QueryDict) -> list[int]:
    way = "up" if "up" in form else "down"
    moved = _whole_numbers(form.get(way, ""))
    if len(moved) != 1 or moved[0] not in stops:
        raise Conflict(_("La lista cambió mientras tanto. Vuelva a abrirla y ordénela de nuevo."))
    at = stops.index(moved[0])
    to = min(max(at + (-1 if way == "up" else 1), 0), len(stops) - 1)
    stops.insert(to, stops.pop(at))
    return stops


@require_POST
@requires(*SEES_LISTS)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Count the order anew, the nearest first, from where the crew is, a point of the map, or the yard."""
    user = cast(User, request.user)
    work_list = find_list(user, pk)
    whence, at = _start_of(request.POST, work_list)
    if at and request.POST.get("remember") and work_list.department:
        remember_yard(department=work_list.department, location=at)
        whence = From.YARD
    petitions = [stop.petition for stop in sheet_of(work_list, user).stops]
    order_from(work_list=work_list, petitions=petitions, start=at, start_from=whence)
    return _stops_again(request, work_list)


def _start_of(form: QueryDict, work_list: WorkList) -> tuple[WorkList.StartFrom, LonLat | None]:
    whence = form.get("from", "")
    if whence == From.YARD:
        yard = yard_of(work_list)
        if yard is None:
            raise Invalid(_("Todavía no se sabe dónde está el patio. Elija el punto en el mapa."))
        return From.YARD, (yard.location.x, yard.location.y)
    if whence not in (From.POSITION, From.MAP):
        raise Invalid(_("Diga desde dónde: el lugar donde está, un punto del mapa o el patio."))
    try:
        lon, lat = float(form.get("lon", "")), float(form.get("lat", ""))
    except ValueError:
        raise Invalid(_("Elija en el mapa el punto de salida.")) from None
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise Invalid(_("Elija en el mapa el punto de salida."))
    return From(whence), (lon, lat)


@require_POST
@requires(*SEES_LISTS)
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the list another name."""
    work_list = find_list(cast(User, request.user), pk)
    with refusals_told(request):
        rename(work_list=work_list, name=request.POST.get("name", ""))
    return redirect("casework:work-list", pk)


@require_POST
@requires(*SEES_LISTS)
def away(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the list away, or take it out again."""
    work_list = find_list(cast(User, request.user), pk)
    gone = bool(request.POST.get("away"))
    put_away(work_list=work_list, away=gone)
    if gone:
        messages.success(request, _("Se guardó «%s». Está en Listas guardadas.") % work_list.name)
        return redirect("casework:work-lists")
    return redirect("casework:work-list", pk)


def _stops_again(request: HttpRequest, work_list: WorkList) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("casework:work-list", work_list.pk)
    fresh = find_list(cast(User, request.user), work_list.pk)
    return render(
        request, "casework/worklists/_stops.html", _context(sheet_of(fresh, cast(User, request.user)))
    )


def _context(sheet: Sheet) -> dict[str, Any]:
    return {"sheet": sheet, "list": sheet.work_list, "yard": yard_of(sheet.work_list)}


def _whole_numbers(text: str) -> list[int]:
    """The numbers of a comma-separated field; none where it holds anything else."""
    parts = text.split(",")
    return [int(part) for part in parts] if all(part.isdecimal() and len(part) < 19 for part in parts) else []
