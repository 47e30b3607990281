"""Cells: the arithmetic is H3's own, in Python and in SQL."""

from __future__ import annotations

import json
import random

import h3.api.basic_int as h3
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from field.models import Petition
from geo.maps.cells import (
    cell_counts,
    cell_of,
    cells_body,
    parent_masks,
    resolution_for,
    resolution_of,
    stored_range,
)
from geo.maps.classes import quantile_classes
from geo.problems import NotFound
from tests.mapped import make_town

latitudes, longitudes = st.floats(-89, 89), st.floats(-180, 180)


@given(latitudes, longitudes, st.integers(0, 10))
def test_a_parent_by_bits_is_the_parent_by_the_library(lat, lng, resolution):
    cell = h3.latlng_to_cell(lat, lng, 10)
    keep, put = parent_masks(resolution)
    assert cell & keep | put == h3.cell_to_parent(cell, resolution)
    assert resolution_of(h3.cell_to_parent(cell, resolution)) == resolution


@given(latitudes, longitudes, st.integers(5, 10))
def test_the_children_of_a_cell_are_one_range_of_numbers(lat, lng, resolution):
    cell = h3.latlng_to_cell(lat, lng, 10)
    first, last = stored_range(h3.cell_to_parent(cell, resolution))
    assert first <= cell <= last
    for neighbour in h3.grid_disk(cell, 2):
        inside = h3.cell_to_parent(neighbour, resolution) == h3.cell_to_parent(cell, resolution)
        assert (first <= neighbour <= last) == inside


def test_no_parent_is_finer_than_what_is_stored():
    with pytest.raises(ValueError, match="no cell has a parent"):
        parent_masks(11)


@pytest.mark.django_db
def test_sql_finds_the_same_parents_as_the_library():
    chance = random.Random(5)
    cells = [h3.latlng_to_cell(chance.uniform(-80, 80), chance.uniform(-180, 180), 10) for _ in range(300)]
    for resolution in range(11):
        keep, put = parent_masks(resolution)
        with connection.cursor() as cursor:
            cursor.execute("SELECT c & %s | %s FROM unnest(%s::bigint[]) AS c", [keep, put, cells])
            assert [row[0] for row in cursor] == [h3.cell_to_parent(cell, resolution) for cell in cells]


@pytest.mark.django_db
@pytest.mark.parametrize("resolution", [6, 8, 10])
def test_counts_by_cell_add_up_to_the_rows(resolution):
    town = make_town()
    counts = dict(cell_counts(Petition.objects.all(), resolution=resolution))
    expected: dict[int, int] = {}
    for petition in town.petitions:
        parent = h3.cell_to_parent(petition.cell, resolution)
        expected[parent] = expected.get(parent, 0) + 1
    assert counts == expected


@pytest.mark.django_db
def test_a_box_keeps_only_the_cells_whose_centre_is_in_it():
    make_town()
    every = cell_counts(Petition.objects.all(), resolution=9)
    some = cell_counts(Petition.objects.all(), resolution=9, bbox=(-106.44, 23.0, -106.42, 23.4))
    assert 0 < len(some) < len(every)
    assert set(some) <= set(every)


def test_outlines_are_hexagons_around_their_cell():
    cell = h3.latlng_to_cell(23.2494, -106.4111, 9)
    body = json.loads(
        cells_body([(cell, 4)], bbox=(-107, 23, -106, 24), scale=quantile_classes([4]), words={"one": "x"})
    )
    index, count, name, *steps = body["cells"][0]
    assert (index, count, int(name, 16)) == (0, 4, cell)
    lat, lng = steps[0] / 1e5, steps[1] / 1e5
    first = h3.cell_to_boundary(cell)[0]
    assert abs(lat - first[0]) < 1e-5
    assert abs(lng - first[1]) < 1e-5
    assert len(steps) == 12


def test_a_closer_look_has_finer_cells():
    asked = [resolution_for(zoom) for zoom in range(20)]
    assert asked == sorted(asked)
    assert asked[0] == 6
    assert asked[-1] == 10


NO_CELLS = ["", "zz", "0", "8928308280fffffff0", "-1", "8b283082800afff", "8001fffffffffff"]


@pytest.mark.parametrize("text", NO_CELLS)
def test_what_is_no_cell_is_not_found(text):
    with pytest.raises(NotFound):
        cell_of(text)
