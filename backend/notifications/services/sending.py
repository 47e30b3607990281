"""Sending: each message leaves once at most.

A message is claimed, and the claim committed, before it is handed to the carrier. What the carrier surely
did not take goes out again later; where the program was cut in between, or the carrier's answer was lost,
the message is *unsure* and a person decides. A citizen who hears nothing asks; one who hears twice of a
thing that happened once stops believing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from backend.casework.models import StatusChange
from backend.casework.workflow import JOINED, MOVES
from backend.notifications.models import Message, OptOut
from backend.notifications.ports import Outgoing, Port, Refused, Unavailable, open_port
from backend.notifications.vocabulary import Event, Reason, State, Way
from backend.notifications.writing import opt_out_link, write
from field.models import OPEN_STATUSES, Petition

logger = logging.getLogger(__name__)

#: How long after each failed try the next is made; after the last the message has failed.
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
#: A claim older than this was cut: what takes longer than an SMTP server's patience does not come back.
CLAIM_LASTS: Final = timedelta(minutes=15)
_ERROR_MAX_LENGTH = 300


@dataclass(slots=True)
class Run:
    """What a run of sending did."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    dropped: int = 0
    unsure: int = 0


def send_waiting(*, limit: int = 500) -> Run:
    """Send what is due, oldest first, until nothing is or ``limit`` were seen to. Several may run at once."""
    run = Run(unsure=_give_up_cut_ones())
    with ExitStack() as doors:
        ports: dict[str, Port] = {}
        for message in _claimed(limit, run):
            if message.way not in ports:
                ports[message.way] = doors.enter_context(open_port(message.way))
            _hand_over(message, ports[message.way], run)
    return run


def _claimed(limit: int, run: Run) -> Iterator[Message]:
    for _number in range(limit):
        message = _claim()
        if message is None:
            return
        if message.state == State.DROPPED:
            run.dropped += 1
        else:
            yield message


@transaction.atomic
def _claim() -> Message | None:
    """Take the next message that is due and write it, or drop it where it should not go; None at the end."""
    now = timezone.now()
    due = Message.objects.filter(state=State.WAITING, send_after__lte=now).order_by("send_after", "id")
    message = due.select_for_update(skip_locked=True, of=("self",)).first()
    if message is None:
        return None
    petition = (
        Petition.objects.select_related("category", "department", "place", "petitioner")
        .defer("place__boundary", "place__simple_boundary")
        .get(pk=message.petition_id)
    )
    steps = StatusChange.objects.select_related("department")
    step = steps.get(pk=message.step_id) if message.step_id else None
    address = address_of(petition, message.way)
    if reason := _reason_to_drop(message, petition, step, address):
        message.state, message.reason = State.DROPPED, reason
        message.save(update_fields=["state", "reason"])
        return message
    written = write(message, petition, step)
    message.state, message.claimed_at, message.attempts = State.SENDING, now, message.attempts + 1
    message.address, message.subject, message.body = address, written.subject[:300], written.body
    message.save()
    return message


def address_of(petition: Petition, way: str) -> str:
    """Where a message by that way reaches who asked; empty without consent, or where they object."""
    person = getattr(petition, "petitioner", None)
    if person is None or not person.consent or person.objects_to_contact:
        return ""
    return str(person.email.strip().lower() if way == Way.EMAIL else person.phone_digits)


def _reason_to_drop(
    message: Message, petition: Petition, step: StatusChange | None, address: str
) -> Reason | None:
    if not address:
        return Reason.NO_ADDRESS
    if OptOut.objects.filter(address=address).exists():
        return Reason.OPTED_OUT
    if step and _is_untrue_by_now(message, petition, step):
        return Reason.SUPERSEDED
    return None


def _is_untrue_by_now(message: Message, petition: Petition, step: StatusChange) -> bool:
    if message.event == Event.JOINED:
        # What was answered in the meantime is told by itself.
        return petition.status not in OPEN_STATUSES or not _goes_with_another(petition)
    if message.event == Event.PARTED:
        return _goes_with_another(petition) or _was_not_told_of_joining(message)
    return _moved_on_from(step)


def _goes_with_another(petition: Petition) -> bool:
    return petition.echo_of_id is not None or petition.echoes.exists()


def _was_not_told_of_joining(message: Message) -> bool:
    """Whether the join was taken back before anybody heard of it: then there is nothing to take back."""
    joined = Message.objects.filter(petition=message.petition_id, event=Event.JOINED, pk__lt=message.pk)
    last = joined.order_by("-pk").values_list("state", "reason").first()
    return last == (State.DROPPED, Reason.SUPERSEDED)


def _moved_on_from(step: StatusChange) -> bool:
    """Whether the boleta has moved again since: what the message would say is true no more."""
    moving = [name for name, move in MOVES.items() if move.target is not None]
    # Joined to one that another department has, or that got further, it stands where that one does.
    elsewhere = Q(move=JOINED) & (~Q(to_status=F("from_status")) | ~Q(department=step.department_id))
    later = StatusChange.objects.filter(petition=step.petition_id, pk__gt=step.pk)
    later = later.filter(Q(move__in=moving) | elsewhere)
    # That the department has read it does not make the referral untrue.
    return later.exclude(move__in=("open", "take_in_hand")).exists()


def _hand_over(message: Message, port: Port, run: Run) -> None:
    outgoing = Outgoing(
        key=f"aldaba-{message.pk}",
        way=message.way,
        to=message.address,
        subject=message.subject,
        body=message.body,
        opt_out=opt_out_link(message.pk),
    )
    try:
        reference = port.send(outgoing)
    except Refused as error:
        _close(message, State.FAILED, error=str(error))
        run.failed += 1
    except Unavailable as error:
        _try_later(message, str(error), run)
    except Exception as error:  # noqa: BLE001 - a port may be anybody's; whatever it threw, the message is not lost
        # Its text may quote the message, which holds personal data.
        logger.warning("message %s: not known whether it left after %s", message.pk, type(error).__name__)
        _close(message, State.UNSURE, error=type(error).__name__)
        run.unsure += 1
    else:
        Message.objects.filter(pk=message.pk).update(
            state=State.SENT, sent_at=timezone.now(), reference=reference[:200], error=""
        )
        run.sent += 1


def _try_later(message: Message, error: str, run: Run) -> None:
    if message.attempts > len(WAITS):
        _close(message, State.FAILED, error=error)
        run.failed += 1
        return
    again = timezone.now() + WAITS[message.attempts - 1]
    Message.objects.filter(pk=message.pk).update(
        state=State.WAITING, send_after=again, error=error[:_ERROR_MAX_LENGTH]
    )
    run.later += 1


def _close(message: Message, state: State, *, error: str) -> None:
    Message.objects.filter(pk=message.pk).update(state=state, error=error[:_ERROR_MAX_LENGTH])


def _give_up_cut_ones() -> int:
    """Those that were on their way when a worker was killed: nobody knows whether they left."""
    cut = Message.objects.filter(state=State.SENDING, claimed_at__lt=timezone.now() - CLAIM_LASTS)
    return cut.update(state=State.UNSURE, error="cut", attempts=F("attempts"))
