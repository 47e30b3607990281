"""A boleta that another institution has: it is not closed before that institution was asked."""

from __future__ import annotations

from typing import Any

import pytest

from backend.casework.given import Given
from backend.casework.services.statuses import change_status, change_statuses, preview_moves
from backend.letters.models import Letter
from backend.letters.services.drafts import LetterText, discard_draft, edit_draft
from backend.letters.services.issuing import issue_letter
from field.folio import format_folio
from field.models import Petition, Status
from geo.problems import Conflict

ANSWERED = Given(note="El poste se retiró.")
TEXT = LetterText(
    party_institution="CFE", subject="Poste", body="Se pide retirarlo.", signer_name="G", signer_post="D"
)


@pytest.fixture
def outside(office, receive):
    def _outside(*, by_letter: bool = True) -> Petition:
        petition = receive()
        given = Given(note="El poste es de CFE", institution="CFE", by_letter=by_letter)
        change_status(petition=petition, move="external", by=office.staff["auxiliar"], given=given)
        return petition

    return _outside


def test_it_is_not_closed_while_its_letter_is_a_draft_and_says_what_to_do(office, outside):
    petition = outside()
    with pytest.raises(Conflict, match=r"El oficio a CFE sigue en borrador.*expedirlo, o descartarlo"):
        change_status(petition=petition, move="close", by=office.staff["auxiliar"], given=ANSWERED)
    petition.refresh_from_db()
    assert petition.status == Status.EXTERNAL


def test_it_is_closed_once_the_letter_was_issued(office, outside):
    petition = outside()
    letter = edit_draft(letter=Letter.objects.get(), text=TEXT, by=office.staff["auxiliar"])
    issue_letter(letter=letter, by=office.staff["jefe"])
    change_status(petition=petition, move="close", by=office.staff["auxiliar"], given=ANSWERED)
    assert petition.status == Status.CLOSED


def test_it_is_closed_once_the_draft_is_given_up(office, outside):
    petition = outside()
    discard_draft(letter=Letter.objects.get(), by=office.staff["auxiliar"], reason="Se arregló por teléfono")
    change_status(petition=petition, move="close", by=office.staff["auxiliar"], given=ANSWERED)
    assert petition.status == Status.CLOSED


def test_one_asked_by_telephone_is_closed_at_once(office, outside):
    petition = outside(by_letter=False)
    change_status(petition=petition, move="close", by=office.staff["auxiliar"], given=ANSWERED)
    assert petition.status == Status.CLOSED


def test_a_draft_to_who_asked_keeps_nothing_back(office, outside, draft):
    petition = outside(by_letter=False)
    draft(petitions=[petition])
    change_status(petition=petition, move="close", by=office.staff["auxiliar"], given=ANSWERED)
    assert petition.status == Status.CLOSED


def test_of_many_those_with_a_draft_stay_and_the_rest_go(office, outside):
    waits, goes = outside(), outside(by_letter=False)
    asked: dict[str, Any] = {
        "petitions": [waits.pk, goes.pk],
        "move": "close",
        "by": office.staff["jefe"],
        "given": ANSWERED,
    }
    foreseen = preview_moves(**asked)
    moved = change_statuses(**asked)
    assert [refusal.petition for refusal in foreseen.refused] == [waits.pk]
    assert [refusal.detail for refusal in moved.refused] == [foreseen.refused[0].detail]
    assert [change.petition_id for change in moved.changes] == [goes.pk]


def test_the_page_says_so_and_gives_back_what_was_written(office, outside, sign_in):
    petition = outside()
    address = f"/boletas/{format_folio(petition.folio)}/mover/"
    answer = sign_in("auxiliar").post(address, {"move": "close", "note": "El poste se retiró el lunes."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "El oficio a CFE sigue en borrador" in page
    assert "El poste se retiró el lunes." in page
    assert "Ver el borrador" in page
