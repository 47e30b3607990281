"""Moving a boleta: who may, from where, with what, and what is left written."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.casework.given import Given
from backend.casework.models import Referral, StatusChange
from backend.casework.selectors import moves_for
from backend.casework.services.statuses import change_status
from backend.casework.workflow import MOVES, Need
from field.models import Petition, Status
from geo.clock import local_today
from geo.problems import Conflict, Invalid, NotAllowed, NotFound, Problem

OFFICE_MOVES = {
    name
    for name, move in MOVES.items()
    if move.verb.split(".")[1] in {"verify", "refer", "validate", "close"}
}
DEPARTMENT_MOVES = {"open", "take_in_hand", "schedule", "attend", "hand_back"}
#: What each person of the fixture may do to a boleta of Alumbrado that they see.
MAY = {
    "promotor": set(),
    "supervisor": set(),
    "auxiliar": OFFICE_MOVES | {"note"},
    "asesor": {"note"},
    "jefe": OFFICE_MOVES | DEPARTMENT_MOVES | {"note"},
    "director": OFFICE_MOVES | DEPARTMENT_MOVES | {"note"},
    "enlace": DEPARTMENT_MOVES | {"note"},
}


def stand(petition: Petition, status: str) -> Petition:
    """Put a petition in a status without a move."""
    petition.status = status
    petition.save(update_fields=["status"])
    return petition


def asked(move: str, office) -> Given:
    """What a move asks for, filled in."""
    step = MOVES[move]
    return Given(
        note="Se dijo por qué" if step.note is Need.REQUIRED else "",
        scheduled_for=local_today() + timedelta(3) if step.date is Need.REQUIRED else None,
        department=office.streets if step.department is Need.REQUIRED else None,
        institution="CFE" if step.institution is Need.REQUIRED else "",
    )


@pytest.mark.parametrize("person", list(MAY))
@pytest.mark.parametrize("move", list(MOVES))
def test_each_role_makes_the_moves_that_are_its_own_and_no_other(office, receive, person, move):
    petition = stand(receive(petitioner=None), sorted(MOVES[move].sources)[0])
    user = office.staff[person]
    if move in MAY[person]:
        step = change_status(petition=petition, move=move, by=user, given=asked(move, office))
        assert step.to_status == (MOVES[move].target or sorted(MOVES[move].sources)[0])
    else:
        with pytest.raises(NotAllowed):
            change_status(petition=petition, move=move, by=user, given=asked(move, office))
        assert StatusChange.objects.filter(petition=petition).count() == 1


@pytest.mark.parametrize("status", [Status.UNREAD, Status.CLOSED])
def test_who_may_not_make_a_move_is_told_so_wherever_the_boleta_stands(office, receive, status):
    petition = stand(receive(), status)
    with pytest.raises(NotAllowed, match="Enlace"):
        change_status(
            petition=petition, move="attend", by=office.staff["promotor"], given=Given(note="Listo")
        )


@pytest.mark.parametrize("move", list(MOVES))
def test_a_liaison_of_another_department_does_not_even_find_it(office, receive, move):
    petition = stand(receive(), sorted(MOVES[move].sources)[0])
    with pytest.raises(NotFound):
        change_status(
            petition=petition, move=move, by=office.staff["enlace_obras"], given=asked(move, office)
        )


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("move", list(MOVES))
def test_a_move_from_a_status_outside_the_table_is_a_conflict_and_writes_nothing(
    office, receive, move, status
):
    if status in MOVES[move].sources:
        return
    petition = stand(receive(petitioner=None), status)
    with pytest.raises(Conflict, match="y así no es posible el paso"):
        change_status(petition=petition, move=move, by=office.staff["director"], given=asked(move, office))
    petition.refresh_from_db()
    assert petition.status == status
    assert petition.status_changes.count() == 1


def test_a_boleta_lives_its_whole_life_and_the_history_tells_it(office, receive):
    petition = receive()
    liaison, clerk = office.staff["enlace"], office.staff["auxiliar"]
    day = local_today() + timedelta(2)
    change_status(petition=petition, move="open", by=liaison)
    change_status(petition=petition, move="schedule", by=liaison, given=Given(scheduled_for=day))
    change_status(petition=petition, move="attend", by=liaison, given=Given(note="Se cambió el foco"))
    change_status(petition=petition, move="no_answer", by=clerk)
    change_status(petition=petition, move="validate_negative", by=clerk, given=Given(note="Sigue apagada"))
    change_status(petition=petition, move="take_in_hand", by=liaison)
    change_status(petition=petition, move="attend", by=liaison, given=Given(note="Se cambió el cable"))
    change_status(petition=petition, move="validate_positive", by=clerk, given=Given(note="Ya prende"))
    steps = list(petition.status_changes.all())
    assert [step.to_status for step in steps] == [
        Status.UNREAD,
        Status.IN_HAND,
        Status.SCHEDULED,
        Status.ATTENDED,
        Status.ATTENDED,
        Status.DISPUTED,
        Status.IN_HAND,
        Status.ATTENDED,
        Status.CLOSED,
    ]
    assert [step.from_status for step in steps[1:]] == [step.to_status for step in steps[:-1]]
    assert steps[2].scheduled_for == day
    assert steps[5].note == "Sigue apagada"
    petition.refresh_from_db()
    assert (petition.status, petition.status_at) == (Status.CLOSED, steps[-1].at)


def test_referring_again_counts_the_new_departments_days_from_today(office, receive):
    petition = receive(received_at=datetime(2026, 1, 5, 18, tzinfo=UTC))
    assert petition.due_on < local_today()
    change_status(
        petition=petition,
        move="refer_again",
        by=office.staff["auxiliar"],
        given=Given(department=office.streets, note="Es bache"),
    )
    petition.refresh_from_db()
    assert (petition.department, petition.status) == (office.streets, Status.UNREAD)
    assert petition.due_on > local_today()
    assert [row.department for row in petition.referrals.all()] == [office.lights, office.streets]
    assert petition.referrals.last().reason == "Es bache"
    assert not Petition.objects.filter(pk=petition.pk, department=office.lights).exists()


def test_handing_back_leaves_it_with_the_office_and_the_promise_to_the_citizen_stands(office, receive):
    petition = receive()
    promised = petition.due_on
    change_status(
        petition=petition, move="hand_back", by=office.staff["enlace"], given=Given(note="Es de CFE")
    )
    petition.refresh_from_db()
    assert (petition.status, petition.department, petition.due_on) == (Status.TO_VERIFY, None, promised)


def test_asking_again_makes_it_unread_and_keeps_the_due_date(office, receive):
    petition = receive()
    promised = petition.due_on
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    change_status(
        petition=petition, move="ask_again", by=office.staff["auxiliar"], given=Given(note="¿Cuándo vienen?")
    )
    petition.refresh_from_db()
    assert (petition.status, petition.due_on) == (Status.UNREAD, promised)
    assert petition.referrals.count() == 1


def test_a_dispute_gives_the_same_department_its_days_anew(office, receive):
    petition = receive(received_at=datetime(2026, 1, 5, 18, tzinfo=UTC))
    change_status(
        petition=petition, move="dispute", by=office.staff["auxiliar"], given=Given(note="Nadie vino")
    )
    petition.refresh_from_db()
    assert (petition.status, petition.department) == (Status.DISPUTED, office.lights)
    assert petition.due_on > local_today()
    assert petition.referrals.count() == 2


def test_what_is_asked_for_is_told_all_at_once_with_pointers(office, receive):
    petition = receive()
    with pytest.raises(Invalid) as caught:
        change_status(
            petition=petition, move="refer_again", by=office.staff["auxiliar"], given=Given(note="  ")
        )
    assert [error["pointer"] for error in caught.value.errors] == ["/note", "/department"]


@pytest.mark.parametrize("day", [None, date(2020, 1, 1), date(2200, 1, 1)])
def test_a_date_must_be_there_and_near_in_the_future(office, receive, day):
    petition = stand(receive(), Status.IN_HAND)
    with pytest.raises(Invalid) as caught:
        change_status(
            petition=petition, move="schedule", by=office.staff["enlace"], given=Given(scheduled_for=day)
        )
    assert [error["pointer"] for error in caught.value.errors] == ["/scheduled_for"]


def test_referring_to_where_it_is_already_changes_nothing(office, receive):
    with pytest.raises(Invalid, match="Revise"):
        change_status(
            petition=receive(),
            move="refer_again",
            by=office.staff["auxiliar"],
            given=Given(note="x", department=office.lights),
        )


def test_closing_unvalidated_is_only_for_boletas_with_nobody_to_call(office, receive):
    named, anonymous = receive(), receive(petitioner=None)
    clerk = office.staff["auxiliar"]
    for petition in (named, anonymous):
        stand(petition, Status.ATTENDED)
    with pytest.raises(NotAllowed):
        change_status(petition=named, move="close_unreachable", by=clerk, given=Given(note="Se vio"))
    change_status(petition=anonymous, move="close_unreachable", by=clerk, given=Given(note="Se vio"))
    assert anonymous.status == Status.CLOSED


def test_what_was_looked_at_before_somebody_else_moved_it_is_a_conflict(office, receive):
    petition = receive()
    looked_at = petition.status_at
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    change_status(
        petition=petition,
        move="schedule",
        by=office.staff["enlace"],
        given=Given(scheduled_for=local_today()),
    )
    with pytest.raises(Conflict):
        change_status(
            petition=petition,
            move="schedule",
            by=office.staff["enlace"],
            given=Given(scheduled_for=local_today() + timedelta(9)),
            seen_at=looked_at,
        )
    change_status(
        petition=petition, move="note", by=office.staff["enlace"], given=Given(note="Va"), seen_at=looked_at
    )


def test_an_unknown_move_does_not_exist(office, receive):
    with pytest.raises(NotFound):
        change_status(petition=receive(), move="vanish", by=office.staff["director"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(MAY)), st.sampled_from(sorted(MOVES)), st.booleans()), max_size=25
    )
)
def test_random_people_making_random_moves_never_break_the_chain(office, receive, tries):
    petition = receive(petitioner=None)
    for person, move, filled in tries:
        try:
            change_status(
                petition=petition,
                move=move,
                by=office.staff[person],
                given=asked(move, office) if filled else Given(),
            )
        except Problem:
            continue
    petition.refresh_from_db()
    steps = list(petition.status_changes.order_by("id"))
    for before, after in itertools.pairwise(steps):
        assert after.from_status == before.to_status
        assert after.from_status in MOVES[after.move].sources
        assert after.to_status == (MOVES[after.move].target or after.from_status)
    assert steps[-1].to_status == petition.status
    assert steps[-1].department_id == petition.department_id
    if petition.department_id:
        assert Referral.objects.filter(petition=petition).last().due_on == petition.due_on


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_it_at_once_one_wins_and_the_other_is_told(office, receive):
    petition = stand(receive(), Status.IN_HAND)
    start, outcomes = threading.Barrier(8), []

    def attend(number: int) -> None:
        try:
            start.wait()
            change_status(
                petition=Petition.objects.get(pk=petition.pk),
                move="attend",
                by=User.objects.get(pk=office.staff["enlace"].pk),
                given=Given(note=f"Fui yo {number}"),
            )
            outcomes.append("moved")
        except Conflict as problem:
            outcomes.append(str(problem.detail))
        finally:
            connection.close()

    threads = [threading.Thread(target=attend, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("moved") == 1
    assert all("Atendida" in outcome for outcome in outcomes if outcome != "moved")
    assert petition.status_changes.filter(to_status=Status.ATTENDED).count() == 1


def test_the_buttons_of_a_page_are_the_moves_that_would_be_let_through(office, receive):
    petition = stand(receive(), Status.ATTENDED)
    assert [move.name for move in moves_for(office.staff["enlace"], petition)] == ["note"]
    assert [move.name for move in moves_for(office.staff["auxiliar"], petition)] == [
        "refer_again",
        "validate_positive",
        "validate_negative",
        "no_answer",
        "dispute",
        "note",
    ]
    assert moves_for(office.staff["promotor"], petition) == []


def test_a_liaison_is_offered_nothing_on_another_departments_boleta(office, receive):
    assert moves_for(office.staff["enlace_obras"], receive()) == []
