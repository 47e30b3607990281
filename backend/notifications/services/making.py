"""Making messages: one statement for a batch of petitions or of moves, at the pace of the tablets.

A message is made with nothing in it but what it is about; its words are written as it leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils import timezone

from backend.casework.models import StatusChange
from backend.casework.workflow import JOINED
from backend.notifications.models import Message
from backend.notifications.vocabulary import EVENT_OF_MOVE, Event

#: A step that somebody takes back at once is not told.
HOLD_OFF: Final = timedelta(minutes=2)

# Whom: a person who agreed to be written to, asked for nothing else, and left an address. History from
# another system is not told anew.
_MAKE = """
    INSERT INTO notifications_message (petition_id, event, step_id, way, state, created_at, send_after)
    SELECT petition.id, told.event, told.step,
           CASE WHEN person.email <> '' THEN 'email' ELSE %(phone)s END,
           CASE rule.mode WHEN 'review' THEN 'review' ELSE 'waiting' END, %(now)s, %(send_after)s
      FROM unnest(%(petitions)s::uuid[], %(events)s::text[], %(steps)s::bigint[])
           AS told (petition, event, step)
      LEFT JOIN notifications_eventrule AS rule ON rule.event = told.event
      JOIN field_petition AS petition ON petition.id = told.petition AND petition.source_id IS NULL
      JOIN field_petitioner AS person ON person.petition_id = petition.id AND person.consent
       AND NOT person.objects_to_contact
     WHERE COALESCE(rule.mode, 'auto') <> 'off'
       AND (person.email <> '' OR (person.phone_digits <> '' AND %(phone)s <> ''))
     ORDER BY petition.id
        ON CONFLICT DO NOTHING
"""


def tell_of_arrivals(*, petitions: Sequence[UUID]) -> int:
    """Make the receipts of petitions just filed: how many there are."""
    return _make(petitions, [Event.RECEIVED.value] * len(petitions), [None] * len(petitions), timedelta(0))


def tell_of_moves(*, changes: Sequence[StatusChange]) -> int:
    """Make the messages of moves just made, for those that are told: how many there are."""
    told = [(change, EVENT_OF_MOVE[change.move]) for change in changes if change.move in EVENT_OF_MOVE]
    return _make(
        [change.petition_id for change, _event in told],
        [event.value for _change, event in told],
        [change.pk for change, _event in told],
        HOLD_OFF,
    )


def tell_of_steps(*, changes: Sequence[StatusChange], event: Event) -> int:
    """Make the messages of steps that all mean one thing to their citizens: how many there are."""
    keys, steps = [change.petition_id for change in changes], [change.pk for change in changes]
    return _make(keys, [event.value] * len(steps), steps, HOLD_OFF)


def tell_of_splits(*, changes: Sequence[StatusChange]) -> int:
    """Make the messages of petitions that go by themselves again, for those who had been told that they did
    not, or had asked for it at the door: how many there are. Two queries before the one of all.
    """
    keys = [change.petition_id for change in changes]
    told = Message.objects.filter(petition__in=keys, event=Event.JOINED)
    asked = StatusChange.objects.filter(petition__in=keys, move=JOINED, at=F("petition__received_at"))
    knew = {*told.values_list("petition", flat=True), *asked.values_list("petition", flat=True)}
    return tell_of_steps(
        changes=[change for change in changes if change.petition_id in knew], event=Event.PARTED
    )


def _make(
    petitions: Sequence[UUID], events: Sequence[str], steps: Sequence[int | None], wait: timedelta
) -> int:
    if not petitions:
        return 0
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _MAKE,
            {
                "petitions": list(petitions),
                "events": list(events),
                "steps": list(steps),
                "phone": settings.NOTIFY_PHONES_BY,
                "now": now,
                "send_after": now + wait,
            },
        )
        return int(cursor.rowcount)
