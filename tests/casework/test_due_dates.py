"""What happens to a due date at each step: the lines of ``docs/deadlines.md``, in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from backend.casework.deadlines import due_date
from backend.casework.given import Given
from backend.casework.models import Referral
from backend.casework.moves import Deadline
from backend.casework.services.statuses import change_status
from backend.casework.timeline import promise_of
from backend.casework.workflow import MOVES
from field.models import Petition, Status
from geo.clock import local_today

pytestmark = pytest.mark.django_db
#: Long ago, so that what is counted anew is told from what stays.
RECEIVED = datetime(2026, 1, 5, 18, tzinfo=UTC)
PROMISED = date(2026, 1, 19)


@pytest.fixture
def move(office):
    """Make a move as the jefe, with all that it may ask for."""

    def _move(petition: Petition, name: str, **changes):
        given = Given(
            note="Porque sí",
            department=office.streets,
            scheduled_for=local_today() + timedelta(30),
            institution="CFE",
        )
        change = change_status(
            petition=petition, move=name, by=office.staff["jefe"], given=replace(given, **changes)
        )
        petition.refresh_from_db()
        return change

    return _move


def days_of(office) -> date:
    """When ten working days asked for today end."""
    return due_date(local_today(), office.lamp.working_days)


def test_what_is_referred_on_arrival_has_its_categorys_days_from_the_day_after(office, receive):
    assert receive(received_at=RECEIVED).due_on == PROMISED
    assert receive(office.pothole, received_at=RECEIVED).due_on == date(2026, 1, 12)


def test_what_waits_for_a_check_is_promised_nothing_until_it_is_referred(office, receive, move):
    petition = receive(office.to_check, received_at=RECEIVED)
    assert (petition.due_on, promise_of(petition)) == (None, None)
    change = move(petition, "proceed")
    assert petition.due_on == change.due_on == days_of(office)
    assert promise_of(petition).counted_from == local_today()


def test_what_does_not_proceed_owes_nothing_and_looked_at_again_it_is_as_it_was(office, receive, move):
    petition = receive(received_at=RECEIVED)
    move(petition, "hand_back")
    move(petition, "not_proceed")
    assert (petition.due_on, promise_of(petition)) == (PROMISED, None)
    move(petition, "reconsider")
    assert promise_of(petition).due_on == PROMISED
    assert promise_of(petition).overdue


def test_another_department_gets_its_days_anew(office, receive, move):
    petition = receive(received_at=RECEIVED)
    move(petition, "refer_again")
    assert petition.due_on == days_of(office)
    assert [row.due_on for row in petition.referrals.all()] == [PROMISED, petition.due_on]


@pytest.mark.parametrize("steps", [["open"], ["open", "schedule"], ["open", "schedule", "schedule"]])
def test_reading_and_scheduling_move_nothing_not_even_past_the_promise(office, receive, move, steps):
    petition = receive(received_at=RECEIVED)
    for step in steps:
        assert move(petition, step).due_on is None
    assert petition.due_on == PROMISED


def test_handed_back_it_runs_on_in_the_office_and_begins_anew_where_it_is_referred(office, receive, move):
    petition = receive(received_at=RECEIVED)
    move(petition, "hand_back")
    assert promise_of(petition).due_on == PROMISED
    move(petition, "proceed")
    assert petition.due_on == days_of(office)


def test_attended_it_stops_and_says_whether_it_was_in_time(office, receive, move):
    petition = receive(received_at=RECEIVED)
    move(petition, "open")
    move(petition, "attend")
    assert (petition.due_on, promise_of(petition)) == (PROMISED, None)
    move(petition, "no_answer")
    move(petition, "validate_positive")
    assert petition.due_on == PROMISED


@pytest.mark.parametrize(
    ("steps", "dispute"),
    [
        (["open", "attend"], "validate_negative"),
        (["open", "attend"], "dispute"),
        (["open", "attend", "validate_positive"], "dispute"),
        ([], "dispute"),
    ],
)
def test_a_dispute_gives_whoever_has_it_the_days_anew(office, receive, move, steps, dispute):
    petition = receive(received_at=RECEIVED)
    for step in steps:
        move(petition, step)
    change = move(petition, dispute)
    assert petition.due_on == change.due_on == days_of(office)
    assert petition.referrals.last().department == office.lights
    move(petition, "take_in_hand")
    assert petition.due_on == days_of(office)


def test_disputed_while_the_office_has_it_the_promise_stays_until_it_is_referred(office, receive, move):
    petition = receive(received_at=RECEIVED)
    move(petition, "external")
    move(petition, "close")
    change = move(petition, "dispute")
    assert (petition.department, petition.due_on, change.due_on) == (None, PROMISED, PROMISED)
    assert promise_of(petition).overdue
    move(petition, "refer_again")
    assert petition.due_on == days_of(office)
    unchecked = receive(office.to_check)
    move(unchecked, "dispute")
    assert (unchecked.status, unchecked.due_on, promise_of(unchecked)) == (Status.DISPUTED, None, None)


@pytest.mark.parametrize("steps", [["open"], ["open", "schedule"]])
def test_asking_again_moves_nothing(office, receive, move, steps):
    petition = receive(received_at=RECEIVED)
    for step in [*steps, "ask_again"]:
        move(petition, step)
    assert (petition.status, petition.due_on) == (Status.UNREAD, PROMISED)
    assert Referral.objects.count() == 1


def test_with_another_institution_it_stops_and_taken_back_it_begins_anew(office, receive, move):
    petition = receive(received_at=RECEIVED)
    move(petition, "external")
    assert (petition.status, petition.due_on, promise_of(petition)) == (Status.EXTERNAL, PROMISED, None)
    move(petition, "refer_again")
    assert petition.due_on == days_of(office)


def test_a_category_that_promises_other_days_changes_no_promise_that_was_made(office, receive, move):
    petition = receive(received_at=RECEIVED)
    office.lamp.working_days = 3
    office.lamp.save()
    petition.refresh_from_db()
    assert (petition.due_on, promise_of(petition).working_days) == (PROMISED, 10)
    move(petition, "refer_again")
    assert petition.due_on == due_date(local_today(), 3)


def test_notes_move_nothing(office, receive, move):
    petition = receive(received_at=RECEIVED)
    assert move(petition, "note").due_on is None
    assert petition.due_on == PROMISED


def test_the_page_for_the_office_speaks_of_each_move_that_counts_anew():
    """A move that begins to count, or ceases to, must be written down and tried above."""
    anew = {name for name, move in MOVES.items() if move.deadline is Deadline.ANEW}
    assert anew == {"proceed", "refer_again", "validate_negative", "dispute"}
