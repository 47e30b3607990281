"""Who may make which move, and what a move asks for."""

from __future__ import annotations

from datetime import timedelta

from backend.casework.given import Given
from backend.casework.moves import Need
from backend.casework.workflow import MOVES
from field.models import Petition
from geo.clock import local_today

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
