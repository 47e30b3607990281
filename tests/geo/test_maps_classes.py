"""Classes that can be read: about as many places in each, whatever the skew."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from geo.maps.classes import PAPER, quantile_classes


def test_skewed_counts_still_fill_five_classes_evenly():
    values = [int(1.05**n) for n in range(200)]
    scale = quantile_classes(values)
    filled = Counter(scale.class_of(value) for value in values)
    assert sorted(filled) == [1, 2, 3, 4, 5]
    assert max(filled.values()) < 3 * min(filled.values())


def test_a_few_different_values_get_a_class_each():
    scale = quantile_classes([0, 3, 3, 7])
    assert [one.label for one in scale.classes("ninguna")] == ["ninguna", "1 a 3", "4 a 7"]
    assert [scale.class_of(value) for value in (0, 3, 7)] == [0, 1, 2]


def test_nothing_at_all_is_one_class():
    assert [one.label for one in quantile_classes([0, 0]).classes("ninguna")] == ["ninguna"]
    assert quantile_classes([]).class_of(0) == 0


def test_the_legend_says_ranges_in_words_and_round_numbers():
    labels = [one.label for one in quantile_classes(range(1, 1001)).classes("ninguna")]
    assert labels == ["ninguna", "1 a 200", "201 a 400", "401 a 600", "601 a 800", "801 a 1,000"]


def test_rates_have_a_last_class_without_end():
    labels = [one.label for one in quantile_classes([n / 7 for n in range(1, 100)]).classes("")]
    assert labels[1].startswith("hasta")
    assert labels[-1].startswith("más de")


def test_the_darkest_colour_is_the_last_class():
    classes = quantile_classes(range(100)).classes("ninguna")
    assert classes[0].colour == PAPER
    assert classes[-1].colour == "#993404"


@given(st.lists(st.floats(0, 1e7) | st.integers(0, 10**6), max_size=200))
def test_every_value_has_a_class_that_the_legend_shows(values):
    scale = quantile_classes(values)
    shown = scale.classes("ninguna")
    assert len({one.label for one in shown}) == len(shown) or len(shown) <= 6
    assert all(0 <= scale.class_of(value) < len(shown) for value in values)
    ordered = sorted(values)
    assert [scale.class_of(value) for value in ordered] == sorted(scale.class_of(v) for v in values)
