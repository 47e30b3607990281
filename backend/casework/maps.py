"""The backlog map: its page and the addresses that feed it."""

from __future__ import annotations

from typing import Any, Final, cast
from uuid import UUID

from django.db.models import Count, F, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework import backlog, in_view
from backend.casework.filters import BadFilter
from backend.casework.map_filters import MapFilters, sees_all_departments
from field.models import OPEN_STATUSES
from field.querysets import PetitionQuerySet
from geo.maps.answers import map_data
from geo.maps.cells import (
    WIDTH_M,
    cell_counts,
    cell_of,
    cells_body,
    resolution_for,
    resolution_of,
    stored_range,
)
from geo.maps.classes import REDS, quantile_classes
from geo.maps.divided import divided_map
from geo.maps.extent import bbox_of, zoom_of
from geo.maps.points import FROM_ZOOM, points_body
from geo.maps.shell import Layer, MapShell
from geo.maps.table import figure_rows
from geo.models import Place
from geo.problems import Invalid, Problem

OVERDUE: Final = "overdue"
SHARE: Final = "share"
_SEES: Final = ("casework.see_office", "casework.see_department")


class BacklogFilters(MapFilters):
    """The office chooses among departments; a liaison's own is the only one there is."""

    MEASURES = ((OVERDUE, gettext_lazy("Vencidas")), (SHARE, gettext_lazy("% vencidas")))
    USUAL_PERIOD = "all"
    STATUSES = OPEN_STATUSES
    MAIN = ("department", "category", "status", "channel")

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        if not sees_all_departments(request.user):
            del self.fields["department"]


def _asked(request: HttpRequest) -> tuple[PetitionQuerySet, str]:
    """The petitions asked about and the measure; raises BadFilter."""
    question = BacklogFilters(request).question()
    return backlog.backlog(cast(User, request.user), question), question.measure


def asked_petitions(request: HttpRequest) -> PetitionQuerySet:
    """The petitions that the filters in the address keep, of those the reader sees; raises BadFilter."""
    return _asked(request)[0]


@gzip_page
@require_GET
@requires(*_SEES)
@cache_control(private=True, no_cache=True)
def backlog_page(request: HttpRequest) -> HttpResponse:
    """The page, or for the page's own script only the figures beside the map."""
    try:
        petitions, measure = _asked(request)
    except BadFilter as problem:
        return render(request, "maps/bad_filters.html", {"problem": problem}, status=400)
    rows = backlog.count_places(petitions)
    context: dict[str, Any] = {
        "open": sum(row.open for row in rows),
        "overdue": sum(row.overdue for row in rows),
        "soon": sum(row.soon for row in rows),
        "unplaced": sum(row.unplaced for row in rows),
        "drawn": drawn_places(rows, measure),
        "rows": table_rows(rows, measure),
    }
    if request.headers.get("HX-Request"):
        return render(request, "casework/backlog_changed.html", context | {"swapped": True})
    frame = {"filters": BacklogFilters(request), "map": _shell(request), "clear": request.path}
    return render(request, "casework/backlog.html", context | frame)


def _shell(request: HttpRequest) -> MapShell:
    points = Layer(
        "points",
        data=reverse("casework:backlog-points"),
        detail=reverse("casework:backlog-point", args=[UUID(int=0)])[:-37],
        min_zoom=FROM_ZOOM,
    )
    return divided_map(
        request,
        label=_("Mapa del rezago"),
        names="casework:backlog",
        max_zoom=FROM_ZOOM - 1,
        nearer=[points],
    )


def drawn_places(rows: list[backlog.PlaceBacklog], measure: str) -> dict[str, Any]:
    """What ``static/maps/places.js`` draws: a class and a sentence for each place."""
    values = {row.id: (row.share if measure == SHARE else float(row.overdue)) for row in rows if row.id}
    scale = quantile_classes(values.values(), colours=REDS)
    said = _("%(overdue)s vencidas de %(open)s sin resolver")
    legend = _("De cada cien boletas abiertas, cuántas están vencidas") if measure == SHARE else ""
    return {
        "legend": legend or _("Boletas vencidas en cada lugar, de menos a más"),
        "classes": [one.as_json() for one in scale.classes(_("ninguna"))],
        "places": {
            str(row.id): [
                scale.class_of(values[row.id]),
                said % {"overdue": f"{row.overdue:,}", "open": f"{row.open:,}"},
            ]
            for row in rows
            if row.id
        },
    }


def table_rows(rows: list[backlog.PlaceBacklog], measure: str) -> SafeString:
    """The rows of the table, the latest first; places that owe nothing are left out."""
    some = [row for row in rows if row.open]
    some.sort(key=lambda row: -(row.share if measure == SHARE else row.overdue))
    return figure_rows(
        (
            row.id,
            row.name,
            (
                (row.overdue, f"{row.overdue:,}"),
                (row.open, f"{row.open:,}"),
                (row.share, f"{row.share:.0f} %"),
            ),
        )
        for row in some
    )


@requires(*_SEES)
@map_data
def backlog_data(request: HttpRequest) -> dict[str, Any]:
    """The backlog by place as the map draws it."""
    petitions, measure = _asked(request)
    return drawn_places(backlog.count_places(petitions), measure)


@requires(*_SEES)
@map_data
def backlog_cells(request: HttpRequest) -> bytes:
    """Overdue petitions by grid cell in ``bbox``, in cells that suit ``zoom``."""
    petitions, _measure = _asked(request)
    resolution = resolution_for(zoom_of(request.GET.get("zoom", "")))
    bbox = bbox_of(request.GET.get("bbox", ""))
    counts = cell_counts(petitions, resolution=resolution, count=Count(Value(1), filter=backlog.is_overdue()))
    return cells_body(
        counts,
        bbox=bbox,
        scale=quantile_classes((overdue for _cell, overdue in counts), colours=REDS),
        words={
            "one": _("vencida"),
            "many": _("vencidas"),
            "legend": _("Boletas vencidas en cada hexágono de unos %s m de ancho")
            % f"{WIDTH_M[resolution]:,}",
        },
    )


@requires(*_SEES)
@map_data
def backlog_points(request: HttpRequest) -> bytes:
    """Open petitions one by one in ``bbox``, the latest first, once the map is near enough."""
    petitions, _measure = _asked(request)
    if zoom_of(request.GET.get("zoom", "")) < FROM_ZOOM:
        raise Invalid(_("Acérquese más para ver las boletas una por una."))
    return points_body(
        petitions,
        classes=backlog.lateness_classes(),
        kind=backlog.lateness(),
        bbox=bbox_of(request.GET.get("bbox", "")),
        order_by=[F("due_on").asc(nulls_last=True)],
        legend=_("Cada punto es una boleta sin resolver"),
    )


@gzip_page
@require_GET
@requires(*_SEES)
@cache_control(private=True, no_cache=True)
def backlog_list(request: HttpRequest) -> HttpResponse:
    """The boletas in sight as the list beside the map; what cannot be shown is said in its place."""
    order = request.GET.get("sort", "")
    try:
        petitions, _measure = _asked(request)
        sight = in_view.sight_of(request.GET.dict())
        rows, total = in_view.listed_of(
            in_view.in_sight(petitions, sight), order, here=_id(request.GET.get("here", ""))
        )
    except Problem as problem:
        # 200, for htmx puts nothing else on the page.
        return render(request, "casework/_in_view.html", {"problem": problem.detail, "total": 0})
    shown = {"rows": rows, "total": total, "rest": total - len(rows), "sight": sight}
    return render(request, "casework/_in_view.html", shown)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@requires(*_SEES)
@map_data
def backlog_place(request: HttpRequest, place: int) -> dict[str, Any]:
    """What a click on a place shows: its boletas. Place 0 is outside every place."""
    petitions, _measure = _asked(request)
    if place == 0:
        return {"title": _("Fuera de todo lugar"), **backlog.listed(petitions.filter(place=None))}
    found = get_object_or_404(Place.objects.without_geometry(), pk=place)
    return {"title": found.name, **backlog.listed(petitions.filter(place=found))}


@requires(*_SEES)
@map_data
def backlog_cell(request: HttpRequest, cell: str) -> dict[str, Any]:
    """What a click on a hexagon shows: its boletas."""
    petitions, _measure = _asked(request)
    index = cell_of(cell)
    width = f"{WIDTH_M.get(resolution_of(index), 0):,}"
    return {
        "title": _("Hexágono de %s m") % width,
        **backlog.listed(petitions.filter(cell__range=stored_range(index))),
    }


@requires(*_SEES)
@map_data
def backlog_point(request: HttpRequest, petition: UUID) -> dict[str, Any]:
    """What a click on a point shows."""
    petitions, _measure = _asked(request)
    found = petitions.select_related("category", "place").defer("place__boundary", "place__simple_boundary")
    return backlog.one(get_object_or_404(found, pk=petition))


urlpatterns = [
    path("mapas/rezago/", backlog_page, name="backlog-map"),
    path("mapas/rezago/a-la-vista/", backlog_list, name="backlog-list"),
    path("mapas/rezago/datos/", backlog_data, name="backlog-data"),
    path("mapas/rezago/celdas/", backlog_cells, name="backlog-cells"),
    path("mapas/rezago/boletas/", backlog_points, name="backlog-points"),
    path("mapas/rezago/lugares/<int:place>/", backlog_place, name="backlog-place"),
    path("mapas/rezago/celdas/<str:cell>/", backlog_cell, name="backlog-cell"),
    path("mapas/rezago/boletas/<uuid:petition>/", backlog_point, name="backlog-point"),
]
