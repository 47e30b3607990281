"""What the worker does for notifications."""

from __future__ import annotations

import logging
from typing import Final

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError

from backend.notifications.services.sending import send_waiting

logger = logging.getLogger(__name__)

_ASKED: Final = "notifications.asked-to-send"
#: However many batches come within so many seconds, the worker is asked once.
_ONCE_IN_S: Final = 5
#: A run ends by itself in less; one that a carrier holds, answering a letter at a time, is interrupted, which
#: leaves time for the ways after it, and at last ended, before its turn is over (``carriers.TURN_LASTS``).
INTERRUPTED_AFTER_S: Final = 180
ENDS_AFTER_S: Final = 280


@shared_task(  # type: ignore[untyped-decorator]
    name="notifications.send_waiting",
    ignore_result=True,
    soft_time_limit=INTERRUPTED_AFTER_S,
    time_limit=ENDS_AFTER_S,
)
def send_waiting_messages() -> None:
    """Send what is due: soon after it was made, and each minute by beat."""
    send_waiting()


def ask_to_send() -> None:
    """Once what was made is committed, have it sent; without a queue beat's next round will."""

    def ask() -> None:
        try:
            if cache.add(_ASKED, 1, timeout=_ONCE_IN_S):
                send_waiting_messages.apply_async(countdown=1)
        except (OperationalError, OSError):
            logger.warning("The queue is down; messages are left to the next round.")

    transaction.on_commit(ask, robust=True)
