"""In which order to go to some points: the nearest first, then bettered until no change shortens the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy

from geo.ellipsoid import Floats, distance_matrix

#: Shorter by less than this is no better, in metres.
_WORTH_M: Final = 0.01
#: Each round of changes shortens the way; so many are never needed.
_ROUNDS: Final = 60

LonLat = tuple[float, float]


def visiting_order(points: Sequence[LonLat], start: LonLat | None = None) -> list[int]:
    """The indices of the points in a short order from ``start``, without coming back to it.

    Nearest neighbour, then 2-opt and Or-opt in turn over distances in a straight line on the
    ellipsoid. Without a start, the way may begin at any of the points. 300 points take a moment.
    """
    if not points:
        return []
    metres = _with_start(points, start)
    way = _nearest_first(metres)
    for _round in range(_ROUNDS):
        if not (_two_opt(way, metres) | _or_opt(way, metres)):
            break
    return [node - 1 for node in way[1:]]


def leg_lengths(points: Sequence[LonLat], start: LonLat | None = None) -> list[float]:
    """Metres to each point from the one before it; to the first from ``start``, 0 without one."""
    if not points:
        return []
    metres = distance_matrix([start or points[0], *points])
    return [float(metres[at, at + 1]) for at in range(len(points))]


def _with_start(points: Sequence[LonLat], start: LonLat | None) -> Floats:
    """Distances with the start as node 0; no start is one that lies at no distance from any point."""
    metres = distance_matrix([start or points[0], *points])
    if start is None:
        metres[0, :] = metres[:, 0] = 0
    return metres


def _nearest_first(metres: Floats) -> list[int]:
    left = numpy.ones(len(metres), dtype=bool)
    way, left[0] = [0], False
    while left.any():
        far = numpy.where(left, metres[way[-1]], numpy.inf)
        way.append(int(far.argmin()))
        left[way[-1]] = False
    return way


def _two_opt(way: list[int], metres: Floats) -> bool:
    """Turn stretches of the way around wherever that shortens it."""
    better = False
    for begin in range(1, len(way) - 1):
        nodes = numpy.array(way)
        before, first = nodes[begin - 1], nodes[begin]
        lasts = nodes[begin + 1 :]
        # Past the end of the way there is nothing to come to.
        afters = nodes[begin + 2 :]
        saved = metres[before, first] - metres[before, lasts]
        saved[:-1] += metres[lasts[:-1], afters] - metres[first, afters]
        best = int(saved.argmax())
        if saved[best] > _WORTH_M:
            end = begin + 1 + best
            way[begin : end + 1] = way[begin : end + 1][::-1]
            better = True
    return better


def _or_opt(way: list[int], metres: Floats) -> bool:
    """Move stretches of one to three points to where they fit better, either way around."""
    better = False
    for long in (1, 2, 3):
        for begin in range(1, len(way) - long + 1):
            stretch = way[begin : begin + long]
            rest = numpy.array(way[:begin] + way[begin + long :])
            if len(rest) < 2:
                continue
            cut = metres[way[begin - 1], stretch[0]]
            if begin + long < len(way):
                after = way[begin + long]
                cut += metres[stretch[-1], after] - metres[way[begin - 1], after]
            forth, there = _put(rest, stretch[0], stretch[-1], metres)
            back, there_back = _put(rest, stretch[-1], stretch[0], metres)
            if cut - min(forth, back) > _WORTH_M:
                at, piece = (there, stretch) if forth <= back else (there_back, stretch[::-1])
                kept = rest.tolist()
                way[:] = [*kept[: at + 1], *piece, *kept[at + 1 :]]
                better = True
    return better


def _put(rest: numpy.ndarray, head: int, tail: int, metres: Floats) -> tuple[float, int]:
    """The least that a stretch adds to the rest, and after which of its nodes."""
    added = metres[rest, head].copy()
    added[:-1] += metres[tail, rest[1:]] - metres[rest[:-1], rest[1:]]
    best = int(added.argmin())
    return float(added[best]), best
