"""Turns at the carriers: one run at a time hands messages to each, and one that is silent is left to rest.

What is kept here only spares work and waits: that a message leaves once at most does not hang on it.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.db.models import BooleanField, F, Func, IntegerField, Q
from django.utils import timezone

from backend.notifications.models import Carrier, Message
from backend.notifications.vocabulary import State

logger = logging.getLogger(__name__)

#: A turn older than this was cut: the worker ends a run long before (``tasks.ENDS_AFTER_S``). One that was
#: killed is known at once by its database session, which ends with it, unless its whole machine went dark.
TURN_LASTS: Final = timedelta(minutes=5)
#: How long a carrier rests after each time in a row that it was silent; the last as often as it takes.
RESTS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15))

_OWN_SESSION: Final = Func(function="pg_backend_pid", output_field=IntegerField())
_SESSION_LIVES: Final = Func(
    F("session"),
    template="EXISTS (SELECT FROM pg_stat_activity WHERE pid = %(expressions)s)",
    output_field=BooleanField(),
)


def begin_turn(*, way: str) -> Carrier | None:
    """Take the turn at a way's carrier; None where nothing is due, it rests, or another run has it."""
    now = timezone.now()
    if not Message.objects.filter(way=way, state=State.WAITING, send_after__lte=now).exists():
        return None
    Carrier.objects.get_or_create(way=way)
    cut = Q(session__isnull=False) & ~Q(_SESSION_LIVES)
    free = Q(running_until=None) | Q(running_until__lt=now) | cut
    rested = Q(resting_until=None) | Q(resting_until__lte=now)
    takeable = Carrier.objects.filter(free, rested, way=way)
    if not takeable.update(running_until=now + TURN_LASTS, session=_OWN_SESSION):
        return None
    return Carrier.objects.get(way=way)


def end_turn(*, turn: Carrier) -> None:
    """Let others have the turn, unless it lasted so long that another has it already."""
    mine = Carrier.objects.filter(way=turn.way, running_until=turn.running_until)
    mine.update(running_until=None, session=None)


def rest_carrier(*, turn: Carrier, error: str) -> None:
    """Note that nobody answers there, and leave it for a while, longer each time."""
    now = timezone.now()
    turn.resting_until = now + RESTS[min(turn.silences, len(RESTS) - 1)]
    turn.silences = min(turn.silences + 1, len(RESTS))
    turn.silent_since, turn.error = turn.silent_since or now, error[:60]
    turn.save(update_fields=["resting_until", "silences", "silent_since", "error"])
    logger.warning("%s: its carrier is silent (%s); messages wait", turn.way, turn.error)


def heard_from_carrier(*, turn: Carrier) -> None:
    """Note that the carrier answers."""
    if turn.silences:
        turn.resting_until, turn.silences, turn.silent_since, turn.error = None, 0, None, ""
        turn.save(update_fields=["resting_until", "silences", "silent_since", "error"])


def wake_carriers() -> None:
    """Have the carriers that rest tried at once: somebody says that it is worth it."""
    Carrier.objects.exclude(resting_until=None).update(resting_until=None)
