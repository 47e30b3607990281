"""Single points for a map, each with a class, straight from SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson
from django.contrib.gis.geos import Polygon
from django.db.models import F, FloatField, Func, QuerySet
from django.utils.translation import gettext as _

from geo.maps.classes import MapClass
from geo.maps.shell import Bounds

#: From this zoom a point can be told from its neighbour.
FROM_ZOOM: Final = 15
CAP: Final = 2000


def points_body(
    queryset: QuerySet[Any, Any],
    *,
    classes: Sequence[MapClass],
    kind: Any,
    bbox: Bounds | None,
    order_by: Sequence[Any],
    legend: str,
    geometry: str = "location",
    cap: int = CAP,
) -> bytes:
    """What ``static/maps/points.js`` draws: the first ``cap`` rows in ``bbox`` by ``order_by``.

    ``kind`` is an expression that gives each row the index of its class. Past the cap the reader is
    told to come closer. Longitude and latitude have five decimals, about a metre.
    """
    inside = {} if bbox is None else {f"{geometry}__bboverlaps": Polygon.from_bbox(bbox)}
    rows = (
        queryset.filter(**{f"{geometry}__isnull": False}, **inside)
        .annotate(lon=_axis("ST_X", geometry), lat=_axis("ST_Y", geometry), kind=kind)
        .order_by(*order_by)
        .values_list("lon", "lat", "kind", "pk")[: cap + 1]
    )
    found = list(rows)
    capped = len(found) > cap
    return orjson.dumps(
        {
            "classes": [one.as_json() for one in classes],
            "legend": legend,
            "points": [(round(lon, 5), round(lat, 5), index, pk) for lon, lat, index, pk in found[:cap]],
            "capped": capped,
            "note": _("Hay más de %s aquí. Acérquese para verlas todas.") % f"{cap:,}" if capped else "",
        }
    )


def _axis(function: str, geometry: str) -> Func:
    return Func(F(geometry), function=function, output_field=FloatField())
