"""ARCO requests from their arrival to their answer, and what they do to a person's data everywhere."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from backend.accounts.models import User
from backend.casework.given import Given
from backend.casework.services.statuses import append_note, change_status
from backend.letters.models import Letter
from backend.notifications.models import Message
from backend.notifications.services.making import tell_of_arrivals
from backend.privacy.finding import GONE, Sought, candidates, held_candidates, without
from backend.privacy.models import ArcoRequest, ArcoStep, OldValue
from backend.privacy.services import fulfilment, requests
from backend.validation.models import Call
from backend.validation.selectors import eligible_boletas
from field.folio import format_folio
from field.models import Attachment, InboxRecord, Petition, Petitioner
from field.services.petitions import PetitionerIntake
from geo.clock import local_today
from geo.problems import Conflict, Invalid, NotAllowed
from tests.casework.conftest import Office, Receive
from tests.past import unguarded
from tests.privacy.things import Things

SAID = {
    "holder": "María Peña",
    "identity_shown": "INE",
    "contact": "maria@example.org",
    "means": "modulo",
    "asked": "Que borren mis datos.",
}


@pytest.fixture
def chief(office: Office) -> User:
    return office.staff["jefe"]


def granted(right: str, chief: User, *petitions: Petition, records: tuple[int, ...] = ()) -> ArcoRequest:
    arco = requests.register_request(by=chief, received_on=local_today(), right=right, **SAID)
    requests.tick_subjects(request=arco, by=chief, petitions=[one.pk for one in petitions], records=records)
    return requests.resolve_request(request=arco, by=chief, outcome="granted", letter="Procede.")


def test_twenty_working_days_and_ten_more_once(office: Office, chief: User) -> None:
    arco = requests.register_request(by=chief, received_on=date(2026, 11, 2), right="access", **SAID)
    # 16 November is an official rest day.
    assert arco.due_on == date(2026, 12, 1)
    assert arco.number == "ARCO-2026-0001"
    if local_today() <= arco.due_on:
        longer = requests.extend_request(request=arco, reason="Son muchos expedientes.", by=chief)
        assert longer.due_on == date(2026, 12, 15)
        with pytest.raises(Conflict):
            requests.extend_request(request=arco, reason="Otra vez.", by=chief)


def test_only_chiefs_answer_and_a_refusal_names_a_cause_of_the_law(office: Office, chief: User) -> None:
    with pytest.raises(NotAllowed):
        requests.register_request(
            by=office.staff["auxiliar"], received_on=local_today(), right="access", **SAID
        )
    arco = requests.register_request(by=chief, received_on=local_today(), right="access", **SAID)
    with pytest.raises(Invalid):
        requests.resolve_request(request=arco, by=chief, outcome="refused", letter="No.", cause="")
    requests.resolve_request(request=arco, by=chief, outcome="refused", letter="No.", cause="identity")
    with pytest.raises(Conflict):
        requests.resolve_request(request=arco, by=chief, outcome="granted", letter="Sí.")


@pytest.mark.parametrize(
    "sought",
    [
        Sought(name="maria pena"),
        Sought(name="Peña María"),
        Sought(phone="+52 1 (669) 123-4567"),
        Sought(phone="6691234567"),
    ],
)
def test_a_person_is_found_however_written(things: Things, sought: Sought) -> None:
    assert things.own in candidates(sought)
    assert things.reserved not in candidates(sought)
    assert things.held in held_candidates(sought)


def test_a_folio_finds_and_nothing_finds_nothing(things: Things) -> None:
    assert candidates(Sought(folio=format_folio(things.own.folio).lower())) == [things.own]
    assert candidates(Sought()) == []
    assert held_candidates(Sought()) == []
    assert candidates(Sought(name="%_'", phone="12", email=" ", folio="zz")) == []


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Habló MARIA PEÑA ayer", f"Habló {GONE} ayer"),
        ("Tel. 669-123-45-67, de María", f"Tel. {GONE}, de {GONE}"),
        ("Marianela no es ella", "Marianela no es ella"),
        ("escribe a Maria.P@Example.org.", f"escribe a {GONE}."),
        ("Calle 12, número 1234", "Calle 12, número 1234"),
    ],
)
def test_a_person_is_taken_out_of_others_words(text: str, cleaned: str) -> None:
    assert without(text, Sought("María de la Peña", "669 123 4567", "maria.p@example.org")) == cleaned


def test_erasing_leaves_nothing_of_the_person_anywhere(
    things: Things, chief: User, django_capture_on_commit_callbacks: Any
) -> None:
    own = things.own
    Petition.objects.filter(pk=own.pk).update(
        description="Soy María Peña, no sirve la luz",
        address="Juárez 5",
        answers={"poste": "1", "quien": "Peña"},
    )
    append_note(petition=own, by=chief, note="Llamó la señora Peña del 669 123 4567")
    raw = {"kind": "petition", "id": str(own.pk), "petitioner": {"name": "María Peña"}, "description": "Peña"}
    record = InboxRecord.objects.create(
        record_id=str(own.pk),
        digest=b"x" * 32,
        kind="petition",
        raw=json.dumps(raw),
        state="filed",
        received_at=own.received_at,
    )
    photo = Attachment.objects.get(pk=things.named["own"]["sha256"])
    steps = own.status_changes.count()
    arco = granted("cancellation", chief, own, records=(things.held.pk,))
    with pytest.raises(Invalid):
        fulfilment.anonymise(request=arco, choices={}, typed="ARCO", by=chief)
    with django_capture_on_commit_callbacks(execute=True):
        fulfilment.anonymise(request=arco, choices={}, typed=arco.number.lower(), by=chief)
    left = Petition.objects.select_related("petitioner").get(pk=own.pk)
    assert (left.folio, left.status, left.status_changes.count()) == (own.folio, own.status, steps)
    assert (left.petitioner.name, left.petitioner.phone, left.petitioner.phone_digits) == ("", "", "")
    assert left.description == f"Soy {GONE}, no sirve la luz"
    assert (left.address, left.answers) == ("", {"poste": "1", "quien": GONE})
    assert (
        left.status_changes.get(move="note", note__startswith="Llamó").note
        == f"Llamó la señora {GONE} del {GONE}"
    )
    assert not left.attachments.exists()
    assert not Attachment.objects.filter(pk=photo.pk).exists()
    assert not default_storage.exists(photo.file.name)
    for row in (record, things.held):
        row.refresh_from_db()
        assert "Peña" not in row.raw
        assert not re.search(r"669 ?123", row.raw)
    assert (things.held.state, bytes(record.digest)) == ("aside", b"x" * 32)
    assert not any(GONE in str(step.text) or "Peña" in step.text for step in ArcoStep.objects.all())
    # What the person had is found by nobody, and the request is closed.
    assert own not in candidates(Sought("María Peña", "669 123 4567"))
    with pytest.raises(Conflict):
        fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)


def test_a_photo_that_another_boleta_names_stays(things: Things, chief: User) -> None:
    sha256 = things.named["own"]["sha256"]
    things.other.attachments.create(sha256=sha256)
    arco = granted("cancellation", chief, things.own)
    fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    assert Attachment.objects.filter(pk=sha256).exists()


def test_a_person_decides_what_words_stay(office: Office, receive: Receive, chief: User) -> None:
    petition = receive(description="Soy María", address="Juárez 5")
    arco = granted("cancellation", chief, petition)
    choices = {
        f"{petition.pk}/petition/description": "empty",
        f"{petition.pk}/petition/address": "keep",
        f"{petition.pk}/petition/name": "keep",
    }
    fulfilment.anonymise(request=arco, choices=choices, typed=arco.number, by=chief)
    petition = Petition.objects.select_related("petitioner").get(pk=petition.pk)
    assert (petition.description, petition.address, petition.petitioner.name) == ("", "Juárez 5", "")


def test_correcting_keeps_the_old_value_until_it_is_erased(
    office: Office, receive: Receive, chief: User
) -> None:
    petition = receive()
    arco = granted("rectification", chief, petition)
    subject = arco.subjects.get()
    fulfilment.rectify(request=arco, subject=subject, values={"phone": "669 765 4321"}, by=chief)
    petition.petitioner.refresh_from_db()
    assert (petition.petitioner.phone, petition.petitioner.phone_digits) == ("669 765 4321", "6697654321")
    assert OldValue.objects.get().before == "669 123 4567"
    told = ArcoStep.objects.get(act="rectified").text
    assert not [number for number in ("669 123", "669 765") if number in told]
    erase = granted("cancellation", chief, petition)
    fulfilment.anonymise(request=erase, choices={}, typed=erase.number, by=chief)
    assert not OldValue.objects.exists()


def test_objecting_marks_the_person_for_the_rooms_that_call_and_write(
    office: Office, receive: Receive, chief: User
) -> None:
    petition = receive()
    assert fulfilment.object_to_contact(request=granted("objection", chief, petition), by=chief) == 1
    petition.petitioner.refresh_from_db()
    assert petition.petitioner.objects_to_contact
    change_status(petition=petition, move="open", by=chief)
    change_status(petition=petition, move="attend", by=chief, given=Given(note="Se cambió el foco."))
    today = local_today()
    assert eligible_boletas(since=today, until=today).total == 0
    Petitioner.objects.update(objects_to_contact=False)
    assert eligible_boletas(since=today, until=today).total == 1


def test_what_was_said_on_the_telephone_is_rid_of_the_person(
    office: Office, receive: Receive, chief: User
) -> None:
    petition = receive()
    call = Call.objects.create(
        petition=petition, result="positive", words="Dice doña María que sí", at=petition.received_at
    )
    arco = granted("cancellation", chief, petition)
    fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    call.refresh_from_db()
    assert call.words == f"Dice doña {GONE} que sí"


def test_who_objected_is_sent_nothing_and_what_was_sent_is_rid_of_them(
    office: Office, receive: Receive, chief: User
) -> None:
    person = PetitionerIntake(name="María Peña", email="maria@example.org", consent=True, notice="2026-1")
    petition = receive(petitioner=person)
    Message.objects.all().delete()
    Petitioner.objects.update(objects_to_contact=True)
    assert tell_of_arrivals(petitions=[petition.pk]) == 0
    Petitioner.objects.update(objects_to_contact=False)
    assert tell_of_arrivals(petitions=[petition.pk]) == 1
    Message.objects.update(address="maria@example.org", body="Buenos días, María Peña: ya la recibimos.")
    arco = granted("cancellation", chief, petition)
    fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    message = Message.objects.get()
    assert (message.address, message.body) == ("", f"Buenos días, {GONE}: ya la recibimos.")


def test_what_was_not_granted_is_not_done(office: Office, receive: Receive, chief: User) -> None:
    arco = requests.register_request(by=chief, received_on=local_today(), right="cancellation", **SAID)
    requests.tick_subjects(request=arco, by=chief, petitions=[receive().pk])
    with pytest.raises(Conflict):
        fulfilment.anonymise(request=arco, choices={}, typed=arco.number, by=chief)
    with pytest.raises(Conflict):
        fulfilment.export_for(request=arco, by=chief)


def test_the_export_holds_all_and_the_photos(things: Things, chief: User) -> None:
    with unguarded(Letter):
        Letter.objects.filter(petitions=things.own).update(party_name="María Peña", party_institution="")
    arco = granted("access", chief, things.own, records=(things.held.pk,))
    archive = zipfile.ZipFile(io.BytesIO(fulfilment.export_for(request=arco, by=chief)))
    names = archive.namelist()
    assert {"datos.html", "datos.json"} < set(names)
    # The photo, the letter that was written to the person, and the scan of the one that came from them.
    assert len([name for name in names if name.startswith("archivos/")]) == 3
    told = json.loads(archive.read("datos.json"))
    assert told["boletas"][0]["folio"] == format_folio(things.own.folio)
    assert "669 123 4567" in archive.read("datos.html").decode()


def test_the_trail_is_written_by_nobody_else(office: Office, chief: User) -> None:
    requests.register_request(by=chief, received_on=local_today() - timedelta(days=1), right="access", **SAID)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ArcoStep.objects.update(text="otra cosa")
