"""Where rows say that they are: other reference systems, and points that cannot be."""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Sequence

from django.contrib.gis.db.models import Extent
from django.contrib.gis.gdal import CoordTransform, GDALException, OGRGeometry, SpatialReference
from django.utils.translation import gettext as _

from field.services.history.cells import RowRefused
from geo.models import Municipality, Place
from geo.problems import Invalid

Point = tuple[float, float]
#: How far outside the municipality's frame a point may lie, in degrees: about 25 km.
MARGIN = 0.25
_WGS84 = 4326
_EPSG = re.compile(r"(?:EPSG:)?(\d{4,6})\Z", re.IGNORECASE)


class Territory:
    """The frame that every point of history must fall into, in degrees."""

    def __init__(self) -> None:
        municipality = Municipality.objects.first()
        extent = municipality.boundary.extent if municipality and municipality.boundary else None
        extent = extent or Place.objects.aggregate(frame=Extent("centre"))["frame"]
        self.frame: tuple[float, float, float, float] = extent or (-180.0, -90.0, 180.0, 90.0)

    def check(self, point: Point, given: Point) -> None:
        """Raises RowRefused for a point that is not of this municipality, saying what it may be."""
        if self._holds(point):
            return
        lon, lat = point
        if self._holds((lat, lon)):
            raise RowRefused("swapped", _("La longitud y la latitud vienen cambiadas. Corríjalo con --map."))
        if abs(given[0]) > 180 or abs(given[1]) > 90:
            detail = _("No son grados. Si son metros, diga su sistema con --crs, por ejemplo EPSG:32613.")
            raise RowRefused("out_of_range", detail)
        raise RowRefused("outside", _("El punto queda lejos del municipio."))

    def _holds(self, point: Point) -> bool:
        (lon, lat), (west, south, east, north) = point, self.frame
        return (
            -180 <= lon <= 180
            and -90 <= lat <= 90
            and west - MARGIN <= lon <= east + MARGIN
            and south - MARGIN <= lat <= north + MARGIN
        )


class Reprojection:
    """From a reference system named by its EPSG number to WGS 84 degrees, many points at a time."""

    def __init__(self, crs: str) -> None:
        found = _EPSG.match(crs.strip())
        try:
            if not found:
                raise GDALException
            self._source = SpatialReference(int(found[1]))
            self._transform = CoordTransform(self._source, SpatialReference(_WGS84))
        except GDALException as error:
            detail = _("No hay un sistema de referencia «%(crs)s».") % {"crs": crs}
            raise Invalid(detail) from error
        self._is_wgs84 = int(found[1]) == _WGS84

    def to_degrees(self, points: Sequence[Point]) -> list[Point | None]:
        """Longitude and latitude of each point, or None where it has none."""
        if self._is_wgs84 or not points:
            return list(points)
        try:
            return list(self._many(points))
        except GDALException:
            if len(points) == 1:
                return [None]
            half = len(points) // 2
            return [*self.to_degrees(points[:half]), *self.to_degrees(points[half:])]

    def _many(self, points: Sequence[Point]) -> list[Point]:
        """All of them as one line: one call of GDAL instead of thousands. One alone is doubled."""
        coordinates = array("d", [number for point in (*points, points[0]) for number in point])
        head = struct.pack("=BII", 1 if struct.pack("=H", 1) == b"\1\0" else 0, 2, len(points) + 1)
        line = OGRGeometry(memoryview(head + coordinates.tobytes()), self._source)
        line.transform(self._transform)
        moved = array("d")
        moved.frombytes(bytes(line.wkb)[len(head) :])
        return list(zip(moved[0:-2:2], moved[1:-2:2], strict=True))
