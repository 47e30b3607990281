"""Sections that the floors above hang into a boleta's page, without casework knowing them.

A floor registers a function in its ``AppConfig.ready``; the page calls each, in the order of ``position``,
and shows what it answers: among the facts; right after what is asked (``WORDS``); or first of all, beside
where the boleta stands (``NEXT``), for what is to be done next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from django.http import HttpRequest
from django.utils.safestring import SafeString

from field.models import Petition

#: Answers a ``<section>`` for the person who looks, or None where there is nothing to show.
Panel = Callable[[HttpRequest, Petition], SafeString | None]

FACTS: Final = "facts"
WORDS: Final = "words"
NEXT: Final = "next"

_panels: list[tuple[str, int, Panel]] = []


def register(panel: Panel, *, position: int, place: str = FACTS) -> None:
    """Show ``panel`` on every boleta; in each place the lowest position comes first."""
    _panels.append((place, position, panel))
    _panels.sort(key=lambda entry: entry[:2])


def panels_of(request: HttpRequest, petition: Petition, place: str = FACTS) -> Iterator[SafeString]:
    """The sections of one place that have something to show to this person."""
    for where, _position, panel in _panels:
        if where == place and (section := panel(request, petition)):
            yield section
