"""Which boletas may be called about, and what came of the calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from backend.accounts.models import User
from backend.casework.models import StatusChange
from backend.casework.selectors import visible_to
from backend.validation.models import Call, CallItem, CallList, Result
from backend.validation.sampling import sample_of
from field.models import Petition, Status
from field.querysets import PetitionQuerySet
from geo.clock import local_day, next_month, start_of_day, whole_days


@dataclass(slots=True)
class Eligible:
    """The boletas to choose from, by the id of the department that attended them."""

    by_department: dict[int, list[UUID]] = field(default_factory=dict)
    unreachable: int = 0

    @property
    def total(self) -> int:
        return sum(map(len, self.by_department.values()))


def whole_month(month: date) -> tuple[datetime, datetime]:
    """The first moment of a local month, and that of the next."""
    return start_of_day(month.replace(day=1)), start_of_day(next_month(month))


def eligible_boletas(*, since: date, until: date) -> Eligible:
    """Boletas attended last in those local days that still wait for validation, in no list yet.

    Reserved ones are in no list: who calls may not know of them. Whoever asked not to be contacted is
    not called. Two queries.
    """
    attended = StatusChange.objects.filter(petition=OuterRef("pk"), move="attend")
    start, end = whole_days(since, until)
    within, after = attended.filter(at__gte=start, at__lt=end), attended.filter(at__gte=end)
    waiting = CallItem.objects.waiting().filter(petition=OuterRef("pk"))
    boletas = Petition.objects.filter(
        Exists(within), ~Exists(after), ~Exists(waiting), status=Status.ATTENDED, category__sensitive=False
    ).exclude(department=None)
    found = Eligible()
    callable_ = _with_telephone(boletas).values_list("department_id", "pk")
    for department, pk in callable_.iterator():
        found.by_department.setdefault(department, []).append(pk)
    found.unreachable = boletas.count() - found.total
    return found


def redrawn(call_list: CallList) -> bool | None:
    """Whether a sample comes out the same when it is drawn again from what it was drawn from; None where
    that was not kept, for all were taken."""
    if call_list.frame is None:
        return None
    frame = {int(key): [UUID(one) for one in ids] for key, ids in call_list.frame.items()}
    drawn = sample_of(frame, call_list.size, call_list.seed)
    return drawn == list(call_list.items.order_by("position").values_list("department_id", "petition_id"))


def _with_telephone(boletas: PetitionQuerySet) -> PetitionQuerySet:
    willing = boletas.filter(petitioner__consent=True, petitioner__objects_to_contact=False)
    return willing.exclude(petitioner__phone_digits="")


def lists_for(user: User) -> list[CallList]:
    """Every list, the newest first; none without the verb."""
    if not user.has_perm("validation.call"):
        return []
    return list(CallList.objects.select_related("drawn_by"))


@dataclass(slots=True)
class DepartmentCalls:
    """A row of the month's report: what the calls about one department's work gave."""

    name: str
    code: str
    results: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.results.values())

    @property
    def answered(self) -> int:
        """Calls in which the citizen said whether it was resolved."""
        return self.results.get(Result.POSITIVE, 0) + self.results.get(Result.NEGATIVE, 0)

    @property
    def positive_share(self) -> float | None:
        """Positive per hundred that answered."""
        return 100 * self.results.get(Result.POSITIVE, 0) / self.answered if self.answered else None


def calls_of_month(user: User, month: date, *, result: str = "", department: str = "") -> QuerySet[Call]:
    """The calls of a local month about boletas that the person may know of, oldest first."""
    since, until = whole_month(month)
    calls = Call.objects.filter(at__gte=since, at__lt=until)
    if result:
        calls = calls.filter(result=result)
    if department:
        calls = calls.filter(department__code=department)
    visible = visible_to(user).filter(pk=OuterRef("petition"))
    return (
        calls.filter(Exists(visible))
        .select_related("petition__category", "department", "by")
        .defer("petition__location")
    )


def report_of_month(user: User, month: date) -> list[DepartmentCalls]:
    """The month's calls by department, those with the most first. One query."""
    counted = (
        calls_of_month(user, month)
        .order_by()
        .values("result", name=F("department__name"), code=F("department__code"))
        .annotate(number=Count("id"))
    )
    rows: dict[str, DepartmentCalls] = {}
    for one in counted:
        code = one["code"] or ""
        row = rows.setdefault(code, DepartmentCalls(one["name"] or "", code, {}))
        row.results[one["result"]] = one["number"]
    return sorted(rows.values(), key=lambda row: (-row.total, row.name))


def first_month() -> date | None:
    """The month of the first call ever noted."""
    first = Call.objects.order_by("at").values_list("at", flat=True).first()
    return local_day(first).replace(day=1) if first else None
