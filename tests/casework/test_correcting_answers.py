"""The answers to a category's questions are put right, with the category or without."""

from __future__ import annotations

from typing import Any

import pytest

from backend.casework.corrections import said_by
from backend.casework.models import StatusChange
from backend.casework.questions import answers_in_words, read_answer
from field.models import Petition
from field.persons import sources
from tests.casework.test_correcting import correct

POLE = {"key": "poste", "label": "Número de poste", "type": "text"}
CABLES = {"key": "cables", "label": "¿Hay cables sueltos?", "type": "yes_no"}
SIZE = {"key": "tamano", "label": "¿De qué tamaño?", "type": "choice", "options": ["Chico", "Grande"]}


@pytest.fixture(autouse=True)
def _questions(office) -> None:
    for category, questions in ((office.lamp, [POLE, CABLES]), (office.pothole, [SIZE, CABLES])):
        category.questions = questions
        category.save()


def answered(petition: Petition, **answers: str) -> dict[str, str]:
    """What it answers, with these besides or instead; empty to take one away."""
    texts = {**said_by(petition).answers, **answers}
    return {key: text for key, text in texts.items() if text}


def test_what_was_answered_is_corrected_and_told_in_the_words_that_asked(office, receive):
    petition = receive(answers={"poste": "12", "cables": True})
    step = correct(petition, office.staff["auxiliar"], answers=answered(petition, poste="14", cables="no"))
    assert Petition.objects.get().answers == {"poste": "14", "cables": False}
    assert step
    assert sorted(step.note.splitlines()) == ["Número de poste: 12 → 14", "¿Hay cables sueltos? Sí → No"]
    step = correct(petition, office.staff["auxiliar"], answers={"cables": "no"})
    assert step
    assert step.note == "Número de poste: 14 → sin respuesta"


def test_an_answer_that_stays_stays_as_it_came(office, receive):
    came: dict[str, Any] = {
        "poste": "x" * 900,
        "cables": "quién sabe",
        "varios": ["a", 2],
        "medidas": {"m": 1.5},
    }
    petition = receive(answers=came)
    correct(petition, office.staff["auxiliar"], description="Otra cosa")
    correct(petition, office.staff["auxiliar"], answers=answered(petition, cables="si"))
    assert Petition.objects.get().answers == came | {"cables": True}


def test_with_another_category_the_old_answers_go_into_the_history(office, receive):
    petition = receive(answers={"poste": "12", "cables": True})
    step = correct(
        petition,
        office.staff["auxiliar"],
        category=office.pothole.pk,
        answers={"cables": "si", "tamano": "Grande", "poste": "12"},
    )
    assert Petition.objects.get().answers == {"cables": True, "tamano": "Grande"}
    assert step
    assert step.note.splitlines() == [
        "Categoría: Luminaria apagada → Bache",
        "Número de poste: 12 → ya no se pregunta",
        "¿De qué tamaño? sin respuesta → Grande",
    ]


def test_what_is_asked_no_more_is_corrected_too_and_never_called_by_its_key(office, receive):
    petition = receive(answers={"clave_vieja": "María", "otra_clave": True})
    assert sorted(answers_in_words(petition)) == [("Otra respuesta", "María"), ("Otra respuesta", "Sí")]
    step = correct(petition, office.staff["auxiliar"], answers={"otra_clave": "si"})
    assert Petition.objects.get().answers == {"otra_clave": True}
    assert step
    assert step.note == "Otra respuesta: María → sin respuesta"


def test_of_what_ceases_to_be_reserved_no_answer_is_told(office, receive):
    office.complaint.questions = [{"key": "quien", "label": "¿Qué servidor?", "type": "text"}]
    office.complaint.save()
    petition, jefe = receive(office.complaint, answers={"quien": "El inspector Ruiz"}), office.staff["jefe"]
    step = correct(petition, jefe, answers={"quien": "El inspector Soto"})
    assert step
    assert step.note == "¿Qué servidor? El inspector Ruiz → El inspector Soto"
    changes = {"category": office.lamp.pk, "answers": {"poste": "12"}}
    step = correct(petition, jefe, **changes, opens=True)
    assert step
    assert "Soto" not in step.note
    assert "Se corrigió, sin guardar lo que decía: lo que se contestó." in step.note
    assert Petition.objects.get().answers == {"poste": "12"}


def test_two_who_correct_different_answers_both_hold(office, receive):
    petition = receive(answers={"poste": "12", "cables": True})
    seen = said_by(petition)
    correct(petition, office.staff["jefe"], answers=answered(petition, poste="14"))
    correct(petition, office.staff["auxiliar"], seen=seen, answers={**seen.answers, "cables": "no"})
    assert Petition.objects.get().answers == {"poste": "14", "cables": False}


def test_an_answer_given_meanwhile_goes_with_the_category_that_asked_it(office, receive):
    petition = receive(answers={"cables": True})
    seen = said_by(petition)
    correct(petition, office.staff["jefe"], answers=answered(petition, poste="14", cables="no"))
    step = correct(petition, office.staff["auxiliar"], seen=seen, category=office.pothole.pk)
    assert Petition.objects.get().answers == {"cables": False}
    assert step
    assert "Número de poste: 14 → ya no se pregunta" in step.note


def test_the_answers_that_stood_before_are_within_the_laws_reach(office, receive):
    petition = receive(answers={"poste": "El de María Peña"})
    correct(petition, office.staff["auxiliar"], answers={"poste": "12"})
    history = next(one for one in sources() if one.code == "casework")
    assert any("María Peña" in passage.text for passage in history.read(petition.pk))
    assert StatusChange.objects.filter(move="correct").count() == 1


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("number", "12", 12),
        ("number", "-3.50", -3.5),
        ("number", "1.0e999", "1.0e999"),
        ("number", "66912345678901234", "66912345678901234"),
        ("number", "muchos", "muchos"),
        ("yes_no", "no", False),
        ("yes_no", "quién sabe", "quién sabe"),
        ("text", " uno\r\ndos\u200b\x00 ", "uno dos"),
        ("text", "x" * 600, "x" * 500),
    ],
)
def test_an_answer_is_read_as_its_question_asks(kind, text, kept):
    assert read_answer(kind, text) == kept
