"""What ODK Collect sent and waits for a person, in the office's tray."""

from __future__ import annotations

import json
import uuid

import pytest
from django.utils import timezone

from backend.casework.models import StatusChange
from field.folio import format_folio
from field.models import InboxRecord, Petition
from field.odk.filing import KIND
from field.services.devices import revoke_device
from field.sync.inbox import Sender, receive_records
from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory, UserFactory
from tests.field.odk_client import filled, submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(db):
    PlaceFactory(column=0)
    CategoryFactory(code="bache", name="Bache")
    return DeviceFactory()


@pytest.fixture
def office(client):
    client.force_login(UserFactory(role="auxiliar"))
    return client


def hand_in(device, **changes):
    """Hand a submission in as the inbox gets it: its receipt."""
    instance = changes.pop("instance", f"uuid:{uuid.uuid4()}")
    record = {"kind": KIND, "id": instance, "form": "aldaba", "version": "1", "xml": ""}
    record["xml"] = submission(filled(), instance=instance).decode()
    sender = Sender(device, device.user_id, timezone.now())
    return receive_records(records=[record | changes], sender=sender)[0]


def test_each_held_submission_is_listed_and_opens(device, office):
    original = f"uuid:{uuid.uuid4()}"
    hand_in(device, instance=original)
    hand_in(device, edits=original)
    hand_in(device, edits=original)
    hand_in(device, instance=original, version="2")
    revoke_device(device=device, by=None)
    device.refresh_from_db()
    hand_in(device)
    held = InboxRecord.objects.filter(state="held")
    assert {row.errors[0]["code"] for row in held} == {"edited", "edit_conflict", "changed", "revoked"}
    page = office.get("/bandeja/").content.decode()
    for row in held:
        assert f"/bandeja/{row.pk}/" in page
        assert office.get(f"/bandeja/{row.pk}/").status_code == 200


def test_a_person_answers_for_what_a_revoked_tablet_submitted(device, office):
    revoke_device(device=device, by=None)
    device.refresh_from_db()
    hand_in(device)
    row = InboxRecord.objects.get(state="held")
    form = office.get(f"/bandeja/{row.pk}/").context["form"]
    (accept,) = [bound.name for bound in form if "Archivar aunque" in str(bound.label)]
    hidden = {
        bound.name: bound.value() for bound in form if bound.name != accept and bound.value() is not None
    }
    answer = office.post(f"/bandeja/{row.pk}/", hidden | {accept: "on"})
    assert answer.status_code == 302, answer.content.decode()[:500]
    assert Petition.objects.count() == 1
    assert json.loads(InboxRecord.objects.get(pk=row.pk).raw).get("accept") is None, (
        "what came stays as it came"
    )


@pytest.mark.parametrize("how", ["changed", "edited"])
def test_another_version_of_what_was_filed_is_read_beside_it_and_joined_as_a_note(device, office, how):
    original = f"uuid:{uuid.uuid4()}"
    hand_in(device, instance=original)
    [petition] = Petition.objects.all()
    other = filled()
    other["petition"] |= {"description": "Ahora son dos los baches."}
    told = {"instance": original} if how == "changed" else {"edits": original}
    instance = told.get("instance", f"uuid:{uuid.uuid4()}")
    hand_in(device, **told | {"instance": instance, "xml": submission(other, instance=instance).decode()})
    row = InboxRecord.objects.get(state="held")
    page = office.get(f"/bandeja/{row.pk}/").content.decode()
    assert "Lo que dice cada una" in page
    assert format_folio(petition.folio) in page
    assert "Ahora son dos los baches" in page
    assert "Agregar como nota" in page
    assert office.post(f"/bandeja/{row.pk}/agregar/").status_code == 302
    row.refresh_from_db()
    assert row.state == "filed"
    assert Petition.objects.get() == petition, "what was told first stays"
    note = StatusChange.objects.get(petition=petition, move="note").note
    assert "Ahora son dos los baches" in note


@pytest.mark.parametrize(
    "body",
    [{}, {"xml": 5}, {"xml": "<data"}, {"xml": "<data/>", "edits": 7}, {"xml": "<data/>", "edits": {}}],
)
def test_a_record_of_this_kind_that_is_no_submission_is_held_by_any_way_in(device, office, body):
    sender = Sender(device, device.user_id, timezone.now())
    receipt = receive_records(records=[{"kind": KIND, "id": "x"} | body], sender=sender)[0]
    assert receipt["outcome"] == "held"
    row = InboxRecord.objects.get()
    assert row.state == "held"
    assert office.get(f"/bandeja/{row.pk}/").status_code == 200
