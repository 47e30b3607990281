"""Areas drawn by hand: taken as meant, or refused in words."""

from __future__ import annotations

import random
import time

import pytest

from geo.maps.area import MOST_VERTICES, area_of
from geo.problems import Invalid


def text(*corners) -> str:
    return "*".join(f"{lon:.5f}_{lat:.5f}" for lon, lat in corners)


SQUARE = [(-106.4, 23.2), (-106.3, 23.2), (-106.3, 23.3), (-106.4, 23.3)]


def test_a_square_is_a_square_whether_or_not_it_is_closed():
    assert area_of(text(*SQUARE)).area == pytest.approx(0.01)
    assert area_of(text(*SQUARE, SQUARE[0])).area == pytest.approx(0.01)
    assert area_of(text(*SQUARE)).srid == 4326


def test_a_bow_tie_holds_both_its_halves():
    bow = area_of(text((-106.4, 23.2), (-106.3, 23.3), (-106.3, 23.2), (-106.4, 23.3)))
    assert bow.valid
    assert bow.area == pytest.approx(0.005)


@pytest.mark.parametrize("way", [1, -1])
def test_what_was_gone_around_twice_is_in_whichever_way_the_hand_turned(way):
    small = [(-106.38, 23.22), (-106.32, 23.22), (-106.32, 23.28), (-106.38, 23.28)][::way]
    twice = area_of(text(*SQUARE, SQUARE[0], *small, small[0], SQUARE[0]))
    assert twice.valid
    assert twice.area == pytest.approx(0.01)


def test_a_scribble_of_as_many_vertices_as_are_taken_is_made_valid_in_a_moment():
    chance = random.Random(4)
    scribble = [(-106.4 + chance.random() / 10, 23.2 + chance.random() / 10) for _ in range(MOST_VERTICES)]
    started = time.perf_counter()
    assert area_of(text(*scribble)).valid
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "hola",
        "1_2",
        "1_2*3",
        "1_2*3_4",
        "1_2*1_2*1_2*1_2",
        "-106.4_23.2*-106.3_23.2*-106.2_23.2",
        "nan_1*2_2*3_1",
        "inf_1*2_2*3_1",
        "190_1*2_2*3_1",
        "0_0*60_0*60_60",
        "1_2_3*1_2_3*3_4_5",
        "*".join(["-106.41234_23.21234"] * (MOST_VERTICES + 1)),
        "9" * 100_000,
        "1_2*\x00_3*4_5",
    ],
)
def test_what_is_no_area_is_refused_in_words(wrong):
    with pytest.raises(Invalid) as problem:
        area_of(wrong)
    assert problem.value.errors[0]["pointer"] == "/area"
