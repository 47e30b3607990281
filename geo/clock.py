"""The municipality's own time: its zone, and what day it is there.

Times are stored in UTC; a working day, a deadline or "today's tour" is a day in the municipality's zone.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from geo.models import Municipality

#: How long a process goes on with the zone it knows, in seconds, and how long without asking a database
#: that did not answer.
KEPT_S, KEPT_AFTER_FAILURE_S = 60.0, 5.0


@dataclass
class _Known:
    zone: ZoneInfo | None = None
    until: float = 0.0


_known = _Known()


def local_zone() -> ZoneInfo:
    """The municipality's zone: ``settings.TIME_ZONE`` before one is loaded, the last known if the database
    is away. One query a minute and process at most."""
    if _known.zone is None or time.monotonic() >= _known.until:
        zone, kept = _stored_zone()
        remember_zone(zone, seconds=kept)
        return zone
    return _known.zone


def local_now() -> dt.datetime:
    """Now, in the municipality's zone."""
    return timezone.now().astimezone(local_zone())


def local_today() -> dt.date:
    """Which day it is in the municipality."""
    return local_now().date()


def local_day(moment: dt.datetime) -> dt.date:
    """Which day it was in the municipality at a moment."""
    return moment.astimezone(local_zone()).date()


def start_of_day(day: dt.date) -> dt.datetime:
    """A local day's first moment."""
    return dt.datetime.combine(day, dt.time.min, local_zone())


def whole_days(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of some local days, and the first that is no more of them."""
    return start_of_day(first), start_of_day(last + dt.timedelta(days=1))


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after a day's."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def remember_zone(zone: ZoneInfo, *, seconds: float = KEPT_S) -> None:
    """Go on with this zone for so long."""
    _known.zone, _known.until = zone, time.monotonic() + seconds


def forget_zone() -> None:
    """Ask again next time: the municipality was changed."""
    _known.until = 0.0


def on_municipality_changed(**_signal: object) -> None:
    """The zone may be another now."""
    forget_zone()


def on_task_begun(**_signal: object) -> None:
    """A task's days are the municipality's, as a request's are."""
    timezone.activate(local_zone())


def on_task_done(**_signal: object) -> None:
    """The next task begins with a zone of its own."""
    timezone.deactivate()


def _stored_zone() -> tuple[ZoneInfo, float]:
    fallback = _known.zone or ZoneInfo(settings.TIME_ZONE)
    if connection.needs_rollback:
        return fallback, 0.0  # a query now would only raise over the error that is being handled
    try:
        name = Municipality.objects.values_list("time_zone", flat=True).first()
    except (DatabaseError, InterfaceError):
        return fallback, KEPT_AFTER_FAILURE_S
    try:
        return ZoneInfo(name or settings.TIME_ZONE), KEPT_S
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE), KEPT_S
