"""A work list for a GPS or a map app: each stop a waypoint, and the way through them a route (GPX 1.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from gpxpy.gpx import GPX, GPXRoute, GPXRoutePoint, GPXWaypoint

from backend.casework.worklists.selectors import Sheet, ShownStop

P = TypeVar("P", GPXWaypoint, GPXRoutePoint)


def gpx_of(sheet: Sheet, address_of: Callable[[ShownStop], str]) -> str:
    """The stops that have a point, in their order. It names nobody: a file in a telephone goes anywhere.

    ``address_of`` gives the whole address of a stop's page.
    """
    gpx = GPX()
    gpx.creator = "Aldaba"
    gpx.name = _clean(sheet.work_list.name)
    gpx.time = sheet.work_list.made_at
    route = GPXRoute(name=_clean(sheet.work_list.name))
    if sheet.start:
        lon, lat = sheet.start
        route.points.append(GPXRoutePoint(lat, lon, name=str(sheet.work_list.get_start_from_display())))
    for stop in sheet.stops:
        if stop.lon_lat:
            waypoint = _point(GPXWaypoint, stop)
            waypoint.link = address_of(stop)  # type: ignore[assignment]
            gpx.waypoints.append(waypoint)
            route.points.append(_point(GPXRoutePoint, stop))
    if route.points:
        gpx.routes.append(route)
    return str(gpx.to_xml("1.1"))


def _point(kind: type[P], stop: ShownStop) -> P:
    lon, lat = stop.lon_lat or (0.0, 0.0)
    what = f"{stop.petition.category.name}. {stop.address}" if stop.address else stop.petition.category.name
    return kind(lat, lon, name=f"{stop.number}. {stop.folio}", description=_clean(what))


def _clean(text: str) -> str:
    """Without the control characters that XML knows no way to write."""
    return "".join(letter for letter in text if letter.isprintable())
