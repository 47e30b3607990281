"""Who may make each move, asked by HTTP: every move, every role, the own, another's and a reserved boleta."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.casework.models import StatusChange
from backend.casework.moves import Need
from backend.casework.workflow import MOVES
from field.models import Department, Petition, Petitioner
from geo.clock import local_today
from tests.casework.conftest import Office
from tests.privacy.people import Visitor, forgotten
from tests.privacy.things import Things

#: Who may make it on the boleta of the liaison's own department; ``enlace`` stands for whichever has it.
MAY = {
    "proceed": "auxiliar jefe director",
    "not_proceed": "auxiliar jefe director",
    "reconsider": "auxiliar jefe director",
    "refer_again": "auxiliar jefe director",
    "external": "auxiliar jefe director",
    "open": "jefe director enlace",
    "take_in_hand": "jefe director enlace",
    "schedule": "jefe director enlace",
    "attend": "jefe director enlace",
    "hand_back": "jefe director enlace",
    "validate_positive": "auxiliar jefe director",
    "validate_negative": "auxiliar jefe director",
    "no_answer": "auxiliar jefe director",
    "dispute": "auxiliar jefe director",
    "ask_again": "auxiliar jefe director",
    "close": "auxiliar jefe director",
    "close_unreachable": "auxiliar jefe director",
    "note": "auxiliar asesor jefe director enlace",
}
#: Who sees the boleta at all; to the others it does not exist.
SEES = {
    "own": {"promotor", "supervisor", "auxiliar", "asesor", "jefe", "director", "enlace"},
    "other": {"promotor", "supervisor", "auxiliar", "asesor", "jefe", "director", "enlace_obras"},
    "reserved": {"jefe", "director", "enlace_control"},
}
STAFF = sorted(SEES["own"] | SEES["other"] | SEES["reserved"])


def test_the_table_names_every_move() -> None:
    assert set(MAY) == set(MOVES)


@pytest.mark.parametrize("target", list(SEES))
@pytest.mark.parametrize("move", list(MAY))
def test_a_move_is_made_by_those_meant_and_nobody_else(
    office: Office, things: Things, visitors: dict[str, Visitor], move: str, target: str
) -> None:
    petition: Petition = getattr(things, target)
    stand_before(petition, move)
    answers = {name: attempt(visitors[name], petition, move, office.streets) for name in STAFF}
    assert answers == {name: expected(name, move, target) for name in STAFF}


def expected(name: str, move: str, target: str) -> tuple[int, bool]:
    """The status that the person is answered, and whether the history grew."""
    if name not in SEES[target]:
        return 404, False
    role = "enlace" if name.startswith("enlace") else name
    return (302, True) if role in MAY[move].split() else (403, False)


def stand_before(petition: Petition, move: str) -> None:
    """Put the boleta where the move leaves from, without anybody to call where it asks that."""
    petition.status = sorted(MOVES[move].sources)[0]
    petition.save(update_fields=["status"])
    if MOVES[move].unreachable_only:
        Petitioner.objects.filter(petition=petition).delete()


def attempt(visitor: Visitor, petition: Petition, move: str, streets: Department) -> tuple[int, bool]:
    before = StatusChange.objects.filter(petition=petition).count()
    with forgotten():
        folio = f"{petition.folio[:2]}-{petition.folio[2:5]}-{petition.folio[5:10]}-{petition.folio[10]}"
        response = visitor.ask("POST", f"/boletas/{folio}/mover/", answers_to(move, petition, streets))
        after = StatusChange.objects.filter(petition=petition).count()
    return response.status_code, after == before + 1


def answers_to(move: str, petition: Petition, streets: Department) -> dict[str, Any]:
    """All that the move may ask for; a boleta that streets has goes to whoever answers lamps, and one that is
    reserved only to who may read it.
    """
    elsewhere = petition.category.department if petition.category.sensitive else streets
    if petition.department_id == streets.pk:
        elsewhere = Department.objects.exclude(pk=streets.pk).order_by("pk")[0]
    asked = MOVES[move]
    return {
        "move": move,
        **({"note": "Como consta en el expediente."} if asked.note is not Need.NO else {}),
        **({"scheduled_for": local_today() + timedelta(days=3)} if asked.date is not Need.NO else {}),
        **({"department": elsewhere.pk} if asked.department is not Need.NO else {}),
        **({"institution": "CFE", "by_letter": "telefono"} if asked.institution is not Need.NO else {}),
    }
