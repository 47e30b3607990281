"""Where a person's data lie, so that the law's requests reach all of them and no floor knows the others.

Whoever keeps words, files or identities that hang from a petition registers a ``Source`` in its
``AppConfig.ready``; what answers a request of access, rectification or cancellation reads and writes through
all of them (``backend.privacy``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class PassageKind(StrEnum):
    """How a passage is made to say nothing of the person."""

    #: All of it is the person: a name, a telephone, the record as it came. Always emptied.
    IDENTITY = "identity"
    #: Words in which the person may be named: emptied, kept, or rid of what is found, as a person decides.
    TEXT = "text"
    #: A file by its hash, taken away or kept.
    FILE = "file"


class Passage(NamedTuple):
    """One value that may say who somebody is. ``key`` names it within its source and petition.

    ``text`` is what it says (for a file, its hash); ``emptied`` whether emptying is what is proposed.
    ``shared`` is of what tells of other petitioners too: erased as any, and not handed over.
    """

    key: str
    label: StrPromise | str
    text: str
    kind: PassageKind = PassageKind.TEXT
    emptied: bool = False
    shared: bool = False


class Source(NamedTuple):
    """A place where data of petitioners lie.

    ``read`` gives a petition's passages, those that say something; ``write`` puts a text in place of each
    named passage (empty to say nothing, or to take a file away), inside the caller's transaction. ``find``,
    where names of others than who asked may lie, gives the petitions that it names somebody at.
    """

    code: str
    label: StrPromise | str
    read: Callable[[UUID], list[Passage]]
    write: Callable[[UUID, Mapping[str, str]], None]
    find: Callable[[str], list[UUID]] | None = None


_sources: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Let requests reach what ``source`` keeps. Called once, when the owning app is ready."""
    if source.code in _sources:
        raise ValueError(f"source of persons registered twice: {source.code}")
    _sources[source.code] = source


def sources() -> list[Source]:
    """Every source, in the order in which they were registered: the lowest floors last."""
    return list(_sources.values())
