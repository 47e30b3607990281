"""Two versions of one petition, side by side in the tray."""

from __future__ import annotations

import json

import pytest

from backend.casework.models import StatusChange
from field.models import Correction, InboxRecord, Petition, PetitionAttachment
from tests.field.tray.forms import filled, page_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions(hand_in):
    first = hand_in(description="Un foco fundido")
    record = json.loads(first.raw)
    photo = {"sha256": "a" * 64, "content_type": "image/jpeg", "bytes": 10}
    person = record["petitioner"] | {"phone": "669 000 0000"}
    again = record | {"description": "Dos focos fundidos", "petitioner": person, "attachments": [photo]}
    return first, hand_in(**again)


def test_both_versions_stand_side_by_side_with_what_differs(office, versions):
    answer = office.get(page_of(versions[1]))
    assert {row.label for row in answer.context["compared"] if row.differs} == {
        "Qué pide",
        "Teléfono",
        "Fotos",
    }
    text = words(answer)
    assert "Un foco fundido" in text
    assert "Dos focos fundidos" in text


def test_a_version_is_added_as_a_note_with_its_photos(office, clerk, versions):
    answer = office.post(f"{page_of(versions[1])}agregar/")
    assert answer.status_code == 302
    petition = Petition.objects.get()
    assert petition.description == "Un foco fundido"
    note = StatusChange.objects.get(move="note")
    assert note.by == clerk
    assert "Dos focos fundidos" in note.note
    assert "669 000 0000" in note.note
    assert PetitionAttachment.objects.get().sha256 == "a" * 64
    assert InboxRecord.objects.get(pk=versions[1].pk).state == "filed"
    assert Correction.objects.get().act == "joined"
    office.post(f"{page_of(versions[1])}agregar/")
    assert StatusChange.objects.filter(move="note").count() == 1


def test_the_first_version_is_kept(office, versions):
    office.post(f"{page_of(versions[1])}dejar/")
    assert InboxRecord.objects.get(pk=versions[1].pk).state == "aside"
    assert not StatusChange.objects.filter(move="note").exists()
    assert Correction.objects.get().act == "kept_first"


def test_a_version_of_what_is_filed_is_not_filed_beside_it(office, versions):
    answer = office.post(page_of(versions[1]), {})
    assert answer.status_code == 302
    assert Petition.objects.count() == 1
    assert not Correction.objects.exists()


def test_the_later_version_may_be_filed_where_the_first_was_not(office, hand_in, category):
    first = hand_in(category="no-hay")
    again = hand_in(**json.loads(first.raw) | {"category": category.code})
    assert office.post(f"{page_of(again)}agregar/").status_code == 302
    assert not Correction.objects.exists()
    assert office.post(page_of(again), filled(office, again)).status_code == 302
    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.state, again.state) == ("aside", "filed")
    assert Petition.objects.count() == 1
