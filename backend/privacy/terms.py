"""The working days of the Ley General de Protección de Datos Personales en Posesión de Sujetos Obligados."""

from __future__ import annotations

from datetime import date
from typing import Final

from backend.casework.deadlines import due_date, municipal_holidays

#: To answer; to extend that, once; and to make effective what was granted.
TO_ANSWER: Final = 20
TO_EXTEND: Final = 10
TO_FULFIL: Final = 15


def working_days_after(day: date, days: int) -> date:
    """The last day of so many working days, those that the municipality adds left out. One query."""
    return due_date(day, days, frozenset(municipal_holidays()))
