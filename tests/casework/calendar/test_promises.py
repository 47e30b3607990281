"""The municipality's own rest days, and the due dates that they move."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from backend.accounts.models import User
from backend.casework.deadlines import due_date, is_working_day
from backend.casework.given import Given
from backend.casework.models import CalendarChange, Holiday, StatusChange
from backend.casework.services.calendar import add_days, foresee_days, remove_days
from backend.casework.services.echoes import join_petitions
from backend.casework.services.statuses import change_status
from backend.casework.timeline import promise_of, story_of
from field.models import Petition, Status
from geo.clock import local_today
from tests.casework.calendar.days import FRIDAY, MONDAY

pytestmark = pytest.mark.django_db


def test_a_day_that_is_added_moves_the_open_promises_that_run_over_it(office, receive, jefe):
    open_, attended, later = receive(received_at=FRIDAY), receive(received_at=FRIDAY), receive()
    Petition.objects.filter(pk=attended.pk).update(status=Status.ATTENDED)
    short = receive(office.pothole, received_at=FRIDAY)  # five days: due on the Friday before
    assert foresee_days(first=MONDAY, last=MONDAY, added=True).moved == 1
    change = add_days(first=MONDAY, last=MONDAY, name="Día local", move=True, by=jefe)
    assert (change.moved, change.added, change.by) == (1, True, jefe)
    due = dict(Petition.objects.values_list("pk", "due_on"))
    assert due == {
        open_.pk: date(2093, 12, 7),
        attended.pk: date(2093, 12, 4),
        later.pk: later.due_on,
        short.pk: date(2093, 11, 27),
    }


def test_a_moved_date_is_told_in_the_history_and_explained_on_the_page(office, receive, jefe):
    petition = receive(received_at=FRIDAY)
    add_days(first=MONDAY, last=MONDAY, name="Día local", move=True, by=jefe)
    petition.refresh_from_db()
    step = petition.status_changes.order_by("id").last()
    assert (step.move, step.from_status, step.to_status) == ("calendar", Status.UNREAD, Status.UNREAD)
    assert (step.by, step.due_on, step.department) == (jefe, date(2093, 12, 7), office.lights)
    told = [step.text for step in story_of(petition, words=False)]
    assert "Cambió el calendario de días inhábiles: ahora vence el 7 de diciembre de 2093" in told
    assert str(promise_of(petition)) == (
        "10 días hábiles: vence el 7 de diciembre de 2093. "
        "No cuentan sábados, domingos ni el 30 de noviembre de 2093 (Día local)."
    )


def test_dates_that_were_left_say_that_they_were_counted_by_another_calendar(office, receive, jefe):
    petition = receive(received_at=FRIDAY)
    change = add_days(first=MONDAY, last=MONDAY, name="Día local", move=False, by=jefe)
    petition.refresh_from_db()
    assert (change.moved, petition.due_on) == (None, date(2093, 12, 4))
    assert petition.status_changes.count() == 1
    assert str(promise_of(petition)) == (
        "10 días hábiles: vence el 4 de diciembre de 2093, según el calendario de cuando se prometió."
    )


def test_dates_that_were_left_stay_when_the_calendar_changes_again(office, receive, jefe):
    kept = receive(received_at=FRIDAY)
    add_days(first=MONDAY, last=MONDAY, name="Día local", move=False, by=jefe)
    since = receive(received_at=FRIDAY)  # promised by the calendar of now
    day = MONDAY + timedelta(2)
    effect = foresee_days(first=day, last=day, added=True)
    assert (effect.moved, effect.kept) == (1, 1)
    assert add_days(first=day, last=day, name="Otro", move=True, by=jefe).moved == 1
    due = dict(Petition.objects.values_list("pk", "due_on"))
    assert due == {kept.pk: date(2093, 12, 4), since.pk: date(2093, 12, 8)}
    assert kept.status_changes.count() == 1
    assert "según el calendario de cuando se prometió" in str(promise_of(Petition.objects.get(pk=kept.pk)))


def test_dates_left_by_mistake_are_moved_by_taking_the_day_away_and_adding_it_anew(office, receive, jefe):
    petition = receive(received_at=FRIDAY)
    add_days(first=MONDAY, last=MONDAY, name="Día local", move=False, by=jefe)
    assert remove_days(first=MONDAY, last=MONDAY, move=True, by=jefe).moved == 0
    assert add_days(first=MONDAY, last=MONDAY, name="Día local", move=True, by=jefe).moved == 1
    petition.refresh_from_db()
    assert petition.due_on == date(2093, 12, 7)


def test_a_boleta_whose_date_was_left_is_promised_anew_where_it_is_referred(office, receive, jefe):
    petition = receive()
    today = local_today()
    day = next(day for n in range(1, 9) if is_working_day(day := today + timedelta(n)))
    add_days(first=day, last=day, name="Local", move=False, by=jefe)
    change_status(
        petition=petition,
        move="refer_again",
        by=jefe,
        given=Given(note="Es bache", department=office.streets),
    )
    assert foresee_days(first=day, last=day, added=False).moved == 1


def test_a_day_taken_away_brings_the_dates_back(office, receive, jefe):
    petition = receive(received_at=FRIDAY)
    add_days(first=MONDAY, last=MONDAY + timedelta(2), name="Puente", move=True, by=jefe)
    petition.refresh_from_db()
    assert petition.due_on == date(2093, 12, 9)
    assert foresee_days(first=MONDAY, last=MONDAY, added=False).moved == 1
    change = remove_days(first=MONDAY, last=MONDAY + timedelta(2), move=True, by=jefe)
    petition.refresh_from_db()
    assert (petition.due_on, change.name, change.moved) == (date(2093, 12, 4), "Puente", 1)
    assert not Holiday.objects.exists()
    assert [row.added for row in CalendarChange.objects.all()] == [False, True]


def test_the_count_is_from_the_last_referral(office, receive, jefe):
    petition = receive(received_at=datetime(2026, 1, 5, 18, tzinfo=UTC))
    change_status(
        petition=petition,
        move="refer_again",
        by=jefe,
        given=Given(note="Es bache", department=office.streets),
    )
    today = local_today()
    day = next(day for n in range(1, 9) if is_working_day(day := today + timedelta(n)))
    add_days(first=day, last=day, name="Local", move=True, by=jefe)
    petition.refresh_from_db()
    assert petition.due_on == due_date(today, 10, frozenset({day}))


def test_what_would_be_overdue_at_once_is_told_before(office, receive, jefe):
    today = local_today()
    strike = [day for n in range(1, 20) if is_working_day(day := today - timedelta(n))][:3]
    began = next(
        day
        for n in range(10, 40)
        if due_date(day := today - timedelta(n), 10) < today <= due_date(day, 10, frozenset(strike))
    )
    Holiday.objects.bulk_create(Holiday(date=day, name="Paro") for day in strike)
    receive(received_at=datetime(began.year, began.month, began.day, 20, tzinfo=UTC))
    taken_away = foresee_days(first=strike[-1], last=strike[0], added=False)
    assert (taken_away.moved, taken_away.newly_overdue, taken_away.no_longer_overdue) == (1, 1, 0)
    remove_days(first=strike[-1], last=strike[0], move=True, by=jefe)
    assert Petition.objects.get().due_on < today
    added = foresee_days(first=strike[-1], last=strike[0], added=True)
    assert (added.moved, added.newly_overdue, added.no_longer_overdue) == (1, 0, 1)


def test_what_waits_in_the_office_after_it_was_handed_back_is_moved_too(office, receive, jefe):
    petition = receive(received_at=FRIDAY)
    change_status(
        petition=petition, move="hand_back", by=office.staff["enlace"], given=Given(note="Es de CFE")
    )
    assert add_days(first=MONDAY, last=MONDAY, name="Local", move=True, by=jefe).moved == 1
    petition.refresh_from_db()
    assert petition.due_on == date(2093, 12, 7)


def test_a_day_gone_by_moves_of_a_work_item_only_whom_it_was_promised_before(office, receive, jefe):
    today = local_today()
    worked = [day for n in range(1, 12) if is_working_day(day := today - timedelta(n))]
    began, strike = worked[4], worked[1]
    first = receive(received_at=datetime(began.year, began.month, began.day, 20, tzinfo=UTC))
    second = receive()
    join_petitions(petitions=[first.pk, second.pk], by=jefe)  # whose own promise runs from today
    assert add_days(first=strike, last=strike, name="Paro", move=True, by=jefe).moved == 1
    assert dict(Petition.objects.values_list("pk", "due_on")) == {
        first.pk: due_date(began, 10, frozenset({strike})),
        second.pk: second.due_on,
    }


def test_a_thousand_dates_cost_the_statements_of_one(office, receive, jefe, django_assert_max_num_queries):
    for _ in range(30):
        receive(received_at=FRIDAY)
    with django_assert_max_num_queries(10):
        assert add_days(first=MONDAY, last=MONDAY, name="Local", move=True, by=jefe).moved == 30


@pytest.mark.django_db(transaction=True)
def test_dates_are_counted_again_while_boletas_are_being_moved(office, receive, jefe):
    petitions = [receive(received_at=FRIDAY) for _ in range(20)]
    start = threading.Barrier(2)

    def attend() -> None:
        try:
            start.wait()
            for petition in reversed(petitions):
                change_status(petition=petition, move="open", by=User.objects.get(pk=jefe.pk))
        finally:
            connection.close()

    thread = threading.Thread(target=attend)
    thread.start()
    start.wait()
    time.sleep(0.02)
    change = add_days(first=MONDAY, last=MONDAY, name="Local", move=True, by=jefe)
    thread.join()
    assert change.moved == 20
    assert set(Petition.objects.values_list("due_on", "status")) == {(date(2093, 12, 7), Status.IN_HAND)}
    assert StatusChange.objects.filter(move="calendar").count() == 20
