"""The one door by which messages leave: a port for each way, named by the settings (docs/notifications.md).

A port is a class that ``open_port`` makes and that is entered once for a run of messages.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

#: What the key of a citizen's message begins with; its number follows. A text tried out has another.
MESSAGE_KEY: Final = "aldaba-"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it leaves. ``key`` is the same each time it is handed over; ``opt_out`` an address."""

    key: str
    way: str
    to: str
    subject: str
    body: str
    opt_out: str


class Port(Protocol):
    """Hands messages to whoever carries them.

    ``send`` answers the carrier's own reference once the carrier has taken the message. It raises
    ``Refused`` where trying again is of no use, ``Unavailable`` where it certainly did not leave and may
    later (``Unreachable`` where the next would fare no better), and anything else where that is not known.
    To enter it may raise ``Unreachable`` or OSError: then nothing is handed to it.
    """

    def __enter__(self) -> Port: ...
    def __exit__(self, *args: object) -> None: ...
    def send(self, message: Outgoing, /) -> str: ...


class Refused(Exception):
    """The carrier will not take it: an address that does not exist."""


class Unavailable(Exception):
    """The carrier could not be reached, or is full; nothing left."""


class Unreachable(Unavailable):
    """Nobody answers at the carrier, or it takes nothing from us; neither this nor another would leave."""


class Unsure(Exception):
    """The carrier has all of it and did not answer: whether it left is not known."""


def open_port(way: str) -> AbstractContextManager[Port]:
    """The port of a way, as the settings name it."""
    return cast("AbstractContextManager[Port]", import_string(settings.NOTIFICATION_PORTS[way])(way))
