"""Letters that come, and those that moves call for."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from backend.casework.given import Given
from backend.casework.services.statuses import change_status, change_statuses
from backend.letters.models import Kind, Letter, LetterTemplate, State
from backend.letters.receivers import on_petitions_received
from backend.letters.selectors import visible_letters, wants_answer
from backend.letters.services.drafts import LetterText, draft_letter, edit_draft
from backend.letters.services.incoming import (
    begin_capture,
    link_petition,
    read_folios,
    receive_letter,
)
from backend.letters.services.issuing import answer_day, issue_letter
from field.folio import format_folio
from field.models import Channel
from geo.clock import local_today
from geo.problems import Invalid
from tests.letters.conftest import incoming, page_of
from tests.letters.test_numbering import in_threads


def steps_of(letter: Letter) -> list[str]:
    return list(letter.steps.values_list("step", flat=True))


def test_what_comes_takes_a_number_of_its_own_series_and_answers_ours(office, draft):
    ours = issue_letter(
        letter=draft(Kind.INSTITUTION, party_institution="CFE", body="Se pide."), by=office.staff["director"]
    )
    theirs = receive_letter(letter=incoming(), by=office.staff["auxiliar"], answers=ours)
    assert theirs.number == f"DAC-R/0001/{local_today().year}"
    ours.refresh_from_db()
    assert (ours.state, ours.answered_on) == (State.ANSWERED, local_today())
    assert list(theirs.petitions.all()) == list(ours.petitions.all())


def test_what_answers_ours_owes_no_answer_whatever_day_was_proposed(office, draft, sign_in):
    ours = issue_letter(
        letter=draft(Kind.INSTITUTION, party_institution="CFE", body="Se pide."), by=office.staff["director"]
    )
    page = sign_in("auxiliar").get("/oficios/recibidos/nuevo/")
    data = {name: value for name, value in page.context["form"].initial.items() if value}
    assert data["answer_due_on"] > local_today()
    data |= {"party_institution": "CFE", "subject": "Poste", "answers_number": ours.number}
    sign_in("auxiliar").post("/oficios/recibidos/nuevo/", data)
    theirs = Letter.objects.incoming().get()
    assert (theirs.answers, theirs.answer_due_on) == (ours, None)
    assert not Letter.objects.late(local_today() + timedelta(days=400)).exists()
    assert "Respuesta a más tardar" not in sign_in("auxiliar").get(page_of(theirs)).content.decode()


def test_an_answer_is_expected_from_who_was_written_to(office, draft, sign_in):
    text = {"party_name": "Ing. Rogelio Tirado", "party_institution": "CFE", "body": "Se pide."}
    ours = issue_letter(letter=draft(Kind.INSTITUTION, **text), by=office.staff["director"])
    client, path = sign_in("auxiliar"), "/oficios/recibidos/nuevo/?contesta="
    begun = client.get(path + ours.number).context["form"].initial
    assert (begun["party_name"], begun["party_institution"]) == ("Ing. Rogelio Tirado", "CFE")
    assert "answer_due_on" not in begun
    odd = client.get(path + "nada").context["form"].initial
    assert odd["answer_due_on"] == answer_day(local_today())


def test_the_database_lets_no_answer_owe_one(office, draft):
    ours = issue_letter(
        letter=draft(Kind.INSTITUTION, party_institution="CFE", body="Se pide."), by=office.staff["director"]
    )
    theirs = receive_letter(letter=incoming(), by=office.staff["auxiliar"], answers=ours)
    with pytest.raises(IntegrityError):
        Letter.objects.filter(pk=theirs.pk).update(answer_due_on=local_today())


def test_a_petition_by_letter_owes_an_answer_in_ten_working_days(office, sign_in):
    page = sign_in("auxiliar").get("/oficios/recibidos/nuevo/")
    data = {name: value for name, value in page.context["form"].initial.items() if value}
    sign_in("auxiliar").post(
        "/oficios/recibidos/nuevo/", data | {"party_institution": "Comité", "subject": "Luz"}
    )
    assert Letter.objects.get().answer_due_on == answer_day(local_today())


def test_our_answer_marks_theirs_answered_when_it_is_issued(office):
    theirs = receive_letter(letter=incoming(answer_due_on=local_today()), by=office.staff["auxiliar"])
    answer = draft_letter(kind=Kind.INSTITUTION, by=office.staff["auxiliar"], answers=theirs)
    assert answer.party_institution == "CFE"
    assert "CFE-889/2026" in answer.subject
    text = LetterText(party_institution="CFE", subject="R", body="Sí.", signer_name="G", signer_post="D")
    edit_draft(letter=answer, text=text, by=office.staff["auxiliar"])
    theirs.refresh_from_db()
    assert theirs.state == State.RECEIVED
    issue_letter(letter=answer, by=office.staff["director"])
    theirs.refresh_from_db()
    assert theirs.state == State.ANSWERED


@pytest.mark.parametrize("wrong", [{"received_on": 1}, {"date": 1}, {"answer_due_on": -1}])
def test_days_that_cannot_be_are_refused_and_take_no_number(office, wrong):
    days = {name: local_today() + timedelta(days=n) for name, n in wrong.items()}
    with pytest.raises(Invalid):
        receive_letter(letter=incoming(**days), by=office.staff["auxiliar"])
    assert receive_letter(letter=incoming(), by=office.staff["auxiliar"]).sequence == 1


def test_folios_however_typed_are_found_and_each_wrong_one_is_named(office, receive):
    petition = receive()
    typed = format_folio(petition.folio).lower()
    assert read_folios(text=f" {typed},\n", by=office.staff["auxiliar"]) == [petition]
    with pytest.raises(Invalid) as refused:
        read_folios(text=f"{typed} 26-AAA-00001-0 basura", by=office.staff["auxiliar"])
    assert len(refused.value.errors) == 2


def test_a_petition_taken_down_from_a_letter_is_linked_to_it(office, receive):
    letter = receive_letter(letter=incoming(), by=office.staff["auxiliar"])
    begun = begin_capture(letter=letter, by=office.staff["auxiliar"])
    petition = receive(id=begun.pk, channel=Channel.LETTER)
    assert list(letter.petitions.all()) == [petition]
    assert steps_of(letter) == ["receive", "link"]


def test_what_comes_from_tablets_costs_letters_no_query(office, receive, django_assert_num_queries):
    petition = receive()
    with django_assert_num_queries(0):
        on_petitions_received(petitions=[petition])


def test_linking_twice_is_harmless(office, receive):
    letter, petition = receive_letter(letter=incoming(), by=office.staff["auxiliar"]), receive()
    for _ in range(2):
        link_petition(letter=letter, key=petition.folio, by=office.staff["auxiliar"])
    assert steps_of(letter) == ["receive", "link"]


@pytest.mark.django_db(transaction=True)
def test_a_letter_sent_twice_at_once_is_registered_once(office):
    request, by = uuid4(), office.staff["auxiliar"]
    sent = in_threads(3, lambda n: receive_letter(letter=incoming(), by=by, request=request).number)
    assert len(sent) == 3
    assert set(sent) == {Letter.objects.get().number}
    assert receive_letter(letter=incoming(), by=by).sequence == 2


def test_the_form_of_a_letter_sent_twice_leads_to_the_same_letter(office, draft, sign_in):
    ours = issue_letter(
        letter=draft(Kind.INSTITUTION, party_institution="CFE", body="Se pide."), by=office.staff["director"]
    )
    client, address = sign_in("auxiliar"), f"/oficios/recibidos/nuevo/?contesta={ours.number}"
    form = client.get(address).context["form"]
    data = {name: value for name, value in form.initial.items() if value} | {"subject": "Respuesta"}
    answers = [client.post(address, data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Letter.objects.incoming().count() == 1


def test_another_letter_from_a_sheet_that_the_browser_kept_is_another_letter(sign_in):
    client = sign_in("auxiliar")
    data = {
        "request": uuid4(),
        "received_on": local_today(),
        "subject": "Luz",
        "party_institution": "Comité",
    }
    first = client.post("/oficios/recibidos/nuevo/", data)
    other = client.post("/oficios/recibidos/nuevo/", data | {"subject": "Agua"})
    assert first["Location"] != other["Location"]
    assert set(Letter.objects.values_list("subject", flat=True)) == {"Luz", "Agua"}


# --- moves --------------------------------------------------------------------------------------------


def outside(petition, office, **changes):
    given = {"note": "Poste de CFE", "institution": "CFE Distribución", "by_letter": True}
    return change_status(
        petition=petition, move="external", by=office.staff["auxiliar"], given=Given(**(given | changes))
    )


def test_a_boleta_referred_outside_by_letter_has_its_letter_prepared(office, receive):
    petition = receive()
    outside(petition, office)
    letter = Letter.objects.get()
    assert (letter.kind, letter.state, letter.party_institution) == (
        Kind.INSTITUTION,
        State.DRAFT,
        "CFE Distribución",
    )
    assert format_folio(petition.folio) in letter.body
    assert "María" not in letter.body + letter.party
    assert letter.prepared_by == office.staff["auxiliar"]


def test_one_referred_by_telephone_has_none(office, receive):
    outside(receive(), office, by_letter=False)
    assert not Letter.objects.exists()


def test_boletas_referred_together_go_in_one_letter_and_reserved_ones_apart(office, receive):
    plain, reserved = [receive(), receive()], receive(office.complaint)
    change_statuses(
        petitions=[petition.pk for petition in (*plain, reserved)],
        move="external",
        by=office.staff["director"],
        given=Given(note="No es nuestro", institution="CFE", by_letter=True),
    )
    assert sorted(letter.petitions.count() for letter in Letter.objects.all()) == [1, 2]
    assert [letter.petitions.count() for letter in visible_letters(office.staff["auxiliar"])] == [2]


def test_a_boleta_that_came_to_something_wants_an_answer_until_one_is_begun(office, receive, draft):
    petition = receive(office.to_check)
    assert not wants_answer(petition, [])
    change_status(
        petition=petition, move="not_proceed", by=office.staff["auxiliar"], given=Given(note="Calle privada")
    )
    assert wants_answer(petition, [])
    template = LetterTemplate.objects.get(name="No procede")
    letter = draft_letter(
        kind=Kind.ANSWER, by=office.staff["auxiliar"], petitions=[petition], template=template
    )
    assert "Calle privada" in letter.body
    assert not wants_answer(petition, [letter])
