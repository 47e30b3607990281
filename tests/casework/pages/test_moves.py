"""The moves on a boleta's page, made by its forms."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from PIL import Image

from backend.casework.models import StatusChange
from backend.casework.services.statuses import change_status
from field.models import Petition, Status
from geo.clock import local_today
from tests.casework.pages.reading import INBOX, page_of, text_of

BUTTONS = {
    "promotor": [],
    "supervisor": [],
    "asesor": ["note"],
    "auxiliar": ["ask_again", "external", "note", "refer_again"],
    "enlace": ["attend", "hand_back", "note", "schedule"],
    "jefe": ["ask_again", "attend", "external", "hand_back", "note", "refer_again", "schedule"],
}


@pytest.mark.parametrize("person", list(BUTTONS))
def test_the_page_offers_exactly_the_moves_that_this_person_may_make_now(office, receive, sign_in, person):
    petition = receive()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    page = text_of(sign_in(person).get(page_of(petition)))
    assert sorted(set(re.findall(r'name="move" value="(\w+)"', page))) == BUTTONS[person]


def test_a_month_of_moves_made_by_forms_without_script(office, receive, sign_in):
    petition = receive(office.to_check)
    clerk, liaison = sign_in("auxiliar"), sign_in("enlace_obras")

    def make(client: Client, move: str, **fields: object) -> int:
        petition.refresh_from_db()
        seen = {"move": move, "seen_at": petition.status_at.isoformat()}
        return client.post(page_of(petition) + "mover/", seen | fields).status_code

    assert make(clerk, "proceed", department=office.streets.pk, note="") == 302
    assert make(liaison, "open") == 302
    today = local_today().isoformat()
    assert make(liaison, "schedule", scheduled_for=today, told=today, note="") == 302
    assert make(liaison, "attend", note="Se puso el tope") == 302
    assert make(clerk, "validate_positive", note="Muy bien") == 302
    petition.refresh_from_db()
    assert petition.status == Status.CLOSED
    assert "El ciudadano confirmó que quedó resuelta" in text_of(clerk.get(page_of(petition)))


def test_what_is_missing_is_said_beside_its_field(office, receive, sign_in):
    petition = receive()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    response = sign_in("enlace").post(page_of(petition) + "mover/", {"move": "attend", "note": " "})
    assert response.status_code == 422
    page = text_of(response)
    assert '<details class="choice" name="paso" id="paso-attend" open>' in page
    assert 'id="attend-note"' in page
    assert "field-errors" in page


def test_who_comes_second_is_told_where_the_boleta_stands(office, receive, sign_in):
    petition = receive()
    seen_at = petition.status_at.isoformat()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    client = sign_in("jefe")
    response = client.post(
        page_of(petition) + "mover/",
        {"move": "refer_again", "department": office.streets.pk, "note": "x", "seen_at": seen_at},
        follow=True,
    )
    assert "alguien la movió antes" in text_of(response)
    petition.refresh_from_db()
    assert petition.department == office.lights


def test_who_presses_before_the_page_has_reported_its_opening_comes_first(office, receive, sign_in):
    petition = receive()
    seen = {"move": "hand_back", "note": "Es de la Junta", "seen_at": petition.status_at.isoformat()}
    client = sign_in("enlace")
    client.post(page_of(petition) + "abierta/")
    assert client.post(page_of(petition) + "mover/", seen).status_code == 302
    assert petition.status_changes.last().move == "hand_back"


def test_what_somebody_else_opened_meanwhile_was_moved_by_them(office, receive, sign_in):
    petition = receive()
    seen = {"move": "refer_again", "department": office.streets.pk, "note": "x"}
    seen_at = petition.status_at.isoformat()
    sign_in("enlace").post(page_of(petition) + "abierta/")
    response = sign_in("jefe").post(page_of(petition) + "mover/", seen | {"seen_at": seen_at})
    assert "alguien la movió antes" in text_of(response)


@pytest.mark.parametrize("move", ["open", "attend"])
@pytest.mark.parametrize("status", [Status.UNREAD, Status.IN_HAND])
def test_a_move_that_is_not_ones_own_is_refused_with_who_may(office, receive, sign_in, move, status):
    petition = receive()
    Petition.objects.filter(pk=petition.pk).update(status=status)
    response = sign_in("promotor").post(page_of(petition) + "mover/", {"move": move})
    assert response.status_code == 403
    assert "Enlace" in text_of(response)
    petition.refresh_from_db()
    assert petition.status == status


def test_a_move_that_the_status_does_not_allow_blames_nobody(office, receive, sign_in):
    petition = receive()
    seen = {"move": "attend", "note": "Listo", "seen_at": petition.status_at.isoformat()}
    response = sign_in("enlace").post(page_of(petition) + "mover/", seen, follow=True)
    assert "así no es posible el paso «Dar por atendida»" in text_of(response)
    assert "alguien la movió antes" not in text_of(response)


def test_after_handing_back_the_liaison_is_led_to_the_inbox(office, receive, sign_in):
    petition = receive()
    client = sign_in("enlace")
    response = client.post(page_of(petition) + "mover/", {"move": "hand_back", "note": "No es nuestro"})
    assert response["Location"] == INBOX
    assert client.get(page_of(petition)).status_code == 404


def test_a_move_asks_for_the_forms_token(office, receive):
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.staff["enlace"])
    assert client.post(page_of(receive()) + "mover/", {"move": "open"}).status_code == 403


def photo() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "#875818").save(file, "JPEG")
    file.seek(0)
    file.name = "foto.jpg"
    return file


def test_a_photo_of_the_work_is_kept_with_its_step_and_shown_to_those_who_see_it(office, receive, sign_in):
    petition = receive()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    client = sign_in("enlace")
    client.post(page_of(petition) + "mover/", {"move": "attend", "note": "Listo", "evidence": photo()})
    step = StatusChange.objects.get(move="attend")
    assert step.evidence_id
    url = f"{page_of(petition)}archivos/{step.evidence_id}/"
    assert url in text_of(client.get(page_of(petition)))
    served = sign_in("auxiliar").get(url)
    assert served.status_code == 200
    assert served["Content-Type"] == "image/jpeg"
    assert sign_in("enlace_obras").get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert client.get(f"{page_of(petition)}archivos/{'0' * 64}/").status_code == 404


def test_a_file_that_is_no_photo_is_refused_and_the_move_not_made(office, receive, sign_in):
    petition = receive()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    fake = io.BytesIO(b"<script>alert(1)</script>")
    fake.name = "foto.jpg"
    response = sign_in("enlace").post(
        page_of(petition) + "mover/", {"move": "attend", "note": "Listo", "evidence": fake}
    )
    assert response.status_code == 422
    petition.refresh_from_db()
    assert petition.status == Status.IN_HAND
