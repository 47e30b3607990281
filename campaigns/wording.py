"""How dates are said in sentences."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def day_in_words(day: dt.date) -> str:
    """``20 de noviembre``; in a sentence, months are written small."""
    return date_format(day, _("j \\d\\e F")).lower()
