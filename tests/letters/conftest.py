"""The small office of ``tests.casework``, its letterhead signed, its media in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse

from backend.letters.defaults import furnish
from backend.letters.models import Kind, Letter, Letterhead, LetterTemplate
from backend.letters.services.drafts import LetterText, draft_letter, edit_draft
from backend.letters.services.incoming import Incoming, receive_letter
from field.signals import people_seen
from geo.clock import local_today
from tests.casework.conftest import Office, Receive, office, receive, sign_in

__all__ = ["Office", "Receive", "office", "receive", "sign_in"]

Draft = Callable[..., Letter]


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_URL = "https://aldaba.puerto.example"


@pytest.fixture(autouse=True)
def _furnished(office: Office) -> None:
    furnish()
    Letterhead.objects.create(signer_name="Guadalupe Ibarra", signer_post="Directora de Atención Ciudadana")


@pytest.fixture
def draft(office: Office, receive: Receive) -> Draft:
    """A letter with nothing left to fill in, by default an answer to María Peña about her lamp."""

    def _draft(kind: str = Kind.ANSWER, **changes: Any) -> Letter:
        petitions = changes.pop("petitions", None)
        petitions = [receive()] if petitions is None else petitions
        by = changes.pop("by", office.staff["director"])
        template = LetterTemplate.objects.filter(
            kind=kind, name=changes.pop("template", "Está en trámite")
        ).first()
        letter = draft_letter(kind=kind, by=by, petitions=petitions, template=template)
        text = {
            "party_name": letter.party_name or "María Peña",
            "party_institution": letter.party_institution,
            "subject": letter.subject or "Alumbrado",
            "body": letter.body or "Se atenderá en breve.",
            "signer_name": letter.signer_name,
            "signer_post": letter.signer_post,
            "with_map": letter.with_map,
        }
        return edit_draft(letter=letter, text=LetterText(**text | changes), by=by)

    return _draft


@pytest.fixture
def seen() -> Iterator[list[tuple[str, list[Any]]]]:
    """What ``people_seen`` told: purpose and petitions."""
    told: list[tuple[str, list[Any]]] = []

    def note(sender: Any, user: Any, petitions: Any, purpose: str, **kwargs: Any) -> None:
        told.append((purpose, list(petitions)))

    people_seen.connect(note)
    yield told
    people_seen.disconnect(note)


@pytest.fixture
def received(office: Office) -> Letter:
    letter = Incoming(
        "Rosa Díaz", "", "Comité de Centro", "S/N", None, local_today(), "Piden luz", "Tres postes"
    )
    return receive_letter(letter=letter, by=office.staff["auxiliar"])


def page_of(letter: Letter) -> str:
    return reverse("letters:letter", args=[letter.pk])


def incoming(**changes: object) -> Incoming:
    fields = {
        "party_name": "Ing. Rogelio Tirado",
        "party_post": "Superintendente",
        "party_institution": "CFE",
        "their_number": "CFE-889/2026",
        "date": local_today(),
        "received_on": local_today(),
        "subject": "Respuesta sobre poste",
    }
    return Incoming(**fields | changes)
