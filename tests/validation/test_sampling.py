"""Drawing a sample: fair to each department, the same for the same seed."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.validation.sampling import drawing_order, margin_of_error, sample_of, shares_of

sizes = st.dictionaries(st.integers(1, 50), st.integers(0, 400), max_size=12)


@given(sizes, st.integers(0, 2000))
def test_shares_add_up_and_never_ask_for_more_than_there_is(sizes, wanted):
    shares = shares_of(sizes, wanted)
    assert sum(shares.values()) == min(wanted, sum(sizes.values()))
    assert all(0 <= shares[key] <= size for key, size in sizes.items())
    assert shares.keys() == sizes.keys()


@given(sizes, st.integers(1, 2000))
def test_every_department_is_heard_where_the_sample_has_room_for_each(sizes, wanted):
    filled = [key for key, size in sizes.items() if size]
    shares = shares_of(sizes, wanted)
    if wanted >= len(filled):
        assert all(shares[key] >= 1 for key in filled)


@given(sizes, st.integers(50, 2000))
def test_a_share_is_the_proportion_to_within_one_or_the_least_of_one(sizes, wanted):
    total = sum(sizes.values())
    shares = shares_of(sizes, wanted)
    if wanted < total:
        tiny = sum(1 for size in sizes.values() if size and wanted * size < total)
        for key, size in sizes.items():
            assert abs(shares[key] - wanted * size / total) <= 1 + tiny


def test_a_negative_sample_is_refused():
    with pytest.raises(ValueError, match="none or more"):
        shares_of({1: 2}, -1)


def test_the_same_seed_draws_the_same_boletas_in_the_same_order_wherever_they_come_from():
    strata = {key: [uuid.UUID(int=key * 1000 + n) for n in range(key * 10)] for key in (1, 2, 3)}
    backwards = {key: ids[::-1] for key, ids in reversed(strata.items())}
    drawn = sample_of(strata, 17, "noviembre")
    assert drawn == sample_of(backwards, 17, "noviembre")
    assert len(drawn) == len({one for _key, one in drawn}) == 17
    assert drawn != sample_of(strata, 17, "diciembre")
    # Written out: another version of Python, or of this program, must draw these too.
    assert [one.int for one in drawing_order("a", [uuid.UUID(int=n) for n in range(6)])] == [3, 5, 1, 2, 4, 0]


def test_drawing_all_takes_every_boleta_once():
    strata = {1: [uuid.UUID(int=1)], 2: [uuid.UUID(int=n) for n in range(2, 9)]}
    assert {one for _key, one in sample_of(strata, None, "x")} == {
        one for ids in strata.values() for one in ids
    }


def test_the_margin_of_error_is_the_textbooks():
    assert margin_of_error(0, 100) is None
    assert margin_of_error(100, 100) == 0
    assert margin_of_error(384, 10**9) == pytest.approx(5.0, abs=0.01)
    assert margin_of_error(80, 400) == pytest.approx(9.81, abs=0.02)
