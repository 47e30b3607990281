"""What goes wrong at a boleta's page: sent twice, sent where nobody could read it, or hostile."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.petition_forms import CaptureForm
from backend.casework.services.statuses import change_status, change_statuses
from field.models import Category, Petition, Status
from geo.problems import Invalid
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jefe(office) -> Client:
    client = Client()
    client.force_login(office.staff["jefe"])
    return client


def send(client: Client, petition: Petition, move: str, **given):
    return client.post(f"/boletas/{petition.folio}/mover/", {"move": move, **given})


def steps(petition: Petition, move: str) -> int:
    return StatusChange.objects.filter(petition=petition, move=move).count()


@pytest.mark.parametrize("status", [Status.UNREAD, Status.ATTENDED])
def test_a_note_sent_again_from_the_same_page_is_noted_once(office, receive, jefe, status):
    petition = receive()
    Petition.objects.update(status=status)
    seen = StatusChange.objects.filter(petition=petition).count()
    for _time in range(3):
        assert send(jefe, petition, "note", note="Avisó su hija", seen_steps=seen).status_code == 302
    assert steps(petition, "note") == 1
    send(jefe, petition, "note", note="Avisó su hijo", seen_steps=seen)
    send(jefe, petition, "note", note="Avisó su hija", seen_steps=seen + 2)
    assert steps(petition, "note") == 3


def test_a_call_without_answer_sent_twice_is_one_attempt_and_a_later_one_another(office, receive, jefe):
    petition = receive()
    Petition.objects.update(status=Status.ATTENDED)
    seen = StatusChange.objects.filter(petition=petition).count()
    for attempt in (seen, seen, seen + 1):
        send(jefe, petition, "no_answer", seen_steps=attempt)
    assert steps(petition, "no_answer") == 2


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 5000, "0"])
def test_what_the_page_showed_may_be_said_wrong(office, receive, jefe, seen):
    petition = receive()
    assert send(jefe, petition, "note", note="Avisó", seen_steps=seen).status_code == 302
    assert steps(petition, "note") == 1


def reserved_ones(office, receive) -> tuple[Petition, Petition]:
    medicine = CategoryFactory(department=office.lights, name="Medicamento", sensitive=True)
    return receive(office.complaint), receive(medicine)


def test_what_is_reserved_goes_nowhere_but_to_who_may_read_it(office, receive):
    complaint, medicine = reserved_ones(office, receive)
    again, jefe = Given(note="Les toca", department=office.streets), office.staff["jefe"]
    for petition in (complaint, medicine):
        with pytest.raises(Invalid) as refused:
            change_status(petition=petition, move="refer_again", by=jefe, given=again)
        assert refused.value.errors[0]["pointer"] == "/department"
        assert "nadie podría leerla" in refused.value.errors[0]["detail"]
    moved = change_statuses(petitions=[complaint.pk, medicine.pk], move="refer_again", by=jefe, given=again)
    assert not moved.changes
    assert {refusal.code for refusal in moved.refused} == {"reserved"}
    to_control = Given(note="Les toca", department=office.control)
    assert change_status(petition=medicine, move="refer_again", by=jefe, given=to_control).department
    back = Given(note="Es suya", department=office.lights)
    assert change_status(petition=medicine, move="refer_again", by=jefe, given=back).department


def test_the_page_offers_only_departments_that_may_read_it(office, receive, jefe):
    complaint, medicine = reserved_ones(office, receive)
    offered = {
        petition.pk: {
            department.name
            for department in (office.lights, office.streets, office.control)
            if f'<option value="{department.pk}"'
            in jefe.get(f"/boletas/{petition.folio}/", follow=True).content.decode()
        }
        for petition in (complaint, medicine, receive())
    }
    names = [sorted(names) for names in offered.values()]
    assert names == [
        ["Contraloría"],
        ["Alumbrado", "Contraloría"],
        ["Alumbrado", "Contraloría", "Obras Públicas"],
    ]


def test_a_photo_that_is_too_large_leaves_the_note_where_it_was_written(office, receive, jefe, settings):
    petition, settings.ATTACHMENT_MAX_PIXELS = receive(), 100
    Petition.objects.update(status=Status.IN_HAND)
    drawn = io.BytesIO()
    Image.new("RGB", (40, 40)).save(drawn, "JPEG")
    photo = SimpleUploadedFile("foto.jpg", drawn.getvalue(), "image/jpeg")
    answer = send(jefe, petition, "attend", note="Se cambió el foco del poste 12", evidence=photo)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Se cambió el foco del poste 12" in page
    assert "demasiados píxeles" in page


@pytest.mark.parametrize("query", ["\0", "q=%00", "status=%00", "%00=1"])
def test_choosing_a_whole_view_of_nonsense_chooses_nothing(office, receive, jefe, query):
    receive()
    answer = jefe.post("/boletas/varias/", {"all": "1", "query": query})
    assert answer.status_code == 302
    assert jefe.get(answer["Location"], follow=True).status_code in (200, 400)


def test_what_was_written_comes_back_when_somebody_else_was_faster(office, receive, jefe):
    petition = receive()
    seen = petition.status_at.isoformat()
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    answer = send(jefe, petition, "hand_back", note="Es de <CFE>, dijo doña Eva", seen_at=seen)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "alguien la movió antes" in page
    assert "Es de &lt;CFE&gt;, dijo doña Eva</textarea>" in page
    assert steps(petition, "hand_back") == 0


def test_a_boleta_that_went_elsewhere_meanwhile_is_told_so_and_the_note_given_back(office, receive):
    petition, liaison = receive(), Client()
    liaison.force_login(office.staff["enlace"])
    gone = Given(note="Les toca", department=office.streets)
    change_status(petition=petition, move="refer_again", by=office.staff["jefe"], given=gone)
    elsewhere = send(liaison, petition, "attend", note="Se cambió el foco")
    nowhere = liaison.post("/boletas/26-0F0-99999-A/mover/", {"move": "attend", "note": "Se cambió el foco"})
    for answer in (elsewhere, nowhere):  # nobody learns which of them there are
        assert answer.status_code == 404
        assert "ya no está a su alcance" in answer.content.decode()
        assert "Se cambió el foco</textarea>" in answer.content.decode()


def test_what_is_reserved_waits_for_nobodys_check(office, receive):
    CategoryFactory(department=office.control, name="Soborno", sensitive=True, needs_check=True)
    bribe = receive(Category.objects.get(name="Soborno"))
    assert (bribe.status, bribe.department) == (Status.UNREAD, office.control)
    assert receive(office.to_check).status == Status.TO_VERIFY


@pytest.mark.parametrize("phone", ["<script>", "no tiene", "123", "9" * 30])
def test_a_telephone_that_nobody_could_call_is_refused(office, phone):
    form = CaptureForm({"phone": phone})
    assert "10 dígitos" in form.errors["phone"][0]
    assert "phone" not in CaptureForm({"phone": "(669) 981-23-45 ext. 12"}).errors
