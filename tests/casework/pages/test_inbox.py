"""The inbox over HTTP: what each person finds in it, and at what price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from backend.casework.week import week_at_hand
from field.folio import format_folio
from field.models import Petition, Status
from tests.casework.pages.reading import CAPTURE, INBOX, text_of


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("promotor", 403),
        ("supervisor", 403),
        ("auxiliar", 200),
        ("asesor", 200),
        ("jefe", 200),
        ("director", 200),
        ("enlace", 200),
    ],
)
def test_the_inbox_is_for_the_office_and_the_departments(office, receive, sign_in, person, status):
    receive()
    assert sign_in(person).get(INBOX).status_code == status


def test_a_stranger_is_led_to_the_door(office):
    for url in (INBOX, CAPTURE, "/boletas/26-0F0-00001-X/"):
        assert Client().get(url)["Location"].startswith("/entrar/")


def test_a_liaison_finds_the_own_departments_boletas_and_none_else(office, receive, sign_in):
    mine, other = receive(), receive(office.pothole)
    page = text_of(sign_in("enlace").get(INBOX))
    assert format_folio(mine.folio) in page
    assert format_folio(other.folio) not in page
    assert "Dependencia</label>" not in page


def test_complaints_are_listed_for_those_meant_alone(office, receive, sign_in):
    folio = format_folio(receive(office.complaint).folio)
    shown = {
        person: folio in text_of(sign_in(person).get(INBOX))
        for person in ("auxiliar", "asesor", "jefe", "director", "enlace", "enlace_control")
    }
    assert shown == {
        "auxiliar": False,
        "asesor": False,
        "jefe": True,
        "director": True,
        "enlace": False,
        "enlace_control": True,
    }


@pytest.fixture
def spread(office, receive):
    """One boleta for each view."""

    def stand(petition, status):
        Petition.objects.filter(pk=petition.pk).update(status=status)
        return petition

    petitions = {
        "unread": receive(),
        "late": receive(received_at=datetime(2026, 3, 2, 18, tzinfo=UTC)),
        "disputed": stand(receive(), Status.DISPUTED),
        "to_verify": receive(office.to_check),
        "attended": stand(receive(), Status.ATTENDED),
        "closed": stand(receive(), Status.CLOSED),
        "this_week": receive(),
    }
    Petition.objects.filter(pk=petitions["this_week"].pk).update(due_on=week_at_hand().first)
    return petitions


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"unread", "late", "disputed", "to_verify", "this_week"}),
        ("?status=por_verificar", {"to_verify"}),
        ("?status=no_leida", {"unread", "late", "this_week"}),
        ("?overdue=1", {"late"}),
        ("?view=week", {"this_week"}),
        ("?status=inconformidad", {"disputed"}),
        ("?status=atendida", {"attended"}),
        ("?status=concluida", {"closed"}),
        ("?view=all", {"unread", "late", "disputed", "to_verify", "attended", "closed", "this_week"}),
        ("?q=luminaria", {"unread", "late", "disputed", "to_verify", "attended", "closed", "this_week"}),
        ("?view=all&place=C0000&channel=modulo", set()),
    ],
)
def test_each_view_lists_what_it_names(office, spread, sign_in, query, found):
    page = text_of(sign_in("jefe").get(INBOX + query))
    assert {name for name, petition in spread.items() if format_folio(petition.folio) in page} == found


def test_the_counts_of_the_views_are_what_a_click_would_list(office, spread, sign_in):
    client = sign_in("jefe")
    tabs = client.get(INBOX).context["tabs"]
    for tab in tabs:
        if tab.count is not None:
            rows = client.get(INBOX + tab.address).context["page"].rows
            assert len(rows) == tab.count, tab.view.name
    assert {tab.view.name: tab.count for tab in tabs if tab.count} == {
        "pending": 5,
        "to_verify": 1,
        "unread": 3,
        "overdue": 1,
        "week": 1,
        "disputed": 1,
        "attended": 1,
    }


def test_what_is_due_first_comes_first_and_pages_reach_every_row(office, receive, sign_in, monkeypatch):
    monkeypatch.setattr("backend.casework.views.inbox.PAGE_SIZE", 3)
    start = datetime(2026, 8, 3, 18, tzinfo=UTC)
    petitions = [receive(received_at=start + timedelta(weeks=number)) for number in range(7)]
    Petition.objects.filter(pk=petitions[0].pk).update(due_on=None)
    client, url, seen = sign_in("enlace"), INBOX, []
    while url:
        page = client.get(url).context["page"]
        seen += page.rows
        url = f"{INBOX}?cursor={page.next}" if page.next else None
    assert [row.pk for row in seen] == [petition.pk for petition in (*petitions[1:], petitions[0])]
    back = client.get(f"{INBOX}?cursor={page.previous}").context["page"]
    assert [row.pk for row in back.rows] == [row.pk for row in seen[3:6]]


def test_the_inbox_costs_the_same_queries_however_long(
    office, receive, sign_in, django_assert_max_num_queries
):
    for person in ("auxiliar", "enlace"):
        client = sign_in(person)
        for _ in range(12):
            receive()
        with django_assert_max_num_queries(10):
            client.get(INBOX)


def test_what_is_attended_is_counted_by_its_index_alone(office, receive):
    rows = Petition.objects.work_items().filter(
        status="atendida", department=office.lights, channel="app", category=office.lamp, place=1
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("ANALYZE field_petition")
    assert "Index Only Scan using petition_attended" in rows.order_by().values("pk").explain()


@pytest.mark.parametrize("query", ["?status=x", "?bbox=1", "?cursor=x", "?captured_after=ayer", "?place=Z"])
def test_an_address_that_cannot_be_understood_says_so_and_keeps_the_page(office, sign_in, query):
    response = sign_in("auxiliar").get(INBOX + query)
    assert response.status_code == 400
    assert 'role="alert"' in text_of(response)
    assert "Vistas de la bandeja" in text_of(response)


def test_a_mistyped_folio_is_called_mistyped_in_the_inbox_too(office, receive, sign_in):
    folio = receive().folio
    response = sign_in("auxiliar").get(INBOX, {"q": folio[:-1] + ("A" if folio[-1] != "A" else "B")})
    assert "error al escribir el folio" in text_of(response)


@pytest.mark.parametrize(
    "query", ["?captured_before=9999-12-31", "?captured_after=0001-01-01T00:00:00%2B12:00"]
)
def test_a_day_beyond_the_calendar_is_told_in_the_inbox(office, sign_in, query):
    response = sign_in("auxiliar").get(INBOX + query)
    assert response.status_code == 400
    assert "La fecha está demasiado lejos" in text_of(response)
