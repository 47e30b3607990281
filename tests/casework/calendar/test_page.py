"""The year at a glance."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from backend.casework.calendar import year_of
from backend.casework.deadlines import official_rest_days
from backend.casework.models import Holiday
from field.folio import format_folio
from tests.casework.calendar.days import FRIDAY, MONDAY

pytestmark = pytest.mark.django_db
PAGE = "/boletas/dias-inhabiles/"


@pytest.fixture
def browse(office):
    def _browse(person: str) -> Client:
        client = Client()
        client.force_login(office.staff[person])
        return client

    return _browse


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


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
