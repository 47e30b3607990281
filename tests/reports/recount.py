"""The measures counted again the slow way: every history read step by step in Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from backend.casework.deadlines import is_working_day, municipal_holidays
from backend.casework.models import Referral, StatusChange
from backend.reports.capacity.periods import Days
from field.models import OPEN_STATUSES, Petition
from geo.clock import local_today, local_zone

DONE = ("atendida", "concluida")


def recount(days: Days, *, hidden: frozenset[int] = frozenset()) -> dict[int | None, dict[str, Any]]:
    """By department: the folios of each measure, and the working days of what was attended."""
    found: dict[int | None, dict[str, Any]] = defaultdict(lambda: defaultdict(dict))
    for petition in Petition.objects.filter(echo_of=None).exclude(category__in=hidden):
        steps = list(StatusChange.objects.filter(petition=petition).order_by("at", "id"))
        before = None
        for step in steps:
            if days.first <= _day(step.at) <= days.last:
                for department, measure in _kinds(step, before):
                    found[department][measure][petition.folio] = step
            before = step
        if petition.status in OPEN_STATUSES:
            found[petition.department_id]["open"][petition.folio] = None
            if petition.due_on and petition.due_on < local_today():
                found[petition.department_id]["overdue"][petition.folio] = None
    rest = frozenset(municipal_holidays())
    for measures in found.values():
        measures["in_time"], measures["days"] = {}, Counter()
        for folio, step in measures["attended"].items():
            due_on, asked_on = _promise(step)
            if due_on and _day(step.at) <= due_on:
                measures["in_time"][folio] = step
            if asked_on:
                measures["days"][_working_days(asked_on, _day(step.at), rest)] += 1
    return found


def _kinds(step: StatusChange, before: StatusChange | None):
    reopens = step.from_status in DONE and step.to_status in OPEN_STATUSES
    arrives = step.move in ("receive", "import", "proceed", "refer_again")
    if arrives and step.department_id and step.to_status in OPEN_STATUSES:
        yield step.department_id, "received"
    if step.move == "attend":
        yield step.department_id, "attended"
    if step.move in ("dispute", "validate_negative"):
        yield step.department_id, "disputed"
    if reopens:
        had = before.department_id if step.move == "refer_again" else step.department_id
        yield had, "reopened"
    if step.move == "validate_positive":
        yield step.department_id, "positive"
    if step.move == "validate_negative":
        yield step.department_id, "negative"


def _promise(step: StatusChange):
    """When it was due then and on which day it had been asked for, both None where it never was."""
    referrals = list(Referral.objects.filter(petition=step.petition_id, at__lte=step.at).order_by("at", "id"))
    if not referrals:
        return None, None
    history = StatusChange.objects.filter(petition=step.petition_id, at__lte=step.at).order_by("at", "id")
    moved = history.filter(move="calendar", at__gt=referrals[-1].at).last()
    return (moved or referrals[-1]).due_on, _day(referrals[-1].at)


def _working_days(start: date, end: date, rest: frozenset[date]) -> int:
    """The working days after ``start`` and up to ``end``."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day, rest) for day in days)


def _day(moment):
    return moment.astimezone(local_zone()).date()
