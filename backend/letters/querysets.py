"""Reads of letters."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from backend.letters.vocabulary import AWAITING, Kind, State

if TYPE_CHECKING:
    from backend.letters.models import Letter  # noqa: F401


def fold(*parts: str) -> str:
    """Texts as they are searched: in one line, without accents or case."""
    decomposed = unicodedata.normalize("NFKD", " ".join(parts).casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters."""

    def in_register(self) -> Self:
        """Those with a number, and the drafts; without what was thrown away before it had one."""
        return self.exclude(state=State.DISCARDED)

    def incoming(self) -> Self:
        """What came."""
        return self.filter(kind=Kind.INCOMING)

    def outgoing(self) -> Self:
        """What is written here."""
        return self.exclude(kind=Kind.INCOMING)

    def awaiting(self) -> Self:
        """Those on which an answer is owed, by us or to us."""
        return self.filter(state__in=AWAITING, answered_on=None, answer_due_on__isnull=False)

    def late(self, today: date) -> Self:
        """Those whose answer did not come in time."""
        return self.awaiting().filter(answer_due_on__lt=today)

    def matching(self, text: str) -> Self:
        """Those that hold every word, wherever it stands; accents and case apart."""
        letters = self
        for word in fold(text).split():
            letters = letters.filter(words__contains=word)
        return letters

    def of_year(self, year: int) -> Self:
        """Those numbered in a year, and those drafted in it."""
        return self.filter(Q(year=year) | Q(year=None, entered_at__year=year))

    def newest_first(self) -> Self:
        """Drafts first, then by number and year as the register's book would show them."""
        return self.order_by("-entered_at", "-id")
