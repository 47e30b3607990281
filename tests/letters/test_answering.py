"""What is owed on a letter: marked when it is answered, owed again when that answer is cancelled."""

from __future__ import annotations

import pytest

from backend.letters.models import Kind, Letter, LetterSeries, State
from backend.letters.services.drafts import LetterText, draft_letter, edit_draft
from backend.letters.services.incoming import link_petition, receive_letter
from backend.letters.services.issuing import cancel_letter, issue_letter, record_delivery
from backend.letters.services.office import save_series
from geo.clock import local_today
from geo.problems import Conflict, NotFound
from tests.letters.test_sight import incoming

TEXT = LetterText(party_institution="CFE", subject="R", body="Sí.", signer_name="G", signer_post="D")


@pytest.fixture
def theirs(office) -> Letter:
    letter = incoming(answer_due_on=local_today())
    return receive_letter(letter=letter, by=office.staff["auxiliar"])


@pytest.fixture
def answer(office):
    """Answer a letter that came with one of ours."""

    def _answer(letter: Letter) -> Letter:
        by = office.staff["director"]
        begun = draft_letter(kind=Kind.INSTITUTION, by=by, answers=letter)
        return issue_letter(letter=edit_draft(letter=begun, text=TEXT, by=by), by=by)

    return _answer


def standing(letter: Letter) -> tuple[str, bool, str]:
    """Where it stands, whether an answer is owed, and its last step."""
    now = Letter.objects.get(pk=letter.pk)
    return now.state, Letter.objects.awaiting().filter(pk=letter.pk).exists(), now.steps.last().step


def test_an_answer_that_is_cancelled_leaves_the_letter_owed_again(office, theirs, answer):
    ours = answer(theirs)
    assert standing(theirs) == (State.ANSWERED, False, "answer")
    cancel_letter(letter=ours, by=office.staff["jefe"], reason="Iba a otra oficina")
    assert standing(theirs) == (State.RECEIVED, True, "unanswer")
    answer(theirs)
    assert standing(theirs) == (State.ANSWERED, False, "answer")


def test_of_two_answers_one_cancelled_leaves_the_other(office, theirs, answer):
    first, _second = answer(theirs), answer(theirs)
    cancel_letter(letter=first, by=office.staff["jefe"], reason="Repetido")
    assert standing(theirs)[:2] == (State.ANSWERED, False)


@pytest.mark.parametrize(
    ("deliveries", "stands"),
    [
        ([], State.ISSUED),
        ([False], State.SENT),
        ([False, True], State.DELIVERED),
        ([True, False], State.SENT),
    ],
)
def test_ours_stands_where_it_stood_when_what_answered_it_was_no_answer(office, draft, deliveries, stands):
    by = office.staff["director"]
    ours = issue_letter(letter=draft(Kind.INSTITUTION, party_institution="CFE", body="Se pide."), by=by)
    for received in deliveries:
        record_delivery(letter=ours, by=by, delivery="en_mano", on=local_today(), received=received)
    came = receive_letter(letter=incoming(), by=by, answers=ours)
    assert standing(ours)[:2] == (State.ANSWERED, False)
    cancel_letter(letter=came, by=by, reason="Contestaba a otro")
    assert standing(ours) == (stands, True, "unanswer")


def test_the_stamped_copy_of_a_letter_that_was_answered_first_is_kept_too(office, draft, sign_in):
    by = office.staff["director"]
    ours = issue_letter(letter=draft(Kind.INSTITUTION, party_institution="CFE", body="Se pide."), by=by)
    receive_letter(letter=incoming(), by=by, answers=ours)
    page = f"/oficios/{ours.pk}/"
    assert "Anotar la entrega" in sign_in("auxiliar").get(page).content.decode()
    kept = record_delivery(letter=ours, by=by, delivery="en_mano", on=local_today(), to="Oficialía")
    assert (kept.state, kept.delivered_to) == (State.ANSWERED, "Oficialía")
    form = sign_in("auxiliar").get(page).context["delivery"]
    assert form.initial["received"] == "1"


def test_nobody_hands_over_what_came(office, theirs, answer):
    answer(theirs)
    with pytest.raises(Conflict):
        record_delivery(letter=theirs, by=office.staff["jefe"], delivery="en_mano", on=local_today())


def test_what_was_cancelled_or_is_out_of_sight_is_not_answered(office, theirs):
    secret = receive_letter(letter=incoming(reserved=True), by=office.staff["jefe"])
    with pytest.raises(NotFound):
        draft_letter(kind=Kind.INSTITUTION, by=office.staff["auxiliar"], answers=secret)
    cancel_letter(letter=theirs, by=office.staff["jefe"], reason="No era para nosotros")
    with pytest.raises(Conflict):
        draft_letter(kind=Kind.INSTITUTION, by=office.staff["auxiliar"], answers=theirs)


def test_what_was_written_back_is_hidden_with_a_letter_that_turns_out_reserved(
    office, theirs, answer, receive
):
    ours = answer(theirs)
    link_petition(letter=theirs, key=receive(office.complaint).folio, by=office.staff["jefe"])
    assert Letter.objects.get(pk=theirs.pk).reserved
    assert Letter.objects.get(pk=ours.pk).reserved


def test_a_draft_whose_series_was_put_out_of_use_is_numbered_in_the_one_in_use(office, draft):
    by = office.staff["director"]
    letter, old = draft(), LetterSeries.objects.get(code="DAC")
    save_series(series=LetterSeries(code="OAC", name="Oficina de Atención"), by=by)
    old.active = False
    save_series(series=old, by=by)
    assert issue_letter(letter=letter, by=by).number.startswith("OAC/0001/")
