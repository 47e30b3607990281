"""Counts by H3 cell, for a density that does not depend on the borders of colonias.

Rows carry their cell at resolution 10 as a signed 64-bit integer. A cell's parent is a matter of
bits (https://h3geo.org/docs/core-library/h3Indexing): bits 52 to 55 hold the resolution, the lowest
45 bits hold fifteen digits of three bits each, and the digits below the resolution are all ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import h3.api.basic_int as h3
from django.db.models import BigIntegerField, Count, F, QuerySet, Value
from django.db.models.expressions import Combinable, CombinedExpression
from django.utils.translation import gettext as _

from geo.maps.classes import Scale
from geo.maps.shell import Bounds
from geo.problems import NotFound

#: The resolution that rows are stored with.
STORED: Final = 10
_DIGITS: Final = 15
_RESOLUTION_BIT: Final = 52

#: Up to this zoom, this resolution: hexagons of about 15 to 35 pixels.
_BY_ZOOM: Final = ((9, 6), (11, 7), (12, 8), (14, 9))
#: Mean width across flats in metres (h3geo.org, restable), for the legend.
WIDTH_M: Final = {5: 17_000, 6: 6_400, 7: 2_400, 8: 920, 9: 350, 10: 130}


def resolution_for(zoom: int) -> int:
    """The resolution whose cells can be told apart and pointed at, at a map's zoom."""
    return next((resolution for most, resolution in _BY_ZOOM if zoom <= most), STORED)


def parent_masks(resolution: int) -> tuple[int, int]:
    """``(keep, put)``: a stored cell's parent at ``resolution`` is ``cell & keep | put``."""
    if not 0 <= resolution <= STORED:
        raise ValueError(f"no cell has a parent at resolution {resolution} from {STORED}")
    unused = (1 << 3 * (_DIGITS - resolution)) - 1
    return ~(0b1111 << _RESOLUTION_BIT), resolution << _RESOLUTION_BIT | unused


def parent(cell_field: str, resolution: int) -> Combinable:
    """The parent of a cell column as an SQL expression."""
    keep, put = parent_masks(resolution)
    whole = BigIntegerField()
    kept = CombinedExpression(F(cell_field), Combinable.BITAND, Value(keep, whole), output_field=whole)
    return CombinedExpression(kept, Combinable.BITOR, Value(put, whole), output_field=whole)


def cell_of(text: str) -> int:
    """The cell that a hexadecimal H3 index names, if it is one of a map's; raises ``NotFound``."""
    try:
        cell = int(text, 16)
    except ValueError:
        cell = 0
    if not 0 < cell < 2**63 or not h3.is_valid_cell(cell) or resolution_of(cell) not in WIDTH_M:
        raise NotFound(_("No hay tal celda."))
    return cell


def resolution_of(cell: int) -> int:
    """The resolution of a cell, from its bits."""
    return cell >> _RESOLUTION_BIT & 0b1111


def stored_range(cell: int) -> tuple[int, int]:
    """The first and the last stored cell inside a coarser one: its children are one range of numbers."""
    unused = 3 * (_DIGITS - STORED)
    free = 3 * (STORED - resolution_of(cell))
    start = cell & ~(0b1111 << _RESOLUTION_BIT) | STORED << _RESOLUTION_BIT
    below = ((1 << free) - 1) << unused
    return start & ~below, start | below


def cell_counts(
    queryset: QuerySet[Any, Any],
    *,
    resolution: int,
    bbox: Bounds | None = None,
    cell_field: str = "cell",
    count: Any = None,
) -> list[tuple[int, int]]:
    """``(cell, rows)`` for every cell of ``resolution`` that has rows, in one ``GROUP BY``.

    With ``bbox``, only the cells whose centre lies in it. ``count`` is another aggregate to give.
    """
    grouped = (
        queryset.order_by()
        .filter(**{f"{cell_field}__isnull": False})
        .annotate(grid=parent(cell_field, resolution))
        .values("grid")
        .annotate(rows=count if count is not None else Count("*"))
        .values_list("grid", "rows")
    )
    return [(cell, rows) for cell, rows in grouped if bbox is None or is_in(cell, bbox)]


def is_in(cell: int, bbox: Bounds) -> bool:
    """Whether a cell's centre lies in the bounds."""
    lat, lng, _ring = _outline(cell)
    west, south, east, north = bbox
    return south <= lat <= north and west <= lng <= east


@lru_cache(maxsize=60_000)
def _outline(cell: int) -> tuple[float, float, str]:
    """Centre, and the corners as whole steps of 1e-5 degrees: the first, then the differences."""
    lat, lng = h3.cell_to_latlng(cell)
    steps = []
    before = (0, 0)
    for corner_lat, corner_lng in h3.cell_to_boundary(cell):
        corner = (round(corner_lat * 1e5), round(corner_lng * 1e5))
        steps += [corner[0] - before[0], corner[1] - before[1]]
        before = corner
    return lat, lng, ",".join(map(str, steps))


def cells_body(
    counts: Iterable[tuple[int, float]], *, bbox: Bounds, scale: Scale, words: dict[str, Any]
) -> bytes:
    """What ``static/maps/cells.js`` draws: the cells in ``bbox``, each with its class and outline.

    ``words``: ``one`` and ``many`` (what is counted), ``legend`` and ``note``. A cell is
    ``[class, count, "H3 index", lat, lng, Δlat, Δlng …]`` in steps of 1e-5 degrees.
    """
    west, south, east, north = bbox
    outlined = ((cell, count, _outline(cell)) for cell, count in counts if count > 0)
    drawn = (
        f'[{scale.class_of(count) - 1},{count},"{cell:x}",{ring}]'
        for cell, count, (lat, lng, ring) in outlined
        if south <= lat <= north and west <= lng <= east
    )
    classes = [one.as_json() for one in scale.classes("")[1:]]
    head = json.dumps({**words, "classes": classes}, ensure_ascii=False)
    return f'{head[:-1]}, "cells": [{",".join(drawn)}]}}'.encode()
