"""How letters look in lists."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from backend.letters.facts import day_of
from backend.letters.models import AWAITING, Letter, State
from geo.clock import local_day, local_today

register = template.Library()
_FOLIO: Final = re.compile(r"\b(\d\d-[0-9A-Z]{3}-\d{5}-[0-9A-Z])\b")

#: Each state has a shape of its own besides its word.
ICONS: Final[dict[str, str]] = {
    State.DRAFT: "pencil",
    State.DISCARDED: "trash",
    State.ISSUED: "file-earmark-check",
    State.SENT: "send",
    State.DELIVERED: "envelope-check",
    State.RECEIVED: "envelope-arrow-down",
    State.ANSWERED: "reply-all",
    State.CANCELLED: "x-octagon",
}


@register.inclusion_tag("letters/_state.html")
def letter_state(letter: Letter) -> dict[str, object]:
    """Where a letter stands: icon and word."""
    return {"letter": letter, "icon": ICONS[letter.state]}


@register.filter
def answer_is_late(letter: Letter, today: date | None = None) -> bool:
    """Whether an answer is owed on it and its day has passed."""
    due = letter.answer_due_on
    return (
        letter.state in AWAITING
        and not letter.answered_on
        and due is not None
        and due < (today or local_today())
    )


@register.filter
def full_day(moment: date | datetime) -> str:
    """``4 de noviembre de 2026``, local: what is kept for years always says its year."""
    return day_of(local_day(moment) if isinstance(moment, datetime) else moment)


@register.filter
def other_side(letter: Letter) -> str:
    """Who is written to, or who wrote, in one line."""
    return letter.party or (_("Datos suprimidos") if letter.forgotten_at else "—")


@register.filter
def shown_number(letter: Letter) -> str:
    """Its number, or that it has none yet."""
    return str(letter)


@register.filter
def whole_folios(text: str) -> SafeString:
    """Text, escaped, whose folios never break at the end of a line."""
    parts = _FOLIO.split(str(text))
    return mark_safe(
        "".join(
            f'<span class="number">{part}</span>' if place % 2 else escape(part)
            for place, part in enumerate(parts)
        )
    )
