"""Random people who make random moves on several boletas, singly and in bulk: what never happens.

No state outside the table, no step of history lost or rewritten, no move by who may not make it, no due
date but by the rules, and the sums by department and status are those of the histories.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from backend.accounts.models import User
from backend.casework.deadlines import due_date
from backend.casework.given import Given
from backend.casework.models import Referral, StatusChange
from backend.casework.moves import Deadline
from backend.casework.selectors import visible_to
from backend.casework.services.statuses import change_status, change_statuses, preview_moves
from backend.casework.workflow import IMPORTED, MOVES, RECEIVED
from field.models import Petition
from geo.clock import local_today
from geo.problems import Problem

_FACTS = ("id", "move", "from_status", "to_status", "at", "by_id", "department_id", "note", "due_on")
_people = st.sampled_from([*User.Role.values, "enlace_obras", "enlace_control"])
_moves = st.sampled_from([*sorted(MOVES), "no_such_move"])
_some = st.lists(st.integers(0, 5), max_size=9)  # some twice, and in any order
_filled = st.sampled_from(["all", "nothing", "past", "stale"])


def _lives(office, receive) -> type[RuleBasedStateMachine]:
    """The machine over an office: a class, as hypothesis wants it."""
    departments = [office.lights, office.streets, office.control]

    class Lives(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.undo = transaction.atomic()
            self.undo.__enter__()
            self.petitions: list[UUID] = []
            self.told: dict[UUID, list[tuple[Any, ...]]] = {}
            self.due: dict[UUID, date | None] = {}

        @initialize()
        def petitions_arrive(self) -> None:
            kinds = [office.lamp, office.pothole, office.to_check, office.complaint, office.lamp]
            arrived = [receive(kind) for kind in kinds] + [receive(petitioner=None)]
            self.petitions = [petition.pk for petition in arrived]
            self.due = {petition.pk: petition.due_on for petition in arrived}
            self.remember()

        @rule(person=_people, move=_moves, which=st.integers(0, 5), filled=_filled, to=st.integers(0, 2))
        def one_moves_one(self, person: str, move: str, which: int, filled: str, to: int) -> None:
            petition = Petition.objects.get(pk=self.petitions[which])
            seen = petition.status_at - timedelta(1) if filled == "stale" else petition.status_at
            given = self.given(filled, to)
            try:
                change = change_status(
                    petition=petition, move=move, by=office.staff[person], seen_at=seen, given=given
                )
            except Problem:
                self.nothing_happened()
            else:
                self.happened([change], office.staff[person])

        @rule(person=_people, move=_moves, which=_some, filled=_filled, to=st.integers(0, 2))
        def one_moves_many(self, person: str, move: str, which: list[int], filled: str, to: int) -> None:
            keys = [self.petitions[index] for index in which]
            by, given = office.staff[person], self.given(filled, to)
            try:
                foreseen = preview_moves(petitions=keys, move=move, by=by, given=given)
                self.nothing_happened()
                moved = change_statuses(petitions=keys, move=move, by=by, given=given)
            except Problem:
                self.nothing_happened()
                return
            assert [change.petition_id for change in moved.changes] == [one.pk for one in foreseen.petitions]
            assert moved.refused == foreseen.refused
            told = Counter([change.petition_id for change in moved.changes])
            told.update(refusal.petition for refusal in moved.refused)
            assert told == Counter(set(keys))  # each one asked for is told once
            self.happened(moved.changes, by)

        def given(self, filled: str, to: int) -> Given:
            if filled == "nothing":
                return Given()
            return Given(
                note="Así fue",
                department=departments[to],
                scheduled_for=local_today() + timedelta(-1 if filled == "past" else 5),
                institution="CFE",
            )

        def happened(self, changes: list[StatusChange], by: User) -> None:
            for change in changes:
                move = MOVES[change.move]
                *_, before = self.told[change.petition_id]
                had = dict(zip(_FACTS, before, strict=True))
                category = Petition.objects.get(pk=change.petition_id).category
                assert by.has_perm(move.verb)
                assert by.role != User.Role.ENLACE or had["department_id"] == by.department_id
                if category.sensitive and not by.has_perm("casework.see_sensitive"):
                    assert by.department_id == category.department_id
                if move.deadline is Deadline.ANEW and change.department_id:
                    self.due[change.petition_id] = due_date(local_today(), category.working_days)
            self.remember(Counter(change.petition_id for change in changes))

        def nothing_happened(self) -> None:
            self.remember(Counter())

        def histories(self) -> Iterator[tuple[UUID, list[tuple[Any, ...]]]]:
            steps = StatusChange.objects.order_by("petition_id", "id").values_list("petition_id", *_FACTS)
            for petition, group in itertools.groupby(steps, key=lambda step: step[0]):
                yield petition, [step[1:] for step in group]

        def remember(self, grown: Counter[UUID] | None = None) -> None:
            """Every history is what it was, and longer only by what was told."""
            for petition, steps in self.histories():
                if grown is not None:
                    assert steps[: len(self.told[petition])] == self.told[petition]
                    assert len(steps) == len(self.told[petition]) + grown[petition]
                self.told[petition] = steps

        @invariant()
        def no_state_outside_the_table(self) -> None:
            for steps in self.told.values():
                facts = [dict(zip(_FACTS, step, strict=True)) for step in steps]
                assert facts[0]["move"] in (RECEIVED, IMPORTED)
                for before, after in itertools.pairwise(facts):
                    move = MOVES[after["move"]]
                    assert after["from_status"] == before["to_status"]
                    assert after["from_status"] in move.sources
                    assert after["to_status"] == (move.target or after["from_status"])
                    assert after["at"] >= before["at"]

        @invariant()
        def every_boleta_stands_where_its_history_ends(self) -> None:
            for petition in Petition.objects.all():
                last = dict(zip(_FACTS, self.told[petition.pk][-1], strict=True))
                assert (petition.status, petition.department_id) == (last["to_status"], last["department_id"])
                assert petition.due_on == self.due[petition.pk]
                referral = Referral.objects.filter(petition=petition).last()
                assert petition.due_on == (referral.due_on if referral else None)

        @invariant()
        def the_sums_are_those_of_the_histories(self) -> None:
            now = Petition.objects.values_list("department_id", "status").annotate(Count("pk"))
            last = StatusChange.objects.order_by("petition_id", "-id").distinct("petition_id")
            ends = Counter(last.values_list("department_id", "to_status"))
            assert {(department, status): count for department, status, count in now} == ends
            seen = {person: visible_to(user).count() for person, user in office.staff.items()}
            assert seen["director"] == seen["jefe"] == len(self.petitions)
            assert seen["auxiliar"] == seen["asesor"] == len(self.petitions) - bool(self.petitions)

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    return Lives


def test_random_people_never_break_a_boletas_life(office, receive):
    run_state_machine_as_test(
        _lives(office, receive),
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
