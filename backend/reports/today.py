"""What waits for a person today, in figures: the reads behind the first page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q, Value

from backend.accounts.models import User
from backend.casework.selectors import visible_to
from backend.casework.week import week_at_hand
from backend.reports.capacity.periods import Days
from campaigns.models import Visit
from field.models import Petition, Status

#: How far ahead visits are shown, today included.
DAYS_AHEAD = 7
#: The statuses of what a department gave as done and nobody disputes.
DONE = (Status.ATTENDED, Status.CLOSED)


@dataclass(slots=True)
class Owed:
    """Open petitions of one department, or of all that a person sees."""

    name: str = ""
    code: str = ""
    total: int = 0
    overdue: int = 0
    due_soon: int = 0
    by_status: dict[str, int] = field(default_factory=dict)

    @property
    def unread(self) -> int:
        return self.by_status.get(Status.UNREAD, 0)

    def add(self, status: str, total: int, overdue: int, due_soon: int) -> None:
        """Count in a status's figures."""
        self.total += total
        self.overdue += overdue
        self.due_soon += due_soon
        self.by_status[status] = self.by_status.get(status, 0) + total


@dataclass(frozen=True, slots=True)
class Captured:
    """Petitions captured since a day, and how many of those the departments have already attended."""

    total: int
    attended: int


def owed_by_department(user: User, today: date) -> list[Owed]:
    """Open petitions that the user sees, by department, the most overdue first; one query.

    Those that no department has yet come under an empty name. ``due_soon`` is due in the week at hand.
    """
    rows = (
        visible_to(user)
        .open()
        .work_items()
        .order_by()
        .values("status", name=F("department__name"), code=F("department__code"))
        .annotate(
            total=Count(Value(1)),
            overdue=Count(Value(1), filter=Q(due_on__lt=today)),
            due_soon=Count(Value(1), filter=week_at_hand(today).falls_due),
        )
    )
    departments: dict[str, Owed] = {}
    for row in rows:
        owed = departments.setdefault(row["code"] or "", Owed(row["name"] or "", row["code"] or ""))
        owed.add(row["status"], row["total"], row["overdue"], row["due_soon"])
    return sorted(departments.values(), key=lambda owed: (-owed.overdue, -owed.total, owed.name))


def together(departments: list[Owed]) -> Owed:
    """The departments' figures as one."""
    whole = Owed()
    for department in departments:
        whole.total += department.total
        whole.overdue += department.overdue
        whole.due_soon += department.due_soon
        for status, number in department.by_status.items():
            whole.by_status[status] = whole.by_status.get(status, 0) + number
    return whole


def captured_since(user: User, day: date) -> Captured:
    """What was captured since the start of a local day; one query over the newest rows only."""
    figures = (
        visible_to(user)
        .filter(captured_at__gte=Days(day, day).since)
        .aggregate(total=Count(Value(1)), attended=Count(Value(1), filter=Q(status__in=DONE)))
    )
    return Captured(figures["total"], figures["attended"])


def captured_today(user: User, today: date) -> int:
    """How many petitions the person took today."""
    return Petition.objects.filter(captured_by=user, captured_at__gte=Days(today, today).since).count()


def coming_visits(user: User, today: date) -> list[Visit]:
    """Today's visits and those of the week that the user may see, the nearest first; one query."""
    coming = Visit.objects.visible_to(user).to_do(today=today, days=DAYS_AHEAD - 1)
    return list(coming.with_names().order_by("date", "place__name")[:30])
