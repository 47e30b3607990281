"""The days that a report is about, as the address says them, and the days to compare them with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backend.casework.filters import BadFilter, Query
from geo.clock import local_today, next_month, start_of_day
from geo.problems import FieldError

_DAY: Final = timedelta(days=1)
#: Nothing was promised before; and later years are a slip of the keyboard.
_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_LONGEST_DAYS: Final = 366 * 5
_MONTHS_OFFERED, _QUARTERS_OFFERED, _YEARS_OFFERED = 13, 5, 3


@dataclass(frozen=True, slots=True)
class Days:
    """Local days, the first and the last included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The first day's first moment."""
        return start_of_day(self.first)

    @property
    def until(self) -> datetime:
        """The first moment that is no more of these days."""
        return start_of_day(self.last + _DAY)

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        if self.first == self.last:
            return _in_words(self.last)
        if self.first.year != self.last.year:
            first = _in_words(self.first)
        else:
            first = date_format(
                self.first, "j" if self.first.month == self.last.month else r"j \d\e F"
            ).lower()
        return _("%(first)s al %(last)s") % {"first": first, "last": _in_words(self.last)}


@dataclass(frozen=True, slots=True)
class Period:
    """What the address asks for: ``code`` is a month ``2026-11``, a quarter ``2026-T4``, a year ``2026``, or
    empty for some days.
    """

    code: str
    days: Days

    @property
    def name(self) -> str:
        """In words: ``noviembre de 2026``, ``4.º trimestre de 2026``, ``2026``, or the days."""
        first = self.days.first
        if "T" in self.code:
            return _("%(number)s.º trimestre de %(year)s") % {"number": self.code[-1], "year": first.year}
        if "-" in self.code:
            return date_format(first, r"F \d\e Y").lower()
        return self.code or str(self.days)

    @property
    def query(self) -> str:
        """The part of an address that says this period."""
        if self.code:
            return f"periodo={self.code}"
        return f"desde={self.days.first.isoformat()}&hasta={self.days.last.isoformat()}"

    @property
    def previous(self) -> Period:
        """The period of the same kind before this one."""
        day = self.days.first - _DAY
        if not self.code:
            return Period("", Days(self.days.first - len(self.days) * _DAY, day))
        return _around(day, self.code)

    @property
    def following(self) -> Period:
        """The period of the same kind after this one."""
        day = self.days.last + _DAY
        if not self.code:
            return Period("", Days(day, self.days.last + len(self.days) * _DAY))
        return _around(day, self.code)

    @property
    def compared(self) -> Days:
        """What it is compared with: the one before, and of it no more days than have gone by of this one."""
        before, today = self.previous.days, local_today()
        if not self.days.first <= today < self.days.last:
            return before
        gone = (today - self.days.first).days
        return Days(before.first, min(before.first + gone * _DAY, before.last))


def month_of(day: date) -> Period:
    """The whole month of a day."""
    return Period(f"{day:%Y-%m}", Days(day.replace(day=1), next_month(day) - _DAY))


def quarter_of(day: date) -> Period:
    """The whole quarter of a day."""
    number = (day.month + 2) // 3
    last = month_of(date(day.year, 3 * number, 1)).days.last
    return Period(f"{day.year}-T{number}", Days(date(day.year, 3 * number - 2, 1), last))


def year_of(day: date) -> Period:
    """The whole year of a day."""
    return Period(f"{day.year}", Days(date(day.year, 1, 1), date(day.year, 12, 31)))


def read_period(query: Query) -> Period:
    """The period of an address, this month where it says none. Raises BadFilter."""
    code, first, last = (_value(query, name) for name in ("periodo", "desde", "hasta"))
    if code:
        return _named(code)
    if not first and not last:
        return month_of(local_today())
    days = Days(_day(first, "desde"), _day(last or local_today().isoformat(), "hasta"))
    if days.last < days.first:
        raise _bad("hasta", _("El último día es anterior al primero: cámbielos de lugar."))
    if len(days) > _LONGEST_DAYS:
        raise _bad("desde", _("Elija a lo más cinco años."))
    return Period("", days)


def offered_periods(shown: Period) -> list[tuple[str, list[Period]]]:
    """What may be chosen from a list, by kind, the newest first; the one shown is always among them."""
    month, quarter, year = (kind(local_today()) for kind in (month_of, quarter_of, year_of))
    groups = [
        (_("Meses"), _and_before(month, _MONTHS_OFFERED)),
        (_("Trimestres"), _and_before(quarter, _QUARTERS_OFFERED)),
        (_("Años"), _and_before(year, _YEARS_OFFERED)),
    ]
    if shown.code and not any(shown in periods for _title, periods in groups):
        groups.insert(0, (_("El que se muestra"), [shown]))
    return groups


def _and_before(period: Period, count: int) -> list[Period]:
    periods = [period]
    while len(periods) < count:
        periods.append(periods[-1].previous)
    return periods


def _around(day: date, like: str) -> Period:
    kind = quarter_of if "T" in like else month_of if "-" in like else year_of
    return kind(day)


def _named(code: str) -> Period:
    year = code.partition("-")[0]
    if re.fullmatch("[0-9]{4}", year) and _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        for kind in (year_of, quarter_of, month_of):
            for month in range(1, 13):
                period = kind(date(int(year), month, 1))
                if period.code == code:
                    return period
    detail = _("No se entiende el periodo «%s»: escríbalo así: 2026-11, 2026-T4 o 2026.") % code
    raise _bad("periodo", detail)


def _day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _bad(name, _("Escriba el día así: 2026-11-30.")) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise _bad(name, _("Ese día está demasiado lejos."))
    return day


def _value(query: Query, name: str) -> str:
    values = query.getlist(name)
    return values[-1].strip()[:20] if values else ""


def _bad(name: str, detail: str) -> BadFilter:
    return BadFilter(detail, errors=[FieldError(pointer=f"/{name}", code="invalid", detail=detail)])


def _in_words(day: date) -> str:
    return date_format(day, r"j \d\e F \d\e Y").lower()
