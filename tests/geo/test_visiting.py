"""The order of a walk: complete, from where one stands, and about as short as can be."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.visiting import leg_lengths, visiting_order
from tests.geo.shapes import LAT, LON, lonlat


def length(points, order, start=None):
    return sum(leg_lengths([points[index] for index in order], start))


def scattered(count: int, seed: int) -> list[tuple[float, float]]:
    chance = random.Random(seed)
    return [lonlat(chance.uniform(0, 5000), chance.uniform(0, 5000)) for _ in range(count)]


@pytest.mark.parametrize("seed", range(12))
def test_seven_stops_are_within_a_few_percent_of_the_shortest_of_all_orders(seed):
    points, start = scattered(7, seed), lonlat(-500, 2500)
    best = min(length(points, order, start) for order in itertools.permutations(range(7)))
    assert length(points, visiting_order(points, start), start) <= best * 1.06


def test_on_a_street_one_walks_from_end_to_end():
    street = [lonlat(100 * n, 0) for n in (3, 0, 4, 1, 2)]
    assert visiting_order(street, lonlat(-50, 0)) == [1, 3, 4, 0, 2]
    assert visiting_order(street, lonlat(450, 0)) == [2, 0, 4, 3, 1]
    assert visiting_order(street) in ([1, 3, 4, 0, 2], [2, 0, 4, 3, 1])


def test_the_way_does_better_than_the_nearest_alone():
    worse = 0
    for seed in range(5):
        points, start = scattered(80, seed), (LON, LAT)
        left, at, way = set(range(80)), start, []
        while left:
            nearest = min(left, key=lambda index: leg_lengths([at, points[index]])[1])
            way.append(nearest)
            left.remove(nearest)
            at = points[nearest]
        ours = length(points, visiting_order(points, start), start)
        assert ours <= length(points, way, start)
        worse += length(points, way, start) > ours * 1.05
    assert worse >= 3


def test_three_hundred_stops_are_each_visited_once():
    points = scattered(300, 1)
    assert sorted(visiting_order(points, (LON, LAT))) == list(range(300))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=9), st.booleans())
def test_every_stop_is_visited_once_even_where_many_share_a_spot(grid, with_start):
    points = [lonlat(100 * x, 100 * y) for x, y in grid]
    order = visiting_order(points, (LON, LAT) if with_start else None)
    assert sorted(order) == list(range(len(points)))
