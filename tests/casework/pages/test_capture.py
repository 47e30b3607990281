"""The page that takes a petition down."""

from __future__ import annotations

import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from field.folio import format_folio
from field.models import Petition, Petitioner, PrivacyNotice
from tests.casework.pages.reading import CAPTURE, page_of, text_of
from tests.factories import SIDE, SOUTH, WEST, PlaceFactory


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
        ({"description": "\u200b\u2060"}, "field-errors"),
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


@pytest.mark.parametrize(("lon", "said"), [(WEST - 5, "fuera de toda colonia"), (WEST + SIDE / 2, "Centro")])
def test_a_point_that_contradicts_the_colonia_is_asked_about(office, sign_in, lon, said):
    PlaceFactory(column=3, code="C0003", name="Esperanza")
    body, client = filled(office, lon=lon, place="Esperanza"), sign_in("auxiliar")
    response = client.post(CAPTURE, body)
    assert response.status_code == 422
    assert said in text_of(response)
    assert "diga cuál vale" in text_of(response)
    assert "data-pick-which>" in text_of(response)
    assert not Petition.objects.exists()


def test_the_colonia_holds_where_it_is_said_so(office, sign_in):
    PlaceFactory(column=3, code="C0003", name="Esperanza")
    sign_in("auxiliar").post(CAPTURE, filled(office, place="Esperanza", holds="place"))
    petition = Petition.objects.get()
    assert (petition.place.name, petition.location, petition.certainty) == ("Esperanza", None, "certain")


def test_the_point_holds_where_it_is_said_so(office, sign_in):
    PlaceFactory(column=3, code="C0003", name="Esperanza")
    sign_in("auxiliar").post(CAPTURE, filled(office, place="Esperanza", holds="point"))
    petition = Petition.objects.get()
    assert (petition.place.name, petition.location is None) == ("Centro", False)


def test_the_colonia_of_the_point_contradicts_nothing(office, sign_in):
    sign_in("auxiliar").post(CAPTURE, filled(office, place="Centro"))
    assert Petition.objects.get().location


def test_a_name_of_which_nothing_can_be_seen_is_none(office, sign_in):
    sign_in("auxiliar").post(CAPTURE, filled(office, name="\u200b", phone="٦٦٩ ١١١ ٢٢٣٣"))
    person = Petitioner.objects.get()
    assert (person.name, person.phone, person.phone_digits) == ("", "669 111 2233", "6691112233")


def test_a_photo_is_kept_with_the_petition_and_shown_on_its_boleta(office, sign_in):
    client, picture = sign_in("auxiliar"), BytesIO()
    Image.new("RGB", (40, 30), "sienna").save(picture, "JPEG")
    photo = SimpleUploadedFile("luminaria.jpg", picture.getvalue(), "image/jpeg")
    assert client.post(CAPTURE, filled(office, photo=photo)).status_code == 302
    petition = Petition.objects.get()
    [file] = petition.attachments.all()
    assert file.content_type == "image/jpeg"
    assert f"/archivos/{file.sha256}/" in text_of(client.get(page_of(petition)))


def test_what_is_no_photo_is_said_beside_it_and_nothing_is_saved(office, sign_in):
    photo = SimpleUploadedFile("virus.jpg", b"MZ not a picture", "image/jpeg")
    response = sign_in("auxiliar").post(CAPTURE, filled(office, photo=photo))
    assert response.status_code >= 400
    assert "No prende desde el lunes" in text_of(response)
    assert "Elija otra vez la foto" in text_of(response)
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
