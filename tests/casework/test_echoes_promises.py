"""What those who are joined were promised: each keeps its own date, and the earliest stands for the work."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from backend.casework.deadlines import due_date
from backend.casework.given import Given
from backend.casework.services.calendar import add_days
from backend.casework.services.echoes import join_petitions, split_petition
from backend.casework.services.statuses import change_status
from backend.casework.timeline import promise_of, story_of
from field.folio import format_folio
from field.models import Petition, Status
from geo.clock import local_today
from tests.casework.items import assert_items_hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def came(receive):
    """A petition that came so many days ago."""

    def _came(days_ago: int, *args, **kwargs) -> Petition:
        return receive(*args, received_at=timezone.now() - timedelta(days=days_ago), **kwargs)

    return _came


def joined(office, *petitions: Petition) -> Petition:
    head = join_petitions(petitions=[one.pk for one in petitions], by=office.staff["auxiliar"])
    for one in petitions:
        one.refresh_from_db()
    assert_items_hold()
    return head


def test_whoever_is_joined_to_an_older_one_keeps_its_own_date_and_days(office, came):
    old, new = came(40), came(1)
    promised = new.due_on
    change_status(petition=old, move="open", by=office.staff["enlace"])
    assert joined(office, old, new) == old
    assert (new.status, new.due_on) == (Status.IN_HAND, promised)
    assert new.status_at > new.received_at
    promise = promise_of(new)
    assert (promise.working_days, promise.overdue) == (10, False)
    assert str(promise).startswith("10 días hábiles: vence el ")
    assert new.referrals.count() == 1


def test_the_earliest_promised_leads_though_another_got_further(office, came):
    late, early, in_hand = came(3), came(30), came(1)
    change_status(petition=in_hand, move="open", by=office.staff["enlace"])
    assert joined(office, late, early, in_hand) == early
    assert {late.echo_of_id, in_hand.echo_of_id} == {early.pk}
    assert early.status == Status.IN_HAND
    assert list(Petition.objects.open().work_items().filter(due_on__lt=local_today())) == [early]


def test_a_status_that_does_not_change_is_as_old_as_it_was(office, came):
    old, new = came(30), came(2)
    joined(office, old, new)
    assert (old.status_at, new.status_at) == (old.received_at, new.received_at)


def test_split_again_each_is_as_it_was_but_for_where_all_stood(office, came):
    old, new = came(40), came(1)
    before = (old.due_on, new.due_on)
    change_status(petition=old, move="open", by=office.staff["enlace"])
    joined(office, old, new)
    split_petition(petition=old, by=office.staff["auxiliar"])
    for one in (old, new):
        one.refresh_from_db()
        assert one.echo_of_id is None
        assert "con la fecha que ya tenía" in story_of(one, words=True)[-1].text
    assert (old.due_on, new.due_on) == before
    assert new.status == Status.IN_HAND


def test_when_the_head_is_split_off_the_earliest_promised_of_the_rest_leads(office, came):
    head, late, early = came(30), came(2), came(9)
    joined(office, head, late, early)
    split_petition(petition=head, by=office.staff["auxiliar"])
    late.refresh_from_db()
    assert late.echo_of == early
    assert_items_hold()


def test_when_the_heads_citizen_confirms_the_earliest_promised_of_the_rest_leads(office, came):
    head, late, early = came(30), came(2), came(9)
    joined(office, head, late, early)
    change_status(petition=head, move="open", by=office.staff["enlace"])
    change_status(petition=late, move="attend", by=office.staff["enlace"], given=Given(note="Listo"))
    change_status(
        petition=Petition.objects.get(pk=head.pk), move="validate_positive", by=office.staff["jefe"]
    )
    for one in (head, late):
        one.refresh_from_db()
        assert one.echo_of == early


def test_what_waits_for_a_check_is_promised_its_days_from_the_day_it_is_joined(office, came):
    waiting = came(20, office.to_check)
    referred = came(2, office.to_check, channel="modulo")
    assert joined(office, waiting, referred) == referred
    assert (waiting.status, waiting.department) == (Status.UNREAD, referred.department)
    assert waiting.due_on == due_date(local_today(), office.to_check.working_days)
    promise = promise_of(waiting)
    assert (promise.counted_from, promise.working_days) == (local_today(), office.to_check.working_days)
    told = story_of(waiting, words=True)[-1].text
    assert f"Se juntó con la boleta {format_folio(referred.folio)}" in told
    assert "está como ella, «No leída»; vence el " in told


def test_a_voice_that_is_promised_earlier_than_its_head_leads(office, receive):
    head = receive()
    Petition.objects.filter(pk=head.pk).update(due_on=head.due_on + timedelta(30))
    voice = receive(echo_of=head.folio)
    head.refresh_from_db()
    assert (voice.echo_of, head.echo_of) == (None, voice)
    assert_items_hold()


def test_asked_of_another_department_all_are_promised_anew_and_the_head_stays(office, came):
    head, other = came(30), came(2)
    joined(office, head, other)
    given = Given(note="Es de obra", department=office.streets)
    change_status(petition=other, move="refer_again", by=office.staff["jefe"], given=given)
    assert {one.due_on for one in Petition.objects.all()} == {due_date(local_today(), 10)}
    assert Petition.objects.get(pk=other.pk).echo_of == head


def test_a_calendar_that_moves_one_past_another_changes_who_leads(office, receive):
    """The head's ten days run over the days that are added, the other's three begin after them."""
    head = receive(received_at=datetime(2093, 11, 20, 20, tzinfo=UTC))
    office.lamp.working_days = 3
    office.lamp.save()
    other = receive(received_at=datetime(2093, 12, 2, 20, tzinfo=UTC))
    by = office.staff["jefe"]
    assert join_petitions(petitions=[head.pk, other.pk], by=by) == head
    assert (head.due_on, other.due_on) == (date(2093, 12, 4), date(2093, 12, 7))
    first, last = date(2093, 11, 30), date(2093, 12, 1)
    add_days(first=first, last=last, name="Feria", move=True, by=by)
    head.refresh_from_db()
    assert (head.due_on, head.echo_of) == (date(2093, 12, 8), other)
