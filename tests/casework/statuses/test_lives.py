"""A boleta's whole life, step by step and at random, and what is left written."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.casework.given import Given
from backend.casework.models import Referral
from backend.casework.services.statuses import change_status
from backend.casework.workflow import MOVES
from field.models import Petition, Status
from geo.clock import local_today
from geo.problems import Problem
from tests.casework.statuses.moves import MAY, asked


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
