"""Puerto Aldaba's colonias tile its city, and are the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from django.db import connection

from backend.demo import geography, names, territory
from backend.demo.load import Loaded
from backend.demo.streets import Streets
from geo.models import Place


def sketch(seed: int) -> territory.Territory:
    return territory.sketch_territory(np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(6))
def test_colonias_cover_the_built_city_without_gaps_or_overlaps(seed: int) -> None:
    land = sketch(seed)
    shapes = [site.shape for site in land.sites if not site.rural]
    assert len(shapes) == territory.COLONIAS
    assert shapely.coverage_is_valid(shapes)
    city = geography.built(land.land)
    together = shapely.union_all(shapes)
    assert together.area == pytest.approx(sum(shape.area for shape in shapes))
    # Rocks in the surf and the half metre to which lines are snapped are all that may be missing.
    assert city.symmetric_difference(together).area < 0.002 * city.area


def test_the_same_seed_draws_the_same_territory_to_the_byte() -> None:
    def drawn(seed: int) -> list[tuple[object, ...]]:
        return [
            (site.code, site.name, site.population, site.marginalisation, shapely.to_wkb(site.shape))
            for site in sketch(seed).sites
        ]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_names_and_codes_are_given_once() -> None:
    sites = sketch(1).sites
    assert len({site.name for site in sites}) == len({site.code for site in sites}) == len(sites)
    assert len(sites) == territory.COLONIAS + len(names.COMUNIDADES)


def test_people_add_up_and_hillsides_are_poorer_than_the_beach() -> None:
    sites = sketch(1).sites
    assert sum(site.population for site in sites) == pytest.approx(territory.POPULATION, abs=100)
    index = {
        kind: np.mean([site.marginalisation for site in sites if site.kind == kind])
        for kind in ("informal", "popular", "residencial")
    }
    assert index["informal"] < index["popular"] < index["residencial"]


def test_houses_stand_in_their_place_and_have_an_address() -> None:
    site = sketch(1).sites[30]
    streets = Streets(site)
    houses = streets.houses(np.random.default_rng(1), 50)
    assert shapely.contains_xy(site.shape, houses).all()
    street, between = streets.address(houses[0])
    assert street.startswith("Calle ")
    assert between.startswith("entre Calle ")


@pytest.mark.django_db
def test_stored_boundaries_are_valid_and_do_not_overlap(demo: Loaded) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(ST_IsValid(boundary)), sum(ST_Area(boundary)), ST_Area(ST_Union(boundary)),"
            "       bool_and(ST_IsValid(simple_boundary)), bool_and(area_m2 > 0) FROM geo_place"
            " WHERE boundary IS NOT NULL"
        )
        valid, apart, together, simple, areas = cursor.fetchone()
    assert valid
    assert simple
    assert areas
    assert apart == pytest.approx(together, rel=1e-9)
    assert Place.objects.filter(boundary=None).count() > 10
