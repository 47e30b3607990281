"""Petitions that arrive as one more voice for another: at a tablet's or the office's word, in one go.

Runs inside the transaction that files a batch. Nothing here can cost a record: a voice that cannot be
added now leaves the petition as its own, with the wish in its history, and the office is shown both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from backend.casework.models import StatusChange
from backend.casework.services.echoes import absorb, may_be_one
from backend.casework.services.work_items import WorkItem, lock_items
from backend.casework.workflow import VOICE
from field.models import Petition


def add_voices(*, petitions: Sequence[Petition], voices: Mapping[UUID, str]) -> None:
    """Join petitions just received to those whose folios they name, where they may be one.

    A batch without voices costs nothing, one with them the same few statements however many.
    """
    if not voices:
        return
    arrived = {petition.pk: petition for petition in petitions if petition.pk in voices}
    named = dict(Petition.objects.filter(folio__in=set(voices.values())).values_list("folio", "pk"))
    locked = lock_items({*arrived, *named.values()})
    joined: dict[UUID, tuple[WorkItem, list[WorkItem]]] = {}
    unheard = []
    # In the order in which they were taken down, so that no two name each other.
    for petition in sorted(arrived.values(), key=lambda one: (one.captured_at, one.pk)):
        leading = _leading(locked, named.get(voices[petition.pk]), petition)
        if leading is None:
            unheard.append(petition)
            continue
        own = locked[petition.pk]
        joined.setdefault(leading.head.pk, (leading, []))[1].append(own)
        locked[petition.pk] = leading
    absorb(joined.values(), by_id=None)
    for _leading_item, others in joined.values():
        for item in others:
            _stand_as(arrived[item.head.pk], item.head)
    StatusChange.objects.bulk_create(_wish(petition, voices[petition.pk]) for petition in unheard)


def _leading(locked: Mapping[UUID, WorkItem], key: UUID | None, petition: Petition) -> WorkItem | None:
    """The work item that can take the petition's voice, if any."""
    if key is None:
        return None
    item, own = locked[key], locked[petition.pk]
    later = (item.head.captured_at, item.head.pk) >= (petition.captured_at, petition.pk)
    if item is own or own.echoes or (later and item.head.received_at == petition.received_at):
        return None
    return item if may_be_one(item.head, own.head) else None


def _stand_as(petition: Petition, stored: Petition) -> None:
    """What the listeners that come after are handed is as it is stored."""
    petition.echo_of, petition.status, petition.status_at = stored.echo_of, stored.status, stored.status_at
    petition.department_id, petition.due_on = stored.department_id, stored.due_on


def _wish(petition: Petition, folio: str) -> StatusChange:
    return StatusChange(
        petition=petition,
        move=VOICE,
        from_status=petition.status,
        to_status=petition.status,
        at=petition.received_at,
        by_id=petition.captured_by_id,
        department_id=petition.department_id,
        other_folio=folio,
    )
