"""Adding municipal rest days and taking them away, with the due dates that they move or leave."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.calendar import FIRST_YEAR, LAST_YEAR, days_between
from backend.casework.deadlines import municipal_holidays, official_rest_days
from backend.casework.due_dates import Effect, effect_of, move_due_dates
from backend.casework.models import CalendarChange, Holiday
from backend.casework.services.echoes import settle_leads
from backend.casework.timeline import in_words
from geo.problems import FieldError, Invalid

LONGEST_SPAN = timedelta(days=62)
NAME_MAX_LENGTH = 120


def foresee_days(*, first: date, last: date, added: bool) -> Effect:
    """What adding these days, or taking them away, would do to the open due dates; nothing is written."""
    there, span = frozenset(municipal_holidays()), frozenset(days_between(first, last))
    return effect_of(there, there | span if added else there - span, first, last)


@transaction.atomic
def add_days(*, first: date, last: date, name: str, move: bool, by: User) -> CalendarChange:
    """Make the municipality rest from the first day to the last; ``move`` counts open promises again,
    but for those that an earlier change left as they stood.

    Days that are official or already there are left as they are. Raises NotAllowed, or Invalid with
    pointers to the arguments, also where no day would be added.
    """
    require(by, "casework.edit_rules")
    name = " ".join(name.split())
    if errors := faults_of_days(first, last, name):
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    _one_at_a_time()
    there = municipal_holidays()
    new = [day for day in days_between(first, last) if day not in there and not is_official(day)]
    if not new:
        detail = _("Esos días ya son inhábiles.")
        raise Invalid(detail, errors=[{"pointer": "/first", "code": "already", "detail": detail}])
    effect = foresee_days(first=first, last=last, added=True)
    Holiday.objects.bulk_create(Holiday(date=day, name=name) for day in new)
    return _record(effect, first, last, name, by, added=True, move=move)


@transaction.atomic
def remove_days(*, first: date, last: date, move: bool, by: User) -> CalendarChange:
    """Let the municipality work again on the days that it had added in a span.

    Raises NotAllowed, or Invalid where it had added none of them.
    """
    require(by, "casework.edit_rules")
    if errors := faults_of_days(first, last, _("día quitado")):
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    _one_at_a_time()
    days = Holiday.objects.filter(date__gte=first, date__lte=last)
    names = list(dict.fromkeys(days.values_list("name", flat=True)))
    if not names:
        raise Invalid(_("El municipio no tiene días suyos en esas fechas: puede que alguien ya los quitara."))
    effect = foresee_days(first=first, last=last, added=False)
    days.delete()
    name = "; ".join(names)[:NAME_MAX_LENGTH]
    return _record(effect, first, last, name, by, added=False, move=move)


def faults_of_days(first: date, last: date, name: str) -> list[FieldError]:
    """What is wrong with a span of days and its reason."""
    errors: list[FieldError] = []
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR and first <= last:
        detail = _("El calendario va de %(first)s a %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        errors.append({"pointer": "/first", "code": "out_of_range", "detail": detail})
    if last < first:
        detail = _("El último día es anterior al primero.")
        errors.append({"pointer": "/last", "code": "before", "detail": detail})
    elif last - first > LONGEST_SPAN:
        detail = _("Son más de dos meses: agréguelos por partes.")
        errors.append({"pointer": "/last", "code": "too_long", "detail": detail})
    if not name:
        errors.append({"pointer": "/name", "code": "required", "detail": _("Escriba el motivo.")})
    elif len(name) > NAME_MAX_LENGTH or "\0" in name:
        errors.append({"pointer": "/name", "code": "invalid", "detail": _("El motivo es demasiado largo.")})
    return errors


def is_official(day: date) -> bool:
    """Whether the law already makes everybody rest on that day."""
    return day in official_rest_days(day.year)


def span_in_words(first: date, last: date) -> str:
    """``el 2 de noviembre`` or ``del 21 de diciembre al 4 de enero``."""
    if first == last:
        return _("el %(day)s") % {"day": in_words(first)}
    return _("del %(first)s al %(last)s") % {"first": in_words(first), "last": in_words(last)}


def _one_at_a_time() -> None:
    """Two who change the calendar at once would count with days that the other is adding."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE casework_holiday IN SHARE ROW EXCLUSIVE MODE")


def _record(
    effect: Effect, first: date, last: date, name: str, by: User, *, added: bool, move: bool
) -> CalendarChange:
    now, moved = timezone.now(), None
    if move:
        sentence = _("Es inhábil %(days)s: %(name)s") if added else _("Vuelve a ser hábil %(days)s: %(name)s")
        note = sentence % {"days": span_in_words(first, last), "name": name}
        moved = move_due_dates(effect, first=first, last=last, at=now, by_id=by.pk, note=note)
        settle_leads()
    return CalendarChange.objects.create(
        at=now, by=by, added=added, first=first, last=last, name=name, moved=moved
    )
