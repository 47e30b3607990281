"""Calling, and what it does to a boleta."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.services.statuses import change_status, change_statuses
from backend.validation.models import Call, CallItem
from backend.validation.selectors import report_of_month
from backend.validation.services.calls import (
    MOST_ATTEMPTS,
    TAKEN_FOR,
    let_go,
    note_call,
    note_moves,
    take_item,
    take_next,
)
from backend.validation.services.lists import draw_list
from field.models import Petition, Status
from geo.clock import local_today
from geo.problems import Conflict, Invalid, NotAllowed
from tests.factories import UserFactory
from tests.past import unguarded


@pytest.fixture
def drawn(office, attend):
    """A list of three boletas."""
    for _ in range(3):
        attend()
    return draw_list(since=local_today(), until=local_today(), size=None, seed="s", by=office.staff["jefe"])


def call(office, call_list, result, by="auxiliar", **given) -> CallItem:
    item = take_next(call_list=call_list, by=office.staff[by])
    assert item is not None
    return note_call(item=item, result=result, by=office.staff[by], **given)


def test_a_positive_answer_closes_the_boleta_in_the_citizens_words(office, drawn):
    item = call(office, drawn, "positive", words="Quedó muy bien, gracias.")
    assert item.state == CallItem.State.POSITIVE
    assert item.petition.status == Status.CLOSED
    step = StatusChange.objects.filter(petition=item.petition).last()
    assert (step.move, step.note) == ("validate_positive", "Quedó muy bien, gracias.")
    made = Call.objects.get()
    assert (made.result, made.words, made.item, made.department) == (
        "positive",
        "Quedó muy bien, gracias.",
        item,
        office.lights,
    )


def test_a_negative_answer_needs_words_and_makes_the_boleta_disputed(office, drawn):
    with pytest.raises(Invalid) as refused:
        call(office, drawn, "negative", words="  ")
    assert refused.value.errors[0]["pointer"] == "/words"
    item = call(office, drawn, "negative", words="Sigue igual de oscuro.")
    assert (item.state, item.petition.status) == (CallItem.State.NEGATIVE, Status.DISPUTED)


def test_one_that_does_not_answer_comes_back_later_and_is_let_go_in_the_end(office, drawn):
    first = call(office, drawn, "no_answer")
    assert (first.state, first.attempts) == (CallItem.State.WAITING, 1)
    assert take_next(call_list=drawn, by=office.staff["auxiliar"]).pk != first.pk
    for _ in range(MOST_ATTEMPTS - 1):
        CallItem.objects.filter(pk=first.pk).update(call_after=None)
        first = note_call(item=first, result="no_answer", by=office.staff["auxiliar"])
    assert first.state == CallItem.State.UNREACHED
    assert first.petition.status == Status.ATTENDED
    assert StatusChange.objects.filter(petition=first.petition, move="no_answer").count() == MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("result", "state"),
    [("wrong_number", "wrong_number"), ("declined", "declined"), ("call_back", "waiting")],
)
def test_what_says_nothing_of_the_work_leaves_the_boleta_and_is_noted(office, drawn, result, state):
    later = timezone.now() + timedelta(hours=5) if result == "call_back" else None
    item = call(office, drawn, result, words="Contestó un taller.", call_after=later)
    assert (item.state, item.call_after) == (state, later)
    assert item.petition.status == Status.ATTENDED
    note = StatusChange.objects.filter(petition=item.petition).last().note
    assert note.endswith("Contestó un taller.")
    assert Call.objects.get().result == result


def test_who_asked_to_be_called_later_is_offered_when_the_hour_comes(office, drawn):
    later = timezone.now() + timedelta(hours=1)
    item = call(office, drawn, "call_back", call_after=later)
    offered = {take_next(call_list=drawn, by=UserFactory(role="auxiliar")).pk for _ in range(2)}
    assert item.pk not in offered
    assert take_next(call_list=drawn, by=office.staff["jefe"]) is None
    CallItem.objects.filter(pk=item.pk).update(call_after=timezone.now() - timedelta(minutes=1))
    assert take_next(call_list=drawn, by=office.staff["jefe"]).pk == item.pk


@pytest.mark.parametrize("later", [None, timedelta(minutes=-1), timedelta(days=61)])
def test_calling_back_needs_an_hour_to_come(office, drawn, later):
    with pytest.raises(Invalid) as refused:
        call(office, drawn, "call_back", call_after=later and timezone.now() + later)
    assert refused.value.errors[0]["pointer"] == "/call_after"
    assert not Call.objects.exists()


@pytest.mark.parametrize("given", [{"result": "perhaps"}, {"result": "positive", "words": "\0"}])
def test_what_cannot_be_kept_is_refused_and_nothing_is_noted(office, drawn, given):
    with pytest.raises(Invalid):
        call(office, drawn, **given)
    assert not Call.objects.exists()


def test_two_people_never_get_the_same_boleta(office, drawn):
    others = [UserFactory(role="auxiliar") for _ in range(4)]
    taken = [take_next(call_list=drawn, by=person) for person in others]
    assert len({item.pk for item in taken if item}) == 3
    assert taken[3] is None
    with pytest.raises(Conflict):
        take_item(item_id=taken[0].pk, call_list=drawn, by=others[1])
    with pytest.raises(Conflict):
        note_call(item=taken[0], result="positive", by=others[1])
    assert take_next(call_list=drawn, by=others[0]).pk == taken[0].pk, "one's own stays one's own"


def test_what_somebody_left_on_the_screen_goes_to_the_next(office, drawn):
    item = take_next(call_list=drawn, by=office.staff["jefe"])
    CallItem.objects.filter(pk=item.pk).update(taken_until=timezone.now() - TAKEN_FOR)
    assert (
        take_item(item_id=item.pk, call_list=drawn, by=office.staff["auxiliar"]).taken_by
        == office.staff["auxiliar"]
    )
    let_go(item=item, by=office.staff["jefe"])
    item.refresh_from_db()
    assert item.taken_by == office.staff["auxiliar"], "only who has it gives it back"


def test_a_result_sent_twice_is_noted_once(office, drawn):
    item = call(office, drawn, "positive")
    with pytest.raises(Conflict):
        note_call(item=item, result="positive", by=office.staff["auxiliar"])
    assert Call.objects.count() == 1


def test_a_validation_made_on_the_boletas_page_counts_too(office, drawn, attend):
    item = drawn.items.first()
    change_status(petition=item.petition, move="validate_positive", by=office.staff["auxiliar"])
    item.refresh_from_db()
    assert (item.state, item.attempts) == (CallItem.State.POSITIVE, 1)
    alone = attend(office.pothole)
    change_status(petition=alone, move="no_answer", by=office.staff["auxiliar"])
    assert Call.objects.get(petition=alone).item is None
    rows = report_of_month(office.staff["jefe"], local_today())
    assert [(row.name, row.results) for row in rows] == [
        ("Alumbrado", {"positive": 1}),
        ("Obras Públicas", {"no_answer": 1}),
    ]


def test_a_boleta_that_moved_on_is_not_called_about(office, drawn):
    item = drawn.items.first()
    change_status(
        petition=item.petition,
        move="dispute",
        by=office.staff["auxiliar"],
        given=Given(note="Vino a decirlo."),
    )
    item.refresh_from_db()
    assert item.state == CallItem.State.MOVED_ON
    assert not Call.objects.exists()


def test_only_the_office_calls(office, drawn):
    for person in ("promotor", "supervisor", "asesor", "enlace"):
        with pytest.raises(NotAllowed):
            take_next(call_list=drawn, by=office.staff[person])


def test_reserved_boletas_are_in_the_report_of_those_who_may_see_them_alone(office, attend):
    complaint = attend(office.complaint)
    change_status(petition=complaint, move="validate_positive", by=office.staff["jefe"])
    assert report_of_month(office.staff["auxiliar"], local_today()) == []
    assert len(report_of_month(office.staff["jefe"], local_today())) == 1


@pytest.mark.django_db(transaction=True)
def test_callers_at_once_never_get_the_same_boleta(office, drawn):
    people = [UserFactory(role="auxiliar") for _ in range(3)]
    barrier = Barrier(3)

    def take(person):
        try:
            barrier.wait()
            return take_next(call_list=drawn, by=person)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        taken = [item for item in pool.map(take, people) if item]
    assert len({item.pk for item in taken}) == len(taken) >= 1
    assert Petition.objects.count() == 3


def test_many_validated_at_once_cost_three_statements(office, drawn, django_assert_num_queries):
    ids = list(drawn.items.values_list("petition", flat=True))
    moved = change_statuses(petitions=ids, move="no_answer", by=office.staff["auxiliar"])
    CallItem.objects.update(state="waiting", attempts=0)
    with unguarded(Call):
        Call.objects.all().delete()
    with django_assert_num_queries(3):
        note_moves(changes=moved.changes)
    assert Call.objects.count() == 3
    assert set(CallItem.objects.values_list("attempts", flat=True)) == {1}


def test_a_call_sent_again_is_noted_once(office, drawn):
    item = take_next(call_list=drawn, by=office.staff["auxiliar"])
    note_call(item=item, result="no_answer", by=office.staff["auxiliar"], attempts=0)
    with pytest.raises(Conflict):
        note_call(item=item, result="no_answer", by=office.staff["auxiliar"], attempts=0)
    assert Call.objects.count() == 1
    note_call(item=item, result="no_answer", by=office.staff["auxiliar"], attempts=1)
    assert Call.objects.count() == 2
