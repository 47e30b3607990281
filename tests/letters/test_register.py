"""The register over HTTP, and who is let into each page."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backend.letters.models import Kind, Letter
from backend.letters.services.issuing import issue_letter
from geo.clock import local_today
from tests.letters.conftest import page_of

REGISTER = "/oficios/"


ROLES = ("promotor", "supervisor", "auxiliar", "asesor", "jefe", "director", "enlace", "enlace_obras")
#: Which roles are let in, by the name of the page; the letter is issued, about a boleta of the first liaison.
MAY = {
    "register": {"auxiliar", "asesor", "jefe", "director"},
    "export": {"auxiliar", "asesor", "jefe", "director"},
    "new": {"auxiliar", "asesor", "jefe", "director"},
    "receive": {"auxiliar", "asesor", "jefe", "director"},
    "templates": {"jefe", "director"},
    "template-new": {"jefe", "director"},
    "letterhead": {"jefe", "director"},
    "series-new": {"jefe", "director"},
    "letter": {"auxiliar", "asesor", "jefe", "director", "enlace"},
    "pdf": {"auxiliar", "asesor", "jefe", "director", "enlace"},
}


@pytest.mark.parametrize("name", MAY)
def test_each_page_is_for_whom_it_is_meant(office, draft, sign_in, name):
    letter = issue_letter(letter=draft(), by=office.staff["director"])
    address = reverse(f"letters:{name}", args=[letter.pk] if name in ("letter", "pdf") else [])
    let_in = {role for role in ROLES if sign_in(role).get(address).status_code == 200}
    assert let_in == MAY[name]


ACTS = {
    "issue": {"jefe", "director"},
    "cancel": {"jefe", "director"},
    "edit": {"auxiliar", "asesor", "jefe", "director"},
    "discard": {"auxiliar", "asesor", "jefe", "director"},
    "deliver": {"auxiliar", "asesor", "jefe", "director"},
    "preview": {"auxiliar", "asesor", "jefe", "director"},
}


@pytest.mark.parametrize("name", ACTS)
def test_each_act_is_for_whom_it_is_meant(draft, sign_in, name):
    letter = draft()
    may = {
        role
        for role in ROLES
        if sign_in(role).post(reverse(f"letters:{name}", args=[letter.pk])).status_code not in (403, 404)
    }
    assert may == ACTS[name]


def test_strangers_are_sent_to_sign_in(client, draft):
    for name, args in (("register", []), ("letter", [draft().pk]), ("export", [])):
        assert client.get(reverse(f"letters:{name}", args=args)).status_code == 302


def test_a_letter_out_of_sight_is_not_there(office, receive, draft, sign_in):
    letter = draft(petitions=[receive(office.complaint)])
    for name in ("letter", "pdf", "edit", "scan"):
        assert sign_in("auxiliar").get(reverse(f"letters:{name}", args=[letter.pk])).status_code == 404
    assert "Queja" not in sign_in("auxiliar").get(REGISTER).content.decode()


def test_the_register_finds_by_words_without_accents_state_direction_and_lateness(
    office, draft, received, sign_in
):
    issued = issue_letter(
        letter=draft(Kind.INSTITUTION, party_institution="Comisión Federal", body="x"),
        by=office.staff["jefe"],
    )
    Letter.objects.filter(pk=issued.pk).update(answer_due_on="2026-01-05")

    def shown(query):
        page = sign_in("auxiliar").get(REGISTER + query).content.decode()
        return {letter.pk for letter in Letter.objects.all() if f'href="{page_of(letter)}"' in page}

    assert shown("") == {issued.pk, received.pk}
    assert shown("?q=comision+federal") == {issued.pk}
    assert shown("?direction=recibidos") == {received.pk}
    assert shown("?state=expedido") == {issued.pk}
    assert shown("?answer=vencida") == {issued.pk}
    assert shown(f"?year={local_today().year}") == {issued.pk, received.pk}
    assert shown("?q=nada") == set()


@pytest.mark.parametrize("query", ["?state=otro", "?year=abc", "?year=99999999999", "?q=%00", "?page=zz"])
def test_a_filter_that_makes_no_sense_breaks_nothing(sign_in, query):
    assert sign_in("auxiliar").get(REGISTER + query).status_code in (200, 400, 422)


def test_the_register_costs_the_same_for_one_letter_and_for_many(draft, sign_in):
    client = sign_in("auxiliar")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(REGISTER)
        return len(queries)

    draft()
    cost()
    one = cost()
    for _ in range(5):
        draft()
    assert cost() == one <= 12


def test_the_register_is_carried_on_in_a_workbook_where_text_is_text(office, draft, sign_in, seen):
    letter = issue_letter(letter=draft(subject="=1+1", copies=""), by=office.staff["jefe"])
    answer = sign_in("auxiliar").get("/oficios/registro.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Número"
    assert rows[1][0] == letter.number
    assert "=1+1" in rows[1]
    assert letter.pdf_id in rows[1]
    assert seen == [("export", [letter.petitions.get().pk])]
