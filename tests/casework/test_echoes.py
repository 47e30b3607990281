"""Petitions about the same thing: joined under one work item, moved together, and split again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.selectors import visible_to
from backend.casework.services.echoes import join_petitions, split_petition
from backend.casework.services.statuses import change_status, change_statuses
from backend.casework.signals import boletas_moved
from backend.casework.timeline import story_of
from field.folio import format_folio
from field.models import Petition, Status
from geo.clock import local_today
from geo.problems import Conflict, NotAllowed, NotFound


def fresh(*petitions: Petition) -> list[Petition]:
    """The rows as they are stored now, in the order given."""
    rows = Petition.objects.in_bulk([petition.pk for petition in petitions])
    return [rows[petition.pk] for petition in petitions]


def steps(petition: Petition) -> list[str]:
    return list(petition.status_changes.values_list("move", flat=True))


@pytest.fixture
def three(office, receive) -> list[Petition]:
    """Three lamps of one post, the first one joined to by the others; all are unread."""
    petitions = [receive(description=f"La lámpara {n}") for n in range(3)]
    join_petitions(petitions=[petition.pk for petition in petitions], by=office.staff["auxiliar"])
    return fresh(*petitions)


def test_joined_petitions_share_one_work_item_and_keep_their_folios_and_histories(office, three):
    first, second, third = three
    assert first.echo_of_id is None
    assert {second.echo_of_id, third.echo_of_id} == {first.pk}
    assert len({petition.folio for petition in three}) == 3
    assert steps(first) == ["receive", "join", "join"]
    assert steps(second) == ["receive", "join"]
    step = second.status_changes.last()
    assert (step.other_folio, step.by, step.to_status) == (
        first.folio,
        office.staff["auxiliar"],
        Status.UNREAD,
    )
    assert f"Se juntó con la boleta {format_folio(first.folio)}" in story_of(second, words=True)[-1].text


def test_all_stand_where_the_one_that_got_furthest_does(office, receive):
    old, scheduled = receive(), receive()
    day = local_today() + timedelta(2)
    change_status(petition=scheduled, move="open", by=office.staff["enlace"])
    change_status(
        petition=scheduled, move="schedule", by=office.staff["enlace"], given=Given(scheduled_for=day)
    )
    join_petitions(petitions=[old.pk, scheduled.pk], by=office.staff["auxiliar"])
    [old] = fresh(old)
    assert old.status == Status.SCHEDULED
    step = old.status_changes.last()
    assert (step.from_status, step.to_status, step.scheduled_for) == (Status.UNREAD, Status.SCHEDULED, day)


def test_what_a_department_has_stays_there_joined_to_a_disputed_one_that_none_has(office, receive):
    disputed, asked = receive(office.to_check), receive(office.to_check, channel="modulo")
    change_status(petition=disputed, move="dispute", by=office.staff["jefe"], given=Given(note="Urge"))
    assert fresh(disputed)[0].department is None
    join_petitions(petitions=[disputed.pk, asked.pk], by=office.staff["auxiliar"])
    for one, moves in zip(
        fresh(disputed, asked), (["receive", "dispute", "join"], ["receive", "join"]), strict=True
    ):
        assert (one.status, one.department) == (Status.UNREAD, office.streets)
        assert one.due_on == one.referrals.get().due_on == asked.due_on
        assert steps(one) == moves


def test_a_join_to_an_echo_is_a_join_to_its_head_and_two_items_become_one(office, receive, three):
    others = [receive(), receive()]
    join_petitions(petitions=[one.pk for one in others], by=office.staff["jefe"])
    join_petitions(petitions=[three[2].pk, others[1].pk], by=office.staff["jefe"])
    heads = Petition.objects.work_items()
    assert list(heads) == [three[0]]
    assert set(three[0].echoes.all()) == {*three[1:], *others}


@pytest.mark.parametrize("move", ["open", "refer_again", "hand_back"])
@pytest.mark.parametrize("through", [0, 2])
def test_a_move_on_any_of_them_moves_all_with_a_step_for_each(office, three, move, through):
    heard = []

    def hear(changes, **kwargs):
        heard.extend(changes)

    boletas_moved.connect(hear)
    try:
        given = Given(note="Por esto", department=office.streets if move == "refer_again" else None)
        change_status(petition=three[through], move=move, by=office.staff["jefe"], given=given)
    finally:
        boletas_moved.disconnect(hear)
    now = fresh(*three)
    assert len({(one.status, one.status_at, one.department_id, one.due_on) for one in now}) == 1
    assert {change.petition_id for change in heard} == {one.pk for one in three}
    for one in now:
        step = one.status_changes.last()
        assert step.move == move
        assert step.note == ("" if move == "open" else "Por esto")
        assert step.other_folio == ("" if one == three[through] else three[through].folio)
        assert one.referrals.count() == (2 if move == "refer_again" else 1)


def test_a_department_sees_and_loses_the_whole_item_at_once(office, three):
    given = Given(note="Baches", department=office.streets)
    change_status(petition=three[1], move="refer_again", by=office.staff["jefe"], given=given)
    assert not visible_to(office.staff["enlace"]).exists()
    assert visible_to(office.staff["enlace_obras"]).count() == 3


def attended(office, petitions) -> list[Petition]:
    change_status(petition=petitions[0], move="open", by=office.staff["enlace"])
    change_status(
        petition=petitions[0], move="attend", by=office.staff["enlace"], given=Given(note="Se cambió el foco")
    )
    return fresh(*petitions)


def test_a_positive_validation_closes_that_citizens_folio_only(office, three):
    three = attended(office, three)
    change_status(
        petition=three[1], move="validate_positive", by=office.staff["auxiliar"], given=Given(note="Gracias")
    )
    assert [one.status for one in fresh(*three)] == [Status.ATTENDED, Status.CLOSED, Status.ATTENDED]
    assert "Gracias" not in [step.note for step in three[0].status_changes.all()]


def test_when_the_heads_citizen_confirms_the_oldest_of_the_rest_leads_them(office, three):
    three = attended(office, three)
    change_status(petition=three[0], move="validate_positive", by=office.staff["auxiliar"])
    first, second, third = fresh(*three)
    assert (first.status, second.status, second.echo_of_id) == (Status.CLOSED, Status.ATTENDED, None)
    assert {first.echo_of_id, third.echo_of_id} == {second.pk}


def test_a_negative_validation_from_any_citizen_reopens_what_the_others_have_not_confirmed(office, three):
    three = attended(office, three)
    change_status(petition=three[1], move="validate_positive", by=office.staff["auxiliar"])
    change_status(
        petition=three[2],
        move="validate_negative",
        by=office.staff["auxiliar"],
        given=Given(note="Sigue apagada"),
    )
    first, second, third = fresh(*three)
    assert [first.status, second.status, third.status] == [Status.DISPUTED, Status.CLOSED, Status.DISPUTED]
    assert first.due_on == third.due_on
    assert first.status_changes.last().note == ""  # what a citizen said stays in the own history
    assert "Otra persona que pidió lo mismo" in story_of(first, words=True)[-1].text
    assert third.status_changes.last().note == "Sigue apagada"
    assert [referral.reason for referral in first.referrals.all()][-1] == ""


def test_who_confirmed_and_then_disputes_reopens_the_rest_that_wait_attended(office, three):
    three = attended(office, three)
    change_status(petition=three[1], move="validate_positive", by=office.staff["auxiliar"])
    change_status(
        petition=three[1], move="dispute", by=office.staff["auxiliar"], given=Given(note="Se apagó otra vez")
    )
    assert {one.status for one in fresh(*three)} == {Status.DISPUTED}
    assert fresh(three[1])[0].echo_of_id == three[0].pk


def test_who_disputes_after_all_confirmed_leads_alone_and_the_others_stay_concluded(office, three):
    three = attended(office, three)
    for one in three:
        change_status(petition=one, move="validate_positive", by=office.staff["auxiliar"])
    change_status(
        petition=fresh(three[2])[0], move="dispute", by=office.staff["auxiliar"], given=Given(note="No quedó")
    )
    first, second, third = fresh(*three)
    assert [first.status, second.status, third.status] == [Status.CLOSED, Status.CLOSED, Status.DISPUTED]
    assert third.echo_of_id is None
    assert {first.echo_of_id, second.echo_of_id} == {third.pk}


def test_who_disputes_while_the_rest_is_in_hand_again_becomes_a_boleta_of_its_own(office, three):
    three = attended(office, three)
    auxiliar = office.staff["auxiliar"]
    change_status(petition=three[1], move="validate_positive", by=auxiliar)
    change_status(petition=three[0], move="validate_negative", by=auxiliar, given=Given(note="No"))
    change_status(petition=three[0], move="take_in_hand", by=office.staff["enlace"])
    change_status(petition=three[1], move="dispute", by=auxiliar, given=Given(note="Tampoco"))
    first, second, third = fresh(*three)
    assert [first.status, second.status, third.status] == [Status.IN_HAND, Status.DISPUTED, Status.IN_HAND]
    assert second.echo_of_id is None
    assert steps(second)[-2:] == ["split", "dispute"]


@pytest.mark.parametrize("move", ["no_answer", "note"])
def test_a_call_without_answer_and_a_note_are_that_folios_own(office, three, move):
    three = attended(office, three)
    change_status(petition=three[0], move=move, by=office.staff["auxiliar"], given=Given(note="Llamé"))
    assert steps(three[0])[-1] == move
    assert steps(three[1])[-1] == "attend"


def test_in_bulk_an_item_moves_once_though_several_of_its_folios_were_chosen(office, receive, three):
    alone = receive()
    moved = change_statuses(
        petitions=[three[2].pk, three[1].pk, alone.pk], move="open", by=office.staff["enlace"]
    )
    assert [change.petition_id for change in moved.changes] == [three[2].pk, three[1].pk, alone.pk]
    assert StatusChange.objects.filter(move="open").count() == 4
    assert StatusChange.objects.filter(move="open", other_folio="").count() == 3


def test_a_split_one_goes_on_by_itself_from_where_all_stood(office, three):
    change_status(petition=three[0], move="open", by=office.staff["enlace"])
    split_petition(petition=three[1], by=office.staff["auxiliar"])
    [second] = fresh(three[1])
    assert (second.echo_of_id, second.status, second.due_on) == (None, Status.IN_HAND, three[1].due_on)
    assert steps(second) == ["receive", "join", "open", "split"]
    assert steps(three[0])[-1] == "split"
    change_status(petition=second, move="ask_again", by=office.staff["auxiliar"], given=Given(note="¿Y?"))
    assert [one.status for one in fresh(*three)] == [Status.IN_HAND, Status.UNREAD, Status.IN_HAND]


def test_when_the_head_is_split_off_the_next_one_leads(office, three):
    split_petition(petition=three[0], by=office.staff["auxiliar"])
    first, second, third = fresh(*three)
    assert (first.echo_of_id, second.echo_of_id, third.echo_of_id) == (None, None, second.pk)
    with pytest.raises(Conflict, match="no está junta"):
        split_petition(petition=first, by=office.staff["auxiliar"])


def test_only_open_petitions_of_one_category_that_is_not_reserved_are_joined(office, receive):
    jefe = office.staff["jefe"]
    lamp, pothole = receive(), receive(office.pothole)
    with pytest.raises(Conflict, match="misma categoría"):
        join_petitions(petitions=[lamp.pk, pothole.pk], by=jefe)
    complaints = [receive(office.complaint), receive(office.complaint)]
    with pytest.raises(Conflict, match="reservadas"):
        join_petitions(petitions=[one.pk for one in complaints], by=jefe)
    done = receive()
    change_status(petition=done, move="open", by=jefe)
    change_status(petition=done, move="attend", by=jefe, given=Given(note="Listo"))
    with pytest.raises(Conflict, match="Atendida"):
        join_petitions(petitions=[lamp.pk, done.pk], by=jefe)
    assert not Petition.objects.exclude(echo_of=None).exists()


def test_what_is_together_already_or_alone_is_told_so(office, receive, three):
    with pytest.raises(Conflict, match="juntas"):
        join_petitions(petitions=[three[0].pk, three[2].pk], by=office.staff["jefe"])
    with pytest.raises(Conflict, match="juntas"):
        join_petitions(petitions=[three[0].pk, three[0].pk], by=office.staff["jefe"])


@pytest.mark.parametrize("person", ["promotor", "supervisor", "asesor", "enlace"])
def test_whose_task_it_is_not_joins_and_splits_nothing(office, receive, three, person):
    with pytest.raises(NotAllowed):
        join_petitions(petitions=[three[0].pk, receive().pk], by=office.staff[person])
    with pytest.raises(NotAllowed):
        split_petition(petition=three[1], by=office.staff[person])


def test_one_out_of_sight_joins_nothing(office, receive):
    lamp, complaint = receive(), receive(office.complaint)
    with pytest.raises(NotFound):
        join_petitions(petitions=[lamp.pk, complaint.pk], by=office.staff["auxiliar"])
