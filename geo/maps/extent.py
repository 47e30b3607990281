"""Where a map looks at first, and what part of it a request asks for."""

from __future__ import annotations

import math

from django.db import connection
from django.utils.translation import gettext as _

from geo.maps.shell import Bounds
from geo.problems import FieldError, Invalid

#: The middle of Mexico, for a page opened before any territory is loaded.
COUNTRY: Bounds = (-107.0, 17.5, -95.0, 26.5)

_URBAN = """
    WITH usual AS (
        SELECT percentile_cont(ARRAY[0.02, 0.98]) WITHIN GROUP (ORDER BY ST_X(centre)) AS x,
               percentile_cont(ARRAY[0.02, 0.98]) WITHIN GROUP (ORDER BY ST_Y(centre)) AS y,
               percentile_cont(0.9) WITHIN GROUP (ORDER BY sqrt(coalesce(area_m2, 1000000))) AS side_m
        FROM geo_place WHERE kind = 'colonia'
    )
    SELECT x[1] - side_m / 200000, y[1] - side_m / 222000, x[2] + side_m / 200000, y[2] + side_m / 222000
    FROM usual
"""
_ALL = """
    SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
    FROM (SELECT ST_Extent(centre) AS box FROM geo_place) AS places
"""
_CENTRE = "SELECT ST_X(centre), ST_Y(centre), ST_X(centre), ST_Y(centre) FROM geo_municipality"


def initial_bounds() -> Bounds:
    """The bounds of the city: of nearly all colonias, not of its far comunidades.

    Without colonias, of all places; without places, of the municipality or the country.
    """
    with connection.cursor() as cursor:
        for query in (_URBAN, _ALL, _CENTRE):
            cursor.execute(query)
            row = cursor.fetchone()
            if row and row[0] is not None:
                return _at_least_a_neighbourhood(row)
    return COUNTRY


def _at_least_a_neighbourhood(bounds: tuple[float, ...]) -> Bounds:
    west, south, east, north = bounds
    pad = 0.01 if max(east - west, north - south) < 0.005 else 0.0
    return (west - pad, south - pad, east + pad, north + pad)


def kept_bounds(text: str) -> Bounds | None:
    """The bounds that a page's own address keeps (``bbox=``), or None where it keeps none that make sense.

    A hundredth smaller on each side: the zoom that just holds them is then the zoom that was kept.
    """
    try:
        west, south, east, north = bbox_of(text)
    except Invalid:
        return None
    across, along = (east - west) / 100, (north - south) / 100
    return (west + across, south + along, east - across, north - along)


def bbox_of(text: str) -> Bounds:
    """The bounds in a ``bbox=west,south,east,north`` parameter, in degrees; raises ``Invalid``."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise _wrong_bbox() from None
    if not all(map(math.isfinite, (west, south, east, north))) or west >= east or south >= north:
        raise _wrong_bbox()
    return (max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))


def zoom_of(text: str) -> int:
    """The zoom in a ``zoom=`` parameter, 0 to 22; raises ``Invalid``."""
    if not text.isdecimal() or int(text) > 22:
        detail = _("Escriba zoom= con un número de 0 a 22.")
        raise Invalid(detail, errors=[FieldError(pointer="/zoom", code="invalid", detail=detail)])
    return int(text)


def _wrong_bbox() -> Invalid:
    detail = _("Escriba bbox=oeste,sur,este,norte en grados.")
    return Invalid(detail, errors=[FieldError(pointer="/bbox", code="invalid", detail=detail)])
