"""The days of the Ley General de Protección de Datos Personales en Posesión de Sujetos Obligados
(DOF 20-03-2025, last amended DOF 14-11-2025). They are working days: article 3, fraction XII.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final

from backend.casework.deadlines import due_date, municipal_holidays
from backend.privacy.models import ArcoRequest
from geo.clock import local_today

#: Article 45: to answer; to extend that, once; and to make effective what was granted.
TO_ANSWER: Final = 20
TO_EXTEND: Final = 10
TO_FULFIL: Final = 15
#: Article 46: to ask the person, once, for what the request lacks; and for the person to complete it.
TO_ASK_TO_COMPLETE: Final = 5
TO_COMPLETE: Final = 10
#: Article 47: to tell the person that the request is not this municipality's to answer, and whose it is.
TO_SAY_NOT_OURS: Final = 3


def working_days_after(day: date, days: int) -> date:
    """The last of so many working days from the day after, those that the municipality adds left out.

    One query.
    """
    return due_date(day, days, frozenset(municipal_holidays()))


def may_extend(request: ArcoRequest) -> bool:
    """Whether the days to answer may still be made longer."""
    ended = request.resolved_at or request.extended or request.due_on < local_today()
    return not ended and not request.waits_for_person


def may_ask_to_complete(request: ArcoRequest) -> bool:
    """Whether the person may still be asked for what lacks: once, within five working days. One query."""
    if request.resolved_at or request.missing:
        return False
    return local_today() <= working_days_after(request.received_on, TO_ASK_TO_COMPLETE)


def say_not_ours_by(request: ArcoRequest) -> date:
    """The last day to tell the person that the municipality is not who must answer. One query."""
    return working_days_after(request.received_on, TO_SAY_NOT_OURS)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last if it has none such."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
