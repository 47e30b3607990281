"""How many petitions there are where: by place or by grid cell, over any filters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.casework.map_filters import Question, keep
from backend.reports.columns import CHANNELS, EPOCH, STATUSES, Columns, Ints, Mask, read_columns
from backend.reports.models import DensitySnapshot
from field.models import OPEN_STATUSES, Petition
from geo.maps.cells import parent_masks
from geo.models import Place

Counts = npt.NDArray[np.int64]
Within = Callable[[Columns], Mask]
_OPEN = tuple(STATUSES.index(status) + 1 for status in OPEN_STATUSES)


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """One row of the table. ``rate`` is petitions per 1,000 inhabitants, None where nobody is known."""

    id: int
    code: str
    name: str
    kind: str
    population: int | None
    petitions: int
    unresolved: int

    @property
    def rate(self) -> float | None:
        return self.petitions * 1000 / self.population if self.population else None


@dataclass(frozen=True, slots=True)
class Source:
    """The petitions to count: parts that add up, and the moment whose statuses they show."""

    parts: tuple[Columns, ...]
    cut_at: datetime | None


class _Held:
    """The last snapshot, kept by this process so that only a new one is fetched."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._id = 0
        self._columns: Columns | None = None

    def columns_of(self, snapshot: DensitySnapshot) -> Columns:
        with self._lock:
            if self._columns is None or self._id != snapshot.pk:
                packed = DensitySnapshot.objects.values_list("columns", flat=True).get(pk=snapshot.pk)
                self._columns, self._id = Columns.from_bytes(bytes(packed)), snapshot.pk
            return self._columns


_held = _Held()


def source_for(question: Question) -> Source:
    """Where the question's figures are counted from.

    A tour's petitions are few and read live. All others come from the last snapshot plus what was
    received since, live; before the first snapshot everything is live.
    """
    if question.filters.tour:
        return Source((read_columns(keep(Petition.objects.all(), question)),), None)
    snapshot = DensitySnapshot.objects.defer("columns").order_by("-id").first()
    if snapshot is None:
        return Source((read_columns(Petition.objects.all()),), None)
    tail = read_columns(Petition.objects.filter(received_at__gte=snapshot.cut_at))
    return Source((_held.columns_of(snapshot), tail), snapshot.cut_at)


def count_places(source: Source, question: Question, hidden: Collection[int]) -> list[PlaceFigures]:
    """Every place with its figures, those without petitions too; ``hidden`` category ids are left out.

    Petitions in no place are a last row with id 0, if there are any.
    """
    places = list(Place.objects.values_list("pk", "code", "name", "kind", "population").order_by("name"))
    most = 1 + max((row[0] for row in places), default=0)
    petitions = np.zeros(most, np.int64)
    unresolved = np.zeros(most, np.int64)
    for part in source.parts:
        kept = _kept(part, question, hidden)
        where, status = part.place[kept], part.status[kept]
        petitions = _sum(petitions, np.bincount(where, minlength=most))
        unresolved = _sum(unresolved, np.bincount(where[_any_of(status, _OPEN)], minlength=most))
    every, owed = petitions.tolist(), unresolved.tolist()
    rows = [
        PlaceFigures(pk, code, name, kind, population, every[pk], owed[pk])
        for pk, code, name, kind, population in places
    ]
    if every[0]:
        rows.append(PlaceFigures(0, "", "", "", None, every[0], owed[0]))
    return rows


def count_cells(
    source: Source, question: Question, hidden: Collection[int], resolution: int
) -> list[tuple[int, int]]:
    """``(cell, petitions)`` for every H3 cell of ``resolution`` that has some."""
    totals: dict[int, int] = {}
    for part in source.parts:
        counts = np.bincount(part.cell[_kept(part, question, hidden)], minlength=len(part.cells))
        for cell, count in _at_resolution(part.cells, counts, resolution):
            totals[cell] = totals.get(cell, 0) + count
    return sorted(totals.items())


def count_by(
    source: Source,
    question: Question,
    hidden: Collection[int],
    *,
    column: str,
    within: Callable[[Columns], Mask],
) -> dict[int, int]:
    """How many petitions for each value of a column, among those that ``within(part)`` picks."""
    totals: dict[int, int] = {}
    for part in source.parts:
        kept = _kept(part, question, hidden) & within(part)
        values, counts = np.unique(getattr(part, column)[kept], return_counts=True)
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            totals[value] = totals.get(value, 0) + count
    return totals


def in_cell(cell: int, resolution: int) -> Within:
    """Picks the petitions in one cell, for ``count_by``."""
    kept, put = parent_masks(resolution)
    return lambda part: np.isin(part.cell, np.flatnonzero((part.cells & kept | put) == cell))


def _at_resolution(cells: Any, counts: Any, resolution: int) -> Iterator[tuple[int, int]]:
    some = (counts > 0) & (cells != 0)
    kept, put = parent_masks(resolution)
    parents, positions = np.unique(cells[some] & kept | put, return_inverse=True)
    sums = np.bincount(positions, weights=counts[some], minlength=len(parents)).astype(np.int64)
    return zip(parents.tolist(), sums.tolist(), strict=True)


def _sum(left: Counts, right: Counts) -> Counts:
    """Element by element; a place made a moment ago may make one side longer."""
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    longer = longer.copy()
    longer[: len(shorter)] += shorter
    return longer


def _kept(part: Columns, question: Question, hidden: Collection[int]) -> Mask:
    """Which petitions of a part the question is about."""
    kept: Mask = np.ones(len(part), np.bool_)
    filters = question.filters
    if filters.since:
        kept &= part.day >= _day(filters.since)
    if filters.until:
        kept &= part.day <= _day(filters.until)
    if filters.category:
        kept &= _any_of(part.category, filters.category)
    if filters.department:
        kept &= _any_of(part.department, filters.department)
    if filters.status:
        kept &= _any_of(part.status, [STATUSES.index(status) + 1 for status in filters.status])
    if filters.channel:
        kept &= _any_of(part.channel, [CHANNELS.index(channel) + 1 for channel in filters.channel])
    if hidden:
        kept &= ~_any_of(part.category, hidden)
    return kept


def _any_of(column: Ints, values: Collection[int]) -> Mask:
    """Where the column has one of a few values: far quicker than ``np.isin`` for a handful."""
    found: Mask = np.zeros(len(column), np.bool_)
    for value in values:
        found |= column == value
    return found


def _day(day: Any) -> int:
    return int(min(max((day - EPOCH).days, -32768), 32767))
