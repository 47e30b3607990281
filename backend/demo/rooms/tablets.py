"""What the tablets last said of themselves, and the few records of theirs that wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from backend.demo import texts
from backend.demo.calls import make_id
from backend.demo.diary import moment
from backend.demo.rooms.city_hall import CityHall
from field.models import Device
from field.services.fleet import DeviceState, keep_device_state
from field.sync.inbox import Sender, receive_records

_VERSION: Final = "demo"
#: Working days since each tablet was last heard of, the records that it still held, and its clock's error.
_STRAY: Final = {3: (9, 0, 2), 8: (5, 12, -3), 11: (0, 4, 0), 14: (0, 0, -840)}
#: What each held record is about, and what is wrong with it: a category of an old catalogue, or else a time
#: without its zone.
_FAULTS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("fuga-agua", {"category": "fuga-de-agua-potable"}),
    ("poste-en-riesgo", {}),
    ("bache", {"category": "bacheo-urgente"}),
)


def report(hall: CityHall, devices: Sequence[Device]) -> None:
    """Let each tablet have called in, most of them on the last working day; a few have not for a while."""
    for number, device in enumerate(devices):
        days, waiting, offset = _STRAY.get(number, (0, 0, hall.chance.randint(-3, 3)))
        at = hall.hours.before_end(days)
        state = DeviceState(_VERSION, waiting, hall.chance.randint(9 if days else 34, 100), offset)
        Device.objects.filter(pk=device.pk).update(last_seen_at=at)
        keep_device_state(device=device, state=state, now=at)


def hold_records(hall: CityHall, devices: Sequence[Device]) -> None:
    """Hand in a few records that cannot be filed as they are."""
    for number, (about, fault) in enumerate(_FAULTS):
        device, at = devices[number * 5], hall.hours.before_end(number)
        with moment(at):
            receive_records(
                records=[_record(hall, about, at) | (fault or _without_zone(at))],
                sender=Sender(device=device, user_id=device.user_id, received_at=at),
            )


def _record(hall: CityHall, about: str, at: datetime) -> dict[str, Any]:
    captured_at = at - timedelta(minutes=hall.chance.randint(5, 90))
    words = texts.petition_text(
        hall.chance, category=about, channel="recorrido", street="Calle del Faro", nth=0
    )
    return {
        "kind": "petition",
        "id": str(make_id(hall.chance, captured_at)),
        "captured_at": captured_at.isoformat(),
        "category": about,
        "description": words,
        "address": "Calle del Faro 118",
    }


def _without_zone(at: datetime) -> dict[str, str]:
    """As a tablet with an old program wrote it."""
    return {"captured_at": at.replace(tzinfo=None).isoformat()}
