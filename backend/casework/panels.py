"""Sections that the floors above hang into a boleta's page, without casework knowing them.

A floor registers a function in its ``AppConfig.ready``; the page calls each, in the order of ``position``,
and shows what it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest
from django.utils.safestring import SafeString

from field.models import Petition

#: Answers a ``<section>`` for the person who looks, or None where there is nothing to show.
Panel = Callable[[HttpRequest, Petition], SafeString | None]

_panels: list[tuple[int, Panel]] = []


def register(panel: Panel, *, position: int) -> None:
    """Show ``panel`` on every boleta; the lowest position comes first."""
    _panels.append((position, panel))
    _panels.sort(key=lambda entry: entry[0])


def panels_of(request: HttpRequest, petition: Petition) -> Iterator[SafeString]:
    """The sections that have something to show to this person."""
    for _position, panel in _panels:
        if section := panel(request, petition):
            yield section
