"""Who sees which letters."""

from __future__ import annotations

import pytest

from backend.letters.models import Kind, LetterStep
from backend.letters.selectors import visible_letters
from backend.letters.services.drafts import draft_letter
from backend.letters.services.incoming import (
    link_petition,
    receive_letter,
)
from backend.letters.services.issuing import cancel_letter, issue_letter
from geo.problems import NotFound
from tests.factories import CategoryFactory
from tests.letters.conftest import incoming


def test_letters_of_a_reserved_boleta_are_seen_only_by_who_sees_it(office, receive, draft):
    letter = issue_letter(letter=draft(petitions=[receive(office.complaint)]), by=office.staff["director"])
    sees = {
        name for name, user in office.staff.items() if visible_letters(user).filter(pk=letter.pk).exists()
    }
    assert sees == {"jefe", "director", "enlace_control"}


def test_a_liaison_sees_the_issued_letters_of_the_own_boletas(office, receive, draft):
    letter = draft()
    assert not visible_letters(office.staff["enlace"]).exists()
    issue_letter(letter=letter, by=office.staff["director"])
    assert visible_letters(office.staff["enlace"]).get() == letter
    assert not visible_letters(office.staff["enlace_obras"]).exists()


def test_one_reserved_boleta_among_others_hides_the_letter(office, receive):
    letter = receive_letter(
        letter=incoming(), by=office.staff["director"], petitions=[receive(), receive(office.complaint)]
    )
    sees = {
        name for name, user in office.staff.items() if visible_letters(user).filter(pk=letter.pk).exists()
    }
    assert sees == {"jefe", "director", "enlace_control"}


def test_a_reserved_letter_is_hidden_though_it_belongs_to_no_boleta_yet(office):
    letter = receive_letter(letter=incoming(reserved=True), by=office.staff["auxiliar"])
    sees = {
        name for name, user in office.staff.items() if visible_letters(user).filter(pk=letter.pk).exists()
    }
    assert sees == {"jefe", "director"}
    with pytest.raises(NotFound):
        link_petition(letter=letter, key="26-AAA-00001-0", by=office.staff["auxiliar"])


def test_a_letter_cannot_be_drafted_about_a_boleta_out_of_sight(office, receive):
    with pytest.raises(NotFound):
        draft_letter(kind=Kind.ANSWER, by=office.staff["auxiliar"], petitions=[receive(office.complaint)])


def test_history_is_only_ever_appended(office, draft):
    letter = issue_letter(letter=draft(), by=office.staff["director"])
    before = list(LetterStep.objects.order_by("id").values())
    cancel_letter(letter=letter, by=office.staff["director"], reason="x")
    assert list(LetterStep.objects.order_by("id").values())[: len(before)] == before


def test_a_letter_stays_reserved_though_its_boleta_is_taken_away(office, receive, draft):
    petition = receive(office.complaint)
    letter = issue_letter(letter=draft(petitions=[petition]), by=office.staff["director"])
    letter.petitions.clear()
    assert letter.reserved
    assert not visible_letters(office.staff["auxiliar"]).filter(pk=letter.pk).exists()


def test_a_letter_becomes_reserved_with_the_boleta_that_it_is_linked_to(office, receive):
    letter = receive_letter(letter=incoming(), by=office.staff["director"])
    link_petition(letter=letter, key=receive(office.complaint).folio, by=office.staff["director"])
    letter.refresh_from_db()
    assert letter.reserved


def test_a_department_that_answers_a_reserved_category_sees_its_letters(office, receive, draft):
    own = CategoryFactory(department=office.lights, sensitive=True)
    letter = issue_letter(letter=draft(petitions=[receive(own)]), by=office.staff["director"])
    assert visible_letters(office.staff["enlace"]).get() == letter
    assert not visible_letters(office.staff["enlace_obras"]).exists()
    assert not visible_letters(office.staff["auxiliar"]).exists()
