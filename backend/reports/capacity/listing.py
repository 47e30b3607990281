"""The boletas behind a figure: exactly those that it counts, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from backend.casework.selectors import for_reading
from backend.reports.capacity.measures import IN_TIME, OVERDUE_NOW, Measure
from backend.reports.capacity.periods import Days
from backend.reports.capacity.scope import Scope
from backend.reports.capacity.steps import MEASURED, values_of
from field.models import Department, Petition
from field.querysets import PetitionQuerySet
from geo.clock import local_today

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Whose:
    """Of which department: ``everybody``'s, the office's own (no department), or one's."""

    department: Department | None = None
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """A boleta as a figure counts it; what is not asked of such a figure is None.

    ``department`` is whose figure it is, ``at`` when it happened, and of what was attended: when that had
    been asked for, was due, and how many working days it took.
    """

    petition: Petition
    department: Department | None
    at: datetime
    asked_on: date | None
    due_on: date | None
    days: int | None

    @property
    def overdue(self) -> bool:
        """Whether the day on which it is or was due has gone by."""
        return self.due_on is not None and self.due_on < local_today()


@dataclass(frozen=True, slots=True)
class Boletas:
    """Those of one figure, to be counted and sliced: what Django's ``Paginator`` asks of a list."""

    scope: Scope
    measure: Measure
    days: Days
    whose: Whose
    slowest_first: bool = False

    def count(self) -> int:
        """How many: the figure itself. Two queries, or one of what is owed now."""
        if self.measure.now:
            return self._owed().count()
        query = f"{MEASURED} SELECT count(*) FROM measured WHERE {self._condition()}"  # noqa: S608
        [[number]] = self._rows(query)
        return int(number)

    def __getitem__(self, part: slice) -> list[Counted]:
        """A stretch of them. Four queries at most."""
        if self.measure.now:
            owed = for_reading(self._owed().order_by(F("due_on").asc(nulls_last=True), "captured_at", "pk"))
            return [
                Counted(one, one.department, one.captured_at, None, one.due_on, None) for one in owed[part]
            ]
        order = "days DESC NULLS LAST, " if self.slowest_first else ""
        query = f"""{MEASURED}
            SELECT petition_id, department_id, at, asked_on, due_on, days
              FROM measured WHERE {self._condition()}
             ORDER BY {order}at DESC, petition_id, department_id
            OFFSET %(start)s LIMIT %(size)s"""  # noqa: S608 (constants of this program)
        start = part.start or 0
        size = None if part.stop is None else part.stop - start
        return self._told(self._rows(query, start=start, size=size))

    def _condition(self) -> str:
        named = "asked AND at IS NOT NULL" + " AND in_time" * (self.measure is IN_TIME)
        if self.whose.everybody:
            return named
        return f"{named} AND department_id IS NOT DISTINCT FROM %(whose)s::bigint"

    def _rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        whose = self.whose.department.pk if self.whose.department else None
        with connection.cursor() as cursor:
            scope = Scope(whose or self.scope.department, self.scope.hidden)
            known = values_of(scope, self.days, figure=self.measure.bit)
            cursor.execute(query, known | {"whose": whose} | values)
            return list(cursor.fetchall())

    def _owed(self) -> PetitionQuerySet:
        petitions = self.scope.petitions().open()
        if not self.whose.everybody:
            petitions = petitions.filter(department=self.whose.department)
        elif self.scope.department is not None:
            petitions = petitions.filter(department_id=self.scope.department)
        if self.measure is OVERDUE_NOW:
            petitions = petitions.filter(Q(due_on__lt=local_today()))
        return petitions

    def _told(self, rows: list[tuple[Any, ...]]) -> list[Counted]:
        departments = Department.objects.in_bulk()
        return [
            Counted(petition, departments.get(row[1]) if row[1] else None, *row[2:])
            for petition, row in _with_petitions(rows)
        ]


def _with_petitions(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Petition, tuple[Any, ...]]]:
    """Each row with its boleta, some thousands at a time."""
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        keys: list[UUID] = [row[0] for row in some]
        found = {one.pk: one for one in for_reading(Petition.objects.filter(pk__in=keys)).defer("answers")}
        for row in some:
            yield found[row[0]], row
