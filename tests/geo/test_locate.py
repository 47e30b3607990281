"""Which place a point lies in, and how sure that is."""

from __future__ import annotations

import math
import random

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.models import Certainty, Place
from geo.problems import Invalid
from geo.services.locate import Location, locate_point, locate_points
from tests.geo.shapes import colonia, hamlet, lonlat

pytestmark = pytest.mark.django_db


def at(east_m: float, north_m: float, accuracy_m: float | None = None) -> Location:
    """Where the point is; without its distance to the border it is the same place with the same doubts."""
    point = (*lonlat(east_m, north_m), accuracy_m)
    found = locate_point(*point)
    assert locate_points([point], distances=False) == [found._replace(distance_to_border_m=None)]
    return found


@pytest.fixture
def two_colonias() -> None:
    colonia("A", 0, 0, 500, 500)
    colonia("B", 500, 0, 1000, 500)


def test_a_fix_well_inside_a_colonia_is_certain(two_colonias: None) -> None:
    found = at(250, 250, 10)
    assert (found.place_code, found.place_name, found.certainty) == ("A", "Colonia A", Certainty.CERTAIN)
    assert found.candidates == ()
    assert found.distance_to_border_m == pytest.approx(250, abs=0.1)


def test_a_fix_that_may_lie_in_either_of_two_colonias_names_both_its_own_first(two_colonias: None) -> None:
    assert at(505, 250, 8)[1:5] == ("B", "Colonia B", Certainty.UNCERTAIN, ("B", "A"))
    assert at(495, 250, 8)[1:5] == ("A", "Colonia A", Certainty.UNCERTAIN, ("A", "B"))
    assert at(495, 250, 4).certainty == Certainty.CERTAIN


def test_a_fix_where_four_colonias_meet_names_all_four(two_colonias: None) -> None:
    colonia("C", 0, 500, 500, 1000)
    colonia("D", 500, 500, 1000, 1000)
    found = at(503, 496, 6)
    assert found.candidates[0] == "B"
    assert sorted(found.candidates) == ["A", "B", "C", "D"]


def test_a_point_set_by_hand_is_certain_even_near_a_border(two_colonias: None) -> None:
    assert at(499, 250).certainty == Certainty.CERTAIN


def test_a_point_exactly_on_a_border_is_in_doubt_whatever_its_accuracy() -> None:
    for code, west in (("A", -106.5), ("B", -106.25)):
        boundary = MultiPolygon(Polygon.from_bbox((west, 23.0, west + 0.25, 23.25)), srid=4326)
        Place.objects.create(
            code=code, kind="colonia", name=code, boundary=boundary, centre=boundary.centroid
        )
    found = locate_point(-106.25, 23.125)
    assert found.certainty == Certainty.UNCERTAIN
    assert found.candidates == ("A", "B")
    assert found.distance_to_border_m == 0


def test_the_smallest_of_nested_colonias_owns_the_point() -> None:
    colonia("BIG", 0, 0, 1000, 1000)
    colonia("SMALL", 400, 400, 600, 600)
    assert at(500, 500, 5).place_code == "SMALL"
    assert at(300, 300, 5).place_code == "BIG"


def test_the_border_of_a_nested_colonia_is_a_border_for_both() -> None:
    colonia("BIG", 0, 0, 1000, 1000)
    colonia("SMALL", 400, 400, 600, 600)
    inside, outside = at(405, 500, 8), at(395, 500, 8)
    assert (inside.certainty, inside.candidates) == (Certainty.UNCERTAIN, ("SMALL", "BIG"))
    assert (outside.certainty, outside.candidates) == (Certainty.UNCERTAIN, ("BIG", "SMALL"))
    assert inside.distance_to_border_m == pytest.approx(5, abs=0.01)
    assert outside.distance_to_border_m == pytest.approx(5, abs=0.01)
    assert at(300, 500, 8).distance_to_border_m == pytest.approx(100, abs=0.05)


def test_leaving_a_nested_colonia_where_it_shares_the_outer_border_is_no_doubt() -> None:
    colonia("BIG", 0, 0, 1000, 1000)
    colonia("COAST", 400, 0, 600, 200)
    assert at(500, 5, 10).certainty == Certainty.CERTAIN  # beyond that border lies the sea
    assert at(500, 195, 10).candidates == ("COAST", "BIG")


def test_near_the_outer_edge_with_no_neighbour_a_fix_is_certain(two_colonias: None) -> None:
    found = at(3, 250, 10)
    assert (found.place_code, found.certainty) == ("A", Certainty.CERTAIN)
    assert found.distance_to_border_m == pytest.approx(3, abs=0.01)


def test_a_neighbour_across_an_unclaimed_street_counts_when_within_the_accuracy() -> None:
    colonia("A", 0, 0, 490, 500)
    colonia("B", 502, 0, 1000, 500)
    assert at(485, 250, 10).certainty == Certainty.CERTAIN
    assert at(485, 250, 20).candidates == ("A", "B")


def test_a_fix_in_the_street_between_two_colonias_belongs_to_none_and_names_both() -> None:
    colonia("A", 0, 0, 490, 500)
    colonia("B", 502, 0, 1000, 500)
    found = at(495, 250, 10)
    assert (found.place_code, found.certainty, found.candidates) == (None, Certainty.UNCERTAIN, ("A", "B"))
    assert found.distance_to_border_m == pytest.approx(5, abs=0.01)
    assert at(495, 250).certainty == Certainty.OUTSIDE


def test_outside_every_boundary_the_nearest_comunidad_within_reach_takes_the_point(settings) -> None:
    colonia("A", 0, 0, 500, 500)
    hamlet("NEAR", 3000, 0)
    hamlet("FAR", 4000, 0)
    found = at(2600, 0, 10)
    assert found[1:5] == ("NEAR", "Comunidad NEAR", Certainty.NEAREST, ())
    assert found.distance_to_border_m is None  # no boundary within reach
    assert at(3000, 1999.5).place_code == "NEAR"
    assert at(3000, 2000.5).certainty == Certainty.OUTSIDE
    settings.LOCATE_NEAREST_M = 100
    assert at(2600, 0, 10).certainty == Certainty.OUTSIDE


def test_a_colonia_never_takes_a_point_that_it_does_not_cover() -> None:
    colonia("A", 0, 0, 500, 500)
    found = at(600, 250, 10)
    assert (found.place_id, found.certainty, found.candidates) == (None, Certainty.OUTSIDE, ())
    assert found.distance_to_border_m == pytest.approx(100, abs=0.05)


def test_a_comunidad_with_a_boundary_is_near_by_its_boundary() -> None:
    colonia("C", 0, 0, 500, 500, kind="comunidad")
    hamlet("H", 1000, 250)
    assert at(600, 250).place_code == "C"
    assert at(800, 250).place_code == "H"


def test_a_fix_between_two_comunidades_within_its_accuracy_is_uncertain() -> None:
    hamlet("H1", 0, 0)
    hamlet("H2", 30, 0)
    found = at(10, 0, 50)
    assert (found.place_code, found.certainty, found.candidates) == ("H1", Certainty.UNCERTAIN, ("H1", "H2"))
    assert at(10, 0, 5).certainty == Certainty.NEAREST


def test_a_comunidad_known_as_a_point_inside_the_boundary_is_no_rival() -> None:
    colonia("A", 0, 0, 500, 500)
    hamlet("INSIDE", 250, 250)
    hamlet("BEYOND", 510, 250)
    assert at(255, 250, 20).certainty == Certainty.CERTAIN
    assert at(495, 250, 20).candidates == ("A", "BEYOND")


def test_swapped_coordinates_are_outside(two_colonias: None) -> None:
    lon, lat = lonlat(250, 250)
    with pytest.raises(Invalid):
        locate_point(lat, lon)
    assert locate_point(lat, -lat).certainty == Certainty.OUTSIDE


@pytest.mark.parametrize(
    ("point", "field"),
    [
        ((math.nan, 23.0, None), "lon"),
        ((-106.0, math.nan, None), "lat"),
        ((math.inf, 23.0, None), "lon"),
        ((-181.0, 23.0, None), "lon"),
        ((-106.0, 90.5, None), "lat"),
        ((-106.0, 23.0, -1.0), "accuracy_m"),
        ((-106.0, 23.0, math.nan), "accuracy_m"),
        ((-106.0, 23.0, math.inf), "accuracy_m"),
    ],
)
def test_what_is_not_a_point_is_refused_by_name(point, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        locate_points([(-106.0, 23.0, None), point])
    assert [error["pointer"] for error in refusal.value.errors] == [f"/1/{field}"]


def test_the_poles_and_the_antimeridian_are_merely_outside() -> None:
    corners = [(lon, lat, 10.0) for lon in (-180.0, 0.0, 180.0) for lat in (-90.0, 90.0)]
    assert {found.certainty for found in locate_points(corners)} == {Certainty.OUTSIDE}


def test_without_a_territory_everything_is_outside_and_no_points_give_none() -> None:
    assert locate_point(-106.4, 23.2, 5).certainty == Certainty.OUTSIDE
    assert locate_points([]) == []


def test_any_number_of_points_is_one_statement_in_the_order_given(two_colonias: None) -> None:
    points = [(*lonlat(east, 250), 5.0) for east in (750, 250, 2000, 502, 250)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = locate_points(points)
    assert [place.place_code for place in found] == ["B", "A", None, "B", "A"]
    assert found == [locate_point(*point) for point in points]
    assert len(queries) == 1


def test_an_absurd_accuracy_counts_as_the_reach_of_a_comunidad(two_colonias: None) -> None:
    colonia("FAR", 5000, 0, 5500, 500)
    assert at(250, 250, 1e7).candidates == ("A", "B")


def test_distances_and_candidates_agree_with_geography_over_random_territory() -> None:
    """An independent check: geography's own functions, place by place."""
    chance = random.Random(7)
    for number in range(30):
        west, south = chance.uniform(0, 4000), chance.uniform(0, 4000)
        colonia(
            f"P{number:02}", west, south, west + chance.uniform(200, 900), south + chance.uniform(200, 900)
        )
    points = [
        (*lonlat(chance.uniform(-300, 5000), chance.uniform(-300, 5000)), chance.choice([None, 5.0, 60.0]))
        for _ in range(300)
    ]
    for (lon, lat, _accuracy), found in zip(points, locate_points(points), strict=True):
        covering = Place.objects.filter(boundary__covers=Point(lon, lat, srid=4326))
        codes = {place.code: place.boundary.transform(6933, clone=True).area for place in covering}
        assert found.place_code == (min(codes, key=codes.__getitem__) if codes else None)
        if len(codes) == 1:
            metres = _border_by_geography(found.place_code, lon, lat)
            assert found.distance_to_border_m == pytest.approx(metres, abs=0.02)


def _border_by_geography(code: str | None, lon: float, lat: float) -> float:
    """Metres to the border of a place or of any smaller one, by PostGIS's geography."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT min(ST_Distance(CASE WHEN p.id = own.id THEN ST_Boundary(p.boundary) ELSE p.boundary END
                          ::geography, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography))
               FROM geo_place own JOIN geo_place p
                 ON ST_Area(p.boundary::geography) <= ST_Area(own.boundary::geography)
               WHERE own.code = %s""",
            [lon, lat, code],
        )
        return cursor.fetchone()[0]


def test_a_boundary_of_several_parts_with_a_hole_is_measured_whole() -> None:
    ring = GEOSGeometry(
        "SRID=4326;MULTIPOLYGON(((-106.4 23.2,-106.39 23.2,-106.39 23.21,-106.4 23.21,-106.4 23.2),"
        "(-106.396 23.204,-106.394 23.204,-106.394 23.206,-106.396 23.206,-106.396 23.204)),"
        "((-106.3 23.2,-106.29 23.2,-106.29 23.21,-106.3 23.21,-106.3 23.2)))"
    )
    Place.objects.create(code="M", kind="colonia", name="M", boundary=ring, centre=ring.point_on_surface)
    assert locate_point(-106.295, 23.205).place_code == "M"
    assert locate_point(-106.395, 23.205).certainty == Certainty.OUTSIDE
    assert locate_point(-106.3965, 23.205).distance_to_border_m == pytest.approx(51, abs=1)
