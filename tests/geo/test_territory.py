"""Single writes of the territory, and what is worked out from its boundaries."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from geo.models import Municipality, Place
from geo.problems import Invalid
from geo.services.territory import refresh_simple_boundaries, save_municipality, save_place
from tests.geo.shapes import box, colonia, hamlet, lonlat

pytestmark = pytest.mark.django_db
COLONIA, COMUNIDAD = Place.Kind.COLONIA, Place.Kind.COMUNIDAD


def test_a_place_is_written_with_its_area_and_a_centre_inside() -> None:
    place = save_place(code="1", kind=COLONIA, name="Centro", boundary=box(0, 0, 400, 400), population=10)
    assert place.area_m2 == pytest.approx(160_000, rel=0.001)
    assert place.boundary.contains(place.centre)
    assert place.simple_boundary is not None
    again = save_place(code="1", kind=COLONIA, name="Centro", boundary=box(0, 0, 800, 400))
    assert (again.pk, again.population) == (place.pk, 10)
    assert again.area_m2 == pytest.approx(320_000, rel=0.001)


def test_an_invalid_boundary_is_mended_and_one_without_area_refused() -> None:
    corners = [lonlat(*each) for each in ((0, 0), (400, 400), (400, 0), (0, 400), (0, 0))]
    bowtie = MultiPolygon(Polygon(corners), srid=4326)
    assert save_place(code="1", kind=COLONIA, name="Moño", boundary=bowtie).boundary.valid
    flat = MultiPolygon(Polygon([(0, 0), (1, 1), (2, 2), (0, 0)]), srid=4326)
    with pytest.raises(Invalid):
        save_place(code="2", kind=COLONIA, name="Raya", boundary=flat)


def test_a_colonia_needs_its_boundary_and_a_comunidad_at_least_its_point() -> None:
    point = Point(*lonlat(0, 0), srid=4326)
    assert save_place(code="1", kind=COMUNIDAD, name="El Palmar", centre=point).boundary is None
    for kind, centre in ((COLONIA, point), (COMUNIDAD, None)):
        with pytest.raises(Invalid):
            save_place(code="2", kind=kind, name="Nada", centre=centre)


def test_overlapping_places_still_get_a_simple_boundary() -> None:
    colonia("A", 0, 0, 500, 500)
    colonia("B", 250, 0, 750, 500)
    colonia("C", 100, 100, 200, 200)
    hamlet("H", 0, 0)
    refresh_simple_boundaries()
    for place in Place.objects.filter(boundary__isnull=False):
        assert place.simple_boundary.valid
        assert place.simple_boundary.area == pytest.approx(place.boundary.area, rel=0.01)
    assert Place.objects.get(code="H").simple_boundary is None


def test_a_municipality_of_points_has_a_centre_and_one_of_nothing_cannot_be() -> None:
    with pytest.raises(Invalid):
        save_municipality(name="Nada")
    hamlet("1", 0, 0)
    hamlet("2", 200, 0)
    saved = save_municipality(name="Puerto")
    assert saved.boundary is None
    assert saved.centre.coords == pytest.approx(lonlat(100, 0))


def test_a_boundary_once_given_no_longer_follows_the_places() -> None:
    colonia("A", 0, 0, 500, 500)
    assert save_municipality(name="Puerto").boundary_is_derived
    save_municipality(boundary=box(-100, -100, 2000, 2000))
    colonia("B", 500, 0, 1000, 500)
    saved = save_municipality(name="Puerto Aldaba")
    assert (saved.name, saved.boundary_is_derived) == ("Puerto Aldaba", False)
    assert saved.boundary.equals(box(-100, -100, 2000, 2000))
    assert Municipality.objects.count() == 1


def test_islands_do_not_pull_the_centre_to_sea() -> None:
    colonia("A", 0, 0, 500, 500)
    colonia("ISLA", 90_000, 0, 90_100, 100)
    assert save_municipality(name="Puerto").centre.coords == pytest.approx(lonlat(250, 250), abs=1e-6)
