"""The office's pages over HTTP, for every role."""

from __future__ import annotations

import io
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.services.statuses import change_status
from field.folio import format_folio
from field.models import Petition, Petitioner, PrivacyNotice, Status
from field.services.petitions import PetitionerIntake
from geo.clock import local_today
from tests.factories import SIDE, SOUTH, WEST

INBOX = "/boletas/"
CAPTURE = "/boletas/nueva/"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sign_in(office):
    def _sign_in(person: str) -> Client:
        client = Client()
        client.force_login(office.staff[person])
        return client

    return _sign_in


def page_of(petition: Petition) -> str:
    return reverse("casework:boleta", args=[format_folio(petition.folio)])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# --- the inbox -------------------------------------------------------------------------------


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

    today = local_today()
    petitions = {
        "unread": receive(),
        "late": receive(received_at=datetime(2026, 3, 2, 18, tzinfo=UTC)),
        "disputed": stand(receive(), Status.DISPUTED),
        "to_verify": receive(office.to_check),
        "attended": stand(receive(), Status.ATTENDED),
        "closed": stand(receive(), Status.CLOSED),
        "today": receive(),
    }
    Petition.objects.filter(pk=petitions["today"].pk).update(due_on=today)
    return petitions


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"unread", "late", "disputed", "to_verify", "today"}),
        ("?status=por_verificar", {"to_verify"}),
        ("?status=no_leida", {"unread", "late", "today"}),
        ("?overdue=1", {"late"}),
        ("?view=week", {"today"}),
        ("?status=inconformidad", {"disputed"}),
        ("?status=atendida", {"attended"}),
        ("?status=concluida", {"closed"}),
        ("?view=all", {"unread", "late", "disputed", "to_verify", "attended", "closed", "today"}),
        ("?q=luminaria", {"unread", "late", "disputed", "to_verify", "attended", "closed", "today"}),
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


# --- one boleta ------------------------------------------------------------------------------


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
    petition = receive(received_at=datetime(2026, 11, 13, 18, tzinfo=UTC), address="Juárez 5", accuracy_m=8.0)
    page = text_of(sign_in("enlace").get(page_of(petition)))
    for words in (
        "La luminaria no enciende.",
        "Centro",
        "Juárez 5",
        "María Peña",
        "669 123 4567",
        "aviso de privacidad 2026-1",
        "10 días hábiles: vence el 30 de noviembre",
        "16 de noviembre (Día de la Revolución)",
        "Se recibió por recorrido y se canalizó a Alumbrado.",
    ):
        assert words in page


def test_a_supervisor_is_not_told_who_asked(office, receive, sign_in):
    page = text_of(sign_in("supervisor").get(page_of(receive())))
    assert "María" not in page
    assert "669" not in page.replace("669px", "")


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
    assert make(liaison, "schedule", scheduled_for=local_today().isoformat(), note="") == 302
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
    assert '<details class="choice" name="paso" open>' in page
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


def test_a_nul_in_an_address_is_never_an_error_of_ours(office, receive, sign_in):
    client, base = sign_in("jefe"), page_of(receive())
    for url in (f"{INBOX}?place=%00", f"{INBOX}conteos/?department=a%00", "/recorridos/lugares/?q=%00"):
        response = client.get(url)
        assert response.status_code == 400
        assert "No entendimos la solicitud" in text_of(response)
    assert client.get(f"{base}archivos/%00/").status_code == 404


@pytest.mark.parametrize(
    "query", ["?captured_before=9999-12-31", "?captured_after=0001-01-01T00:00:00%2B12:00"]
)
def test_a_day_beyond_the_calendar_is_told_in_the_inbox(office, sign_in, query):
    response = sign_in("auxiliar").get(INBOX + query)
    assert response.status_code == 400
    assert "La fecha está demasiado lejos" in text_of(response)


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


# --- capture -----------------------------------------------------------------------------------


def filled(office, **changes) -> dict:
    return {
        "id": str(uuid.uuid4()),
        "channel": "073",
        "category": "luminaria APAGADA",
        "description": "No prende desde el lunes",
        "lon": WEST + SIDE / 2,
        "lat": SOUTH + SIDE / 2,
        "name": "Ana",
        "phone": "669 111 2233",
        "consent": "on",
    } | changes


@pytest.mark.parametrize(
    ("person", "status"), [("promotor", 200), ("auxiliar", 200), ("director", 200), ("enlace", 403)]
)
def test_capture_is_for_everybody_but_the_departments(office, sign_in, person, status):
    assert sign_in(person).get(CAPTURE).status_code == status


def test_a_captured_petition_gets_its_folio_large(office, sign_in):
    PrivacyNotice.objects.create(version="2026-2", text="Aviso", published_at=timezone.now())
    client = sign_in("auxiliar")
    response = client.post(CAPTURE, filled(office), follow=True)
    petition = Petition.objects.get()
    assert f'<p class="big-folio">{format_folio(petition.folio)}</p>' in text_of(response)
    assert (petition.channel, petition.category, petition.department) == ("073", office.lamp, office.lights)
    assert petition.place.name == "Centro"
    person = Petitioner.objects.get()
    assert (person.name, person.consent, person.notice) == ("Ana", True, "2026-2")
    assert 'value="073" selected' in text_of(client.get(CAPTURE))


def test_sending_the_form_twice_makes_one_petition(office, sign_in):
    body, client = filled(office), sign_in("auxiliar")
    assert client.post(CAPTURE, body)["Location"] == client.post(CAPTURE, body)["Location"]
    assert Petition.objects.count() == 1


@pytest.mark.parametrize("place", ["Centro", "centro", "C0000", "Centro · C0000"])
def test_a_colonia_may_be_written_by_name_or_code(office, sign_in, place):
    sign_in("auxiliar").post(CAPTURE, filled(office, lon="", lat="", place=place))
    assert Petition.objects.get().place.code == "C0000"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"category": "nada"}, "Elija una categoría de la lista."),
        ({"lon": "", "lat": ""}, "Diga dónde"),
        ({"lon": "", "lat": "", "place": "nada"}, "No hay un lugar con ese nombre"),
        ({"consent": ""}, "Sin consentimiento"),
        ({"description": " "}, "field-errors"),
        ({"email": "no"}, "field-errors"),
        ({"lon": "500"}, "form-errors"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_written_stays(office, sign_in, changes, said):
    response = sign_in("auxiliar").post(CAPTURE, filled(office, **changes))
    assert response.status_code == 422
    assert said in text_of(response)
    assert "669 111 2233" in text_of(response)
    assert not Petition.objects.exists()


def test_an_anonymous_petition_keeps_no_person(office, sign_in):
    sign_in("auxiliar").post(CAPTURE, filled(office, name="", phone="", consent=""))
    assert Petition.objects.count() == 1
    assert not Petitioner.objects.exists()


def test_a_categorys_questions_are_asked_and_their_answers_kept(office, sign_in):
    office.lamp.questions = [
        {"key": "poste", "label": "Número de poste", "type": "text"},
        {"key": "cables", "label": "¿Hay cables sueltos?", "type": "yes_no"},
    ]
    office.lamp.save()
    client = sign_in("auxiliar")
    asked = text_of(client.get(f"{CAPTURE}preguntas/", {"category": "Luminaria apagada"}))
    assert "Número de poste" in asked
    assert "answer-cables" in asked
    client.post(CAPTURE, filled(office, **{"answer-poste": "1123", "answer-cables": "si"}))
    assert Petition.objects.get().answers == {"poste": "1123", "cables": True}


def test_who_takes_down_a_complaint_can_read_out_its_folio_but_not_the_boleta(office, sign_in):
    client = sign_in("auxiliar")
    response = client.post(CAPTURE, filled(office, category="Queja contra servidor"), follow=True)
    petition = Petition.objects.get()
    assert format_folio(petition.folio) in text_of(response)
    assert page_of(petition) + '"' not in text_of(response)
    assert client.get(page_of(petition)).status_code == 404
    assert sign_in("asesor").get(page_of(petition) + "acuse/").status_code == 404


def test_the_folio_of_anothers_capture_is_not_given_out(office, receive, sign_in):
    assert sign_in("supervisor").get(page_of(receive(captured_by_id=None)) + "acuse/").status_code == 404
