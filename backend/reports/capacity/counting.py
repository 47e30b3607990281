"""The figures of each department in a period, and in the one before it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import Count, Q

from backend.reports.capacity.measures import IN_TIME, OF_PERIOD, OPEN_NOW, OVERDUE_NOW
from backend.reports.capacity.periods import Days
from backend.reports.capacity.scope import Scope
from backend.reports.capacity.steps import COMPARED, COUNTED, LONG_DAYS, values_of
from field.models import Department
from geo.clock import local_today


@dataclass(slots=True)
class Figures:
    """How many by each measure's column, and how many of those attended took how many working days."""

    counts: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)

    @property
    def median(self) -> int | None:
        """Half of those attended took so many working days or fewer; None where none was."""
        return self._nearest_rank(5)

    @property
    def p90(self) -> int | None:
        """Nine of ten took so many or fewer."""
        return self._nearest_rank(9)

    @property
    def share(self) -> float | None:
        """Of a hundred attended, how many in time; None where none was."""
        attended = self.counts["attended"]
        return 100 * self.counts["in_time"] / attended if attended else None

    def add(self, bits: int, in_time: bool | None, days: int | None, number: int) -> None:
        """Count in some boletas that are alike."""
        for measure in OF_PERIOD:
            if bits & measure.bit and (measure is not IN_TIME or in_time):
                self.counts[measure.column] += number
        if days is not None:
            self.days[days] += number

    def _nearest_rank(self, tenths: int) -> int | None:
        rank = -(-self.days.total() * tenths // 10)
        for days, number in sorted((+self.days).items()):  # without what was counted and taken out again
            rank -= number
            if rank <= 0:
                return days
        return None


@dataclass(slots=True)
class Row:
    """A department's figures (without a ``code``: the office's own; ``whole``: all together)."""

    code: str
    name: str
    figures: Figures = field(default_factory=Figures)
    before: Figures = field(default_factory=Figures)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Capacity:
    """A row for each department in use and for what has figures besides, and all of them together."""

    rows: list[Row]
    whole: Row

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        figures = (self.whole.figures, self.whole.before)
        return not any(number for one in figures for number in one.counts.values())


def count_capacity(scope: Scope, days: Days, compared: Days) -> Capacity:
    """The figures of a period beside those of the days it is compared with. Four queries, or six."""
    departments = Department.objects.order_by("name", "pk")
    if scope.department is not None:
        departments = departments.filter(pk=scope.department)
    rows = {one.pk: (one.active, Row(one.code, one.name)) for one in departments}
    office, whole = Row("", ""), Row("", "", whole=True)
    values = values_of(scope, days, compared=compared)
    with connection.cursor() as cursor:
        for statement in COUNTED if len(days) > LONG_DAYS else COMPARED:
            cursor.execute(statement, values)
            for asked, department, *alike in cursor.fetchall():
                for row in (whole, rows[department][1] if department else office):
                    (row.figures if asked else row.before).add(*alike)
    for department, numbers in _owed_now(scope, local_today()).items():
        for row in (whole, rows[department][1] if department else office):
            row.figures.counts.update(numbers)
    told = [row for active, row in rows.values() if active or _has_figures(row)]
    return Capacity(told + [office] * _has_figures(office), whole)


def _owed_now(scope: Scope, today: date) -> dict[int | None, dict[str, int]]:
    petitions = scope.petitions().open()
    if scope.department is not None:
        petitions = petitions.filter(department_id=scope.department)
    late = Count("status", filter=Q(due_on__lt=today))
    counted = petitions.order_by().values("department_id").annotate(open=Count("status"), overdue=late)
    return {
        row["department_id"]: {OPEN_NOW.column: row["open"], OVERDUE_NOW.column: row["overdue"]}
        for row in counted
    }


def _has_figures(row: Row) -> bool:
    return any(row.figures.counts.values()) or any(row.before.counts.values())
