"""The register has every number, and tells nothing of a reserved letter to those not meant."""

from __future__ import annotations

import io

import openpyxl
import pytest

from backend.letters.models import Kind
from backend.letters.services.incoming import receive_letter
from backend.letters.services.issuing import issue_letter
from tests.letters.conftest import page_of
from tests.letters.test_sight import incoming

SECRETS = ("Agente Ruelas", "mordida", "Testigo Lomelí", "denuncia")
MEANT = ("jefe", "director")
NOT_MEANT = ("auxiliar", "asesor")


@pytest.fixture
def letters(office, receive, draft):
    """Ours and theirs, the second of each reserved."""
    by = office.staff["director"]
    secret = {"party_name": "Agente Ruelas", "subject": "Sobre una mordida"}
    about = [[receive()], [receive(office.complaint)], [receive()]]
    ours = [
        issue_letter(letter=draft(petitions=petitions, **(secret if place == 1 else {})), by=by)
        for place, petitions in enumerate(about)
    ]
    theirs = [
        receive_letter(letter=incoming(), by=by),
        receive_letter(
            letter=incoming(party_name="Testigo Lomelí", subject="Mi denuncia", reserved=True), by=by
        ),
    ]
    return ours + theirs


def sheet(client, query=""):
    answer = client.get("/oficios/registro.xlsx" + query)
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))[1:]


@pytest.mark.parametrize("role", NOT_MEANT)
def test_every_number_is_there_and_the_reserved_say_no_more(letters, sign_in, role):
    client = sign_in(role)
    page = client.get("/oficios/").content.decode()
    assert all(letter.number in page for letter in letters)
    assert page.count("Lo ven quienes atienden") == 2
    assert [secret for secret in SECRETS if secret.casefold() in page.casefold()] == []
    assert [page_of(letter) in page for letter in letters] == [True, False, True, True, False]
    rows = sheet(client)
    assert [row[0] for row in rows] == [letter.number for letter in letters]
    assert [row[1:] for row in rows if row[1] == "Reservado"] == [("Reservado", *[None] * 18)] * 2
    assert [secret for secret in SECRETS if secret.casefold() in str(rows).casefold()] == []


@pytest.mark.parametrize("role", MEANT)
def test_those_meant_read_them(letters, sign_in, role):
    page = sign_in(role).get("/oficios/").content.decode()
    assert all(page_of(letter) in page for letter in letters)
    assert "Agente Ruelas" in page
    assert "Lo ven quienes atienden" not in page


@pytest.mark.parametrize(
    "query", ["?q=ruelas", "?q=mordida", "?state=expedido", "?state=recibido", "?answer=falta"]
)
def test_no_filter_but_year_and_direction_brings_one_up(letters, sign_in, query):
    client = sign_in("auxiliar")
    page = client.get("/oficios/" + query).content.decode()
    assert letters[1].number not in page
    assert letters[4].number not in page
    assert not any(row[1] == "Reservado" for row in sheet(client, query))


def test_year_and_direction_are_what_a_number_says_anyway(letters, sign_in):
    page = sign_in("auxiliar").get(f"/oficios/?direction=recibidos&year={letters[0].year}").content.decode()
    assert letters[4].number in page
    assert letters[1].number not in page


def test_a_reserved_draft_has_no_number_and_no_line(office, receive, draft, sign_in):
    draft(Kind.ANSWER, petitions=[receive(office.complaint)], subject="Sobre una mordida")
    page = sign_in("auxiliar").get("/oficios/").content.decode()
    assert "Reservado" not in page
    assert "mordida" not in page


def test_nobody_is_told_to_have_looked_at_a_letter_that_was_withheld(letters, sign_in, seen):
    sign_in("auxiliar").get("/oficios/")
    [(purpose, petitions)] = seen
    assert purpose == "list"
    assert letters[1].petitions.get().pk not in petitions
