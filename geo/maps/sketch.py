"""A map for paper, drawn by the server as SVG: outlines and names of places, numbered points, north, scale.

It prints sharply at any size, needs neither script nor tiles, and stands in a page as well as in a PDF.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy
import shapely
from django.db import connection
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geo.ellipsoid import Floats
from geo.maps.extent import initial_bounds
from geo.maps.frame import Frame, bounds_of, spread_apart
from geo.maps.shell import Bounds

#: Longitude, latitude, and the number or letter that the point carries; without one it is a pin.
Mark = tuple[float, float, str]

# As tokens.css has them: ink, land, beyond, line-strong, ink-muted, bronze.
_INK, _LAND, _BEYOND, _LINE, _MUTED, _PIN = "#221a13", "#fbf8f3", "#dde5e8", "#8c7f70", "#5e5348", "#875818"
_FACE: Final = "Atkinson Hyperlegible Next Variable, Atkinson Hyperlegible Next, sans-serif"
_NAME_MM: Final = 2.5
#: A letter's mean width as a share of its height, to tell which names have room.
_LETTER: Final = 0.54
#: Past so many metres across, outlines simplified for the screen are as good as the full ones.
_SIMPLE_FROM_M: Final = 6_000

_OUTLINES: Final = """
    SELECT name, ST_AsBinary(ST_ClipByBox2D(coalesce(CASE WHEN %(simple)s THEN simple_boundary END, boundary),
                                            ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)))
    FROM geo_place
    WHERE boundary IS NOT NULL
        AND coalesce(boundary, centre) && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)
    ORDER BY area_m2 DESC NULLS FIRST
"""
_LAND_SHAPE: Final = """
    SELECT ST_AsBinary(ST_ClipByBox2D(boundary, ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)))
    FROM geo_municipality WHERE boundary IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Spots:
    """Where points lie on the sheet and where they are drawn, a row each, in millimetres."""

    true: Floats
    drawn: Floats
    radius: float


def sketch_map(
    *,
    points: Sequence[Mark],
    size_mm: tuple[float, float],
    bounds: Bounds | None = None,
    joined: bool = False,
    title: str = "",
) -> SafeString:
    """An ``<svg>`` of so many millimetres of ``bounds``, or else of all the points, or else of the city.

    The first points lie on top; points that would cover each other are drawn apart, tied by a thin line
    to where they belong. ``joined`` draws a line through them in their order. ``title`` is read to those
    who do not see.
    """
    around = bounds or (bounds_of([mark[:2] for mark in points]) if points else initial_bounds())
    frame = Frame.around(around, size_mm)
    west, south, east, north = frame.bounds
    shown = [mark for mark in points if west <= mark[0] <= east and south <= mark[1] <= north]
    spots = _spots(frame, shown)
    parts = [
        *_ground(frame, spots),
        *_marks(shown, spots, joined=joined),
        _north(frame),
        *_scale_bar(frame),
    ]
    width, height = size_mm
    clip = f"hoja-{width:g}-{height:g}".replace(".", "_")
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{_text(title or _("Croquis"))}" '
        f'font-family="{_FACE}"><defs><clipPath id="{clip}"><rect width="{width:g}" height="{height:g}"/>'
        f'</clipPath></defs><g clip-path="url(#{clip})">{"".join(parts)}</g>'
        f'<rect x="0.15" y="0.15" width="{width - 0.3:g}" height="{height - 0.3:g}" fill="none" '
        f'stroke="{_LINE}" stroke-width="0.3"/></svg>'
    )


def _ground(frame: Frame, spots: Spots) -> Iterator[str]:
    """The land, the outlines of places, and their names where there is room."""
    west, south, east, north = frame.bounds
    # A little more than is shown, so that no clipped edge is drawn.
    beyond_x, beyond_y = (east - west) * 0.02, (north - south) * 0.02
    asked = {"w": west - beyond_x, "s": south - beyond_y, "e": east + beyond_x, "n": north + beyond_y}
    asked["simple"] = frame.width / frame.scale > _SIMPLE_FROM_M
    with connection.cursor() as cursor:
        cursor.execute(_LAND_SHAPE, asked)
        land = [_on_sheet(frame, shape) for (shape,) in cursor.fetchall()]
        cursor.execute(_OUTLINES, asked)
        places = [(name, _on_sheet(frame, shape)) for name, shape in cursor.fetchall()]
    yield f'<rect width="{frame.width:g}" height="{frame.height:g}" fill="{_BEYOND if land else "#fff"}"/>'
    line = f'fill-rule="evenodd" stroke="{_LINE}"'
    for shape in land:
        yield f'<path d="{_path(shape)}" fill="{_LAND}" stroke-width="0.3" {line}/>'
    for _name, shape in places:
        yield f'<path d="{_path(shape)}" fill="#fff" stroke-width="0.2" {line}/>'
    yield from _names(frame, places, spots)


def _on_sheet(frame: Frame, wkb: bytes) -> BaseGeometry:
    shape = shapely.transform(shapely.from_wkb(bytes(wkb)), frame.place)
    return shapely.simplify(shape, 0.08)


def _path(shape: BaseGeometry) -> str:
    """The rings of a polygon, or of several, as path data in hundredths of a millimetre."""
    rings = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type == "Polygon" and not polygon.is_empty:
            for ring in (polygon.exterior, *polygon.interiors):
                rings.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring.coords[:-1]) + "Z")
    return "".join(rings)


def _names(frame: Frame, places: Sequence[tuple[str, BaseGeometry]], spots: Spots) -> Iterator[str]:
    """The names that fit, the places that take most of the sheet first; none over another or a point."""
    sheet = shapely.box(0, 0, frame.width, frame.height)
    seen = [(name, shapely.intersection(shapely.make_valid(shape), sheet)) for name, shape in places]
    north, scale = (
        shapely.box(frame.width - 9, 0, frame.width, 13),
        shapely.box(0, frame.height - 8, 46, frame.height),
    )
    taken: list[BaseGeometry] = [
        north,
        scale,
        *(shapely.Point(at).buffer(spots.radius) for at in spots.drawn),
    ]
    for name, shape in sorted(seen, key=lambda one: -one[1].area):
        wide = len(name) * _NAME_MM * _LETTER
        if shape.is_empty or shape.area < wide * _NAME_MM:
            continue
        middle = shape.representative_point()
        x = min(max(middle.x, wide / 2 + 1), frame.width - wide / 2 - 1)
        # In the middle, or a line or two above or below it.
        for y in (middle.y + line * _NAME_MM for line in (0, -2, 2, -4, 4)):
            box = shapely.box(x - wide / 2, y - _NAME_MM, x + wide / 2, y + _NAME_MM / 2)
            if shape.covers(shapely.Point(x, y)) and not shapely.intersects(box, taken).any():
                taken.append(box)
                yield _written(x, y, name, size=_NAME_MM, colour=_MUTED)
                break


def _spots(frame: Frame, marks: Sequence[Mark]) -> Spots:
    radius = 2.3 if len(marks) <= 40 else 1.9 if len(marks) <= 120 else 1.6
    true = frame.place(numpy.array([mark[:2] for mark in marks], dtype=float).reshape(-1, 2))
    edge = radius + 0.4
    drawn = numpy.clip(spread_apart(true, 2 * radius + 0.2), edge, [frame.width - edge, frame.height - edge])
    return Spots(true, drawn, radius)


def _marks(marks: Sequence[Mark], spots: Spots, *, joined: bool) -> Iterator[str]:
    if joined and len(marks) > 1:
        way = " ".join(f"{x:.2f},{y:.2f}" for x, y in spots.drawn)
        dashes = 'fill="none" stroke-width="0.4" stroke-dasharray="1.2 0.8"'
        yield f'<polyline points="{way}" stroke="{_PIN}" {dashes}/>'
    for (_lon, _lat, label), at, belongs in reversed(list(zip(marks, spots.drawn, spots.true, strict=True))):
        yield from _mark(label, at, belongs, spots.radius) if label else [_pin(*belongs)]


def _mark(label: str, at: Floats, belongs: Floats, radius: float) -> Iterator[str]:
    """A dark circle with its number; off its own place, a dot there and a line to it."""
    (x, y), (own_x, own_y) = at, belongs
    yield '<g class="mark">'
    if numpy.hypot(x - own_x, y - own_y) > radius / 2:
        yield f'<path d="M{own_x:.2f} {own_y:.2f}L{x:.2f} {y:.2f}" stroke="{_INK}" stroke-width="0.25"/>'
        yield f'<circle cx="{own_x:.2f}" cy="{own_y:.2f}" r="0.5" fill="{_INK}"/>'
    yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="{_INK}" stroke="#fff" stroke-width="0.3"/>'
    size = radius * (1.25 if len(label) < 3 else 1.0)
    yield (
        f'<text x="{x:.2f}" y="{y + size * 0.35:.2f}" font-size="{size:.2f}" font-weight="700" fill="#fff" '
        f'text-anchor="middle">{_text(label)}</text></g>'
    )


def _pin(x: float, y: float) -> str:
    return (
        f'<path class="mark" d="M{x:.2f} {y:.2f}c-0.5 -1.8 -2.2 -2.8 -2.2 -4.8a2.2 2.2 0 0 1 4.4 0'
        f'c0 2 -1.7 3 -2.2 4.8z" fill="{_PIN}" stroke="#fff" stroke-width="0.3"/>'
        f'<circle cx="{x:.2f}" cy="{y - 4.8:.2f}" r="0.8" fill="#fff"/>'
    )


def _north(frame: Frame) -> str:
    x = frame.width - 5
    return (
        f'<path d="M{x:g} 2.5l1.8 5.5l-1.8 -1.2l-1.8 1.2z" fill="{_INK}"/>'
        f"{_written(x, 11.2, _('N'), size=3, colour=_INK)}"
    )


def _scale_bar(frame: Frame) -> Iterator[str]:
    metres = frame.round_metres(min(40.0, frame.width / 3))
    long, y = metres * frame.scale, frame.height - 3
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres} m"
    yield f'<path d="M3 {y - 1.5:g}v1.5h{long:.2f}v-1.5" fill="none" stroke="#fff" stroke-width="1.2"/>'
    yield (
        f'<path class="scale" data-metres="{metres}" d="M3 {y - 1.5:g}v1.5h{long:.2f}v-1.5" fill="none" '
        f'stroke="{_INK}" stroke-width="0.4"/>'
    )
    yield _written(3 + long / 2, y - 1.2, words, size=2.6, colour=_INK)


def _written(x: float, y: float, text: str, *, size: float, colour: str) -> str:
    """Text in the middle of ``x``, over a white edge that keeps it legible on lines."""
    at = f'x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" text-anchor="middle"'
    said = _text(text)
    return (
        f'<text {at} fill="none" stroke="#fff" stroke-width="0.8" stroke-linejoin="round" aria-hidden="true">'
        f'{said}</text><text {at} fill="{colour}">{said}</text>'
    )


def _text(text: str) -> str:
    """Escaped, and without the control characters that XML knows no way to write."""
    return escape("".join(letter for letter in text if letter.isprintable()))
