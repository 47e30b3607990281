"""Whether a message is news as it leaves: true by then, and not what its reader knows already."""

from __future__ import annotations

from typing import Final

from django.db.models import F, Q

from backend.casework.models import StatusChange
from backend.casework.workflow import JOINED, MOVES
from backend.notifications.models import Message
from backend.notifications.vocabulary import Event, Reason, State
from field.models import OPEN_STATUSES, Petition

#: What its reader has, or may have.
_TOLD: Final = (State.SENT, State.SENDING, State.UNSURE)


def is_news(message: Message, petition: Petition, step: StatusChange) -> bool:
    """Whether what a message about a step would say is true, and is to be told."""
    if message.event == Event.JOINED:
        # What was answered in the meantime is told by itself.
        together = petition.status in OPEN_STATUSES and _goes_with_another(petition)
        return together and not _is_told_by_another(message, petition, step)
    if message.event == Event.PARTED:
        return not _goes_with_another(petition) and _believes_together(message, petition)
    return not _moved_on_from(step)


def _goes_with_another(petition: Petition) -> bool:
    return petition.echo_of_id is not None or petition.echoes.exists()


def _is_told_by_another(message: Message, petition: Petition, step: StatusChange) -> bool:
    """Whether a later join's message tells it, or an earlier one's did and its undoing was never told."""
    joins = Message.objects.filter(petition=petition, event=Event.JOINED)
    if joins.filter(pk__gt=message.pk).exclude(state=State.DROPPED).exists():
        return True
    parted = Message.objects.filter(petition=petition, event=Event.PARTED, pk__lt=message.pk)
    undone = parted.select_related("step").order_by("-pk").first()
    if undone is None or (undone.state, undone.reason) != (State.DROPPED, Reason.SUPERSEDED):
        return False
    return _believes_together(message, petition) and not _stands_elsewhere(step, undone.step)


def _believes_together(message: Message, petition: Petition) -> bool:
    """Whether its reader takes the petition to go with another: the last that they heard, or their own
    wish at the door."""
    heard = Message.objects.filter(petition=petition, event__in=(Event.JOINED, Event.PARTED))
    last = heard.filter(state__in=_TOLD, pk__lt=message.pk).order_by("-pk").first()
    if last is not None:
        return last.event == Event.JOINED
    asked = StatusChange.objects.filter(petition=petition, move=JOINED, at=petition.received_at)
    return asked.exists()


def _stands_elsewhere(step: StatusChange, before: StatusChange | None) -> bool:
    """Whether a join put the petition where it had not been: another department, status, or day."""
    if before is None or (before.department_id, before.to_status) != (step.department_id, step.to_status):
        return True
    days = StatusChange.objects.filter(petition=step.petition_id, scheduled_for__isnull=False)
    day = days.filter(pk__lt=step.pk).order_by("-pk").values_list("scheduled_for", flat=True).first()
    return step.scheduled_for not in (None, day)


def _moved_on_from(step: StatusChange) -> bool:
    """Whether the boleta has moved again since: what the message would say is true no more."""
    moving = [name for name, move in MOVES.items() if move.target is not None]
    # Joined to one that another department has, or that got further, it stands where that one does.
    elsewhere = Q(move=JOINED) & (~Q(to_status=F("from_status")) | ~Q(department=step.department_id))
    later = StatusChange.objects.filter(petition=step.petition_id, pk__gt=step.pk)
    later = later.filter(Q(move__in=moving) | elsewhere)
    # That the department has read it does not make the referral untrue.
    return later.exclude(move__in=("open", "take_in_hand")).exists()
