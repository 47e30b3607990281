"""An area that a person drew on a map, as the address of a page carries it."""

from __future__ import annotations

import math
from typing import Final

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from geo.problems import FieldError, Invalid

MOST_VERTICES: Final = 200
#: Enough for those, each as ``-106.41234_23.21234*``.
_LONGEST: Final = MOST_VERTICES * 24
#: Wider than any municipality, in degrees.
_WIDEST: Final = 6.0


def area_of(text: str) -> GEOSGeometry:
    """The polygon of an ``area=lon_lat*lon_lat*…`` parameter; raises ``Invalid``, in words for who drew it.

    A hand's line crosses itself: whatever it goes around is in, once.
    """
    corners = _corners(text)
    lons, lats = [lon for lon, _lat in corners], [lat for _lon, lat in corners]
    if max(lons) - min(lons) > _WIDEST or max(lats) - min(lats) > _WIDEST:
        raise _wrong(_("El área es demasiado grande. Acerque el mapa y vuelva a trazarla."))
    rings = shapely.polygonize([shapely.unary_union(shapely.LinearRing(corners))])
    made = shapely.unary_union(shapely.get_parts(rings))
    if not made.area:
        raise _wrong(_("Lo que trazó no encierra ninguna superficie. Dé la vuelta a lo que busca."))
    return GEOSGeometry(memoryview(shapely.to_wkb(made)), srid=4326)


def _corners(text: str) -> list[tuple[float, float]]:
    if len(text) > _LONGEST or text.count("*") >= MOST_VERTICES:
        raise _wrong(_("El área tiene demasiados vértices. Trácela con menos vueltas."))
    try:
        corners = [(float(lon), float(lat)) for lon, lat in (pair.split("_") for pair in text.split("*"))]
    except ValueError:
        raise _wrong(_("El área no se entiende. Vuelva a trazarla en el mapa.")) from None
    if not all(_on_earth(lon, lat) for lon, lat in corners):
        raise _wrong(_("El área no se entiende. Vuelva a trazarla en el mapa."))
    if len(set(corners)) < 3:
        raise _wrong(_("Lo que trazó no encierra ninguna superficie. Dé la vuelta a lo que busca."))
    return corners


def _on_earth(lon: float, lat: float) -> bool:
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90


def _wrong(detail: str) -> Invalid:
    return Invalid(detail, errors=[FieldError(pointer="/area", code="invalid", detail=detail)])
