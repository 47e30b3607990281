"""A row of another system's table, read into what a petition needs."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from field.models import Category, Status
from field.services.history.cells import (
    CHANNELS,
    STATUSES,
    RowRefused,
    read_moment,
    read_number,
    read_time,
)
from field.services.history.columns import fold
from field.services.history.points import Point
from field.services.history.table import holds_undecoded
from geo.models import Place

#: The longest text of each field, in characters, as the petition's own columns have it.
LONGEST = {
    "source_id": 80,
    "description": 20_000,
    "on_behalf_of": 200,
    "address": 300,
    "reference": 300,
    "name": 200,
    "phone": 40,
    "email": 254,
    "place": 160,
}
EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(slots=True)
class Draft:
    """A row that reads well. ``given`` is its point in the file's own reference system."""

    line: int
    cells: Sequence[str]
    source_id: str
    captured_at: dt.datetime
    received_at: dt.datetime
    category: Category
    status: str
    channel: str
    texts: Mapping[str, str]
    given: Point | None
    accuracy_m: float | None
    place_id: int | None
    mended: list[tuple[str, str]] = field(default_factory=list)
    lon_lat: Point | None = None


class Reader:
    """Reads rows by the columns found; the catalogue and the places are held in memory."""

    def __init__(
        self,
        *,
        columns: Mapping[str, int],
        zone: zoneinfo.ZoneInfo,
        channel: str,
        default_category: Category | None,
        month_first: bool,
    ) -> None:
        self._columns = columns
        self._zone = zone
        self._channel = channel
        self._default_category = default_category
        self._month_first = month_first
        self._latest = timezone.now() + dt.timedelta(days=1)
        self._categories = _categories_by_words()
        self._places = _place_ids()
        self._texts = [(name, columns[name], most) for name, most in LONGEST.items() if name in columns]

    def read(self, line: int, cells: Sequence[str]) -> Draft:
        """The row's draft. Raises RowRefused."""
        mended: list[tuple[str, str]] = []
        cells = self._clean(cells, mended)
        texts = {}
        for name, index, most in self._texts:
            text = cells[index].strip()
            if len(text) > most:
                detail = _("«%(field)s» tiene más de %(most)d letras.") % {"field": name, "most": most}
                raise RowRefused("too_long", detail)
            texts[name] = text
        if not texts["source_id"]:
            raise RowRefused("no_id", _("No trae su folio o número en el sistema de origen."))
        captured_at = self._moment(cells)
        given = self._point(cells, mended)
        accuracy = read_number(self._cell(cells, "accuracy_m"))
        return Draft(
            line=line,
            cells=cells,
            source_id=texts["source_id"],
            captured_at=captured_at,
            received_at=self._received(cells, captured_at),
            category=self._category(self._cell(cells, "category"), mended),
            status=self._word(cells, "status", STATUSES, Status.TO_VERIFY.value),
            channel=self._word(cells, "channel", CHANNELS, self._channel),
            texts=texts,
            given=given,
            accuracy_m=accuracy if given and accuracy is not None and accuracy >= 0 else None,
            place_id=None if given else self._places.get(fold(texts.get("place", ""))),
            mended=mended,
        )

    def _cell(self, cells: Sequence[str], name: str) -> str:
        index = self._columns.get(name)
        return "" if index is None else cells[index].strip()

    def _clean(self, cells: Sequence[str], mended: list[tuple[str, str]]) -> Sequence[str]:
        whole = "".join(cells)
        if whole.isascii() and whole.isprintable():
            return cells
        if holds_undecoded([whole]):
            raise RowRefused("encoding", _("Trae letras en otra codificación que el resto del archivo."))
        if _UNPRINTABLE.search(whole):
            mended.append(("control_characters", _("Se quitaron caracteres de control.")))
            return [_UNPRINTABLE.sub("", cell) for cell in cells]
        return cells

    def _moment(self, cells: Sequence[str]) -> dt.datetime:
        text = self._cell(cells, "captured_at")
        if not text:
            raise RowRefused("no_date", _("No trae fecha."))
        moment = read_moment(text, self._zone, month_first=self._month_first)
        if time := self._cell(cells, "captured_time"):
            moment = dt.datetime.combine(moment.date(), read_time(time), moment.tzinfo)
        return self._possible(moment)

    def _received(self, cells: Sequence[str], captured_at: dt.datetime) -> dt.datetime:
        text = self._cell(cells, "received_at")
        if not text:
            return captured_at
        return self._possible(read_moment(text, self._zone, month_first=self._month_first))

    def _possible(self, moment: dt.datetime) -> dt.datetime:
        if not EARLIEST <= moment <= self._latest:
            raise RowRefused("bad_date", _("La fecha %(date)s es imposible.") % {"date": moment.date()})
        return moment

    def _point(self, cells: Sequence[str], mended: list[tuple[str, str]]) -> Point | None:
        if "lon" not in self._columns:
            return None
        lon, lat = read_number(self._cell(cells, "lon")), read_number(self._cell(cells, "lat"))
        if lon is None and lat is None:
            return None
        if lon is None or lat is None:
            raise RowRefused("half_point", _("Trae solo una de las dos coordenadas."))
        if lon == 0 and lat == 0:
            mended.append(("no_point", _("Sus coordenadas son 0, 0: se tomó como sin ubicar.")))
            return None
        return lon, lat

    def _category(self, text: str, mended: list[tuple[str, str]]) -> Category:
        if category := self._categories.get(fold(text)):
            return category
        if self._default_category is None:
            raise RowRefused("unknown_category", _("No hay categoría «%(text)s».") % {"text": text[:60]})
        told = _("No hay categoría «%(text)s»: se puso la general.") % {"text": text[:60]}
        mended.append(("default_category", told))
        return self._default_category

    def _word(self, cells: Sequence[str], name: str, known: Mapping[str, str], default: str) -> str:
        text = self._cell(cells, name)
        if not text:
            return default
        if word := known.get(fold(text)):
            return word
        told = _("No se conoce «%(text)s» como %(field)s.") % {"text": text[:60], "field": name}
        raise RowRefused(f"unknown_{name}", told)


def _categories_by_words() -> dict[str, Category]:
    """Categories by their folded code and name; a name that two share finds neither."""
    found: dict[str, dict[int, Category]] = defaultdict(dict)
    for category in Category.objects.select_related("department"):
        for word in (category.code, category.name):
            found[fold(word)][category.pk] = category
    return {word: next(iter(those.values())) for word, those in found.items() if len(those) == 1 and word}


def _place_ids() -> dict[str, int]:
    """Places by their folded code and names; a name that two share finds neither."""
    found: dict[str, set[int]] = defaultdict(set)
    for pk, code, name, others in Place.objects.values_list("pk", "code", "name", "other_names"):
        for word in (code, name, *others):
            found[fold(word)].add(pk)
    return {word: next(iter(ids)) for word, ids in found.items() if len(ids) == 1 and word}
