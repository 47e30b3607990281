"""A move from where the boleta no longer stands."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from backend.accounts.models import User
from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from backend.casework.workflow import MOVES
from field.models import Petition, Status
from geo.clock import local_today
from geo.problems import Conflict
from tests.casework.statuses.moves import asked, stand


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
