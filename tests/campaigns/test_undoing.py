"""A door tapped by mistake, undone: kept, counted nowhere, in any order and any number of times."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from campaigns.figures import figures_by, total_figures
from campaigns.models import Encounter
from campaigns.selectors import doors_without_boleta, encounters_of
from field.models import InboxRecord, Petition
from tests.campaigns.rows import VisitFactory, encounter_record, petition_record, send
from tests.factories import DeviceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(db):
    return DeviceFactory()


@pytest.fixture
def visit(db):
    return VisitFactory()


def undo_record(door: dict[str, Any], /, **changes: Any) -> dict[str, Any]:
    record = {
        "kind": "encounter_undo",
        "id": str(uuid.uuid4()),
        "encounter": door["id"],
        "at": timezone.now().isoformat(timespec="microseconds"),
    }
    return record | changes


def outcomes(receipts: list[dict[str, Any]]) -> list[str]:
    return [receipt["outcome"] for receipt in receipts]


def test_a_door_undone_is_kept_and_counted_nowhere(device, visit):
    petition = petition_record(device)
    mistaken = encounter_record(visit, outcome="petition", petitions=[petition["id"]])
    good = encounter_record(visit, outcome="refused")
    undo = undo_record(mistaken, reason="  Toqué otro botón ")
    assert outcomes(send(device, undo, mistaken, petition, good)) == ["stored"] * 4

    door = Encounter.objects.get(pk=mistaken["id"])
    assert door.withdrawn_at == dt.datetime.fromisoformat(undo["at"])
    assert (door.withdrawn_by_id, door.withdrawn_why) == (device.user_id, "Toqué otro botón")
    assert Petition.objects.filter(pk=petition["id"]).exists()
    for figures in (
        total_figures(Encounter.objects.all()),
        figures_by(Encounter.objects.all(), "visit")[visit.pk],
    ):
        assert (figures.outcomes, figures.petitions) == ({"refused": 1}, 0)
    seen = type(visit).objects.filter(pk=visit.pk)
    assert [str(door.pk) for door in encounters_of(seen)] == [good["id"]]
    assert doors_without_boleta(encounters_of(seen)) == 0


def test_what_happened_is_changed_by_an_undo_and_another_door_that_names_the_petition(device, visit):
    petition = petition_record(device)
    mistaken = encounter_record(visit, outcome="petition", petitions=[petition["id"]])
    send(device, petition, mistaken)
    changed = encounter_record(visit, outcome="come_back", petitions=[petition["id"]])
    assert outcomes(send(device, undo_record(mistaken), changed)) == ["stored", "stored"]
    figures = total_figures(Encounter.objects.all())
    assert (figures.outcomes, figures.petitions) == ({"come_back": 1}, 1)


def test_an_undo_before_its_door_waits_and_joins_by_itself(device, visit):
    door = encounter_record(visit)
    [receipt] = send(device, undo_record(door))
    assert receipt["outcome"] == "held"
    assert [error["code"] for error in receipt["errors"]] == ["not_here_yet"]
    send(device, door)
    assert Encounter.objects.get(pk=door["id"]).withdrawn_at
    assert not InboxRecord.objects.filter(state=InboxRecord.State.HELD).exists()


def test_an_undo_whose_door_waits_for_its_visit_joins_with_it(device):
    visit = VisitFactory.build()
    door = encounter_record(str(visit.pk))
    assert outcomes(send(device, undo_record(door), door)) == ["held", "held"]
    visit = VisitFactory(pk=visit.pk)
    send(device, door)  # the tablet asks again
    assert Encounter.objects.get(pk=door["id"]).withdrawn_at


def test_undoing_again_is_harmless_and_the_first_stands(device, visit):
    door = encounter_record(visit)
    first = undo_record(door, reason="primera")
    send(device, door, first)
    later = (timezone.now() + dt.timedelta(minutes=5)).isoformat()
    assert outcomes(send(device, first, undo_record(door, at=later, reason="segunda"))) == [
        "repeated",
        "stored",
    ]
    assert Encounter.objects.get(pk=door["id"]).withdrawn_why == "primera"


def test_nobody_else_undoes_a_door_but_its_person_does_from_another_tablet(device, visit):
    door = encounter_record(visit)
    send(device, door)
    [refused] = send(DeviceFactory(), undo_record(door))
    assert refused["outcome"] == "held"
    assert [error["code"] for error in refused["errors"]] == ["not_yours"]
    assert Encounter.objects.get(pk=door["id"]).withdrawn_at is None
    renewed = DeviceFactory(user=device.user)
    assert outcomes(send(renewed, undo_record(door))) == ["stored"]
    assert Encounter.objects.get(pk=door["id"]).withdrawn_at


def test_whoever_shares_the_tablet_may_undo_and_signs_for_it(device, visit):
    other = UserFactory(role="promotor")
    door = encounter_record(visit)
    send(device, door, undo_record(door, captured_by=other.username))
    assert Encounter.objects.get(pk=door["id"]).withdrawn_by == other


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"encounter": "la última"}, "/encounter", "uuid_parsing"),
        ({"encounter": None}, "/encounter", "uuid_type"),
        ({"at": "2026-11-20T10:00:00"}, "/at", "naive_time"),
        ({"at": "2090-01-01T10:00:00Z"}, "/at", "impossible_time"),
        ({"reason": "a" * 501}, "/reason", "string_too_long"),
        ({"captured_by": "nadie"}, "/captured_by", "unknown_staff"),
    ],
)
def test_what_is_no_undo_is_held_for_a_person(device, visit, changes, pointer, code):
    door = encounter_record(visit)
    [_door, receipt] = send(device, door, undo_record(door, **changes))
    assert receipt["outcome"] == "held"
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in receipt["errors"]]
    assert Encounter.objects.get(pk=door["id"]).withdrawn_at is None


def test_a_promise_stands_again_once_its_return_was_undone(device, visit):
    promise = encounter_record(visit, outcome="come_back")
    back = encounter_record(visit, outcome="refused", follows=promise["id"])
    send(device, promise, back)
    assert not Encounter.objects.to_come_back().exists()
    send(device, undo_record(back))
    assert [str(door.pk) for door in Encounter.objects.to_come_back()] == [promise["id"]]
    send(device, undo_record(promise))
    assert not Encounter.objects.to_come_back().exists()


def test_the_tour_says_how_many_doors_were_undone(client, device, visit):
    door = encounter_record(visit)
    send(device, door, undo_record(door))
    client.force_login(UserFactory(role="director"))
    page = client.get(visit.tour.get_absolute_url()).content.decode()
    assert "Además, 1 puerta que deshizo quien la registró; no se cuenta." in page
    assert '<span class="figure-number">0</span> <span class="figure-label">puertas tocadas' in page
