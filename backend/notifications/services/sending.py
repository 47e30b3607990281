"""Sending: each message leaves once at most.

A message is claimed, and the claim committed, before it is handed to the carrier. What the carrier surely
did not take goes out again later; where the program was cut in between, or the carrier's answer was lost,
the message is *unsure* and a person decides. After the first silence of a carrier the rest waits untouched,
so that one which hangs costs a moment and at most one message's certainty. A citizen who hears nothing
asks; one who hears twice of a thing that happened once stops believing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from backend.casework.models import StatusChange
from backend.notifications.addresses import address as spelt
from backend.notifications.models import Carrier, Message, OptOut
from backend.notifications.news import is_news
from backend.notifications.ports import (
    MESSAGE_KEY,
    Outgoing,
    Port,
    Refused,
    Unavailable,
    Unreachable,
    Unsure,
    open_port,
)
from backend.notifications.services.carriers import begin_turn, end_turn, heard_from_carrier, rest_carrier
from backend.notifications.vocabulary import Reason, State, Way
from backend.notifications.writing import opt_out_link, write
from field.models import Petition

logger = logging.getLogger(__name__)

#: How long after each failed try the next is made; after the last the message has failed.
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
#: A claim older than this was cut: what takes longer than an SMTP server's patience does not come back.
CLAIM_LASTS: Final = timedelta(minutes=15)
#: A run leaves what is due after this long to the next: a worker has other things to do.
RUN_LASTS: Final = timedelta(seconds=45)
#: A carrier that has been silent for so long is given up, and with it what has waited as long: mail servers
#: do the same (RFC 5321, 4.5.4.1). Somebody in the office may try again.
GIVEN_UP_AFTER: Final = timedelta(days=5)
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
    """Send what is due, oldest first, by each way in its turn, until nothing is, ``limit`` were seen to, the
    time is over, or its carrier is silent. Another run that finds the turn taken leaves it."""
    run = Run(unsure=_give_up_cut_ones())
    for way in Way.values:
        turn = begin_turn(way=way)
        if turn is not None:
            try:
                _use_turn(turn, limit, run)
            finally:
                end_turn(turn=turn)
    return run


def _use_turn(turn: Carrier, limit: int, run: Run) -> None:
    with ExitStack() as door:
        try:
            port = door.enter_context(open_port(turn.way))
        # Before anything was claimed: no message has lost a try. The worker's patience ends too where a
        # carrier says a letter at a time and is never silent for long.
        except (Unavailable, OSError, SoftTimeLimitExceeded) as error:
            _leave_in_silence(turn, error, run)
            return
        for message in _claimed(turn.way, limit, run):
            silence = _hand_over(message, port, run)
            if silence is not None:
                _leave_in_silence(turn, silence, run)
                return
            heard_from_carrier(turn=turn)


def _claimed(way: str, limit: int, run: Run) -> Iterator[Message]:
    ends = monotonic() + RUN_LASTS.total_seconds()
    for _number in range(limit):
        message = _claim(way) if monotonic() < ends else None
        if message is None:
            return
        if message.state == State.DROPPED:
            run.dropped += 1
        else:
            yield message


@transaction.atomic
def _claim(way: str) -> Message | None:
    """Take the next message that is due and write it, or drop it where it should not go; None at the end."""
    now = timezone.now()
    due = Message.objects.filter(way=way, state=State.WAITING, send_after__lte=now)
    due = due.order_by("send_after", "id")
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
    return spelt(person.email if way == Way.EMAIL else person.phone_digits)


def _reason_to_drop(
    message: Message, petition: Petition, step: StatusChange | None, address: str
) -> Reason | None:
    if not address:
        return Reason.NO_ADDRESS
    if OptOut.objects.filter(address=address).exists():
        return Reason.OPTED_OUT
    if step and not is_news(message, petition, step):
        return Reason.SUPERSEDED
    return None


def _hand_over(message: Message, port: Port, run: Run) -> Exception | None:
    """Hand a message to the carrier and note what became of it; what it threw where it is silent."""
    outgoing = Outgoing(
        key=f"{MESSAGE_KEY}{message.pk}",
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
        return error if isinstance(error, Unreachable) else None
    except Exception as error:  # noqa: BLE001 - a port may be anybody's; whatever it threw, the message is not lost
        logger.warning("message %s: not known whether it left after %s", message.pk, _told_by(error))
        _close(message, State.UNSURE, error=_told_by(error))
        run.unsure += 1
        return error
    else:
        Message.objects.filter(pk=message.pk).update(
            state=State.SENT, sent_at=timezone.now(), reference=reference[:200], error=""
        )
        run.sent += 1
    return None


def _told_by(error: Exception) -> str:
    """What may be kept of an error: a port's own words name nobody; others may quote the message."""
    return str(error) if isinstance(error, Unavailable | Unsure) else type(error).__name__


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


def _leave_in_silence(turn: Carrier, error: Exception, run: Run) -> None:
    """Let the carrier rest; what nobody has taken for days goes to somebody in the office."""
    rest_carrier(turn=turn, error=_told_by(error))
    long_ago = timezone.now() - GIVEN_UP_AFTER
    if turn.silent_since is None or turn.silent_since > long_ago:
        return
    old = Message.objects.filter(way=turn.way, state=State.WAITING, send_after__lte=long_ago)
    if given_up := old.update(state=State.FAILED, reason=Reason.UNTAKEN, error=turn.error):
        logger.error("%s: %s messages are given up, its carrier is silent for days", turn.way, given_up)
        run.failed += given_up


def _give_up_cut_ones() -> int:
    """Those that were on their way when a worker was killed: nobody knows whether they left."""
    cut = Message.objects.filter(state=State.SENDING, claimed_at__lt=timezone.now() - CLAIM_LASTS)
    return cut.update(state=State.UNSURE, error="cut", attempts=F("attempts"))
