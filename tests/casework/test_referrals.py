"""Where petitions stand on the day they arrive."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from backend.casework.models import Holiday, Referral, StatusChange
from backend.casework.services.referrals import place_arrivals, record_arrivals
from field.models import Channel, Petition, Status
from field.services.petitions import PetitionIntake, receive_petitions
from geo.clock import local_zone

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 20, 17, 3, tzinfo=UTC)


def test_a_petition_is_referred_to_its_categorys_department_with_a_due_date(office, receive):
    petition = receive(received_at=FRIDAY)
    petition.refresh_from_db()
    assert (petition.status, petition.department) == (Status.UNREAD, office.lights)
    assert petition.due_on == date(2026, 12, 4)
    assert petition.status_at == FRIDAY
    [referral] = petition.referrals.all()
    assert (referral.department, referral.working_days, referral.due_on) == (
        office.lights,
        10,
        date(2026, 12, 4),
    )
    [step] = petition.status_changes.all()
    assert (step.move, step.from_status, step.to_status) == ("receive", "", Status.UNREAD)
    assert (step.by, step.department, step.at) == (office.staff["promotor"], office.lights, FRIDAY)


@pytest.mark.parametrize("channel", [Channel.TOUR, Channel.APP])
def test_what_asks_for_a_check_waits_for_the_office_when_it_comes_from_field_or_public(
    office, receive, channel
):
    petition = receive(office.to_check, channel=channel)
    petition.refresh_from_db()
    assert petition.status == Status.TO_VERIFY
    assert petition.department is None
    assert petition.due_on is None
    assert not petition.referrals.exists()
    assert petition.status_changes.get().to_status == Status.TO_VERIFY


def test_what_the_office_itself_captured_needs_no_check(office, receive):
    assert receive(office.to_check, channel=Channel.PHONE).status == Status.UNREAD


def test_the_day_of_a_promise_is_the_local_day(office, receive):
    # 02:00 UTC on Saturday is still Friday evening in Mexico.
    petition = receive(received_at=datetime(2026, 11, 14, 2, 0, tzinfo=UTC))
    assert petition.due_on == date(2026, 11, 30)


def test_a_day_that_the_municipality_adds_moves_the_due_date_of_the_next_petition(office, receive):
    assert receive(received_at=FRIDAY).due_on == date(2026, 12, 4)
    Holiday.objects.create(date=date(2026, 12, 4), name="Día local")
    assert receive(received_at=FRIDAY).due_on == date(2026, 12, 7)


def test_history_keeps_the_status_it_came_with(office, receive):
    closed = receive(source_id="SAC-1", status=Status.CLOSED)
    refused = receive(source_id="SAC-2", status=Status.NOT_PROCEEDING)
    assert (closed.status, closed.department) == (Status.CLOSED, office.lights)
    assert (refused.status, refused.department, refused.due_on) == (Status.NOT_PROCEEDING, None, None)
    assert [step.move for step in StatusChange.objects.all()] == ["import", "import"]
    assert Referral.objects.get().petition_id == closed.pk


def test_history_without_a_status_is_referred_as_if_new(office, receive):
    assert receive(source_id="SAC-3").status == Status.UNREAD


def test_a_batch_of_fifty_costs_three_statements_of_casework(office, django_assert_num_queries):
    now = timezone.now()
    petitions = [
        Petition(
            id=uuid.uuid4(),
            folio=f"TEST{n:07d}",
            category=office.lamp if n % 2 else office.to_check,
            channel=Channel.TOUR,
            captured_at=now,
            received_at=now,
        )
        for n in range(50)
    ]
    local_zone()  # asked once a minute by each process
    with django_assert_num_queries(2):  # the referral rules, the municipal holidays
        place_arrivals(petitions=petitions)
    Petition.objects.bulk_create(petitions)
    with django_assert_num_queries(1):  # steps, referrals, and what the search finds them by
        record_arrivals(petitions=petitions)
    assert StatusChange.objects.count() == 50
    assert Referral.objects.count() == 25


def test_what_is_not_filed_leaves_no_history(office):
    now = timezone.now()
    intake = PetitionIntake(
        id=uuid.uuid4(), category=office.lamp, channel=Channel.DESK, captured_at=now, received_at=now
    )
    with transaction.atomic():
        receive_petitions(intakes=[intake])
        transaction.set_rollback(True)
    assert not StatusChange.objects.exists()
