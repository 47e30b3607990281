"""Small territories measured in metres, around one corner of the fictional coast."""

from __future__ import annotations

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from geo.models import Place

#: The south-west corner that the offsets below are counted from.
LON, LAT = -106.4, 23.2
#: Metres per degree at that latitude, on the ellipsoid.
EAST_M, NORTH_M = 102_363.2, 110_751.9


def lonlat(east_m: float, north_m: float) -> tuple[float, float]:
    """The longitude and latitude of a point so many metres east and north of the corner."""
    return LON + east_m / EAST_M, LAT + north_m / NORTH_M


def box(west: float, south: float, east: float, north: float) -> MultiPolygon:
    """A rectangle given in metres from the corner."""
    return MultiPolygon(Polygon.from_bbox((*lonlat(west, south), *lonlat(east, north))), srid=4326)


def colonia(code: str, *edges: float, **fields: object) -> Place:
    """A rectangular colonia stored as it is, as an import would leave it but without its area."""
    boundary = box(*edges)  # type: ignore[call-arg]
    values = {"kind": "colonia", "name": f"Colonia {code}", "boundary": boundary, "centre": boundary.centroid}
    return Place.objects.create(code=code, **(values | fields))


def hamlet(code: str, east_m: float, north_m: float) -> Place:
    """A comunidad known only as a point."""
    centre = Point(*lonlat(east_m, north_m), srid=4326)
    return Place.objects.create(code=code, kind="comunidad", name=f"Comunidad {code}", centre=centre)
