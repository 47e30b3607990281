"""Doors that ODK Collect hands in at a visit."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from campaigns.models import Encounter
from field.models import Device, Petition
from field.odk.visits import visits_csv
from tests.field.odk.answers import held, message
from tests.field.odk_client import filled, point, send, submission

pytestmark = pytest.mark.django_db(transaction=True)


def choice(device: Device, word: str) -> str:
    """The row of the tablet's list in which ``word`` stands."""
    lines = visits_csv(device=device).decode().splitlines()
    return next(line for line in lines if word in line).partition(",")[0]


def test_a_petition_at_a_visit_is_a_door_too(collect, visit):
    collect.get("formList")
    door = {"visit": choice(Device.objects.get(), "Centro"), "outcome": "petition"}
    assert send(collect, submission(filled(door=door))).status_code == 201
    encounter = Encounter.objects.get()
    assert (encounter.visit, encounter.outcome) == (visit, "petition")
    assert encounter.petitions.get() == Petition.objects.get()
    assert held() == {}


def test_a_door_without_a_petition_and_the_return_to_it(collect, visit):
    collect.get("formList")
    device = Device.objects.get()
    now = timezone.localtime().isoformat(timespec="milliseconds")
    door = {
        "visit": choice(device, "Centro"),
        "outcome": "come_back",
        "note": "Por la tarde",
        "door_location": point(),
    }
    answer = send(collect, submission({"start": now, "end": now, "door": door}))
    assert answer.status_code == 201
    assert "Folio" not in message(answer)
    first = Encounter.objects.get()
    assert (first.outcome, first.note, first.accuracy_m) == ("come_back", "Por la tarde", 6.5)
    door = {"visit": choice(device, "Volver"), "outcome": "nothing_to_ask"}
    assert send(collect, submission({"start": now, "end": now, "door": door})).status_code == 201
    assert Encounter.objects.get(outcome="nothing_to_ask").follows == first
    assert "Volver" not in visits_csv(device=device).decode()
    assert held() == {}


def test_a_visit_that_is_not_here_holds_the_door_and_files_the_petition(collect):
    door = {"visit": f"{uuid.uuid4()}.abcdef01", "outcome": "petition"}
    assert send(collect, submission(filled(door=door))).status_code == 201
    assert Petition.objects.count() == 1
    assert held() == {"encounter": "not_here_yet"}
