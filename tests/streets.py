"""A real, small street map: vector tiles made by PostGIS, written as a PMTiles archive."""

from __future__ import annotations

import gzip
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from tests.factories import SIDE, SOUTH, WEST

ZOOMS = range(11, 16)
#: Every so many degrees a street, one way and the other (about 110 m).
BLOCK = SIDE / 10
_TILE = """
WITH streets (name, kind, line) AS (
    SELECT 'Calle ' || n, CASE WHEN n %% 5 = 0 THEN 'major_road' ELSE 'minor_road' END,
           ST_MakeLine(ST_Point(x1, y1), ST_Point(x2, y2))
    FROM unnest(%(n)s::int[], %(x1)s::float[], %(y1)s::float[], %(x2)s::float[], %(y2)s::float[])
         AS street (n, x1, y1, x2, y2)
), cut AS (
    SELECT name, kind, ST_AsMVTGeom(
        ST_Transform(ST_SetSRID(line, 4326), 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s)) AS geom
    FROM streets
)
SELECT ST_AsMVT(cut, 'roads') FROM cut WHERE geom IS NOT NULL
"""


def make_streets(
    path: Path, *, ballast: int = 0, seed: int = 1, attribution: str = "© OpenStreetMap", **metadata: Any
) -> Path:
    """Streets over the tests' first two colonias; ``ballast`` bytes more of a tile that nobody looks at."""
    tiles = {zxy_to_tileid(z, x, y): gzip.compress(_tile(z, x, y)) for z, x, y in _covered()}
    if ballast:
        tiles[zxy_to_tileid(15, 0, 0)] = random.Random(seed).randbytes(ballast)
    with path.open("wb") as file:
        writer = Writer(file)
        for tile in sorted(tiles):
            writer.write_tile(tile, tiles[tile])
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_zoom": ZOOMS[0],
            "max_zoom": ZOOMS[-1],
            "min_lon_e7": round(WEST * 1e7),
            "min_lat_e7": round(SOUTH * 1e7),
            "max_lon_e7": round((WEST + 2 * SIDE) * 1e7),
            "max_lat_e7": round((SOUTH + SIDE) * 1e7),
            "center_zoom": 14,
            "center_lon_e7": round((WEST + SIDE) * 1e7),
            "center_lat_e7": round((SOUTH + SIDE / 2) * 1e7),
        }
        layers = [{"id": "roads", "fields": {"name": "String", "kind": "String"}}]
        writer.finalize(header, {"attribution": attribution, "vector_layers": layers, **metadata})
    return path


def _covered() -> Iterator[tuple[int, int, int]]:
    for z in ZOOMS:
        left, top = _tile_at(z, WEST, SOUTH + SIDE)
        right, bottom = _tile_at(z, WEST + 2 * SIDE, SOUTH)
        yield from ((z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))


def _tile_at(z: int, lon: float, lat: float) -> tuple[int, int]:
    north = math.asinh(math.tan(math.radians(lat))) / math.pi
    return math.floor((lon + 180) / 360 * 2**z), math.floor((1 - north) / 2 * 2**z)


def _tile(z: int, x: int, y: int) -> bytes:
    streets = [(n, WEST + n * BLOCK, SOUTH, WEST + n * BLOCK, SOUTH + SIDE) for n in range(21)]
    streets += [(n, WEST, SOUTH + n * BLOCK, WEST + 2 * SIDE, SOUTH + n * BLOCK) for n in range(11)]
    names = ("n", "x1", "y1", "x2", "y2")
    columns = {name: list(column) for name, column in zip(names, zip(*streets, strict=True), strict=True)}
    with connection.cursor() as cursor:
        cursor.execute(_TILE, {**columns, "z": z, "x": x, "y": y})
        return bytes(cursor.fetchone()[0])
