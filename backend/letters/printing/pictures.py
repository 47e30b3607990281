"""What papers show besides words: the code that opens the look-up, the emblem, and a sketch of the place."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import segno
from django.conf import settings

from backend.letters.models import Letterhead
from backend.letters.printing.sheets import Picture
from field.folio import format_folio
from field.models import Petition
from field.services.attachments import open_attachment
from geo.maps.sketch import sketch_map
from geo.problems import NotFound

#: Half the side of the sketch, in degrees: some eight blocks around the place.
_AROUND: Final = 0.006
#: Beside a boleta's words, and at the foot of a letter.
BOLETA_MM: Final = (84.0, 58.0)
LETTER_MM: Final = (66.0, 38.0)


def look_up_address(petition: Petition) -> str:
    """Where anyone who holds the paper sees how the petition goes; it names the folio and nothing else."""
    return f"{settings.PUBLIC_URL}/publico/folio/?folio={format_folio(petition.folio)}"


def qr_of(text: str) -> Picture:
    """A QR as SVG; level M still reads with a stamp over a seventh of it."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=2, omitsize=True, xmldecl=False)
    return Picture(drawn.getvalue(), "image/svg+xml")


def emblem_of(letterhead: Letterhead) -> Picture | None:
    """The emblem, or None where the office set none or its file is gone."""
    if letterhead.emblem is None:
        return None
    try:
        opened = open_attachment(sha256=letterhead.emblem.pk)
    except NotFound:
        return None
    with opened.file as file:
        return Picture(file.read(), opened.content_type)


def sketch_of(petitions: Sequence[Petition], size_mm: tuple[float, float]) -> Picture | None:
    """Where the petitions are, or None where none has a point. Several are numbered in their order."""
    located = [(n, p.location) for n, p in enumerate(petitions, 1) if p.location is not None]
    if not located:
        return None
    lone = len(petitions) == 1
    points = [(point.x, point.y, "" if lone else str(n)) for n, point in located]
    west, east = min(x for x, _y, _n in points), max(x for x, _y, _n in points)
    south, north = min(y for _x, y, _n in points), max(y for _x, y, _n in points)
    bounds = (west - _AROUND, south - _AROUND, east + _AROUND, north + _AROUND)
    return Picture(sketch_map(points=points, size_mm=size_mm, bounds=bounds).encode(), "image/svg+xml")
