"""One move for many boletas: chosen, prepared, previewed and made once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.given import NOTHING, Given, faults_of
from backend.casework.models import BulkMove
from backend.casework.moves import Move
from backend.casework.services.statuses import Foreseen, Moved, change_statuses, preview_moves
from backend.casework.workflow import MOVES
from field.models import Department, Petition
from geo.problems import Conflict, Invalid, NotFound

#: More at once nobody can look over.
MOST_AT_ONCE: Final = 1_000
#: What was made may be looked up for this long; what was not, is given up sooner.
_KEPT, _GIVEN_UP = timedelta(days=90), timedelta(days=2)


@transaction.atomic
def choose_boletas(
    *, petitions: Iterable[Petition], by: User, seen: Mapping[UUID, datetime] | None = None, query: str = ""
) -> BulkMove:
    """Keep which boletas a person chose and how they stood then; raises Invalid for none or too many."""
    seen = seen or {}
    chosen = [
        [str(petition.pk), petition.folio, seen.get(petition.pk, petition.status_at).isoformat()]
        for petition in petitions
    ]
    if not chosen:
        raise Invalid(_("Marque al menos una boleta."))
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(_("Son demasiadas para una vez: elija hasta 1,000."))
    now = timezone.now()
    mine = BulkMove.objects.filter(by=by)
    mine.filter(created_at__lt=now - _KEPT).delete()
    mine.filter(created_at__lt=now - _GIVEN_UP, done_at=None).delete()
    return BulkMove.objects.create(by=by, chosen=chosen, query=query)


@transaction.atomic
def prepare_bulk(*, bulk: BulkMove, move: Move, given: Given = NOTHING) -> BulkMove:
    """Say what is to be done with the boletas chosen; raises Invalid, NotAllowed, or Conflict once made."""
    require(bulk.by, move.verb)
    locked = _lock(bulk)
    if locked.done_at:
        raise Conflict(_("Este paso ya se hizo. Para otro, marque las boletas de nuevo."))
    given = given.asked_by(move)
    if faults := faults_of(move, given):
        raise Invalid(_("Revise los datos marcados."), errors=faults)
    locked.move, locked.given, locked.evidence = move.name, _kept(given), given.evidence
    locked.save(update_fields=["move", "evidence", "given"])
    return locked


def foresee_bulk(bulk: BulkMove) -> Foreseen:
    """What would become of each boleta if it were made now; nothing is written."""
    seen = _seen(bulk)
    return preview_moves(petitions=list(seen), move=bulk.move, by=bulk.by, given=_given(bulk), seen=seen)


@transaction.atomic
def make_bulk(*, bulk: BulkMove) -> BulkMove:
    """Make the move prepared; a second time, at once or later, changes nothing and answers the same."""
    locked = _lock(bulk)
    if locked.done_at:
        return locked
    if locked.move not in MOVES:
        raise NotFound(_("Falta decir qué paso se hará."))
    seen = _seen(locked)
    moved = change_statuses(
        petitions=list(seen), move=locked.move, by=locked.by, given=_given(locked), seen=seen
    )
    locked.done_at, locked.outcome = timezone.now(), _outcome(locked, moved)
    # The citizens' words are in each boleta's history now, and nowhere else.
    locked.given = locked.given | {"note": ""}
    locked.save(update_fields=["done_at", "outcome", "given"])
    return locked


def _lock(bulk: BulkMove) -> BulkMove:
    return BulkMove.objects.select_for_update(of=("self",)).select_related("by", "evidence").get(pk=bulk.pk)


def _seen(bulk: BulkMove) -> dict[UUID, datetime]:
    """The boletas chosen, in that order, and since when each stood where the person saw it."""
    return {UUID(key): datetime.fromisoformat(at) for key, _folio, at in bulk.chosen}


def _kept(given: Given) -> dict[str, Any]:
    """What was given, as it is kept until the move is made; the photo has a column of its own."""
    return {
        "note": given.note,
        "scheduled_for": given.scheduled_for.isoformat() if given.scheduled_for else None,
        "department": given.department.pk if given.department else None,
        "institution": given.institution,
        "by_letter": given.by_letter,
    }


def _given(bulk: BulkMove) -> Given:
    """What was kept, as it was given."""
    kept = bulk.given
    day, department = kept.get("scheduled_for"), kept.get("department")
    return Given(
        note=kept.get("note", ""),
        scheduled_for=date.fromisoformat(day) if day else None,
        department=Department.objects.get(pk=department) if department else None,
        evidence=bulk.evidence,
        institution=kept.get("institution", ""),
        by_letter=kept.get("by_letter", False),
    )


def _outcome(bulk: BulkMove, moved: Moved) -> dict[str, Any]:
    """What the page of the result tells: folios, where each is now, and why others stayed.

    Whoever chose a boleta saw its folio, so that it is named though it is out of sight by now.
    """
    folios = {key: folio for key, folio, _at in bulk.chosen}
    return {
        "moved": [
            [
                change.petition.folio,
                change.petition.get_status_display(),
                change.petition.department.name if change.petition.department else "",
                change.petition.due_on.isoformat() if change.petition.due_on else None,
            ]
            for change in moved.changes
        ],
        "along": [change.petition.folio for change in moved.along],
        "refused": [
            [folios[str(refusal.petition)], refusal.code, refusal.detail] for refusal in moved.refused
        ],
    }
