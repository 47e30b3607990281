"""The week whose promises are worked on now: what is left of this one or, once it is over, the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from geo.clock import local_today

_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Week:
    """The days of a week in which something may yet fall due, up to its Sunday."""

    first: date
    last: date
    #: Whether today is one of them.
    running: bool

    def __str__(self) -> str:
        """``esta semana``, or which days: ``del lunes 30 al domingo 6``."""
        if self.running:
            return _("esta semana")
        first, last = (date_format(day, "l j").lower() for day in (self.first, self.last))
        return _("del %(first)s al %(last)s") % {"first": first, "last": last}

    @property
    def falls_due(self) -> Q:
        """What is due in it."""
        return Q(due_on__range=(self.first, self.last))


def week_at_hand(today: date | None = None) -> Week:
    """From today to Sunday; on Saturday and Sunday, when nothing is due any more, the coming week."""
    today = today or local_today()
    sunday = today + timedelta(days=_SUNDAY - today.weekday())
    if today.weekday() < _SATURDAY:
        return Week(today, sunday, running=True)
    return Week(sunday + timedelta(days=1), sunday + timedelta(weeks=1), running=False)
