"""Whoever is shown a letter is recorded, by its boletas or, where it is about none, by the letter itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from backend.letters.models import Letter
from backend.letters.services.incoming import Incoming, begin_capture, link_petition, receive_letter
from backend.letters.services.issuing import issue_letter
from backend.privacy.models import Look
from backend.privacy.services import requests
from geo.clock import local_today
from tests.letters.conftest import page_of
from tests.letters.people import NAME, scan_of

#: Whether it was a boleta or a letter, which, and what it was looked at for.
Told = set[tuple[str, Any, str]]


def looks() -> Told:
    rows = Look.objects.values_list("petition", "letter", "purpose")
    return {("letter", lone, why) if lone else ("boleta", petition, why) for petition, lone, why in rows}


@pytest.fixture
def hers(office) -> Letter:
    """A letter that came from her with its scan, and became no boleta."""
    by = office.staff["director"]
    said = Incoming(NAME, "", "", "", None, local_today(), "Pide luz", "Calle a oscuras")
    return receive_letter(letter=said, by=by, scan=scan_of(f"Yo, {NAME}, pido luz", by))


def test_a_letter_of_no_boleta_is_looked_at_by_its_page_and_its_scan(hers, sign_in):
    client = sign_in("auxiliar")
    client.get(page_of(hers))
    assert looks() == {("letter", hers.pk, "letter")}
    client.get(reverse("letters:scan", args=[hers.pk]))
    assert looks() == {("letter", hers.pk, "letter"), ("letter", hers.pk, "letter_paper")}


def test_a_letter_of_no_boleta_is_looked_at_by_writing_it_and_by_its_paper(office, draft, sign_in):
    letter = draft(petitions=[], subject="Alumbrado", body="Se atenderá en breve.")
    client = sign_in("jefe")
    client.get(reverse("letters:edit", args=[letter.pk]))
    client.get(reverse("letters:pdf", args=[letter.pk]))
    assert looks() == {("letter", letter.pk, "letter_draft"), ("letter", letter.pk, "letter_paper")}
    issue_letter(letter=letter, by=office.staff["director"])
    sign_in("auxiliar").get(reverse("letters:pdf", args=[letter.pk]))
    assert Look.objects.filter(letter=letter, user__username="auxiliar", purpose="letter_paper").exists()


@pytest.mark.parametrize(("address", "why"), [("/oficios/", "list"), ("/oficios/registro.xlsx", "export")])
def test_the_register_looks_at_every_letter_that_it_shows(hers, receive, draft, sign_in, address, why):
    about = draft()
    assert sign_in("auxiliar").get(address).status_code == 200
    assert looks() == {("letter", hers.pk, why), ("boleta", about.petitions.get().pk, why)}


def test_what_the_register_does_not_show_is_not_looked_at(hers, draft, sign_in):
    draft()
    sign_in("auxiliar").get("/oficios/", {"q": "pide luz"})
    assert looks() == {("letter", hers.pk, "list")}


def test_a_reserved_letter_that_is_only_a_number_to_the_person_is_not_looked_at(office, sign_in):
    said = Incoming(NAME, "", "", "", None, local_today(), "Denuncia", reserved=True)
    receive_letter(letter=said, by=office.staff["jefe"])
    page = sign_in("auxiliar").get("/oficios/").content.decode()
    assert "Reservado" in page
    assert looks() == set()


def test_a_capture_that_begins_with_a_letters_words_is_a_look_at_it(office, hers, sign_in):
    begun = begin_capture(letter=hers, by=office.staff["auxiliar"])
    page = sign_in("auxiliar").get(f"/boletas/nueva/?desde=oficio:{begun.pk}")
    assert NAME in page.content.decode()
    assert f'name="asked_on" value="{hers.received_on.isoformat()}"' in page.content.decode()
    assert looks() == {("letter", hers.pk, "letter")}


def test_once_it_is_linked_who_looks_at_it_looks_at_the_boleta(office, hers, receive, sign_in):
    sign_in("auxiliar").get(page_of(hers))
    petition = receive()
    link_petition(letter=hers, key=petition.folio, by=office.staff["auxiliar"])
    sign_in("auxiliar").get(page_of(hers))
    assert looks() == {("letter", hers.pk, "letter"), ("boleta", petition.pk, "letter")}


def test_whoever_attends_an_arco_request_looks_at_the_letters_found_and_ticked(office, hers, sign_in):
    by, client = office.staff["jefe"], sign_in("jefe")
    said = {"holder": NAME, "identity_shown": "INE", "contact": "módulo", "means": "modulo", "asked": "Eso."}
    arco = requests.register_request(by=by, received_on=local_today(), right="cancellation", **said)
    client.get(reverse("privacy:find", args=[arco.pk]))
    assert looks() == {("letter", hers.pk, "arco")}
    requests.tick_subjects(request=arco, by=by, letters=[hers.pk])
    requests.resolve_request(request=arco, by=by, outcome="granted", letter="Procede.")
    assert client.get(reverse("privacy:erase", args=[arco.pk])).status_code == 200
    sign_in("director").get(reverse("privacy:request", args=[arco.pk]))
    assert Look.objects.filter(letter=hers, user__username="director", purpose="arco").count() == 1


def test_the_page_of_looks_names_the_letter_and_finds_by_it(office, hers, draft, sign_in):
    lone = draft(petitions=[])
    for letter in (hers, lone):
        sign_in("auxiliar").get(page_of(letter))
    director = sign_in("director")
    page = director.get("/privacidad/consultas/")
    assert {row.letter for row in page.context["page"].rows} == {hers.number, ""}
    assert f"Oficio {hers.number}" in page.content.decode()
    assert "Oficio sin número" in page.content.decode()
    [row] = director.get("/privacidad/consultas/", {"letter": hers.number.lower()}).context["page"].rows
    assert row.letter_id == hers.pk
    unknown = director.get("/privacidad/consultas/", {"letter": "DAC/9/1999"})
    assert (unknown.status_code, "No hay un oficio con ese número." in unknown.content.decode()) == (
        422,
        True,
    )
