"""A neighbour who adds a voice at the door: joined on arrival, or filed as its own and proposed."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.casework.deadlines import due_date
from backend.casework.given import Given
from backend.casework.services.echoes import join_petitions
from backend.casework.services.statuses import change_status
from backend.casework.timeline import story_of
from field.folio import format_folio, make_folio
from field.models import Device, Petition, Status
from field.odk.submission import derived_records
from field.sync.inbox import Sender, receive_records
from geo.clock import local_today
from tests.factories import DeviceFactory, petition_record
from tests.field.odk_client import filled, submission


@pytest.fixture
def device(office) -> Device:
    return DeviceFactory(user=office.staff["promotor"])


def hand_in(device: Device, *records: dict) -> list[Petition]:
    """Hand records in as one batch; all must be filed."""
    sender = Sender(device, device.user_id, timezone.now())
    receipts = receive_records(records=list(records), sender=sender)
    assert [receipt["outcome"] for receipt in receipts] == ["stored"] * len(records)
    rows = Petition.objects.in_bulk([record["id"] for record in records])
    by_id = {str(pk): petition for pk, petition in rows.items()}
    return [by_id[record["id"]] for record in records]


def moves_of(petition: Petition) -> list[str]:
    return list(petition.status_changes.values_list("move", flat=True))


def test_a_voice_is_joined_as_it_arrives_and_stands_where_the_head_does(office, receive, device):
    head = receive()
    change_status(petition=head, move="open", by=office.staff["enlace"])
    Petition.objects.filter(pk=head.pk).update(due_on=head.due_on - timedelta(5))
    head.refresh_from_db()
    [voice] = hand_in(device, petition_record(office.lamp, device, echo_of=format_folio(head.folio)))
    assert voice.echo_of == head
    assert (voice.status, voice.department) == (head.status, head.department)
    assert voice.status_at == voice.received_at > head.status_at
    assert voice.due_on == due_date(local_today(), office.lamp.working_days) > head.due_on
    assert moves_of(voice) == ["receive", "join"]
    assert moves_of(head) == ["receive", "open", "join"]
    join = voice.status_changes.last()
    assert (join.from_status, join.to_status, join.by) == (
        Status.UNREAD,
        Status.IN_HAND,
        office.staff["promotor"],
    )
    assert voice.referrals.get().due_on == voice.due_on


def test_a_voice_for_an_echo_is_joined_to_its_head(office, receive, device):
    head, echo = receive(), receive()
    join_petitions(petitions=[head.pk, echo.pk], by=office.staff["jefe"])
    [voice] = hand_in(device, petition_record(office.lamp, device, echo_of=echo.folio.lower()))
    assert voice.echo_of == head


def test_head_and_voices_in_one_batch_are_joined_without_a_chain(office, device):
    first = petition_record(office.lamp, device)
    second = petition_record(office.lamp, device, echo_of=first["folio"])
    third = petition_record(office.lamp, device, echo_of=second["folio"])
    one, two, three = hand_in(device, third, second, first)[::-1]
    assert (one.echo_of, two.echo_of, three.echo_of) == (None, one, one)


def test_two_that_name_each_other_are_not_joined_in_a_ring(office, device):
    now = timezone.now()
    folios = [make_folio(26, device.series_id, 90_000 + n) for n in range(2)]
    records = [
        petition_record(
            office.lamp, device, folio=folios[n], echo_of=folios[1 - n], captured_at=now.isoformat()
        )
        for n in range(2)
    ]
    petitions = hand_in(device, *records)
    assert sum(petition.echo_of_id is None for petition in petitions) == 1
    [loop] = hand_in(device, petition_record(office.lamp, device, folio=None) | {"echo_of": None})
    assert loop.echo_of is None


@pytest.mark.parametrize("voice", ["26-A7F-00042-1", "no es un folio", "", 7, None, ["26"], "\0"])
def test_a_voice_that_cannot_be_read_costs_nothing(office, device, voice):
    [petition] = hand_in(device, petition_record(office.lamp, device, echo_of=voice))
    assert petition.echo_of is None
    assert moves_of(petition) == ["receive"]


def test_a_head_that_is_not_there_yet_leaves_the_wish_in_the_history(office, device):
    unknown = make_folio(26, device.series_id, 77_777)
    [petition] = hand_in(device, petition_record(office.lamp, device, echo_of=unknown))
    assert petition.echo_of is None
    assert moves_of(petition) == ["receive", "voice"]
    assert format_folio(unknown) in story_of(petition, words=True)[-1].text


def test_a_voice_for_another_category_a_reserved_or_a_closed_one_is_filed_as_its_own(office, receive, device):
    pothole, complaint, closed = receive(office.pothole), receive(office.complaint), receive()
    change_status(petition=closed, move="open", by=office.staff["jefe"])
    change_status(petition=closed, move="attend", by=office.staff["jefe"], given=Given(note="Listo"))
    petitions = hand_in(
        device,
        petition_record(office.lamp, device, echo_of=pothole.folio),
        petition_record(office.complaint, device, echo_of=complaint.folio),
        petition_record(office.lamp, device, echo_of=closed.folio),
    )
    for petition in petitions:
        assert petition.echo_of is None
        assert petition.status == Status.UNREAD
        assert moves_of(petition) == ["receive", "voice"]


def test_a_voice_from_the_field_verifies_nothing(office, receive, device):
    waiting = receive(office.to_check)
    [voice] = hand_in(device, petition_record(office.to_check, device, echo_of=waiting.folio))
    assert (voice.echo_of, voice.status) == (waiting, Status.TO_VERIFY)
    # What the office took down needs no check: it does not go back to wait for one.
    own = receive(office.to_check, channel="modulo", echo_of=waiting.folio)
    assert (own.echo_of, own.status) == (None, Status.UNREAD)


def test_a_voice_for_a_disputed_one_without_a_department_stays_in_its_own(office, receive):
    disputed = receive(office.to_check)
    change_status(petition=disputed, move="dispute", by=office.staff["jefe"], given=Given(note="Urge"))
    own = receive(office.to_check, channel="modulo", echo_of=disputed.folio)
    assert (own.echo_of, own.status, own.department) == (None, Status.UNREAD, office.streets)
    assert moves_of(own) == ["receive", "voice"]


def test_voices_cost_a_batch_the_same_few_statements_however_many(office, receive, device):
    heads = [receive() for _ in range(10)]

    def cost(*records: dict) -> int:
        with CaptureQueriesContext(connection) as queries:
            hand_in(device, *records)
        return len(queries)

    def voices(count: int) -> list[dict]:
        return [petition_record(office.lamp, device, echo_of=heads[n % 10].folio) for n in range(count)]

    cost(petition_record(office.lamp, device))
    plain = cost(*[petition_record(office.lamp, device) for _ in range(20)])
    assert cost(*voices(2)) == cost(*voices(20)) <= plain + 15
    assert Petition.objects.exclude(echo_of=None).count() == 22


def test_a_voice_handed_in_twice_is_one_voice(office, receive, device):
    record = petition_record(office.lamp, device, echo_of=receive().folio)
    [voice] = hand_in(device, record)
    sender = Sender(device, device.user_id, timezone.now())
    (receipt,) = receive_records(records=[record], sender=sender)
    assert receipt["outcome"] == "repeated"
    assert moves_of(voice) == ["receive", "join"]


def test_a_folio_written_in_collect_is_a_voice_too(office, receive, device):
    head = receive()
    answers = filled()
    answers["petition"] |= {"category": office.lamp.code, "echo_of": format_folio(head.folio)}
    [record] = derived_records(submission(answers).decode(), uuid.uuid4())
    [voice] = hand_in(device, record | {"category": office.lamp.code})
    assert voice.echo_of == head
