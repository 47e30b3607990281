"""Days far enough ahead that nothing is overdue."""

from __future__ import annotations

from datetime import UTC, date, datetime

#: A Friday long ahead, so that nothing is overdue, and the Monday of its promise's second week.
FRIDAY = datetime(2093, 11, 20, 18, tzinfo=UTC)
MONDAY = date(2093, 11, 30)
