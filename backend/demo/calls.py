"""How each complaint reaches the office: channel, hour, person, and how well its place is known."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.demo import catalogue, names
from backend.demo.territory import TIME_ZONE
from field.services.petitions import PetitionerIntake
from field.vocabulary import Channel

ZONE: Final = ZoneInfo(TIME_ZONE)
_WEEKDAYS: Final = {
    Channel.CALL_CENTRE: 36,
    Channel.PHONE: 12,
    Channel.DESK: 17,
    Channel.SOCIAL: 13,
    Channel.APP: 9,
    Channel.EMAIL: 4,
    Channel.AUDIENCE: 4,
    Channel.LETTER: 3,
    Channel.PRESS: 2,
}
_WEEKENDS: Final = {Channel.CALL_CENTRE: 55, Channel.SOCIAL: 25, Channel.APP: 17, Channel.EMAIL: 3}
#: What people ask for themselves, or say of others, they say to a person.
_IN_PERSON: Final = {Channel.DESK: 50, Channel.CALL_CENTRE: 25, Channel.PHONE: 12, Channel.AUDIENCE: 13}
_PRIVATE: Final = frozenset({"bienestar", "control-interno"})
#: Usual hour and its spread, for each channel that keeps no office hours.
_HOURS: Final = {
    Channel.CALL_CENTRE: (12.5, 4.2),
    Channel.SOCIAL: (18.0, 4.0),
    Channel.APP: (17.0, 4.5),
    Channel.EMAIL: (13.0, 4.5),
    Channel.PRESS: (8.0, 0.8),
}
_OFFICE_HOURS: Final = (10.7, 1.8)


def pick_channel(chance: random.Random, *, category: str, day: date) -> Channel:
    """The channel that a complaint of ``category`` takes on ``day``."""
    if day.weekday() >= 5:
        weights = _WEEKENDS
    elif catalogue.department_of(category) in _PRIVATE:
        weights = _IN_PERSON
    else:
        weights = _WEEKDAYS
    return chance.choices(list(weights), list(weights.values()))[0]


def pick_moment(chance: random.Random, *, channel: Channel, day: date) -> datetime:
    """A local moment of ``day`` at which the channel is open."""
    usual, spread = _HOURS.get(channel, _OFFICE_HOURS)
    low, high = (0.2, 23.8) if channel in _HOURS else (8.0, 15.0)
    hour = chance.gauss(usual, spread)
    if not low <= hour <= high:
        hour = chance.uniform(max(low, 7.0), min(high, 22.0))
    return datetime.combine(day, time(), ZONE) + timedelta(seconds=round(hour * 3600))


def make_person(chance: random.Random, *, channel: Channel) -> PetitionerIntake:
    """A petitioner with a made-up name and a number that nobody can have (none begins with 0)."""
    first, last = names.draw_name(chance)
    phone = f"099 555 {chance.randint(0, 9999):04d}" if chance.random() < 0.92 else ""
    written = channel in {Channel.EMAIL, Channel.APP} or chance.random() < 0.06
    email = f"vecino{chance.randint(1, 99_999)}@correo.example" if written or not phone else ""
    return PetitionerIntake(
        name=f"{first} {last}", phone=phone, email=email, consent=True, notice=catalogue.NOTICE_VERSION
    )


def is_anonymous(chance: random.Random, *, category: str) -> bool:
    """A quarter give no name; of crime and corruption, more than half."""
    wary = category in {"vigilancia", "queja-servidor-publico", "cobro-indebido", "ruido"}
    return chance.random() < (0.55 if wary else 0.23)


def make_id(chance: random.Random, at: datetime) -> UUID:
    """A UUID of version 7 for a moment, from the demo's own chance."""
    milliseconds = int(at.timestamp() * 1000)
    rest = chance.getrandbits(74)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (rest >> 62) << 64 | 0b10 << 62 | rest & (1 << 62) - 1)
