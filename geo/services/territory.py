"""Writes of the territory: its places, its municipality, and what is worked out from their boundaries."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy
import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import connection, transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.models import Municipality, Place
from geo.problems import Invalid
from geo.services.drafting import mended_boundary
from geo.services.import_report import Report

#: Degrees, some 20 m: two pixels at zoom 13, where a whole city is seen.
SIMPLE_TOLERANCE = 0.0002
_LOCK = 0x616C6461  # any number of our own: who writes the territory does so alone


@transaction.atomic
def save_place(
    *,
    code: str,
    kind: Place.Kind,
    name: str,
    boundary: MultiPolygon | None = None,
    centre: Point | None = None,
    **fields: Any,
) -> Place:
    """Write one place by its code, with its area and centre, and redraw the simplified coverage.

    A boundary is mended if its rings are invalid; without one a centre must be given. Raises ``Invalid``.
    """
    lock_territory()
    if boundary is not None:
        shape = mended_boundary(shapely.from_wkb(bytes(boundary.wkb)), Report(), number=None, code=code)
        if shape is None:
            raise Invalid(_("El límite de %s no encierra ninguna superficie.") % name)
        boundary, centre = as_boundary(shape), as_point(shapely.point_on_surface(shape))
    elif centre is None or kind == Place.Kind.COLONIA:
        raise Invalid(_("Una colonia necesita su límite; una comunidad, su límite o su punto."))
    place, _created = Place.objects.update_or_create(
        code=code, defaults={"kind": kind, "name": name, "boundary": boundary, "centre": centre, **fields}
    )
    refresh_places([code])
    place.refresh_from_db()
    return place


@transaction.atomic
def save_municipality(
    *,
    name: str | None = None,
    boundary: MultiPolygon | None = None,
    time_zone: str | None = None,
) -> Municipality:
    """Write the one municipality; what is not given stays, and its boundary becomes the union of its places.

    Raises ``Invalid`` for a time zone that does not exist.
    """
    lock_territory()
    if time_zone is not None:
        check_time_zone(time_zone)
    municipality = Municipality.objects.first() or Municipality(
        name=name or _("Municipio"), time_zone=settings.TIME_ZONE, boundary_is_derived=True
    )
    municipality.name = name or municipality.name
    municipality.time_zone = time_zone or municipality.time_zone
    shape: BaseGeometry | None = None
    if boundary is not None:
        municipality.boundary_is_derived = False
        shape = shapely.from_wkb(bytes(boundary.wkb))
    elif municipality.boundary_is_derived:
        shape = _union_of_places()
    if shape is not None:
        municipality.boundary = as_boundary(shape)
        municipality.centre = as_point(_centre(shape))
    elif municipality.centre is None:
        municipality.centre = as_point(_centre_of_points())
    municipality.save()
    return municipality


def check_time_zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; raises ``Invalid`` when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            _("No existe la zona horaria «%s». Escríbala como America/Mazatlan, por ejemplo.") % name
        ) from error


def lock_territory() -> None:
    """Keep any other writer of the territory waiting until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def refresh_places(codes: list[str]) -> None:
    """Work out the area of these places, and draw the simplified coverage of all places anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE geo_place SET area_m2 = ST_Area(boundary::geography) WHERE code = ANY(%s)", [codes]
        )
    refresh_simple_boundaries()


def refresh_simple_boundaries() -> None:
    """Simplify the coverage as a whole, so that neighbours keep sharing one border without gaps.

    Where places overlap, or do not meet exactly, there is no shared border to keep: GEOS then simplifies
    each by itself there. A place that would lose its shape keeps its full boundary.
    """
    rows = Place.objects.filter(boundary__isnull=False).order_by("id").values_list("id", "boundary")
    ids, boundaries = zip(*rows.iterator(), strict=True) if rows else ((), ())
    if not ids:
        return
    full = shapely.from_wkb([bytes(boundary.wkb) for boundary in boundaries])
    simple = shapely.coverage_simplify(full, SIMPLE_TOLERANCE)
    lost = ~shapely.is_valid(simple) | shapely.is_empty(simple) | (shapely.area(simple) == 0)
    simple = numpy.where(lost, full, simple)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE geo_place SET simple_boundary = ST_Multi(ST_GeomFromWKB(given.wkb, 4326))
               FROM unnest(%s::bigint[], %s::bytea[]) AS given (id, wkb)
               WHERE geo_place.id = given.id""",
            [list(ids), list(shapely.to_wkb(simple))],
        )


def as_boundary(shape: BaseGeometry) -> MultiPolygon:
    """A shape of shapely's as a stored boundary."""
    geometry = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
    return geometry if isinstance(geometry, MultiPolygon) else MultiPolygon(geometry, srid=4326)


def as_point(point: shapely.Point) -> Point:
    """A point of shapely's as a stored one."""
    return Point(point.x, point.y, srid=4326)


def _union_of_places() -> BaseGeometry | None:
    boundaries = Place.objects.filter(boundary__isnull=False).values_list("boundary", flat=True)
    shapes = [shapely.from_wkb(bytes(boundary.wkb)) for boundary in boundaries if boundary is not None]
    return shapely.union_all(shapes) if shapes else None


def _centre(shape: BaseGeometry) -> shapely.Point:
    """A point inside the largest part, its centroid if that is inside: islands do not pull it to sea."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    centroid: shapely.Point = largest.centroid
    return centroid if shapely.covers(largest, centroid) else largest.point_on_surface()


def _centre_of_points() -> shapely.Point:
    points = [shapely.Point(centre.coords) for centre in Place.objects.values_list("centre", flat=True)]
    if not points:
        raise Invalid(_("No hay ningún lugar con que formar el municipio."))
    return shapely.MultiPoint(points).centroid
