"""Drawing lists of boletas to call about."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from backend.validation.models import CallItem, CallList
from backend.validation.selectors import redrawn
from backend.validation.services.calls import note_call, take_next
from backend.validation.services.lists import draw_list, undo_list
from field.models import Status
from geo.clock import local_today
from geo.problems import Conflict, Invalid, NotAllowed


def draw(office, *, by="jefe", size=None, seed="s", days=10):
    today = local_today()
    return draw_list(
        since=today - timedelta(days=days), until=today, size=size, seed=seed, by=office.staff[by]
    )


def test_a_list_holds_what_was_attended_in_those_days_and_can_be_called(office, receive, attend):
    lamp, pothole = attend(), attend(office.pothole)
    attend(ago=30)
    attend(phone="")
    attend(petitioner=None)
    attend(office.complaint)
    receive()
    made = draw(office)
    assert {item.petition_id for item in made.items.all()} == {lamp.pk, pothole.pk}
    assert {item.department for item in made.items.all()} == {office.lights, office.streets}
    assert (made.eligible, made.unreachable) == (2, 2)


def test_a_boleta_waits_in_one_list_at_most(office, attend):
    first, _second = attend(), attend()
    draw(office, size=1)
    other = draw(office)
    assert CallItem.objects.values("petition").distinct().count() == CallItem.objects.count() == 2
    assert other.items.count() == 1
    with pytest.raises(Conflict):
        draw(office)
    assert first


def test_a_disputed_boleta_attended_again_may_be_drawn_again(office, attend):
    boleta = attend()
    draw(office)
    change_status(
        petition=boleta,
        move="validate_negative",
        by=office.staff["auxiliar"],
        given=Given(note="Sigue igual."),
    )
    change_status(petition=boleta, move="take_in_hand", by=office.staff["director"])
    change_status(petition=boleta, move="attend", by=office.staff["director"], given=Given(note="Ahora sí."))
    assert boleta.status == Status.ATTENDED
    assert draw(office, seed="2").items.get().petition_id == boleta.pk


def test_a_boleta_attended_again_is_of_the_days_in_which_that_was(office, attend):
    boleta, other, today = attend(ago=20), attend(ago=20), local_today()
    for move, note in (("dispute", "Sigue igual."), ("take_in_hand", ""), ("attend", "Ahora sí.")):
        change_status(petition=boleta, move=move, by=office.staff["director"], given=Given(note=note))
    days = {"since": today - timedelta(days=25), "until": today - timedelta(days=15)}
    earlier = draw_list(**days, size=None, seed="1", by=office.staff["jefe"])
    assert earlier.items.get().petition_id == other.pk
    assert draw(office, seed="2").items.get().petition_id == boleta.pk


def test_a_sample_can_be_drawn_again_by_its_seed(office, attend):
    for _ in range(6):
        attend()
    first = draw(office, size=3, seed="noviembre")
    ids = list(first.items.values_list("petition", flat=True))
    CallItem.objects.all().delete()
    CallList.objects.all().delete()
    again = draw(office, size=3, seed="noviembre")
    assert list(again.items.values_list("petition", flat=True)) == ids


def test_a_new_seed_is_taken_where_none_is_given(office, attend):
    attend()
    assert len(draw(office, seed="").seed) == 8


@pytest.mark.parametrize("person", ["auxiliar", "promotor", "supervisor", "asesor", "enlace"])
def test_only_the_heads_draw(office, attend, person):
    attend()
    with pytest.raises(NotAllowed):
        draw(office, by=person)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"since": timedelta(days=0), "until": timedelta(days=-1)}, "/until"),
        ({"since": timedelta(days=-400), "until": timedelta(0)}, "/until"),
        ({"since": timedelta(days=2), "until": timedelta(days=3)}, "/since"),
        ({"size": 0}, "/size"),
        ({"seed": "x" * 41}, "/seed"),
        ({"seed": "\0"}, "/seed"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_is(office, attend, changes, pointer):
    attend()
    today = local_today()
    asked = {"since": timedelta(days=-5), "until": timedelta(0), "size": None, "seed": ""} | changes
    asked |= {name: today + asked[name] for name in ("since", "until")}
    with pytest.raises(Invalid) as refused:
        draw_list(**asked, by=office.staff["jefe"])
    assert [error["pointer"] for error in refused.value.errors] == [pointer]
    assert not CallList.objects.exists()


def test_drawing_asks_the_same_however_many(office, attend, django_assert_num_queries):
    for _ in range(5):
        attend()
    with django_assert_num_queries(7):
        draw(office)


def test_the_same_request_again_gets_the_list_that_it_drew(office, attend):
    for _number in range(6):
        attend()
    asked = {"since": local_today(), "until": local_today(), "size": 3, "by": office.staff["jefe"]}
    request = uuid.uuid4()
    first = draw_list(**asked, request=request)
    assert draw_list(**asked, request=request) == first
    assert draw_list(**asked, request=uuid.uuid4()) != first


def test_anybody_can_draw_a_sample_again_also_once_calls_began(office, attend):
    for number in range(12):
        attend(office.lamp if number % 3 else office.pothole)
    today, jefe = local_today(), office.staff["jefe"]
    sample = draw_list(since=today, until=today, size=5, seed="s", by=jefe)
    item = sample.items.all()[0]
    change_status(petition=item.petition, move="validate_positive", by=jefe)
    sample.refresh_from_db()
    assert redrawn(sample)
    sample.items.filter(position=2).update(position=99)
    assert redrawn(sample) is False
    assert redrawn(draw_list(since=today, until=today, size=None, by=jefe)) is None


def test_a_list_with_which_nobody_began_is_undone(office, attend):
    for _number in range(3):
        attend()
    today, jefe = local_today(), office.staff["jefe"]
    made = draw_list(since=today, until=today, size=None, by=jefe)
    with pytest.raises(NotAllowed):
        undo_list(call_list=made, by=office.staff["auxiliar"])
    take_next(call_list=made, by=office.staff["auxiliar"])
    with pytest.raises(Conflict):
        undo_list(call_list=made, by=jefe)
    CallItem.objects.update(taken_by=None, taken_until=None)
    undo_list(call_list=made, by=jefe)
    again = draw_list(since=today, until=today, size=None, by=jefe)
    assert again.items.count() == 3
    note_call(item=again.items.all()[0], result="no_answer", by=jefe)
    with pytest.raises(Conflict):
        undo_list(call_list=again, by=jefe)
