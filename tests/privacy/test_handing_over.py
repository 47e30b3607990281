"""What is handed over to who asks for access, and what is the office's or somebody else's."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from backend.accounts.models import User
from backend.letters.models import Letter
from backend.privacy.services import fulfilment, requests
from geo.clock import local_today
from tests.casework.conftest import Office
from tests.past import unguarded
from tests.privacy.things import Things

SAID = {
    "holder": "María Peña",
    "identity_shown": "INE",
    "contact": "maria@example.org",
    "means": "modulo",
    "asked": "Todo lo mío.",
}


@pytest.fixture
def chief(office: Office) -> User:
    return office.staff["jefe"]


def handed_over(things: Things, chief: User) -> tuple[str, list[str]]:
    arco = requests.register_request(by=chief, received_on=local_today(), right="access", **SAID)
    requests.tick_subjects(request=arco, by=chief, petitions=[things.own.pk])
    requests.resolve_request(request=arco, by=chief, outcome="granted", letter="Procede.")
    archive = zipfile.ZipFile(io.BytesIO(fulfilment.export_for(request=arco, by=chief)))
    return archive.read("datos.html").decode(), archive.namelist()


def change(things: Things, name: str, **said: Any) -> Letter:
    letter = Letter.objects.get(pk=things.named[name]["pk"])
    with unguarded(Letter):
        Letter.objects.filter(pk=letter.pk).update(**said)
    return letter


def test_a_letter_issued_to_the_person_is_handed_over_and_a_draft_is_not(things: Things, chief: User) -> None:
    sent = change(things, "letter-own", party_name="María Peña", body="Se reparó su lámpara")
    change(things, "letter-draft", party_name="María Peña", body="Todavía por revisar")
    page, files = handed_over(things, chief)
    assert str(sent) in page
    assert "Se reparó su lámpara" in page
    assert "Todavía por revisar" not in page
    assert len([name for name in files if name.endswith(".pdf")]) == 1
    assert "No trae los borradores" in page


def test_a_letter_to_somebody_else_is_not_handed_over(things: Things, chief: User) -> None:
    change(things, "letter-own", party_name="Juan Gómez", body="Estimado señor Gómez")
    page, files = handed_over(things, chief)
    assert "Gómez" not in page
    assert not [name for name in files if name.endswith(".pdf")]


def test_of_letters_between_offices_the_person_is_told_which_there_are(things: Things, chief: User) -> None:
    words = "A petición de María Peña, revise la lámpara del señor Gómez"
    told = change(things, "letter-own", kind="dependencia", party_name="Ing. Ayala", body=words)
    page, files = handed_over(things, chief)
    assert "que se le lea lo que dicen de usted" in page
    assert str(told) in page
    assert "Ayala" not in page
    assert "Gómez" not in page
    assert not [name for name in files if name.endswith(".pdf")]
