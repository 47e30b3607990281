"""How the letters of a layer are encoded: what it declares, checked against what it holds.

Municipal Shapefiles say Latin-1 and hold UTF-8, or say nothing at all. Text in UTF-8 with an accent in it is
hardly ever anything else, so the bytes are believed before the label.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from geo.layers.problems import UnreadableLayer

#: Windows' Latin-1, which is what the GIS programs of the region write.
DEFAULT = "cp1252"
_DBF_LANGUAGES: Mapping[int, str] = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x57: "cp1252",
    0x58: "cp1252",
    0x64: "cp852",
}
#: UTF-8 read as Latin-1: the lead byte of an accented letter, then a continuation byte.
_MOJIBAKE = re.compile("[ÂÃ][\u0080-\u00bf€-™Œ-žˆ˜ƒ]")


def known_encoding(name: str) -> str:
    """A codec's own name; raises ``UnreadableLayer`` for one that does not exist."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise UnreadableLayer(
            "unknown_encoding", _("No existe la codificación «%s». Pruebe con utf-8 o latin-1.") % name
        ) from error
    if not codec._is_text_encoding:
        raise UnreadableLayer("unknown_encoding", _("«%s» no es una codificación de texto.") % name)
    # What is called Latin-1 is Windows' in practice, and the two differ in rare signs only.
    return DEFAULT if codec.name == "iso8859-1" else codec.name


def declared_by_shapefile(file: Path) -> str | None:
    """The encoding that the .cpg or the .dbf beside a .shp names, or None."""
    beside = {each.suffix.lower(): each for each in file.parent.glob(f"{_glob(file.stem)}.*")}
    if label := beside.get(".cpg"):
        words = label.read_text("latin-1").strip().lower().replace("ansi ", "cp")
        word = f"cp{words}" if words.isdigit() else words
        try:
            return known_encoding({"cp65001": "utf-8", "cp88591": "latin-1"}.get(word, word))
        except UnreadableLayer:
            return None
    if table := beside.get(".dbf"):
        with table.open("rb") as content:
            header = content.read(30)
        return _DBF_LANGUAGES.get(header[29]) if len(header) == 30 else None
    return None


def _glob(stem: str) -> str:
    return re.sub(r"([\[*?])", r"[\1]", stem)


def choose(samples: Iterable[bytes], declared: str | None) -> tuple[str, bool]:
    """The encoding to read with, and whether it is other than the one declared."""
    accented = b"\n".join(sample for sample in samples if not sample.isascii())
    if not accented:
        return declared or "utf-8", False
    for encoding in ("utf-8", declared, DEFAULT):
        if encoding and _decodes(accented, encoding):
            return encoding, declared is not None and encoding != declared
    return DEFAULT, declared not in (None, DEFAULT)


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def mended(text: str) -> str:
    """Text that was once UTF-8 read as Latin-1 ("ColÃ³n"), put right; anything else as it is."""
    if not _MOJIBAKE.search(text):
        return text
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text
