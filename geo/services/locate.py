"""Which place a point lies in, and how sure that is.

The rule, the same for one point and for a hundred thousand:

1. the smallest boundary that covers the point;
2. outside every boundary, the nearest comunidad within ``LOCATE_NEAREST_M`` (its boundary or, when
   it is known only as a point, that point);
3. else no place.

The place never depends on the accuracy; the certainty does. A fix is ``uncertain`` when another place
comes within its accuracy, so that the person may really have stood there: a neighbour, a colonia nested in
the place, or the one that encloses it. Then ``candidates`` names them all, its own place first. Near the
municipality's outer edge, where nobody else could claim the fix, it stays ``certain``. A fix outside every
boundary, yet within its accuracy of some, is ``uncertain`` too, and names them. Without an accuracy (a
point set on the map by hand, or an address) only a point on a border itself is in doubt.

Distances are metres on the ellipsoid. The few boundaries around the point are measured in a plane scaled
at the point's own latitude, which errs by a ten-thousandth at two kilometres and by nothing that matters at
the few metres that decide, at a tenth of the cost of ``geography``. Its edges are the very ones that
``ST_Covers`` sees, straight in longitude and latitude; geography's bend, by metres where they are long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from geo.models import Certainty, Place
from geo.problems import FieldError, Invalid

#: A point this near to a border is on it: boundaries come with centimetres at best.
ON_BORDER_M = 0.01


class Location(NamedTuple):
    """Where a point is.

    ``candidates``: codes of the places in doubt, own place first; empty unless ``uncertain``.
    ``distance_to_border_m``: metres to the border at which the answer changes; for a point outside every
    boundary, to the nearest one; None when there is none within ``LOCATE_NEAREST_M``.
    """

    place_id: int | None
    place_code: str | None
    place_name: str | None
    certainty: Certainty
    candidates: tuple[str, ...]
    distance_to_border_m: float | None


# kx and ky are metres per degree of longitude and latitude at the point, from the radii of curvature of
# the WGS 84 ellipsoid; `reach` is what a place is known by, and has a GiST index of its own.
# `own`     the smallest boundary that covers the point.
# `nearest` the comunidad that takes a point outside every boundary.
# `around`  every other place that could matter: within the accuracy, or nearer than the own border
#           (a nested colonia's border is a border too). What encloses `own` is in doubt only where
#           own's border is not also its own: there one leaves both at once.
_SQL = """
WITH fix AS MATERIALIZED (
    SELECT n, at, slack, kx, ky, ST_Scale(at, kx, ky) AS flat
    FROM (
        SELECT n,
               ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS at,
               LEAST(GREATEST(COALESCE(accuracy, 0), %(on_border)s), %(reach)s) AS slack,
               GREATEST(111319.490793 * cos(radians(lat)) / sqrt(1 - 0.00669438 * sin(radians(lat)) ^ 2), 1)
                   AS kx,
               110574.275822 / (1 - 0.00669438 * sin(radians(lat)) ^ 2) ^ 1.5 AS ky
        FROM unnest(%(lons)s::float8[], %(lats)s::float8[], %(accuracies)s::float8[])
             WITH ORDINALITY AS given (lon, lat, accuracy, n)
    ) scaled
)
SELECT COALESCE(own.id, nearest.id), COALESCE(own.code, nearest.code), COALESCE(own.name, nearest.name),
       own.id IS NOT NULL, around.codes, {to_border}
FROM fix
LEFT JOIN LATERAL (
    SELECT id, code, name, boundary, area,
           ST_Distance(ST_Scale(ST_Boundary(boundary), fix.kx, fix.ky), fix.flat) AS metres
    FROM (
        SELECT id, code, name, boundary, COALESCE(area_m2, ST_Area(boundary::geography)) AS area
        FROM geo_place
        WHERE ST_Covers(boundary, fix.at)
        ORDER BY area, id
        LIMIT 1
    ) smallest
) own ON TRUE
LEFT JOIN LATERAL (
    SELECT id, code, name
    FROM geo_place
    WHERE own.id IS NULL
      AND kind = 'comunidad'
      AND COALESCE(boundary, centre)
          && ST_Expand(fix.at, 1.01 * %(reach)s / fix.kx, 1.01 * %(reach)s / fix.ky)
      AND ST_DWithin(COALESCE(boundary, centre)::geography, fix.at::geography, %(reach)s)
    ORDER BY ST_Distance(COALESCE(boundary, centre)::geography, fix.at::geography), id
    LIMIT 1
) nearest ON TRUE
CROSS JOIN LATERAL (
    SELECT {search} * 1.01 AS metres
) search
CROSS JOIN LATERAL (
    SELECT array_agg(code ORDER BY metres, code) FILTER (
               WHERE metres <= fix.slack AND CASE
                   WHEN own.id IS NULL THEN id IS DISTINCT FROM nearest.id
                   WHEN boundary IS NULL THEN NOT ST_Covers(own.boundary, centre)
                   WHEN metres = 0 AND area >= own.area AND NOT ST_Touches(boundary, fix.at) THEN
                       ST_DWithin(ST_Scale(ST_Boundary(own.boundary), fix.kx, fix.ky), fix.flat, fix.slack)
                       AND ST_Distance(
                           ST_Scale(
                               ST_Difference(ST_Boundary(own.boundary), ST_Boundary(boundary)),
                               fix.kx, fix.ky),
                           fix.flat) <= fix.slack
                   ELSE TRUE END
           ) AS codes,
           min(metres) FILTER (
               WHERE boundary IS NOT NULL AND (own.id IS NULL OR (area, id) < (own.area, own.id))
           ) AS metres
    FROM (
        SELECT id, code, boundary, centre, COALESCE(area_m2, ST_Area(boundary::geography)) AS area,
               ST_Distance(ST_Scale(COALESCE(boundary, centre), fix.kx, fix.ky), fix.flat) AS metres
        FROM geo_place
        WHERE COALESCE(boundary, centre)
              && ST_Expand(fix.at, search.metres / fix.kx, search.metres / fix.ky)
          AND id IS DISTINCT FROM own.id
        OFFSET 0
    ) other
    WHERE metres <= search.metres
) around
ORDER BY fix.n
"""
LOCATE_SQL = _SQL.format(
    to_border="LEAST(own.metres, around.metres)",
    search="GREATEST(fix.slack, COALESCE(own.metres, %(reach)s))",
)
#: The same without the distance: only what lies within the accuracy is looked at, at half the cost.
PLACE_SQL = _SQL.format(to_border="NULL::float8", search="fix.slack")


def locate_points(
    points: Sequence[tuple[float, float, float | None]], *, distances: bool = True
) -> list[Location]:
    """Locate ``(lon, lat, accuracy_m)`` points, degrees and metres, in one statement; order kept.

    Without ``distances`` each ``distance_to_border_m`` is None, and it takes half the time.
    An accuracy beyond ``LOCATE_NEAREST_M`` counts as that. Raises ``Invalid`` naming each point that is
    not one.
    """
    if not points:
        return []
    if errors := [error for index, point in enumerate(points) for error in _errors(index, *point)]:
        raise Invalid(
            _("Hay coordenadas que no son válidas: primero longitud y luego latitud."), errors=errors
        )
    with connection.cursor() as cursor:
        cursor.execute(LOCATE_SQL if distances else PLACE_SQL, parameters(points))
        return [_location(row) for row in cursor.fetchall()]


def settle_doubts(locations: Sequence[Location | None], said: Sequence[int | None]) -> list[Location | None]:
    """The locations as the places that somebody said settle them; both in one order, None for none.

    Of a doubtful point any other of the ``candidates`` may be the answer; what else is said changes
    nothing. A query only where there is something to settle.
    """
    asked = {
        place_id
        for found, place_id in zip(locations, said, strict=True)
        if found and found.candidates and place_id not in (None, found.place_id)
    }
    places = Place.objects.only("code", "name").in_bulk(asked) if asked else {}
    return [
        _settled(found, places[place_id]) if found and place_id in places else found
        for found, place_id in zip(locations, said, strict=True)
    ]


def _settled(found: Location, said: Place) -> Location:
    if said.pk == found.place_id or said.code not in found.candidates:
        return found
    return Location(said.pk, said.code, said.name, Certainty.CERTAIN, (), found.distance_to_border_m)


def parameters(points: Sequence[tuple[float, float, float | None]]) -> dict[str, Any]:
    """What ``LOCATE_SQL`` takes."""
    lons, lats, accuracies = zip(*points, strict=True)
    return {
        "lons": list(lons),
        "lats": list(lats),
        "accuracies": list(accuracies),
        "on_border": ON_BORDER_M,
        "reach": float(settings.LOCATE_NEAREST_M),
    }


def locate_point(lon: float, lat: float, accuracy_m: float | None = None) -> Location:
    """Locate one point; see ``locate_points``."""
    return locate_points([(lon, lat, accuracy_m)])[0]


def _location(row: tuple[Any, ...]) -> Location:
    place_id, code, name, covered, others, metres = row
    if others:
        candidates = (code, *others) if code else tuple(others)
        return Location(place_id, code, name, Certainty.UNCERTAIN, candidates, metres)
    if covered:
        return Location(place_id, code, name, Certainty.CERTAIN, (), metres)
    certainty = Certainty.OUTSIDE if code is None else Certainty.NEAREST
    return Location(place_id, code, name, certainty, (), metres)


def _errors(index: int, lon: float, lat: float, accuracy: float | None) -> list[FieldError]:
    # Comparisons with NaN are false, so each test states what is right.
    if -180 <= lon <= 180 and -90 <= lat <= 90 and (accuracy is None or 0 <= accuracy < math.inf):
        return []
    errors: list[FieldError] = []
    if not -180 <= lon <= 180:
        errors.append(_error(index, "lon", _("La longitud va de -180 a 180 grados.")))
    if not -90 <= lat <= 90:
        errors.append(_error(index, "lat", _("La latitud va de -90 a 90 grados.")))
    if accuracy is not None and not 0 <= accuracy < math.inf:
        errors.append(_error(index, "accuracy_m", _("La precisión son metros, cero o más.")))
    return errors


def _error(index: int, field: str, detail: str) -> FieldError:
    return {"pointer": f"/{index}/{field}", "code": "out_of_range", "detail": detail}
