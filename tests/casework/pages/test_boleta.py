"""A boleta's page over HTTP: who sees it, and what it tells."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from field.models import Status
from field.services.petitions import PetitionerIntake
from tests.casework.pages.reading import INBOX, page_of, text_of
from tests.factories import SIDE, SOUTH, WEST


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("promotor", 200),
        ("supervisor", 200),
        ("auxiliar", 200),
        ("asesor", 200),
        ("jefe", 200),
        ("director", 200),
        ("enlace", 200),
        ("enlace_obras", 404),
        ("enlace_control", 404),
    ],
)
def test_a_boleta_is_shown_to_those_who_see_it(office, receive, sign_in, person, status):
    assert sign_in(person).get(page_of(receive())).status_code == status


def test_a_boleta_tells_what_where_who_until_when_and_its_story(office, receive, sign_in):
    petition = receive(received_at=datetime(2093, 11, 13, 18, tzinfo=UTC), address="Juárez 5", accuracy_m=8.0)
    page = text_of(sign_in("enlace").get(page_of(petition)))
    for words in (
        "La luminaria no enciende.",
        "Centro",
        "Juárez 5",
        "María Peña",
        "669 123 4567",
        "aviso de privacidad 2026-1",
        "10 días hábiles: vence el 30 de noviembre de 2093",
        "16 de noviembre de 2093 (Día de la Revolución)",
        "Se recibió en un recorrido y se canalizó a Alumbrado.",
    ):
        assert words in page


def test_a_supervisor_is_not_told_who_asked(office, receive, sign_in):
    page = text_of(sign_in("supervisor").get(page_of(receive())))
    assert "María" not in page
    assert not re.search(r"669 ?123", page)


def test_any_way_to_write_the_folio_leads_to_the_one_address(office, receive, sign_in):
    petition = receive()
    response = sign_in("enlace").get(f"/boletas/{petition.folio.lower()}/")
    assert response["Location"] == page_of(petition)


@pytest.mark.parametrize("folio", ["26-0F0-00001-A", "hola", "%00", "8f14e45f-ceea-467f-a8c5-2b1d6f0c9e11"])
def test_a_folio_that_is_none_is_not_found(office, sign_in, folio):
    assert sign_in("jefe").get(f"/boletas/{folio}/").status_code == 404


def test_looking_changes_nothing_and_the_page_itself_reports_that_the_liaison_opened_it(
    office, receive, sign_in
):
    petition = receive()
    liaison, jefe = sign_in("enlace"), sign_in("jefe")
    page = text_of(liaison.get(page_of(petition)))
    assert 'hx-trigger="load"' in page
    assert 'hx-trigger="load"' not in text_of(jefe.get(page_of(petition)))
    petition.refresh_from_db()
    assert petition.status == Status.UNREAD
    answer = liaison.post(page_of(petition) + "abierta/")
    assert "En seguimiento" in text_of(answer)
    assert "la abrió" in text_of(answer)
    petition.refresh_from_db()
    assert petition.status == Status.IN_HAND
    assert 'hx-trigger="load"' not in text_of(liaison.get(page_of(petition)))


def test_opening_twice_at_once_frightens_nobody(office, receive, sign_in):
    petition = receive()
    client = sign_in("enlace")
    for _ in range(2):
        assert client.post(page_of(petition) + "abierta/").status_code == 200
    assert petition.status_changes.filter(move="open").count() == 1
    assert "alguien la movió antes" not in text_of(client.get(page_of(petition)))


def test_only_the_departments_own_liaison_can_report_it_opened(office, receive, sign_in):
    petition = receive()
    assert sign_in("enlace_obras").post(page_of(petition) + "abierta/").status_code == 404
    assert sign_in("auxiliar").post(page_of(petition) + "abierta/").status_code == 403
    assert sign_in("enlace").get(page_of(petition) + "abierta/").status_code == 405


def test_a_nul_in_an_address_is_never_an_error_of_ours(office, receive, sign_in):
    client, base = sign_in("jefe"), page_of(receive())
    for url in (f"{INBOX}?place=%00", f"{INBOX}conteos/?department=a%00", "/recorridos/lugares/?q=%00"):
        response = client.get(url)
        assert response.status_code == 400
        assert "No entendimos la solicitud" in text_of(response)
    assert client.get(f"{base}archivos/%00/").status_code == 404


def test_hostile_text_is_written_as_text_everywhere(office, receive, sign_in):
    evil = "<img src=x onerror=alert(1)>"
    petition = receive(
        description=evil,
        address=evil,
        reference=evil,
        answers={"k": evil, evil: [evil]},
        petitioner=PetitionerIntake(name=evil, phone=evil, email=evil, consent=True, notice=evil[:20]),
    )
    change_status(petition=petition, move="note", by=office.staff["auxiliar"], given=Given(note=evil))
    for url in (page_of(petition), INBOX, f"{INBOX}?q={evil}", page_of(petition) + "acuse/"):
        page = sign_in("jefe").get(url).content.decode()
        assert "<img src=x" not in page, url


def test_the_small_maps_point_is_the_petitions(office, receive, sign_in):
    petition = receive()
    body = sign_in("enlace").get(page_of(petition) + "punto/").json()
    assert body["points"][0][:2] == [WEST + SIDE / 2, SOUTH + SIDE / 2]
    assert sign_in("enlace_obras").get(page_of(petition) + "punto/").status_code == 404
