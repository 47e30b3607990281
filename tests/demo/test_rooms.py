"""The office's rooms are furnished, as the rooms' own rules would have them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Count

from backend.accounts.models import User
from backend.casework.alike import alike_to
from backend.casework.deadlines import is_working_day, municipal_holidays
from backend.casework.given import Given
from backend.casework.models import RuleSet, SavedView, StatusChange, WorkList
from backend.casework.selectors import visible_to
from backend.casework.services.statuses import change_status
from backend.casework.workflow import JOINED
from backend.casework.worklists.selectors import lists_of, with_progress
from backend.demo.calls import ZONE
from backend.demo.load import Loaded
from backend.letters.models import Kind, Letter, LetterCounter, LetterStep
from backend.letters.selectors import visible_letters
from backend.notifications.models import EventRule, Message, OptOut
from backend.notifications.services.sending import Run, send_waiting
from backend.notifications.vocabulary import Mode
from backend.privacy.models import ArcoRequest, ArcoStep, Look
from backend.validation.models import Call, CallItem, CallList
from field.models import Department, Device, InboxRecord, Petition, Petitioner, Status
from tests.demo.conftest import TODAY

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime.combine(TODAY, time(), ZONE)


def local(at: datetime) -> datetime:
    return at.astimezone(ZONE)


def test_no_message_is_left_for_a_worker_to_send(demo: Loaded, settings: Any, tmp_path: Path) -> None:
    settings.NOTIFICATION_FOLDER = tmp_path
    states = Counter(Message.objects.values_list("state", flat=True))
    assert states["sent"] > 10
    assert states.keys().isdisjoint({"waiting", "sending"})
    assert send_waiting() == Run()
    assert list(tmp_path.iterdir()) == []
    assert not EventRule.objects.filter(mode=Mode.OFF).exists()


def test_a_move_made_in_the_demo_afterwards_is_told(demo: Loaded) -> None:
    unread = Petition.objects.filter(status=Status.UNREAD, category__sensitive=False)
    petition = unread.filter(petitioner__consent=True, petitioner__objects_to_contact=False)[0]
    director, other = (
        User.objects.get(username="director"),
        Department.objects.exclude(pk=petition.department_id).exclude(code="control-interno")[0],
    )
    step = change_status(
        petition=petition,
        move="refer_again",
        by=director,
        given=Given(note="Le toca a otra dependencia.", department=other),
    )
    assert Message.objects.get(step=step).state == "waiting"


def test_messages_tell_each_step_once_and_after_it_was_made(demo: Loaded) -> None:
    for message in Message.objects.select_related("petition", "step"):
        step = message.step
        assert message.created_at == (step.at if step else message.petition.received_at)
        assert step is None or step.petition_id == message.petition_id
        if message.sent_at:
            assert message.sent_at > message.send_after >= message.created_at
            assert message.address
            assert message.petition.folio[:2] in message.body
    gone = set(OptOut.objects.values_list("address", flat=True))
    assert gone
    assert all(address.startswith("099555") or address.endswith(".example") for address in gone)


def test_each_step_begins_where_the_one_before_ended(demo: Loaded) -> None:
    stands: dict[UUID, str] = {}
    for step in StatusChange.objects.order_by("at", "id"):
        assert step.from_status == stands.get(step.petition_id, step.from_status), (step.pk, step.move)
        stands[step.petition_id] = step.to_status


def test_each_call_is_a_step_and_each_list_adds_up(demo: Loaded) -> None:
    calls = Counter(Call.objects.values_list("result", flat=True))
    steps = Counter(StatusChange.objects.filter(other_folio="").values_list("move", flat=True))
    assert calls["positive"] == steps["validate_positive"]
    assert calls["negative"] == steps["validate_negative"]
    assert calls["no_answer"] == steps["no_answer"]
    lists = CallList.objects.annotate(held=Count("items"))
    assert len(lists) > 15
    for one in lists:
        assert one.held == (min(one.size, one.eligible) if one.size else one.eligible)
    for item in CallItem.objects.select_related("call_list", "petition").prefetch_related("calls"):
        made = list(item.calls.all())
        assert item.attempts == len(made)
        assert all(call.at > item.call_list.drawn_at for call in made)
        waits = item.state == CallItem.State.WAITING
        assert not waits or item.petition.status == Status.ATTENDED
        if item.state in ("positive", "negative"):
            assert made[-1].result == item.state
    assert CallItem.objects.waiting().exists()


def test_letters_are_numbered_in_the_order_of_their_days_and_none_is_skipped(demo: Loaded) -> None:
    for counter in LetterCounter.objects.select_related("series"):
        numbered = Letter.objects.filter(series=counter.series, year=counter.year).order_by("sequence")
        assert [letter.sequence for letter in numbered] == list(range(1, counter.last + 1))
        entered = [letter.entered_at for letter in numbered]
        assert entered == sorted(entered)
    kinds = Counter(Letter.objects.values_list("kind", flat=True))
    assert set(kinds) >= {Kind.INCOMING, Kind.DEPARTMENT, Kind.ANSWER}
    assert Letter.objects.exclude(kind=Kind.INCOMING).exclude(number="").filter(pdf=None).count() == 0
    assert Letter.objects.late(TODAY).exists()


def test_letters_come_after_what_they_are_about(demo: Loaded) -> None:
    for letter in Letter.objects.prefetch_related("petitions", "steps"):
        first = min(step.at for step in letter.steps.all())
        assert all(petition.received_at <= first for petition in letter.petitions.all())
        if letter.delivered_on and letter.date:
            assert letter.date <= letter.delivered_on < TODAY
        if letter.answered_on and letter.date:
            assert letter.date <= letter.answered_on < TODAY


def test_reserved_things_are_there_for_those_who_may_see_them_alone(demo: Loaded) -> None:
    jefe, auxiliar = User.objects.get(username="jefe"), User.objects.get(username="auxiliar")
    control = User.objects.get(username="enlace-control-interno")
    reserved = Petition.objects.filter(category__sensitive=True)
    assert reserved.exists()
    assert visible_to(jefe).filter(pk__in=reserved).count() == reserved.count()
    assert not visible_to(auxiliar).filter(pk__in=reserved).exists()
    assert visible_to(control).filter(pk__in=reserved).exists()
    assert visible_letters(jefe).filter(reserved=True).exists()
    assert not visible_letters(auxiliar).filter(reserved=True).exists()
    auxiliares = User.objects.filter(role=User.Role.AUXILIAR)
    assert (
        not StatusChange.objects.filter(petition__in=reserved, by__in=auxiliares)
        .exclude(move="receive")
        .exists()
    )


def test_requests_stand_at_every_stage_and_those_erased_are_erased(demo: Loaded) -> None:
    requests = ArcoRequest.objects.order_by("received_on", "id")
    assert {request.right for request in requests} == set(ArcoRequest.Right.values)
    assert any(request.fulfilled_at for request in requests)
    assert any(request.outcome == "refused" for request in requests)
    assert any(request.extended for request in requests)
    assert any(request.open and request.due_on < TODAY for request in requests)
    for request in requests.filter(right="cancellation", fulfilled_at__isnull=False):
        person = Petitioner.objects.get(petition__in=request.subjects.values("petition"))
        assert (person.name, person.phone, person.email) == ("", "", "")


def test_lists_views_and_rules_are_kept(demo: Loaded) -> None:
    assert WorkList.objects.filter(put_away_at=None).exists()
    for made in WorkList.objects.prefetch_related("stops__petition"):
        petitions = [stop.petition for stop in made.stops.all()]
        assert len(petitions) > 2
        assert all(petition.received_at < made.made_at for petition in petitions)
    director = User.objects.get(username="director")
    shown = list(with_progress(lists_of(director), director).values_list("made_at", flat=True))
    assert shown == sorted(shown, reverse=True)
    assert SavedView.objects.filter(audience="department").exists()
    assert RuleSet.objects.get().rules.exists()
    assert Look.objects.filter(at__lt=MIDNIGHT).exists()


def test_the_rooms_work_in_office_hours_of_working_days(demo: Loaded) -> None:
    moments = [
        *LetterStep.objects.values_list("at", flat=True),
        *ArcoStep.objects.values_list("at", flat=True),
        *Call.objects.values_list("at", flat=True),
        *WorkList.objects.values_list("made_at", flat=True),
    ]
    rest_days = frozenset(municipal_holidays())
    assert len(moments) > 100
    for at in map(local, moments):
        assert at < MIDNIGHT
        assert is_working_day(at.date(), rest_days)
        assert time(8) <= at.time() <= time(15, 30)


def test_tablets_have_called_in_and_a_few_records_wait_for_a_person(demo: Loaded) -> None:
    assert not Device.objects.filter(last_seen_at=None).exists()
    assert all(device.last_seen_at < MIDNIGHT for device in Device.objects.all() if device.last_seen_at)
    assert Device.objects.filter(waiting__gt=0).exists()
    assert InboxRecord.objects.amiss().count() == 3


def test_neighbours_are_joined_and_more_wait_to_be(demo: Loaded) -> None:
    echoes = list(Petition.objects.exclude(echo_of=None).select_related("echo_of"))
    assert echoes
    for echo in echoes:
        head = echo.echo_of
        assert head
        assert head.echo_of_id is None
        assert echo.category_id == head.category_id
        assert echo.status in (head.status, Status.CLOSED)
        assert echo.status == Status.CLOSED or head.due_on <= echo.due_on
        assert StatusChange.objects.filter(petition=echo, move=JOINED).exists()
    director = User.objects.get(username="director")
    alone = Petition.objects.open().filter(echo_of=None, echoes=None, category__sensitive=False)
    assert any(alike_to(petition, director) for petition in alone)
