"""The page that corrects a boleta, where somebody else did so meanwhile or took it out of sight."""

from __future__ import annotations

import re

import pytest

from field.models import Petition, Petitioner
from tests.casework.pages.reading import page_of, text_of
from tests.casework.pages.test_correct import address_of, filled
from tests.casework.test_correcting import correct
from tests.casework.test_correcting_answers import CABLES, POLE, SIZE
from tests.factories import SIDE, SOUTH, WEST, PlaceFactory


def seen_in(response) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', text_of(response))
    assert found
    return found[1]


def test_who_comes_second_in_another_field_undoes_nothing_and_is_told(office, receive, sign_in):
    petition, client = receive(address="Juárez 5"), sign_in("auxiliar")
    late = filled(client, petition, description="Lo mío")
    correct(petition, office.staff["jefe"], phone="6690000000", address="Juárez 7")
    page = text_of(client.post(address_of(petition), late, follow=True))
    assert "alguien más corrigió: teléfono, calle y número." in page
    now = Petition.objects.get()
    assert (now.description, now.address) == ("Lo mío", "Juárez 7")
    assert Petitioner.objects.get().phone == "6690000000"


def test_of_the_same_field_both_are_shown_and_what_was_not_touched_stays_the_others(office, receive, sign_in):
    petition, client = receive(), sign_in("auxiliar")
    late = filled(client, petition, description="Lo mío", reference="Casa azul")
    correct(petition, office.staff["jefe"], description="Lo de ella", phone="6690000000")
    response = client.post(address_of(petition), late)
    page = text_of(response)
    assert response.status_code == 409
    assert "corrigió lo mismo mientras usted escribía" in page
    assert "Lo que ya dice: Lo de ella" in page
    assert "Lo que usted escribió: Lo mío" in page
    assert 'value="6690000000"' in page
    assert Petition.objects.get().description == "Lo de ella"
    again = late | {"seen": seen_in(response), "phone": "6690000000", "keep-description": "mine"}
    client.post(address_of(petition), again)
    now = Petition.objects.get()
    assert (now.description, now.reference) == ("Lo mío", "Casa azul")
    assert Petitioner.objects.get().phone == "6690000000"


def test_who_leaves_what_the_other_wrote_still_saves_the_rest(office, receive, sign_in):
    petition, client = receive(), sign_in("auxiliar")
    PlaceFactory(column=1, code="C0001", name="Esperanza")
    late = filled(client, petition, lon="", lat="", description="Lo mío")
    there = (WEST + SIDE * 1.5, SOUTH + SIDE / 2)
    correct(petition, office.staff["jefe"], lon_lat=there, place="C0001")
    response = client.post(address_of(petition), late)
    assert "Lo que ya dice: Esperanza; punto en el mapa" in text_of(response)
    assert "Lo que usted escribió: Centro; punto en el mapa: ninguno" in text_of(response)
    client.post(address_of(petition), late | {"seen": seen_in(response), "keep-where": "theirs"})
    now = Petition.objects.get()
    assert (now.place.name, now.location.x, now.description) == ("Esperanza", there[0], "Lo mío")


def test_a_third_who_corrects_it_again_meanwhile_is_not_undone_either(office, receive, sign_in):
    petition, client = receive(), sign_in("auxiliar")
    late = filled(client, petition, description="Lo mío")
    correct(petition, office.staff["jefe"], description="Lo de ella")
    late["seen"] = seen_in(client.post(address_of(petition), late))
    correct(petition, office.staff["director"], description="Lo del director")
    response = client.post(address_of(petition), late | {"keep-description": "mine"})
    assert response.status_code == 409
    assert "Lo que ya dice: Lo del director" in text_of(response)


def test_what_another_filled_in_or_retired_hinders_nothing(office, receive, sign_in):
    petition, client = receive(description=""), sign_in("auxiliar")
    late = filled(client, petition, reference="Casa azul")
    correct(petition, office.staff["jefe"], description="No prende", category=office.pothole.pk)
    type(office.lamp).objects.filter(pk=office.lamp.pk).update(active=False)
    assert client.post(address_of(petition), late).status_code == 302
    now = Petition.objects.get()
    assert (now.description, now.reference, now.category) == ("No prende", "Casa azul", office.pothole)


def test_without_what_was_seen_nothing_is_saved_till_it_is_looked_at_again(office, receive, sign_in):
    petition, client = receive(), sign_in("auxiliar")
    body = filled(client, petition, description="Lo mío", seen="falso")
    response = client.post(address_of(petition), body)
    assert response.status_code == 422
    assert "No se sabe qué decía la boleta" in text_of(response)
    assert client.post(address_of(petition), body | {"seen": seen_in(response)}).status_code == 302
    assert Petition.objects.get().description == "Lo mío"


def test_who_answered_under_the_category_that_another_changed_decides(office, receive, sign_in):
    for category, questions in ((office.lamp, [POLE, CABLES]), (office.pothole, [SIZE])):
        category.questions = questions
        category.save()
    petition, client = receive(answers={"poste": "12", "cables": True}), sign_in("auxiliar")
    late = filled(client, petition, **{"answer-poste": "14", "answer-cables": "si"})
    correct(petition, office.staff["jefe"], category=office.pothole.pk, answers={"tamano": "Grande"})
    response = client.post(address_of(petition), late)
    page = text_of(response)
    assert "Lo que ya dice: Bache" in page
    assert "Lo que usted escribió: Luminaria apagada" in page
    assert 'name="answer-poste" id="answer-poste" value="14"' in page
    again = late | {"seen": seen_in(response)}
    client.post(address_of(petition), again | {"keep-category": "theirs", "reference": "Casa azul"})
    now = Petition.objects.get()
    assert (now.category, now.answers, now.reference) == (office.pothole, {"tamano": "Grande"}, "Casa azul")
    client.post(address_of(petition), again | {"keep-category": "mine"})
    now = Petition.objects.get()
    assert (now.category, now.answers) == (office.lamp, {"poste": "14", "cables": True})


@pytest.mark.parametrize("there", [True, False])
def test_what_was_written_of_a_boleta_out_of_sight_is_given_back_and_nothing_of_it(
    office, receive, sign_in, there
):
    office.lamp.questions = [POLE]
    office.lamp.save()
    petition, client = receive(answers={"poste": "12"}), sign_in("auxiliar")
    body = filled(client, petition, description="Mis palabras", **{"answer-poste": "14"})
    correct(petition, office.staff["jefe"], category=office.complaint.pk, description="Lo reservado")
    address = address_of(petition)
    if not there:
        Petition.objects.update(folio="260F0999990")
    response = client.post(address, body)
    page = text_of(response)
    assert response.status_code == 404
    assert "Qué pide, con sus palabras: Mis palabras Número de poste: 14</textarea>" in page
    for word in ("Lo reservado", "Queja", "Contraloría", "La luminaria no enciende", "Peña", "Juárez"):
        assert word not in page
    assert client.get(page_of(petition)).status_code == 404


def test_all_that_was_written_is_given_back_where_nobody_knows_what_was_shown(office, receive, sign_in):
    petition = receive(office.complaint)
    response = sign_in("auxiliar").post(address_of(petition), {"description": "Mis palabras", "phone": "1"})
    assert response.status_code == 404
    assert "Mis palabras Teléfono: 1</textarea>" in text_of(response)
