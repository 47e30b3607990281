"""Vector tiles (MVT 2.1) straight out of PostGIS, for QGIS and other maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from geo.problems import NotFound

EXTENT = 4096
BUFFER = 64
DEEPEST = 22


def tile(
    queryset: QuerySet[Any, Any],
    z: int,
    x: int,
    y: int,
    *,
    layer: str,
    geometry: str = "location",
    properties: Sequence[str] = (),
    limit: int = 50_000,
) -> bytes:
    """One tile of any queryset, as protobuf bytes; empty where nothing lies.

    Properties keep their names. At most ``limit`` features are drawn. Raises ``NotFound`` for an
    address outside the pyramid.
    """
    if not (0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z):
        raise NotFound(_("No hay tal tesela."))
    rows = queryset.order_by().annotate(drawn_shape=F(geometry)).values_list("drawn_shape", *properties)
    sql, parameters = rows.query.sql_with_params()
    connection = connections[queryset.db]
    columns = ", ".join(["shape", *(connection.ops.quote_name(name) for name in properties)])
    statement = (
        "SELECT ST_AsMVT(features, %s, %s, 'shape') FROM ("  # noqa: S608
        "SELECT ST_AsMVTGeom(ST_Transform(shape, 3857), ST_TileEnvelope(%s, %s, %s), %s, %s) AS "
        f"{columns} FROM ({sql}) AS rows ({columns}) "
        "WHERE shape && ST_Transform(ST_TileEnvelope(%s, %s, %s, margin => %s), 4326) LIMIT %s) AS features"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [layer, EXTENT, z, x, y, EXTENT, BUFFER, *parameters, z, x, y, BUFFER / EXTENT, limit],
        )
        return bytes(cursor.fetchone()[0])
