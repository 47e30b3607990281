"""GeoJSON straight out of PostGIS: no Python object is made for any row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.models import F, QuerySet

from geo.querysets import first_shape


def feature_collection(
    queryset: QuerySet[Any, Any],
    *,
    geometry: str | Sequence[str] = "location",
    properties: Sequence[str] = (),
    precision: int = 5,
    limit: int | None = None,
) -> bytes:
    """An RFC 7946 FeatureCollection of any queryset, as UTF-8 JSON bytes.

    ``geometry`` names a field, or several of which the first that is not null is drawn; rows without
    any keep a null geometry. ``properties`` names fields, across relations too, and keeps the names.
    ``precision`` is in decimals of a degree: 5 is about a metre.
    """
    fields = (geometry,) if isinstance(geometry, str) else tuple(geometry)
    shape = F(fields[0]) if len(fields) == 1 else first_shape(*fields)
    rows = queryset.order_by().annotate(drawn_shape=shape).values_list("pk", "drawn_shape", *properties)
    sql, parameters = (rows if limit is None else rows[:limit]).query.sql_with_params()
    columns = [f"p{index}" for index in range(len(properties))]
    pairs = ", ".join(f"%s::text, {column}" for column in columns)
    feature = (
        "json_build_object('type', 'Feature', 'id', id, "
        "'geometry', ST_AsGeoJSON(shape, %s)::json, "
        f"'properties', json_build_object({pairs}))"
    )
    statement = (
        'SELECT \'{"type":"FeatureCollection","features":[\' || '  # noqa: S608
        f"coalesce(string_agg({feature}::text, ','), '') || ']}}' "
        f"FROM ({sql}) AS rows ({', '.join(['id', 'shape', *columns])})"
    )
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(statement, [precision, *properties, *parameters])
        return str(cursor.fetchone()[0]).encode()
