"""A letter's life: drafted, issued and frozen, delivered, cancelled."""

from __future__ import annotations

import hashlib
import io
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from backend.letters.models import Kind, Letter, LetterTemplate, State
from backend.letters.services.drafts import LetterText, discard_draft, draft_letter, edit_draft
from backend.letters.services.issuing import cancel_letter, issue_letter, record_delivery
from field.folio import format_folio
from field.services.attachments import open_attachment
from geo.clock import local_today
from geo.problems import Conflict, Invalid, NotAllowed
from tests.letters.conftest import page_of
from tests.past import unguarded


def steps_of(letter: Letter) -> list[str]:
    return list(letter.steps.values_list("step", flat=True))


# --- drafts ------------------------------------------------------------------------------------


def test_a_draft_is_filled_in_from_its_boleta_and_template(office, receive):
    petition = receive()
    template = LetterTemplate.objects.get(name="Está en trámite")
    letter = draft_letter(
        kind=Kind.ANSWER, by=office.staff["auxiliar"], petitions=[petition], template=template
    )
    assert letter.party_name == "María Peña"
    assert letter.subject == f"Estado de su petición {format_folio(petition.folio)}: luminaria apagada"
    assert "Alumbrado" in letter.body
    assert letter.signer_name == "Guadalupe Ibarra"
    assert (letter.state, letter.number) == (State.DRAFT, "")


def test_a_second_pair_of_hands_on_a_draft_is_told_and_nothing_is_overwritten(office, draft):
    letter = draft()
    seen = letter.edited_at
    edit_draft(letter=letter, text=LetterText(body="primera"), by=office.staff["jefe"], seen_at=seen)
    with pytest.raises(Conflict, match="Otra persona"):
        edit_draft(letter=letter, text=LetterText(body="segunda"), by=office.staff["director"], seen_at=seen)
    letter.refresh_from_db()
    assert letter.body == "primera"


def test_a_discarded_draft_is_kept_with_its_reason_and_gets_no_number(office, draft):
    letter = discard_draft(letter=draft(), by=office.staff["auxiliar"], reason="Se repitió")
    assert (letter.state, letter.reason, letter.number) == (State.DISCARDED, "Se repitió", "")
    with pytest.raises(Conflict):
        issue_letter(letter=letter, by=office.staff["director"])


# --- issuing ------------------------------------------------------------------------------------


def test_an_issued_letter_keeps_its_paper_byte_for_byte(office, draft):
    letter = issue_letter(letter=draft(body="Se reparará el martes."), by=office.staff["director"])
    assert letter.number == f"DAC/0001/{local_today().year}"
    with open_attachment(sha256=letter.pdf_id).file as file:
        paper = file.read()
    assert hashlib.sha256(paper).hexdigest() == letter.pdf_id
    text = PdfReader(io.BytesIO(paper)).pages[0].extract_text()
    assert letter.number in text
    assert "Se reparará el martes." in text
    assert "BORRADOR" not in text


def test_an_issued_letter_is_frozen_though_the_letterhead_and_the_boleta_change(office, draft):
    letter = issue_letter(letter=draft(), by=office.staff["director"])
    with pytest.raises(Conflict):
        edit_draft(letter=letter, text=LetterText(body="otra cosa"), by=office.staff["director"])
    letter.refresh_from_db()
    assert "otra cosa" not in letter.body
    assert steps_of(letter) == ["draft", "edit", "issue"]


@pytest.mark.parametrize("body", ["Se atenderá el ________.", "Hola {nombre}", "   "])
def test_an_unfinished_letter_is_not_issued_and_takes_no_number(office, draft, body):
    letter = draft(body=body)
    if not body.strip():
        letter = edit_draft(letter=letter, text=LetterText(party_name="María"), by=office.staff["director"])
    with pytest.raises(Invalid) as refused:
        issue_letter(letter=letter, by=office.staff["director"])
    assert refused.value.errors
    assert issue_letter(letter=draft(), by=office.staff["director"]).sequence == 1


def test_only_who_answers_for_it_issues(office, draft):
    letter = draft()
    for role in ("auxiliar", "asesor", "promotor", "enlace"):
        with pytest.raises(NotAllowed):
            issue_letter(letter=letter, by=office.staff[role])
    assert issue_letter(letter=letter, by=office.staff["jefe"]).number


def test_an_answer_to_a_citizen_awaits_none_and_one_to_an_institution_does(office, draft):
    to_citizen = issue_letter(letter=draft(), by=office.staff["director"])
    outside = draft(Kind.INSTITUTION, party_institution="CFE", body="Se solicita.")
    outside = issue_letter(letter=outside, by=office.staff["director"])
    assert to_citizen.answer_due_on is None
    assert outside.answer_due_on > local_today()
    assert list(Letter.objects.awaiting()) == [outside]
    assert not Letter.objects.late(local_today()).exists()
    assert list(Letter.objects.late(local_today() + timedelta(days=60))) == [outside]


# --- what becomes of it ----------------------------------------------------------------------------


def test_delivery_is_written_down_and_may_be_again(office, draft):
    letter = issue_letter(letter=draft(), by=office.staff["director"])
    auxiliar = office.staff["auxiliar"]
    record_delivery(letter=letter, by=auxiliar, delivery="mensajeria", on=local_today(), received=False)
    letter = record_delivery(
        letter=letter, by=auxiliar, delivery="en_mano", on=local_today(), to="María Peña"
    )
    assert (letter.state, letter.delivered_to) == (State.DELIVERED, "María Peña")
    assert steps_of(letter)[-2:] == ["send", "deliver"]


def test_a_day_is_written_as_people_read_it(office, draft):
    letter = issue_letter(letter=draft(), by=office.staff["director"])
    with unguarded(Letter):
        Letter.objects.filter(pk=letter.pk).update(date=date(2026, 11, 4))
    record_delivery(
        letter=letter, by=office.staff["auxiliar"], delivery="en_mano", on=date(2026, 11, 4), to="Rosa"
    )
    assert letter.steps.last().note == "En mano, con acuse, Rosa, 4 de noviembre de 2026"


def test_a_delivery_that_was_noted_is_there_to_be_corrected(office, draft, sign_in):
    letter = issue_letter(letter=draft(), by=office.staff["director"])
    given = {"delivery": "mensajeria", "on": local_today(), "to": "Rosa", "received": False}
    record_delivery(letter=letter, by=office.staff["auxiliar"], **given)
    page = sign_in("auxiliar").get(page_of(letter))
    assert {**given, "received": "0"}.items() <= page.context["delivery"].initial.items()
    assert "Corregir la entrega" in page.content.decode()


def test_a_delivery_before_it_was_issued_or_still_to_come_is_refused(office, draft):
    letter = issue_letter(letter=draft(), by=office.staff["director"])
    for days in (-1, 1):
        day = local_today() + timedelta(days=days)
        with pytest.raises(Invalid):
            record_delivery(letter=letter, by=office.staff["auxiliar"], delivery="en_mano", on=day)


def test_a_cancelled_letter_keeps_its_number_and_its_paper(office, draft):
    letter = issue_letter(letter=draft(), by=office.staff["director"])
    with pytest.raises(Invalid):
        cancel_letter(letter=letter, by=office.staff["jefe"], reason=" ")
    letter = cancel_letter(letter=letter, by=office.staff["jefe"], reason="Destinatario equivocado")
    assert (letter.state, letter.sequence) == (State.CANCELLED, 1)
    assert letter.pdf_id
    assert issue_letter(letter=draft(), by=office.staff["director"]).sequence == 2


def test_a_text_that_was_corrected_since_it_was_read_is_not_issued(office, draft):
    letter, director = draft(), office.staff["director"]
    read_at = letter.edited_at
    text = LetterText(**{field.name: getattr(letter, field.name) for field in fields(LetterText)})
    edit_draft(
        letter=letter, text=replace(text, body="Otro texto, que nadie aprobó."), by=office.staff["auxiliar"]
    )
    with pytest.raises(Conflict):
        issue_letter(letter=letter, by=director, seen_at=read_at)
    letter.refresh_from_db()
    assert (letter.state, letter.number) == (State.DRAFT, "")
    assert issue_letter(letter=letter, by=director, seen_at=letter.edited_at).number


@pytest.mark.parametrize("days", [-1, 400, 1_000_000])
def test_an_answer_is_expected_on_a_day_that_can_be(office, draft, days):
    letter, day = (
        draft(kind=Kind.DEPARTMENT, template="Solicitud de informe"),
        local_today() + timedelta(days=days),
    )
    with pytest.raises(Invalid) as refused:
        issue_letter(letter=letter, by=office.staff["director"], answer_due_on=day)
    assert refused.value.errors[0]["pointer"] == "/answer_due_on"
    letter.refresh_from_db()
    assert letter.state == State.DRAFT
