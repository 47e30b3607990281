"""The answers of a boleta on the page that corrects it."""

from __future__ import annotations

import re

import pytest

from field.models import Petition
from tests.casework.pages.reading import page_of, text_of
from tests.casework.pages.test_correct import address_of, filled
from tests.casework.test_correcting_answers import CABLES, POLE, SIZE


@pytest.fixture(autouse=True)
def _questions(office) -> None:
    for category, questions in ((office.lamp, [POLE, CABLES]), (office.pothole, [SIZE, CABLES])):
        category.questions = questions
        category.save()


def asked(client, petition: Petition, category: str) -> str:
    return text_of(client.get(f"{address_of(petition)}preguntas/", {"category": category}))


def test_the_page_asks_with_what_was_answered_and_keeps_what_is_corrected(office, receive, sign_in):
    petition, client = receive(answers={"poste": "12", "cables": True}), sign_in("auxiliar")
    page = text_of(client.get(address_of(petition)))
    assert 'name="answer-poste" id="answer-poste" value="12"' in page
    assert '<option value="si" selected>' in page
    client.post(address_of(petition), filled(client, petition, **{"answer-poste": "14", "answer-cables": ""}))
    assert Petition.objects.get().answers == {"poste": "14"}
    story = text_of(client.get(page_of(petition)))
    assert "Número de poste: 12 → 14" in story
    assert "¿Hay cables sueltos? Sí → sin respuesta" in story


def test_an_answer_that_no_list_offers_is_offered_and_stays(office, receive, sign_in):
    petition, client = (
        receive(office.pothole, answers={"tamano": "Enorme", "cables": "tal vez"}),
        sign_in("jefe"),
    )
    page = text_of(client.get(address_of(petition)))
    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["Enorme", "tal vez"]
    sent = {"answer-tamano": "Enorme", "answer-cables": "tal vez"}
    assert "No cambió nada." in text_of(
        client.post(address_of(petition), filled(client, petition, **sent), follow=True)
    )


def test_another_category_asks_its_own_and_says_what_becomes_of_the_rest(office, receive, sign_in):
    petition, client = receive(answers={"poste": "12", "cables": True}), sign_in("auxiliar")
    piece = asked(client, petition, "Bache")
    assert "¿De qué tamaño?" in piece
    assert '<option value="si" selected>' in piece  # asked by both
    assert "Número de poste" not in piece
    assert "queda en la historia" in piece
    assert "queda en la historia" not in asked(client, petition, "Luminaria apagada")
    assert 'value="12"' in asked(client, petition, "luminaria APAGADA")
    assert "answer-" not in asked(client, petition, "nada")
    body = filled(client, petition, category="Bache", **{"answer-tamano": "Grande", "answer-cables": "si"})
    client.post(address_of(petition), body)
    assert Petition.objects.get().answers == {"tamano": "Grande", "cables": True}


def test_what_was_reserved_is_said_not_to_be_kept(office, receive, sign_in):
    office.complaint.questions = [POLE]
    office.complaint.save()
    petition = receive(office.complaint, answers={"poste": "12"})
    assert "era reservado: no se guarda" in asked(sign_in("jefe"), petition, "Bache")
    assert sign_in("auxiliar").get(f"{address_of(petition)}preguntas/").status_code == 404


def test_a_form_that_is_refused_keeps_what_was_answered(office, receive, sign_in):
    petition, client = receive(answers={"poste": "12"}), sign_in("auxiliar")
    body = filled(client, petition, phone="1", category="Bache", **{"answer-tamano": "Chico"})
    response = client.post(address_of(petition), body)
    assert response.status_code == 422
    assert '<option value="Chico" selected>' in text_of(response)
