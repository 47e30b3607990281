"""What citizens were told in the last weeks: made and written as ``backend.notifications`` does, and gone.

None of them is left to be sent: whatever worker runs beside the demo finds nothing to do.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Q

from backend.casework.models import StatusChange
from backend.casework.workflow import JOINED, RECEIVED
from backend.demo.diary import moment
from backend.demo.rooms.city_hall import CityHall
from backend.notifications.models import EventRule, Message
from backend.notifications.services.deciding import opt_out, set_mode
from backend.notifications.services.making import HOLD_OFF
from backend.notifications.services.sending import address_of
from backend.notifications.vocabulary import EVENT_OF_MOVE, Event, Mode, Reason, State, Way
from backend.notifications.writing import write

_EVENTS: Final = EVENT_OF_MOVE | {RECEIVED: Event.RECEIVED, JOINED: Event.JOINED}
_DAYS, _MOST = 30, 1500
#: Messages in a thousand that did not leave, or of which nobody knows.
_FAILED, _UNSURE = 18, 3
_REFUSALS: Final = {
    Way.EMAIL.value: "550",
    Way.SMS.value: "El número no está en servicio",
    Way.WHATSAPP.value: "El número no tiene WhatsApp",
}
_OPT_OUTS: Final = 4
#: What somebody reads before it goes, and for how long it has been lying there at most.
_REVIEWED: Final = (Event.ATTENDED, Event.NOT_PROCEEDING, Event.EXTERNAL)
_UNREVIEWED: Final = timedelta(days=3)


@contextmanager
def silence() -> Iterator[None]:
    """Nobody hears of what is loaded inside, until ``tell`` writes what they heard."""
    for event in Event.values:
        EventRule.objects.update_or_create(event=event, defaults={"mode": Mode.OFF})
    yield
    EventRule.objects.filter(mode=Mode.OFF).update(mode=Mode.AUTO)


def tell(hall: CityHall) -> None:
    """Write the messages of the last weeks, the newest of them where they are many."""
    steps = _steps(hall)
    gone = _opt_outs(hall, steps)
    messages = [_message(hall, key, step, gone) for key, step in zip(_keys(len(steps)), steps, strict=True)]
    Message.objects.bulk_create(messages, batch_size=500)
    with moment(hall.hours.before_end(25)):
        for event in _REVIEWED:
            set_mode(event=event, mode=Mode.REVIEW, by=hall.staff.jefe)


def _steps(hall: CityHall) -> list[StatusChange]:
    """Steps that are told, the oldest first, of people who agreed to be told."""
    joined = Q(move=JOINED, petition__echo_of__isnull=False)  # whoever leads was mostly there before
    told = Q(move__in=[RECEIVED, *EVENT_OF_MOVE]) | joined
    told &= Q(at__gte=hall.hours.until - timedelta(days=_DAYS))
    person = Q(petition__petitioner__consent=True, petition__petitioner__objects_to_contact=False)
    steps = StatusChange.objects.filter(told, person).exclude(
        petition__petitioner__email="", petition__petitioner__phone_digits=""
    )
    if not settings.NOTIFY_PHONES_BY:
        steps = steps.exclude(petition__petitioner__email="")
    rows = steps.select_related(
        "department",
        "petition__category",
        "petition__department",
        "petition__place",
        "petition__petitioner",
    ).defer("petition__place__boundary", "petition__place__simple_boundary")
    return list(rows.order_by("-at", "-pk")[:_MOST])[::-1]


def _way(step: StatusChange) -> str:
    return Way.EMAIL.value if step.petition.petitioner.email else settings.NOTIFY_PHONES_BY


def _opt_outs(hall: CityHall, steps: list[StatusChange]) -> dict[str, datetime]:
    """The few who asked to hear no more, by the link or by telephone, and when."""
    addresses = sorted({address_of(step.petition, _way(step)) for step in steps[::7]})
    chosen = hall.chance.sample(addresses, min(_OPT_OUTS, len(addresses)))
    gone = {address: hall.hours.before_end(18 - 3 * number) for number, address in enumerate(chosen)}
    for number, (address, at) in enumerate(gone.items()):
        with moment(at):
            opt_out(address=address, by=hall.auxiliar if number % 2 else None)
    return gone


def _message(hall: CityHall, key: int, step: StatusChange, gone: dict[str, datetime]) -> Message:
    """The message of a step, as it stands since."""
    petition, way, receipt = step.petition, _way(step), step.move == RECEIVED
    address = address_of(petition, way)
    message = Message(
        pk=key,
        petition=petition,
        event=_EVENTS[step.move],
        step=None if receipt else step,
        way=way,
        created_at=step.at,
        send_after=step.at if receipt else step.at + HOLD_OFF,
    )
    if address in gone and step.at > gone[address]:
        message.state, message.reason = State.DROPPED, Reason.OPTED_OUT
    elif message.event in _REVIEWED and step.at > hall.hours.until - _UNREVIEWED:
        message.state = State.REVIEW
    else:
        _leave(message, address, step, hall.chance)
    return message


def _leave(message: Message, address: str, step: StatusChange, chance: random.Random) -> None:
    """Written, and handed to who carries it: nearly always taken."""
    petition = step.petition
    petition.due_on = step.due_on or petition.due_on  # as it was promised then
    written = write(message, petition, None if message.step is None else step)
    message.address, message.subject, message.body = address, written.subject[:300], written.body
    message.attempts = 1
    message.claimed_at = message.send_after + timedelta(seconds=chance.randint(1, 60))
    fate = chance.randrange(1000)
    if fate < _FAILED:
        message.state, message.error = State.FAILED, _REFUSALS[message.way]
    elif fate < _FAILED + _UNSURE:
        message.state, message.error = State.UNSURE, "cut"
    else:
        message.state, message.sent_at = State.SENT, message.claimed_at + timedelta(seconds=1)
        message.reference = f"aldaba-{message.pk}"


def _keys(count: int) -> list[int]:
    """Keys ahead of the rows, for a message tells the way out by its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('notifications_message', 'id'))"
            "  FROM generate_series(1, %s)",
            [count],
        )
        return [key for (key,) in cursor.fetchall()]
