"""Cuts the sketched city into colonias that tile it: avenues first, then streets and lanes."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import affinity
from shapely.ops import split

from backend.demo import geography
from backend.demo.geography import Sector

#: Lines meet on a grid of half a metre, so that neighbours share their very vertices.
GRID_KM = 0.0005
#: Kinds whose borders wander (built without a plan) instead of following a street grid.
WANDERING = frozenset({"informal"})


@dataclass(frozen=True)
class Parcel:
    """A colonia before it has a name, in sketch kilometres."""

    shape: shapely.Polygon
    sector: Sector


def cut_city(rng: np.random.Generator, *, land: Any, count: int) -> list[Parcel]:
    """``count`` parcels that tile the built city without gaps or overlaps."""
    blocks = _blocks(geography.built(land))
    return _noded(_split_until(rng, blocks, count))


def _blocks(built: Any) -> list[shapely.Polygon]:
    """What the main avenues and the railway leave of the city, crumbs joined to a neighbour."""
    network = shapely.union_all([built.boundary, *geography.barriers()], grid_size=GRID_KM)
    faces = [
        face
        for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
        if built.buffer(GRID_KM).contains(face)
    ]
    return _join_crumbs(faces, smallest=0.12)


def _join_crumbs(faces: list[shapely.Polygon], *, smallest: float) -> list[shapely.Polygon]:
    """Gives each face under ``smallest`` km² to the neighbour it shares most border with."""
    faces = sorted(faces, key=lambda face: face.area)
    kept: list[shapely.Polygon] = []
    while faces:
        face = faces.pop(0)
        others = faces + kept
        shared = [face.boundary.intersection(other.boundary).length for other in others]
        if face.area >= smallest:
            kept.append(face)
        elif shared and max(shared) > 0.02:
            best = int(np.argmax(shared))
            joined: Any = shapely.union(face, others[best], grid_size=GRID_KM)
            if best < len(faces):
                faces[best] = joined
            else:
                kept[best - len(faces)] = joined
        # a crumb that touches nobody (a rock in the surf) stays unbuilt
    return kept


def _sector_of(shape: shapely.Polygon, among: tuple[Sector, ...]) -> Sector:
    centre = shape.representative_point()
    return min(among, key=lambda sector: centre.distance(shapely.Point(sector.at)))


def _split_until(
    rng: np.random.Generator, blocks: list[shapely.Polygon], count: int
) -> list[tuple[shapely.Polygon, Sector]]:
    """Always halves the piece that is largest for its sector, until there are ``count``."""
    order = itertools.count()

    def entry(shape: shapely.Polygon, among: tuple[Sector, ...]) -> Any:
        sector = _sector_of(shape, among)
        wanted = sector.hectares / 100 * rng.uniform(0.7, 1.35)
        return (-shape.area / wanted, next(order), shape, sector, among)

    heap = []
    for block in blocks:
        inside = tuple(s for s in geography.SECTORS if block.contains(shapely.Point(s.at)))
        heap.append(entry(block, inside or (_sector_of(block, geography.SECTORS),)))
    heapq.heapify(heap)
    while len(heap) < count:
        _, _, shape, sector, among = heapq.heappop(heap)
        for half in _halves(rng, shape, sector):
            heapq.heappush(heap, entry(half, among))
    return [(shape, sector) for _, _, shape, sector, _ in sorted(heap, key=lambda item: item[1])]


def _halves(
    rng: np.random.Generator, shape: shapely.Polygon, sector: Sector
) -> tuple[shapely.Polygon, shapely.Polygon]:
    """Two parts of ``shape``, cut across its longer side along the sector's streets."""
    upright = affinity.rotate(shape, -sector.angle, origin=(0, 0))
    for _attempt in range(40):
        line = _cutting_line(rng, upright, wandering=sector.kind in WANDERING)
        parts = sorted(split(upright, line).geoms, key=lambda part: part.area)
        if len(parts) == 2 and parts[0].area > 0.28 * upright.area:
            break
        if len(parts) > 2:
            rest = shapely.union_all(parts[:-1])
            if rest.geom_type == "Polygon" and 0.28 < rest.area / upright.area < 0.72:
                parts = [rest, parts[-1]]
                break
    else:
        raise ValueError(f"no street cuts the {sector.kind} block at {sector.at}")
    one, other = (_largest(affinity.rotate(part, sector.angle, origin=(0, 0))) for part in parts)
    return one, other


def _cutting_line(rng: np.random.Generator, shape: shapely.Polygon, *, wandering: bool) -> shapely.LineString:
    west, south, east, north = shape.bounds
    turn = rng.random() < 0.12  # now and then across the shorter side
    along_x = ((east - west) < (north - south)) != turn
    low, high, near, far = (south, north, west, east) if along_x else (west, east, south, north)
    at = low + (high - low) * rng.uniform(0.34, 0.66)
    start, end = near - 0.1, far + 0.1
    if wandering:
        steps = np.arange(start, end + 0.09, 0.09)
        drift = np.cumsum(rng.normal(0, 0.022, len(steps)))
        path = [(step, at + offset) for step, offset in zip(steps, drift - drift.mean(), strict=True)]
    else:
        path = [(start, at)]
        for jog in sorted(rng.uniform(near, far, rng.integers(0, 3))):
            path.append((jog, at))
            at += rng.choice([-0.11, 0.11])
            path.append((jog, at))
        path.append((end, at))
    return shapely.LineString(path if along_x else [(y, x) for x, y in path])


def _noded(pieces: list[tuple[shapely.Polygon, Sector]]) -> list[Parcel]:
    """The same pieces with every shared border noded alike, so that they are a valid coverage."""
    network = shapely.union_all([shape.boundary for shape, _ in pieces], grid_size=GRID_KM)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    tree = shapely.STRtree([shape for shape, _ in pieces])
    mine: list[list[shapely.Polygon]] = [[] for _ in pieces]
    for face in faces:
        owners = tree.query(face.representative_point(), predicate="within")
        if len(owners):
            mine[int(owners[0])].append(face)
    return [
        Parcel(
            shape=max(shapely.get_parts(shapely.coverage_union_all(parts)), key=lambda part: part.area),
            sector=sector,
        )
        for parts, (_, sector) in zip(mine, pieces, strict=True)
    ]


def _largest(shape: Any) -> shapely.Polygon:
    polygon: shapely.Polygon = max(shapely.get_parts(shape), key=lambda part: part.area)
    return polygon
