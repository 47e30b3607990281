"""A CSV file as it comes out of another system: any of the usual encodings and separators."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from geo.problems import Problem

#: A field beyond this is a quote that was never closed.
MOST_FIELD_CHARACTERS = 1_000_000
_CHUNK = 1 << 20
_UNDEFINED_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_UNDECODED = re.compile("[\udc80-\udcff]")
_DECODED = re.compile("[^\x00-\x7f\udc80-\udcff]")
_DELIMITERS = ";,\t|"


class UnreadableTable(Problem):
    """The file as a whole cannot be taken: empty, no table, no such encoding."""

    code, status, title = "unreadable", 422, "El archivo no se puede leer"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file. ``number`` is the line of the file where it ends, from 1.

    ``problem`` is set where the row is no row of this table.
    """

    number: int
    cells: list[str]
    problem: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file whose header was read."""

    path: Path
    encoding: str
    delimiter: str
    header: list[str]

    def lines(self) -> Iterator[Line]:
        """The rows after the header, read as they are asked for; blank ones are left out."""
        csv.field_size_limit(MOST_FIELD_CHARACTERS)
        with _open(self.path, self.encoding) as file:
            rows = csv.reader(file, delimiter=self.delimiter)
            next(rows)
            width = len(self.header)
            while True:
                try:
                    cells = next(rows)
                except StopIteration:
                    return
                except UnicodeError as error:
                    told = _("El archivo no está escrito en %(encoding)s. Diga en qué con --encoding.")
                    raise UnreadableTable(told % {"encoding": self.encoding}) from error
                except csv.Error:
                    detail = _("Un campo es demasiado grande; quizá falta cerrar unas comillas.")
                    yield Line(rows.line_num, [], ("huge_field", detail))
                    continue
                if len(cells) != width:
                    if any(cells):
                        detail = _("Tiene %(has)d columnas y el encabezado %(should)d.")
                        problem = ("ragged", detail % {"has": len(cells), "should": width})
                        yield Line(rows.line_num, cells, problem)
                    continue
                yield Line(rows.line_num, cells)


def open_table(path: Path, *, encoding: str | None = None) -> Table:
    """Find a file's encoding, separator and header. Raises UnreadableTable."""
    if not path.is_file():
        raise UnreadableTable(_("No hay ningún archivo en «%(path)s».") % {"path": path})
    encoding = _checked(encoding) if encoding else _encoding_of(path)
    csv.field_size_limit(MOST_FIELD_CHARACTERS)
    try:
        with _open(path, encoding) as file:
            first = file.readline(MOST_FIELD_CHARACTERS)
            delimiter = max(_DELIMITERS, key=first.count)
            file.seek(0)
            header = next(csv.reader(file, delimiter=delimiter), [])
    except (csv.Error, UnicodeError) as error:
        raise UnreadableTable(_("El archivo no es una tabla CSV.")) from error
    if not any(name.strip() for name in header):
        raise UnreadableTable(_("El archivo está vacío: su primera línea debe nombrar las columnas."))
    if "\0" in first or first.startswith(("PK\x03\x04", "%PDF", "\xd0\xcf\x11\xe0")):
        raise UnreadableTable(_("No es un CSV. Si es una hoja de cálculo, guárdela como «CSV UTF-8»."))
    return Table(path, encoding, delimiter, [name.strip() for name in header])


def holds_undecoded(cells: list[str]) -> bool:
    """Whether a row of a UTF-8 file has bytes that are not UTF-8."""
    return any(_UNDECODED.search(cell) for cell in cells)


def _open(path: Path, encoding: str) -> IO[str]:
    # One bad byte is one bad row, not a bad file.
    return path.open(encoding=encoding, errors="surrogateescape", newline="")


def _checked(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise UnreadableTable(_("No hay una codificación «%(name)s».") % {"name": encoding}) from error


def _encoding_of(path: Path) -> str:
    """UTF-8 where the file is, or mostly is; else what Windows or old Unix systems write."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    try:
        with path.open(encoding="utf-8") as text:
            while text.read(_CHUNK):
                pass
    except UnicodeDecodeError:
        return _encoding_by_letters(path)
    return "utf-8-sig"


def _encoding_by_letters(path: Path) -> str:
    good = bad = 0
    with path.open(encoding="utf-8", errors="surrogateescape") as text:
        while chunk := text.read(_CHUNK):
            bad += len(_UNDECODED.findall(chunk))
            good += len(_DECODED.findall(chunk))
    if good > bad:
        return "utf-8-sig"
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            if _UNDEFINED_IN_CP1252.search(data):
                return "latin-1"
    return "cp1252"
