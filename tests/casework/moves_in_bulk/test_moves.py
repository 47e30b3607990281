"""One move on many boletas: the same rules as on one."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.services.statuses import change_status, change_statuses, preview_moves
from backend.casework.signals import boletas_moved
from field.models import Petition, Status
from geo.problems import Invalid, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """The lists that ``boletas_moved`` told."""
    lists: list[list[StatusChange]] = []

    def listen(changes, **kwargs):
        lists.append(changes)

    boletas_moved.connect(listen)
    yield lists
    boletas_moved.disconnect(listen)


def test_many_are_moved_together_and_told_once(office, many, heard):
    keys = many(6, office.lamp, office.pothole)
    moved = change_statuses(
        petitions=keys,
        move="refer_again",
        by=office.staff["auxiliar"],
        given=Given(note="Es de Contraloría", department=office.control),
    )
    assert moved.refused == []
    assert [change.petition_id for change in moved.changes] == keys
    assert heard == [moved.changes]
    assert all(change.pk and change.petition.department == office.control for change in moved.changes)
    petitions = Petition.objects.in_bulk(keys)
    for change in moved.changes:
        petition, category = petitions[change.petition_id], change.petition.category
        referral = petition.referrals.last()
        assert (petition.status, petition.department) == (Status.UNREAD, office.control)
        assert (petition.status_at, petition.due_on) == (change.at, change.petition.due_on)
        assert (referral.due_on, referral.working_days) == (petition.due_on, category.working_days)
        assert referral.reason == "Es de Contraloría"
        assert petition.status_changes.last() == change
    assert len({petition.due_on for petition in petitions.values()}) == 2  # each category's own days


def test_those_that_may_not_move_are_refused_with_the_reason_and_the_rest_go(office, many, receive):
    here, already, elsewhere = receive(), receive(), receive(office.pothole)
    change_status(petition=already, move="open", by=office.staff["enlace"])
    nowhere = uuid.uuid4()
    moved = change_statuses(
        petitions=[nowhere, already.pk, here.pk, elsewhere.pk, here.pk],
        move="open",
        by=office.staff["enlace"],
    )
    assert [change.petition_id for change in moved.changes] == [here.pk]
    assert [(refusal.petition, refusal.code, refusal.folio) for refusal in moved.refused] == [
        (nowhere, "not_found", ""),
        (already.pk, "conflict", already.folio),
        (elsewhere.pk, "not_found", ""),  # not even its folio is told to another department
    ]
    assert "En seguimiento" in moved.refused[1].detail
    elsewhere.refresh_from_db()
    assert elsewhere.status == Status.UNREAD


def test_whose_task_it_is_not_is_refused_every_one(office, many, heard):
    keys = many(3)
    moved = change_statuses(
        petitions=keys, move="validate_positive", by=office.staff["asesor"], given=Given(note="Quedó bien")
    )
    assert moved.changes == []
    assert {refusal.code for refusal in moved.refused} == {"not_allowed"}
    assert "Auxiliar" in moved.refused[0].detail
    assert heard == []


def test_a_complaint_against_a_servant_is_not_even_refused_by_name(office, receive):
    complaint, lamp = receive(office.complaint), receive()
    moved = change_statuses(
        petitions=[complaint.pk, lamp.pk],
        move="refer_again",
        by=office.staff["auxiliar"],
        given=Given(note="Junto", department=office.streets),
    )
    assert [(refusal.code, refusal.folio) for refusal in moved.refused] == [("not_found", "")]
    assert len(moved.changes) == 1


def test_what_somebody_moved_meanwhile_is_refused(office, many):
    first, second = keys = many(2)
    seen = dict(Petition.objects.filter(pk__in=keys).values_list("pk", "status_at"))
    change_status(petition=Petition.objects.get(pk=first), move="open", by=office.staff["enlace"])
    moved = change_statuses(
        petitions=keys,
        move="external",
        by=office.staff["jefe"],
        given=Given(note="Es de CFE", institution="CFE"),
        seen=seen,
    )
    assert [refusal.petition for refusal in moved.refused] == [first]
    assert [change.petition_id for change in moved.changes] == [second]


def test_where_it_is_already_is_refused_and_the_others_are_referred(office, many):
    lamp, pothole = many(2, office.lamp, office.pothole)
    moved = change_statuses(
        petitions=[lamp, pothole],
        move="refer_again",
        by=office.staff["jefe"],
        given=Given(note="Todo a Alumbrado", department=office.lights),
    )
    assert [(refusal.petition, refusal.code) for refusal in moved.refused] == [(lamp, "same")]
    assert [change.petition_id for change in moved.changes] == [pothole]


@pytest.mark.parametrize(
    ("move", "given", "pointers"),
    [
        ("refer_again", {}, ["/note", "/department"]),
        ("schedule", {"scheduled_for": date(2020, 1, 1)}, ["/scheduled_for"]),
        ("external", {"note": "No es nuestra", "institution": "  "}, ["/institution"]),
        ("external", {"note": "x" * 4001, "institution": "C" * 161}, ["/note", "/institution"]),
        ("note", {"note": "a\0b"}, ["/note"]),
    ],
)
def test_a_bad_argument_refuses_the_whole_and_writes_nothing(office, many, move, given, pointers):
    keys = many(2)
    with pytest.raises(Invalid) as caught:
        change_statuses(petitions=keys, move=move, by=office.staff["jefe"], given=Given(**given))
    assert [error["pointer"] for error in caught.value.errors] == pointers
    assert StatusChange.objects.count() == 2


def test_an_unknown_move_does_not_exist(office, many):
    with pytest.raises(NotFound):
        change_statuses(petitions=many(1), move="vanish", by=office.staff["director"])
    with pytest.raises(NotFound):
        preview_moves(petitions=[], move="vanish", by=office.staff["director"])


def test_none_at_all_is_no_error_and_tells_nobody(office, heard):
    moved = change_statuses(petitions=[], move="open", by=office.staff["jefe"])
    assert (moved.changes, moved.refused, heard) == ([], [], [])


def test_a_preview_says_what_the_move_will_do_and_writes_nothing(office, many, receive):
    keys = [*many(3, office.lamp, office.pothole), receive(office.complaint).pk, uuid.uuid4()]
    arguments = {"petitions": keys, "move": "refer_again", "by": office.staff["auxiliar"]}
    foreseen = preview_moves(**arguments, given=Given(department=office.lights))
    assert StatusChange.objects.count() == 4
    moved = change_statuses(**arguments, given=Given(department=office.lights, note="Junto"))
    assert foreseen.refused == moved.refused
    assert [petition.pk for petition in foreseen.petitions] == [
        change.petition_id for change in moved.changes
    ]


@pytest.mark.parametrize("several", [False, True])
def test_only_boletas_with_nobody_to_call_are_concluded_unvalidated(office, receive, several):
    named, anonymous = receive(), receive(petitioner=None)
    Petition.objects.update(status=Status.ATTENDED)
    moved = change_statuses(
        petitions=[named.pk, anonymous.pk] if several else [named.pk],
        move="close_unreachable",
        by=office.staff["auxiliar"],
        given=Given(note="Se vio"),
    )
    assert [refusal.petition for refusal in moved.refused] == [named.pk]
    assert len(moved.changes) == several
