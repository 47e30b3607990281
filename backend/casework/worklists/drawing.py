"""A work list on a map: numbered stops, and the way through them."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.casework.worklists.selectors import Sheet
from geo.maps.extent import initial_bounds
from geo.maps.frame import bounds_of
from geo.maps.ground import outlines_address
from geo.maps.shell import Bounds, Layer, MapShell, map_shell

#: Room around a single stop, in degrees: some blocks.
_AROUND: Final = 0.003


def map_of(request: HttpRequest, sheet: Sheet) -> MapShell:
    """The shell of a list's map, open on all its stops."""
    return map_shell(
        request,
        label=_("Mapa de la lista de trabajo"),
        bounds=_bounds(sheet),
        ground=outlines_address(),
        layers=[
            Layer(
                "stops",
                data=reverse("casework:work-list-points", args=[sheet.work_list.pk]),
                options={"whole": True},
            )
        ],
    )


def _bounds(sheet: Sheet) -> Bounds:
    spots = [stop.lon_lat for stop in sheet.stops if stop.lon_lat]
    if sheet.start:
        spots.append(sheet.start)
    if not spots:
        return initial_bounds()
    west, south, east, north = bounds_of(spots)
    return (west - _AROUND, south - _AROUND, east + _AROUND, north + _AROUND)


def stops_body(sheet: Sheet) -> dict[str, Any]:
    """What ``static/maps/stops.js`` draws."""
    return {
        "start": sheet.start,
        "startSaid": str(sheet.work_list.get_start_from_display()),
        "stops": [
            [round(lon, 6), round(lat, 6), stop.number, stop.done, stop.id, stop.petition.category.name]
            for stop in sheet.stops
            if stop.lon_lat
            for lon, lat in [stop.lon_lat]
        ],
        "classes": [],
        "doneSaid": _("resuelta"),
    }
