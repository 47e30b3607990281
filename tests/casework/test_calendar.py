"""The municipality's own rest days, and the due dates that they move."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from backend.accounts.models import User
from backend.casework.calendar import year_of
from backend.casework.deadlines import due_date, is_working_day, municipal_holidays, official_rest_days
from backend.casework.given import Given
from backend.casework.models import CalendarChange, Holiday, StatusChange
from backend.casework.services.calendar import add_days, foresee_days, remove_days
from backend.casework.services.statuses import change_status
from backend.casework.timeline import promise_of, story_of
from field.folio import format_folio
from field.models import Petition, Status
from geo.clock import local_today
from geo.problems import Invalid, NotAllowed

pytestmark = pytest.mark.django_db
PAGE = "/boletas/dias-inhabiles/"
#: A Friday long ahead, so that nothing is overdue, and the Monday of its promise's second week.
FRIDAY = datetime(2093, 11, 20, 18, tzinfo=UTC)
MONDAY = date(2093, 11, 30)


@pytest.fixture
def jefe(office) -> User:
    return office.staff["jefe"]


@pytest.fixture
def browse(office):
    def _browse(person: str) -> Client:
        client = Client()
        client.force_login(office.staff[person])
        return client

    return _browse


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


# --- what a day does to the promises ---------------------------------------------------------


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
    day = next(day for n in range(1, 9) if (day := today + timedelta(n)).weekday() < 5)
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


def test_a_thousand_dates_cost_the_statements_of_one(office, receive, jefe, django_assert_max_num_queries):
    for _ in range(30):
        receive(received_at=FRIDAY)
    with django_assert_max_num_queries(9):
        assert add_days(first=MONDAY, last=MONDAY, name="Local", move=True, by=jefe).moved == 30


# --- what may be added -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "name", "pointer"),
    [
        (date(2026, 11, 16), date(2026, 11, 16), "Revolución", "/first"),  # official already
        (date(2026, 12, 2), date(2026, 12, 1), "Al revés", "/last"),
        (date(2026, 1, 1), date(2026, 12, 31), "Todo el año", "/last"),
        (date(1850, 1, 1), date(1850, 1, 2), "Antes", "/first"),
        (date(2500, 1, 1), date(2500, 1, 2), "Después", "/first"),
        (date(2026, 12, 1), date(2026, 12, 1), "  ", "/name"),
        (date(2026, 12, 1), date(2026, 12, 1), "x" * 121, "/name"),
        (date(2026, 12, 1), date(2026, 12, 1), "a\0b", "/name"),
    ],
)
def test_days_that_make_no_sense_are_not_added(jefe, first, last, name, pointer):
    with pytest.raises(Invalid) as caught:
        add_days(first=first, last=last, name=name, move=True, by=jefe)
    assert [error["pointer"] for error in caught.value.errors] == [pointer]
    assert not Holiday.objects.exists()


def test_of_a_span_only_what_was_worked_is_added(jefe):
    Holiday.objects.create(date=date(2026, 12, 24), name="Nochebuena")
    add_days(first=date(2026, 12, 23), last=date(2027, 1, 2), name="Vacaciones", move=True, by=jefe)
    days = municipal_holidays()
    assert days[date(2026, 12, 24)] == "Nochebuena"
    assert not {date(2026, 12, 25), date(2027, 1, 1)} & set(days)  # official
    assert len(days) == 9
    assert due_date(date(2026, 12, 22), 1, frozenset(days)) == date(2027, 1, 4)


def test_a_day_that_is_not_there_cannot_be_taken_away(jefe):
    with pytest.raises(Invalid):
        remove_days(first=MONDAY, last=MONDAY, move=True, by=jefe)


@pytest.mark.parametrize("person", ["auxiliar", "asesor", "enlace", "promotor"])
def test_only_chiefs_change_the_calendar(office, person):
    with pytest.raises(NotAllowed):
        add_days(first=MONDAY, last=MONDAY, name="Mío", move=False, by=office.staff[person])


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


# --- the year at a glance --------------------------------------------------------------------


@pytest.mark.parametrize("year", [2000, 2018, 2024, 2026, 2030, 2099])
def test_a_year_shows_each_of_its_days_once(year):
    days = [day for month in year_of(year, {}) for week in month.weeks for day in week if day]
    assert [day.date for day in days] == [date(year, 1, 1) + timedelta(n) for n in range(len(days))]
    assert len(days) in (365, 366)
    assert {day.date for day in days if day.kind == "official"} == set(official_rest_days(year))


@pytest.mark.parametrize(
    ("person", "sees", "edits"),
    [
        ("promotor", 403, False),
        ("supervisor", 403, False),
        ("asesor", 200, False),
        ("auxiliar", 200, False),
        ("enlace", 200, False),
        ("jefe", 200, True),
        ("director", 200, True),
    ],
)
def test_who_sees_boletas_sees_the_calendar_and_chiefs_change_it(browse, person, sees, edits):
    client = browse(person)
    page = client.get(PAGE)
    assert page.status_code == sees
    assert ("Agregar días" in text_of(page)) == edits
    answer = client.post(PAGE, {"first": "2026-12-24", "name": "Nochebuena"})
    assert answer.status_code == (302 if edits else 403)
    assert Holiday.objects.exists() == edits


def test_a_day_that_moves_nothing_is_added_at_once_and_shown(browse):
    client = browse("jefe")
    answer = client.post(PAGE, {"first": "2027-02-08", "last": "2027-02-09", "name": "Carnaval"}, follow=True)
    assert answer.redirect_chain == [(f"{PAGE}?anio=2027", 302)]
    text = text_of(answer)
    assert "Del 8 de febrero de 2027 al 9 de febrero de 2027" in text
    assert "Se movieron 0 plazos" in text


def test_where_dates_would_move_the_page_asks_first(browse, receive):
    petition = receive(received_at=FRIDAY)
    client = browse("jefe")
    days = {"first": MONDAY.isoformat(), "last": "", "name": "Día local"}
    asked = client.post(PAGE, days)
    assert "1 plazo abierto terminaría después" in text_of(asked)
    assert not Holiday.objects.exists()
    done = client.post(PAGE, days | {"last": MONDAY.isoformat(), "move": "yes"}, follow=True)
    assert "Se movió 1 plazo" in text_of(done)
    asked = client.post(PAGE, {"first": MONDAY.isoformat(), "last": MONDAY.isoformat(), "remove": "1"})
    assert "1 plazo abierto terminaría antes" in text_of(asked)
    gone = {"first": MONDAY.isoformat(), "last": MONDAY.isoformat(), "remove": "1", "move": "no"}
    assert "Los plazos quedaron como estaban" in text_of(client.post(PAGE, gone, follow=True))
    page = text_of(client.get(f"/boletas/{format_folio(petition.folio)}/"))
    assert "ahora vence el 7 de diciembre de 2093" in page
    assert "según el calendario de cuando se prometió" in page


@pytest.mark.parametrize(
    "sent",
    [
        {"first": "mañana", "name": "x"},
        {"first": "2026-12-24", "last": "2026-12-20", "name": "x"},
        {"first": "", "name": ""},
        {"first": "2026-12-24", "name": ""},
        {"first": "9999-12-31", "name": "x"},
        {"first": "zz", "last": "zz", "remove": "1"},
        {"first": "2026-12-25", "name": "Navidad", "move": "yes"},
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(browse, sent):
    answer = browse("jefe").post(PAGE, sent)
    assert answer.status_code == 422
    assert not Holiday.objects.exists()


@pytest.mark.parametrize("year", ["", "x", "1", "0000", "9999", "2024", "²⁰²⁴"])
def test_any_year_that_is_asked_for_gets_a_page(browse, year):
    page = browse("enlace").get(PAGE, {"anio": year})
    assert page.status_code == 200


def test_the_handover_of_2024_is_shown_with_its_reason(browse):
    text = text_of(browse("enlace").get(PAGE, {"anio": "2024"}))
    assert "1 de octubre de 2024" in text
    assert "Transmisión del Poder Ejecutivo Federal" in text


def test_the_page_costs_the_same_for_any_number_of_days(browse, django_assert_max_num_queries):
    Holiday.objects.bulk_create(Holiday(date=date(2026, 3, n), name=f"Día {n}") for n in range(1, 29))
    client = browse("jefe")
    client.get(PAGE)
    with django_assert_max_num_queries(6):
        client.get(PAGE)
