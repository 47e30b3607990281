"""A boleta's papers and letters, from its own page."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from backend.letters.models import Letter
from field.folio import format_folio
from tests.letters.conftest import page_of

ROLES = ("promotor", "supervisor", "auxiliar", "asesor", "jefe", "director", "enlace", "enlace_obras")


def test_a_boleta_hangs_out_its_papers_and_letters_and_what_is_to_be_done(office, receive, sign_in):
    petition = receive()
    page = reverse("casework:boleta", args=[format_folio(petition.folio)])
    change_status(
        petition=petition,
        move="external",
        by=office.staff["auxiliar"],
        given=Given(note="x", institution="CFE", by_letter=True),
    )
    shown = sign_in("auxiliar").get(page).content.decode()
    for said in (
        "Boleta en PDF",
        "Acuse en PDF",
        "Falta expedir el oficio a CFE.",
        page_of(Letter.objects.get()),
    ):
        assert said in shown


def test_a_boleta_that_does_not_proceed_offers_to_answer_in_writing(office, receive, sign_in):
    petition = receive(office.to_check)
    page = reverse("casework:boleta", args=[format_folio(petition.folio)])
    assert "Responder por escrito" not in sign_in("auxiliar").get(page).content.decode()
    change_status(petition=petition, move="not_proceed", by=office.staff["auxiliar"], given=Given(note="x"))
    assert "Responder por escrito" in sign_in("auxiliar").get(page).content.decode()
    assert "Responder por escrito" not in sign_in("enlace_obras").get(page).content.decode()


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("boleta-pdf", {"promotor", "supervisor", "auxiliar", "asesor", "jefe", "director", "enlace"}),
        ("receipt-pdf", {"promotor", "supervisor", "auxiliar", "asesor", "jefe", "director"}),
    ],
)
def test_papers_are_for_who_sees_the_boleta(receive, sign_in, name, may):
    address = reverse(f"letters:{name}", args=[format_folio(receive().folio)])
    assert {role for role in ROLES if sign_in(role).get(address).status_code == 200} == may


def test_a_supervisor_carries_the_boleta_without_the_person(receive, sign_in, seen):
    petition = receive()
    address = reverse("letters:boleta-pdf", args=[format_folio(petition.folio)])
    paper = PdfReader(io.BytesIO(sign_in("supervisor").get(address).content)).pages[0].extract_text()
    assert "María" not in paper
    assert seen == []
    sign_in("auxiliar").get(address)
    assert seen == [("paper", [petition.pk])]


def test_a_reserved_receipt_is_for_who_captured_it_and_its_boleta_is_not(office, receive, sign_in):
    folio = format_folio(receive(office.complaint).folio)
    promotor = sign_in("promotor")
    assert promotor.get(reverse("letters:receipt-pdf", args=[folio])).status_code == 200
    assert promotor.get(reverse("letters:boleta-pdf", args=[folio])).status_code == 404
    assert sign_in("auxiliar").get(reverse("letters:receipt-pdf", args=[folio])).status_code == 404


@pytest.mark.parametrize("folio", ["x", "26-AAA-00001-0", "%00", "..%2f..%2fetc"])
def test_a_wrong_folio_is_not_there(sign_in, folio):
    for paper in ("boleta", "acuse"):
        assert sign_in("auxiliar").get(f"/boletas/{folio}/{paper}.pdf").status_code in (400, 404)


def test_the_boleta_of_what_was_attended_says_what_was_done(office, receive, sign_in):
    petition = receive()
    address = reverse("letters:boleta-pdf", args=[format_folio(petition.folio)])
    change_status(petition=petition, move="open", by=office.staff["enlace"])

    def paper(role: str) -> str:
        return PdfReader(io.BytesIO(sign_in(role).get(address).content)).pages[0].extract_text()

    done = "Se cambió la lámpara del poste"
    change_status(petition=petition, move="attend", by=office.staff["enlace"], given=Given(note=done))
    assert done in paper("auxiliar")
    assert done not in paper("supervisor"), "who may not read what was written does not on paper either"
    given = Given(note="Se apagó otra vez")
    change_status(petition=petition, move="validate_negative", by=office.staff["auxiliar"], given=given)
    assert done not in paper("auxiliar"), "it is to be done again"
