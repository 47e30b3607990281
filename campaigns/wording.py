"""How dates are said in sentences."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from geo.clock import local_today


def day_in_words(day: dt.date) -> str:
    """``20 de noviembre``; another year than this one is named."""
    pattern = _("j \\d\\e F") if day.year == local_today().year else _("j \\d\\e F \\d\\e Y")
    return date_format(day, pattern)


def days_in_words(first: dt.date, last: dt.date) -> str:
    """``20 de noviembre``, ``20 al 22 de noviembre`` or ``28 de noviembre al 2 de diciembre``."""
    if first == last:
        return day_in_words(first)
    same_month = (first.year, first.month) == (last.year, last.month)
    begins = str(first.day) if same_month else day_in_words(first)
    return _("%(first)s al %(last)s") % {"first": begins, "last": day_in_words(last)}


def weekday_in_words(day: dt.date) -> str:
    """``viernes 20 de noviembre``."""
    return f"{date_format(day, 'l')} {day_in_words(day)}"
