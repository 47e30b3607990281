"""Two people at the same held record, and records that wait for one that is mended."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from backend.accounts.models import User
from campaigns.models import Encounter
from field.models import Correction, InboxRecord, Petition
from field.services.tray import join_version, keep_first, mend_record, set_aside, take_back
from field.sync.inbox import Sender, receive_records
from geo.clock import local_today
from geo.problems import Conflict
from tests.campaigns.rows import VisitFactory, encounter_record
from tests.factories import CategoryFactory, DeviceFactory, PlaceFactory, UserFactory, petition_record

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 5


@pytest.fixture
def device():
    PlaceFactory(column=0)
    return DeviceFactory()


@pytest.fixture
def category():
    return CategoryFactory()


def hand_in(device, *records):
    sender = Sender(device, device.user_id, timezone.now())
    receive_records(records=list(records), sender=sender)
    return InboxRecord.objects.get(record_id=records[-1]["id"], raw__contains=records[-1]["id"], state="held")


def at_once(acts):
    """Do all the acts together, each on its own connection: what each gave, or ``Conflict``."""
    barrier = Barrier(len(acts))

    def do(act):
        try:
            barrier.wait()
            return act()
        except Conflict:
            return Conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def right_category(category):
    return [{"pointer": "/category", "before": "no-hay", "after": category.code}]


def test_of_several_who_mend_one_record_at_once_one_does(device, category):
    clerks = [UserFactory(role=User.Role.AUXILIAR) for _n in range(AT_ONCE)]
    row = hand_in(device, petition_record(category, device) | {"category": "no-hay"})
    changes = right_category(category)
    done = at_once([lambda by=by: mend_record(record=row, changes=changes, by=by, seen=0) for by in clerks])
    assert done.count(Conflict) == AT_ONCE - 1
    assert Petition.objects.count() == Correction.objects.count() == 1


def test_mending_and_setting_aside_at_once_do_one_of_both(device, category):
    clerk = UserFactory(role=User.Role.AUXILIAR)
    row = hand_in(device, petition_record(category, device) | {"category": "no-hay"})
    done = at_once(
        [
            lambda: mend_record(record=row, changes=right_category(category), by=clerk),
            lambda: set_aside(record=row, reason="prueba", by=clerk),
        ]
    )
    assert done.count(Conflict) == 1
    row.refresh_from_db()
    assert Petition.objects.count() == (row.state == "filed")


def test_joining_and_keeping_at_once_do_one_of_both(device, category):
    clerk = UserFactory(role=User.Role.AUXILIAR)
    record = petition_record(category, device)
    row = hand_in(device, record, record | {"description": "otra"})
    done = at_once([lambda: join_version(record=row, by=clerk), lambda: keep_first(record=row, by=clerk)])
    assert done.count(Conflict) == 1


def test_mending_while_the_tablet_sends_again_gives_one_petition(device, category):
    clerk = UserFactory(role=User.Role.AUXILIAR)
    record = petition_record(category, device) | {"category": "no-hay"}
    row = hand_in(device, record)
    sender = Sender(device, device.user_id, timezone.now())

    def send():
        return receive_records(records=[record], sender=sender)[0]["outcome"]

    done = at_once([lambda: mend_record(record=row, changes=right_category(category), by=clerk), send, send])
    assert Conflict not in done
    assert set(done[1:]) <= {"held", "repeated"}
    assert Petition.objects.count() == InboxRecord.objects.count() == 1


def test_a_door_that_waits_for_a_petition_joins_once_it_is_mended(device, category):
    clerk = UserFactory(role=User.Role.AUXILIAR)
    petition = petition_record(category, device) | {"category": "no-hay"}
    door = encounter_record(VisitFactory(), petitions=[petition["id"]], outcome="petition")
    hand_in(device, petition, door)
    assert not Encounter.objects.exists()
    row = InboxRecord.objects.get(record_id=petition["id"])
    mend_record(record=row, changes=right_category(category), by=clerk)
    assert [str(one.pk) for one in Encounter.objects.get().petitions.all()] == [petition["id"]]
    assert not InboxRecord.objects.held().exists()


def test_a_door_that_was_corrected_still_waits_and_joins_as_corrected(device, category):
    clerk = UserFactory(role=User.Role.AUXILIAR)
    petition = petition_record(category, device)
    door = encounter_record(
        VisitFactory(), petitions=[petition["id"]], outcome="petition", at="2001-01-01T00:00:00Z"
    )
    row = hand_in(device, door)
    now = timezone.now().isoformat()
    changes = [{"pointer": "/at", "before": door["at"], "after": now}]
    assert not mend_record(record=row, changes=changes, by=clerk).filed
    row.refresh_from_db()
    assert (row.state, row.waiting_for) == ("held", [petition["id"]])
    sender = Sender(device, device.user_id, timezone.now())
    receive_records(records=[petition], sender=sender)
    assert Encounter.objects.get().at.isoformat() == now
    row.refresh_from_db()
    assert row.state == "filed"


def test_a_door_that_was_set_aside_joins_when_it_is_taken_back(device, category):
    clerk = UserFactory(role=User.Role.AUXILIAR)
    petition = petition_record(category, device)
    row = hand_in(device, encounter_record(VisitFactory(), petitions=[petition["id"]], outcome="petition"))
    set_aside(record=row, reason="no llegará", by=clerk)
    receive_records(records=[petition], sender=Sender(device, device.user_id, timezone.now()))
    assert not Encounter.objects.exists()
    assert take_back(record=row, by=clerk).state == "filed"
    assert Encounter.objects.count() == 1


def test_a_door_is_given_the_visit_that_it_was(client, device):
    clerk = UserFactory(role=User.Role.AUXILIAR)
    visit = VisitFactory(date=local_today())
    row = hand_in(device, encounter_record(visit) | {"visit": str(uuid.uuid4())})
    client.force_login(clerk)
    form = client.get(f"/bandeja/{row.pk}/").context["form"]
    assert str(visit.pk) in dict(form.fields["visit"].choices)
    body = json.loads(row.raw)
    changes = [{"pointer": "/visit", "before": body["visit"], "after": str(visit.pk)}]
    assert mend_record(record=row, changes=changes, by=clerk).filed
    assert Encounter.objects.get().visit == visit
