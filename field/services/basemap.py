"""The municipality's own street map, which tablets hold: one PMTiles file, told in parts.

A part is small enough to get through a link that drops every minute, and carries its own SHA-256: what a
tablet has kept of it is known to be whole, and is never fetched again. The version is the hash of them all.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import logging
import os
import struct
import threading
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

PART_BYTES = 256 * 1024
#: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
_HEADER_BYTES = 127
_NONE, _GZIP = 1, 2
_VECTOR = 1
_METADATA_BYTES = 4 * 2**20
#: How the two usual schemas (Protomaps, OpenMapTiles) call the layer with the streets.
STREET_LAYERS = ("roads", "transportation")

log = logging.getLogger(__name__)
_reading = threading.Lock()


class NoBasemap(Exception):
    """The file that the setting names cannot be a tablet's map; the message says why, for whoever runs it."""


@dataclass(frozen=True, slots=True)
class Basemap:
    """A street map as tablets are told of it. ``parts``: the SHA-256 of each ``PART_BYTES``, in order."""

    path: Path
    stamp: tuple[int, int]
    version: str
    size: int
    parts: tuple[str, ...]
    attribution: str
    layers: frozenset[str]

    def open(self) -> BinaryIO:
        """The file, if it still is the one that was read; raises ``NoBasemap`` where it was replaced."""
        file = self.path.open("rb")
        if _stamp_of(file) == self.stamp:
            return file
        file.close()
        raise NoBasemap(_("El archivo cambió."))


def current_basemap() -> Basemap | None:
    """The map that this deployment offers: None without one, or with one that cannot be used."""
    if not settings.CAMPO_BASEMAP:
        return None
    try:
        return read_basemap(Path(settings.CAMPO_BASEMAP))
    except NoBasemap as problem:
        log.warning("CAMPO_BASEMAP: %s", problem)
        return None


def read_basemap(path: Path) -> Basemap:
    """The file as it stands now; raises ``NoBasemap``. Hashing it all (a second for 500 MB) is done once."""
    try:
        status = path.stat()
        with _reading:
            return _read(path, (status.st_size, status.st_mtime_ns))
    except OSError as problem:
        raise NoBasemap(_("No se puede leer %(path)s.") % {"path": path}) from problem


@lru_cache(maxsize=2)
def _read(path: Path, stamp: tuple[int, int]) -> Basemap:
    with path.open("rb") as file:
        metadata = _metadata(file, size=stamp[0])
        file.seek(0)
        parts = tuple(hashlib.sha256(part).hexdigest() for part in iter(lambda: file.read(PART_BYTES), b""))
        if _stamp_of(file) != stamp:
            raise NoBasemap(_("El archivo cambió mientras se leía."))
    attribution = settings.CAMPO_BASEMAP_ATTRIBUTION or metadata.get("attribution") or ""
    layers = metadata.get("vector_layers")
    return Basemap(
        path=path,
        stamp=stamp,
        version=hashlib.sha256("".join(parts).encode()).hexdigest()[:16],
        size=stamp[0],
        parts=parts,
        attribution=unescape(strip_tags(str(attribution))).strip()[:200],
        layers=frozenset(
            str(layer.get("id"))
            for layer in (layers if isinstance(layers, list) else [])
            if isinstance(layer, dict)
        ),
    )


def _metadata(file: BinaryIO, *, size: int) -> dict[str, Any]:
    """The file's own description, once its header says that a tablet can draw it."""
    header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or header[:7] != b"PMTiles":
        raise NoBasemap(_("No es un archivo PMTiles."))
    if header[7] != 3:
        raise NoBasemap(_("Es PMTiles de la versión %(version)d; hace falta la 3.") % {"version": header[7]})
    inside, tiles, kind = header[97:100]
    if kind != _VECTOR:
        raise NoBasemap(_("Sus teselas no son vectoriales (MVT)."))
    if {inside, tiles} - {_NONE, _GZIP}:
        raise NoBasemap(_("Está comprimido de un modo que el navegador no abre; hace falta gzip."))
    spans = struct.unpack_from("<8Q", header, 8)
    if any(start + length > size for start, length in zip(spans[::2], spans[1::2], strict=True)):
        raise NoBasemap(_("Está incompleto: le falta el final."))
    start, length = spans[2:4]
    if length > _METADATA_BYTES:
        raise NoBasemap(_("Su descripción es demasiado grande."))
    file.seek(start)
    return _json(file.read(length), compressed=inside == _GZIP)


def _json(content: bytes, *, compressed: bool) -> dict[str, Any]:
    try:
        if compressed:
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as opened:
                content = opened.read(_METADATA_BYTES)
        described = json.loads(content or b"{}")
    except (OSError, EOFError, ValueError) as problem:
        raise NoBasemap(_("Su descripción no se puede leer.")) from problem
    return described if isinstance(described, dict) else {}


def _stamp_of(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns
