"""Maps for paper: true to scale, legible, and closed to whatever a name says."""

from __future__ import annotations

import math
import re
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection

from geo.ellipsoid import distance_matrix
from geo.maps.sketch import sketch_map
from tests.geo.shapes import EAST_M, LAT, LON, NORTH_M, colonia, lonlat

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


def drawn(**given) -> Element:
    return fromstring(sketch_map(**({"points": [], "size_mm": (180, 120)} | given)))


def marks(svg: Element) -> dict[str, tuple[float, float]]:
    """Where the circle of each number is drawn, in millimetres."""
    found = {}
    for group in svg.iter(f"{SVG}g"):
        if group.get("class") == "mark":
            circle = group.findall(f"{SVG}circle")[-1]
            found[group.findtext(f"{SVG}text")] = (float(circle.get("cx")), float(circle.get("cy")))
    return found


def mm_per_metre(svg: Element) -> float:
    bar = next(path for path in svg.iter(f"{SVG}path") if path.get("class") == "scale")
    return float(re.search(r"h([\d.]+)", bar.get("d"))[1]) / float(bar.get("data-metres"))


def test_distances_on_the_sheet_are_those_on_the_ground():
    svg = drawn(points=[(*lonlat(0, 0), "1"), (*lonlat(3000, 0), "2"), (*lonlat(0, 2000), "3")])
    found, scale = marks(svg), mm_per_metre(svg)
    assert math.dist(found["1"], found["2"]) / scale == pytest.approx(3000, rel=0.005)
    assert math.dist(found["1"], found["3"]) / scale == pytest.approx(2000, rel=0.005)
    assert found["3"][1] < found["1"][1] < 120  # north is up
    assert found["1"][0] < found["2"][0] < 180


def test_the_matrix_of_distances_agrees_with_the_ellipsoid_of_the_database():
    points = [lonlat(0, 0), lonlat(40, 25), lonlat(12_000, -7_000), lonlat(-30_000, 55_000)]
    matrix = distance_matrix(points)
    with connection.cursor() as cursor:
        for one, (lon, lat) in enumerate(points):
            for two, (lon2, lat2) in enumerate(points):
                cursor.execute(
                    "SELECT ST_Distance(ST_Point(%s, %s)::geography, ST_Point(%s, %s)::geography)",
                    [lon, lat, lon2, lat2],
                )
                assert matrix[one, two] == pytest.approx(cursor.fetchone()[0], rel=1e-5, abs=1e-6)


def test_one_point_is_shown_with_its_surroundings_and_a_name():
    colonia("A", -2000, -2000, 2000, 2000, name="Lomas del Mar")
    svg = drawn(points=[(LON, LAT, "")], size_mm=(80, 60))
    assert 80 / mm_per_metre(svg) == pytest.approx(500, rel=0.01)
    assert "Lomas del Mar" in [text.text for text in svg.iter(f"{SVG}text")]


def test_a_name_gives_way_to_the_points():
    colonia("A", -2000, -2000, 2000, 2000, name="Lomas del Mar")
    svg = drawn(points=[(LON, LAT, "1"), (*lonlat(900, 500), "2"), (*lonlat(-900, -500), "3")])
    [name] = [
        text for text in svg.iter(f"{SVG}text") if text.text == "Lomas del Mar" and text.get("stroke") is None
    ]
    assert all(
        math.dist((float(name.get("x")), float(name.get("y"))), at) > 2.3 for at in marks(svg).values()
    )


def test_points_on_one_spot_are_drawn_apart():
    found = marks(drawn(points=[(LON, LAT, str(n)) for n in range(1, 8)] + [(*lonlat(4000, 0), "8")]))
    assert len(found) == 8
    circles = list(found.values())
    assert all(math.dist(a, b) > 4 for n, a in enumerate(circles) for b in circles[n + 1 :])


def test_what_lies_outside_the_bounds_is_not_drawn():
    bounds = (LON, LAT, LON + 1000 / EAST_M, LAT + 1000 / NORTH_M)
    assert set(marks(drawn(points=[(*lonlat(500, 500), "1"), (*lonlat(9000, 500), "2")], bounds=bounds))) == {
        "1"
    }


def test_a_hostile_name_stays_text_and_the_drawing_stays_xml():
    hostile = '<script>alert(1)</script>"&\x01'
    colonia("A", -3000, -3000, 3000, 3000, name=hostile)
    svg = drawn(points=[(LON, LAT, hostile)], title=hostile)
    assert not [tag for tag in svg.iter() if "script" in tag.tag]
    assert svg.get("aria-label") == '<script>alert(1)</script>"&'


def test_without_points_or_territory_there_is_still_a_sheet():
    assert drawn().get("viewBox") == "0 0 180 120"


def test_nothing_in_the_drawing_needs_a_style_that_the_pages_policy_forbids():
    colonia("A", -3000, -3000, 3000, 3000)
    text = sketch_map(points=[(LON, LAT, "1")], size_mm=(80, 60), joined=True)
    assert "style" not in text
    assert "href" not in text
