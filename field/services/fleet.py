"""What tablets say of themselves, kept so that the office sees who needs a hand."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Q

from field.models import Device

#: What a tablet says is kept no oftener, so that a busy one does not rewrite its row all day.
KEPT_EVERY = dt.timedelta(minutes=1)
#: Any clock's offset fits the column: some tablets believe that it is 1970, or 2106.
_MOST_SECONDS = 2**31 - 1
_MOST_WAITING = 1_000_000


class DeviceState(NamedTuple):
    """A tablet's own word, as far as it made sense; None where it said nothing."""

    app_version: str | None
    waiting: int | None
    battery: int | None
    clock_offset_s: int | None


def read_device_state(value: Any, *, now: dt.datetime) -> DeviceState | None:
    """What ``device_state`` says (docs/sync.md); None where it says nothing. Nothing in it is an error."""
    if not isinstance(value, dict):
        return None
    version = value.get("app_version")
    state = DeviceState(
        version[:40] if isinstance(version, str) and version.isprintable() else None,
        _whole(value.get("waiting"), _MOST_WAITING),
        _whole(value.get("battery"), 100),
        _offset(value.get("clock"), now),
    )
    return state if any(member is not None for member in state) else None


def keep_device_state(*, device: Device, state: DeviceState, now: dt.datetime) -> bool:
    """Keep a tablet's last word, at most once a minute: whether it was.

    That nothing is left waiting is kept at once: else a tablet that sent its last batch and was put away
    would be shown for ever with what it held before.
    """
    told = {name: member for name, member in state._asdict().items() if member is not None}
    may = Q(state_at=None) | Q(state_at__lte=now - KEPT_EVERY)
    if state.waiting == 0:
        may |= ~Q(waiting=0)
    elif device.state_at is not None and now - device.state_at < KEPT_EVERY:
        return False
    # Guarded again in SQL: of many requests at once only the first writes.
    return bool(Device.objects.filter(may, pk=device.pk).update(state_at=now, **told))


def note_device_state(*, device: Device, value: Any, now: dt.datetime) -> None:
    """Read what came with a request at ``now``, and keep it."""
    state = read_device_state(value, now=now)
    if state is not None:
        keep_device_state(device=device, state=state, now=now)


def _whole(value: Any, most: int) -> int | None:
    return value if type(value) is int and 0 <= value <= most else None


def _offset(clock: Any, now: dt.datetime) -> int | None:
    if not isinstance(clock, str) or len(clock) > 40:
        return None
    try:
        told = dt.datetime.fromisoformat(clock)
    except ValueError:
        return None
    if told.tzinfo is None:
        return None
    seconds = round((told - now).total_seconds())
    return max(-_MOST_SECONDS, min(_MOST_SECONDS, seconds))
