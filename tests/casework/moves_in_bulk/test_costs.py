"""One move on many boletas takes no more statements than on one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.casework.given import Given
from backend.casework.models import Holiday, Referral
from backend.casework.services.statuses import change_status, change_statuses, preview_moves
from backend.casework.signals import boletas_moved
from field.models import Petition, Status
from geo.clock import local_today, local_zone

pytestmark = pytest.mark.django_db


@pytest.fixture
def alone(monkeypatch):
    """Nobody listens: what the floors above ask for is counted where they are tested."""
    monkeypatch.setattr(boletas_moved, "receivers", [])


#: Statements of one move, whatever the number of boletas: the lock of their work items (which they are, their
#: heads, all members, and a savepoint around), who sees them, their categories and departments, then one for
#: each table that it writes.
STATEMENTS = {"open": 10, "refer_again": 12, "note": 9, "close_unreachable": 11}


@pytest.mark.parametrize("move", STATEMENTS)
@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_move_costs_the_same_statements_for_one_and_for_fifty(
    office, many, alone, django_assert_num_queries, move, count
):
    Holiday.objects.create(date=local_today() + timedelta(3), name="Local")
    keys = many(count, office.lamp, office.pothole)
    if move == "close_unreachable":
        Petition.objects.update(status=Status.ATTENDED)
    local_zone()
    by = office.staff["jefe"]
    given = {"note": "Porque sí", "department": office.control}
    with django_assert_num_queries(STATEMENTS[move] + 2):  # and a savepoint, inside the test's transaction
        moved = change_statuses(petitions=keys, move=move, by=by, given=Given(**given))
    assert len(moved.changes) == count
    # Whom to call; and the work items of those that would go again, since others may go along.
    extra = 1 if move in ("close_unreachable", "refer_again") else 0
    with django_assert_num_queries(4 + extra):
        preview_moves(petitions=keys, move=move, by=by)


@pytest.mark.parametrize("move", STATEMENTS)
def test_who_listens_asks_no_more_for_fifty_than_for_one(office, many, move):
    counts = []
    for count in (1, 50):
        keys = many(count, office.lamp, office.pothole)
        if move == "close_unreachable":
            Petition.objects.update(status=Status.ATTENDED)
        with CaptureQueriesContext(connection) as queries:
            change_statuses(
                petitions=keys,
                move=move,
                by=office.staff["jefe"],
                given=Given(note="Sí", department=office.control),
            )
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_one_boleta_alone_costs_no_more_than_it_did(office, receive, alone, django_assert_num_queries):
    petition = receive()
    local_zone()
    with django_assert_num_queries(STATEMENTS["open"] + 2):
        change_status(petition=petition, move="open", by=office.staff["enlace"])


def test_a_thousand_are_moved_at_once(office, many):
    keys = many(1000, office.lamp, office.pothole)
    moved = change_statuses(
        petitions=keys,
        move="refer_again",
        by=office.staff["jefe"],
        given=Given(note="Todas", department=office.control),
    )
    assert len(moved.changes) == 1000
    assert Referral.objects.filter(department=office.control).count() == 1000
