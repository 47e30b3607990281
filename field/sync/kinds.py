"""The kinds of record that may be handed in: each is registered by the app that owns it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from field.models import Device
from geo.problems import FieldError


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record to be filed: its JSON object, and who handed it in and when."""

    id: str
    kind: str
    body: dict[str, Any]
    received_at: datetime
    device: Device | None
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Filed:
    """The record is where it belongs; ``receipt`` adds to what its sender is told."""

    receipt: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """The record is kept and waits: for the records named, or, with none named, for a person."""

    errors: list[FieldError]
    waiting_for: tuple[str, ...] = ()


Outcome = Filed | Held


class Filer(Protocol):
    """Files records of one kind, all or each: one outcome for each record, in order.

    Runs inside the inbox's transaction. What it raises undoes the batch, which is then tried
    again one record at a time; a record that raises alone is held.
    """

    def __call__(self, records: Sequence[Incoming], /) -> Sequence[Outcome]: ...


class Receipts(Protocol):
    """What repeats of filed records are told: the ``Filed.receipt`` of each id that it knows."""

    def __call__(self, ids: Sequence[str], /) -> dict[str, dict[str, Any]]: ...


class Kind(NamedTuple):
    """A registered kind; those with a lower ``order`` are filed first within a batch."""

    order: int
    name: str
    file: Filer
    receipts: Receipts


_KINDS: dict[str, Kind] = {}


def register(name: str, *, file: Filer, receipts: Receipts, order: int) -> None:
    """Let records of kind ``name`` be filed. Called once, when the owning app is ready."""
    if name in _KINDS:
        raise ValueError(f"record kind registered twice: {name}")
    _KINDS[name] = Kind(order, name, file, receipts)


def kind_of(name: str) -> Kind | None:
    """The kind registered under ``name``."""
    return _KINDS.get(name)


def kinds_in_order() -> list[Kind]:
    """Every kind, in filing order."""
    return sorted(_KINDS.values())
