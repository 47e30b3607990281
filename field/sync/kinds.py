"""The kinds of record that may be handed in: each is registered by the app that owns it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from field.models import Device
from geo.problems import FieldError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


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


#: The petition that a record tells in a form of its kind's own, as a petition's record; None if none.
Retold = Callable[[Mapping[str, Any]], dict[str, Any] | None]

FieldType = Literal[
    "text", "long", "time", "number", "yes_no", "choice", "point", "folio", "texts", "json", "files", "id"
]


class KindField(NamedTuple):
    """How one value of a kind's records reads to a person, who may correct it.

    ``options`` gives what a ``choice`` may be, as pairs of value and label, perhaps in groups, for the
    record that it is handed. Nothing can be filed without what is ``needed``.
    """

    pointer: str
    label: StrPromise | str
    type: FieldType = "text"
    options: Callable[[Mapping[str, Any]], Sequence[tuple[Any, Any]]] | None = None
    needed: bool = False


class Kind(NamedTuple):
    """A registered kind; those with a lower ``order`` are filed first within a batch."""

    order: int
    name: str
    file: Filer
    receipts: Receipts
    label: StrPromise | str = ""
    fields: Sequence[KindField] = ()
    retold: Retold | None = None


_KINDS: dict[str, Kind] = {}


def register(
    name: str,
    *,
    file: Filer,
    receipts: Receipts,
    order: int,
    label: StrPromise | str = "",
    fields: Sequence[KindField] = (),
    retold: Retold | None = None,
) -> None:
    """Let records of kind ``name`` be filed. Called once, when the owning app is ready.

    ``label`` and ``fields`` are how the office reads and corrects what is held of it; ``retold`` lets it be
    compared with a petition, and added to one.
    """
    if name in _KINDS:
        raise ValueError(f"record kind registered twice: {name}")
    _KINDS[name] = Kind(order, name, file, receipts, label or name, fields, retold)


def kind_of(name: str) -> Kind | None:
    """The kind registered under ``name``."""
    return _KINDS.get(name)


def kinds_in_order() -> list[Kind]:
    """Every kind, in filing order."""
    return sorted(_KINDS.values(), key=lambda kind: (kind.order, kind.name))
