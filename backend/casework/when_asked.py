"""The day on which a petition was asked, where the office takes it down on a later one: a paper of a tour, a
letter that waited for the clerk. The citizen's days run from it, so the page says what that comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.casework.deadlines import due_date, municipal_holidays
from backend.casework.rules import waits_for_check
from backend.casework.timeline import in_words
from field.models import Category
from geo.clock import local_today, local_zone

#: What was asked longer ago is history, which ``import_petitions`` brings in.
LONGEST_AGO: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Foretold:
    """What taking a petition down now would promise, as a sentence; ``late`` if it were overdue at once."""

    text: str
    late: bool = False

    def __str__(self) -> str:
        return self.text


def fault_of(day: date) -> str:
    """Why a petition cannot have been asked on a day, in words; empty where it can."""
    today = local_today()
    if day > today:
        return _("Ese día todavía no llega.")
    if day < today - LONGEST_AGO:
        return _("Hace más de un año de ese día: revíselo.")
    return ""


def moment_of(day: date | None) -> datetime | None:
    """The noon of a past day, for nobody knows the hour; None for today, which is now."""
    if day is None or day == local_today():
        return None
    return datetime.combine(day, time(12), local_zone())


def foretold(day: date, category: Category, channel: str) -> Foretold | None:
    """What would be promised of a petition asked on an earlier day; None of one that is asked today, or on no
    possible day. One query."""
    if day >= local_today() or fault_of(day):
        return None
    if waits_for_check(category, channel):
        return Foretold(_("La oficina debe verificarla primero: su plazo corre desde entonces."))
    due_on = due_date(day, category.working_days, frozenset(municipal_holidays()))
    late = due_on < local_today()
    days = ngettext("%(n)s día hábil", "%(n)s días hábiles", category.working_days)
    text = _("Quedará vencida desde que se guarde: %(days)s desde el %(day)s terminaron el %(due_on)s.")
    if not late:
        text = _("Vencerá el %(due_on)s: %(days)s desde el %(day)s.")
    words = {"days": days % {"n": category.working_days}, "day": in_words(day), "due_on": in_words(due_on)}
    return Foretold(text % words, late)
