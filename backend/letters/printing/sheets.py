"""From a template to a PDF, with nothing from outside: no network, no file but the house's own face.

WeasyPrint asks ``Assets`` for whatever a sheet names. It hands out the face and the sheet's own pictures,
all from memory, and refuses the rest: whatever a citizen's words might name, there is nothing to fetch.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

_FACE: Final = (
    "vendor/@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-{}.woff2"
)
#: Each file under a family of its own: WeasyPrint takes two files of one family and style for one font.
FACES: Final = {
    f"face/{subset}-{style}": _FACE.format(f"{subset}-wght-{style}")
    for subset in ("latin", "latin-ext")
    for style in ("normal", "italic")
}
_SCHEME: Final = "aldaba:"
#: Marks that make what follows read from the other side: on a signed paper they could only mislead.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Pango's font maps are not for several threads, and drawing holds the interpreter anyway.
_drawing = threading.Lock()


class Picture(NamedTuple):
    """An image that a sheet shows as ``<img src="aldaba:NAME">``."""

    content: bytes
    content_type: str


class Assets(URLFetcher):  # type: ignore[misc]
    """All that a sheet may name: ``aldaba:face/…`` and its own pictures."""

    def __init__(self, pictures: Mapping[str, Picture]) -> None:
        super().__init__(allowed_protocols=("aldaba",))
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The asset of that name. Raises ValueError for anything else, which leaves a gap on the paper."""
        name = url.removeprefix(_SCHEME) if url.startswith(_SCHEME) else ""
        if name in FACES:
            return URLFetcherResponse(url, _face(name), {"Content-Type": "font/woff2"})
        if picture := self._pictures.get(name):
            return URLFetcherResponse(url, picture.content, {"Content-Type": picture.content_type})
        raise ValueError("Not one of this sheet's assets.")


def draw(template: str, context: Mapping[str, Any], pictures: Mapping[str, Picture]) -> bytes:
    """The PDF of a sheet: tagged, in Spanish, with its title (PDF/UA-1)."""
    source = tidy(render_to_string(template, {**context, "pictures": set(pictures), "faces": FACES}))
    with _drawing:
        return bytes(
            HTML(string=source, url_fetcher=Assets(pictures)).write_pdf(
                font_config=FontConfiguration(), pdf_variant="pdf/ua-1", pdf_identifier=b"aldaba"
            )
        )


def tidy(text: str) -> str:
    """Text fit for paper: letters composed, no control characters, none that turn the reading around."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        c
        for c in composed
        if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNING)
    )


@cache
def _face(name: str) -> bytes:
    """A file of the face, from where it lies or from where static files were gathered."""
    static = FACES[name]
    if found := finders.find(static):
        return Path(str(found)).read_bytes()
    with staticfiles_storage.open(static, "rb") as file:
        return bytes(file.read())
