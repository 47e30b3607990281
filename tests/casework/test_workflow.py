"""The table of moves itself."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.casework.models import StatusChange
from backend.casework.moves import Deadline, Need
from backend.casework.workflow import IMPORTED, MOVES, RECEIVED, moves_from
from field.models import Status


def reachable_from(status: str) -> set[str]:
    seen, todo = {status}, [status]
    while todo:
        for move in moves_from(todo.pop()):
            if move.target is not None and move.target not in seen:
                seen.add(move.target)
                todo.append(move.target)
    return seen


@pytest.mark.parametrize("start", [Status.TO_VERIFY, Status.UNREAD])
def test_every_status_can_be_reached_from_where_petitions_start(start):
    assert reachable_from(start) == set(Status)


@pytest.mark.parametrize("status", list(Status))
def test_no_status_is_a_dead_end(status):
    assert any(move.target not in (None, status) for move in moves_from(status))


def test_the_moves_that_the_rules_name_go_where_they_say():
    table = {(name, source): move.target for name, move in MOVES.items() for source in move.sources}
    assert table["proceed", Status.TO_VERIFY] == Status.UNREAD
    assert table["not_proceed", Status.TO_VERIFY] == Status.NOT_PROCEEDING
    assert table["open", Status.UNREAD] == Status.IN_HAND
    assert table["schedule", Status.IN_HAND] == Status.SCHEDULED
    assert table["attend", Status.IN_HAND] == table["attend", Status.SCHEDULED] == Status.ATTENDED
    assert table["validate_positive", Status.ATTENDED] == Status.CLOSED
    assert table["validate_negative", Status.ATTENDED] == Status.DISPUTED
    assert table["dispute", Status.UNREAD] == Status.DISPUTED
    assert table["ask_again", Status.IN_HAND] == table["ask_again", Status.SCHEDULED] == Status.UNREAD
    assert table["hand_back", Status.IN_HAND] == Status.TO_VERIFY


def test_only_validation_or_an_outside_answer_concludes():
    assert {name for name, move in MOVES.items() if move.target == Status.CLOSED} == {
        "validate_positive",
        "close",
        "close_unreachable",
    }


def test_a_refusal_and_a_citizens_words_are_never_left_unsaid():
    for name in ("not_proceed", "hand_back", "refer_again", "dispute", "ask_again", "validate_negative"):
        assert MOVES[name].note is Need.REQUIRED


def test_a_move_asks_a_department_anew_exactly_when_it_names_one_or_is_disputed():
    for move in MOVES.values():
        anew = move.department is Need.REQUIRED or move.target == Status.DISPUTED
        assert (move.deadline is Deadline.ANEW) == anew, move.name


def test_every_name_fits_its_column_and_every_text_fills_only_what_is_known():
    limit = StatusChange._meta.get_field("move").max_length
    for name in (*MOVES, RECEIVED, IMPORTED):
        assert len(name) <= limit
    for move in MOVES.values():
        fields = {field for _, field, _, _ in string.Formatter().parse(str(move.story)) if field}
        assert fields <= {"department", "date", "institution", "means"}
        assert ("institution" in fields) == (move.institution is Need.REQUIRED)
        assert ("date" in fields) == (move.date is Need.REQUIRED)


@given(st.sampled_from([Status.TO_VERIFY, Status.UNREAD]), st.lists(st.integers(0, 99), max_size=40))
def test_random_moves_never_leave_the_table(start, choices):
    status = start
    for choice in choices:
        moves = moves_from(status)
        move = moves[choice % len(moves)]
        assert status in move.sources
        status = move.target or status
        assert status in set(Status)
