"""Pieces of the frame that need a little thought: how a status looks, how a folio is written."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.translation import gettext as _

from field.models import OPEN_STATUSES, Petition, Status
from field.telephones import as_read
from geo.clock import local_today

register = template.Library()

#: Each status has a shape of its own besides its colour (``--status-…`` in tokens.css) and word.
ICONS: dict[str, str] = {
    Status.TO_VERIFY: "question-circle",
    Status.NOT_PROCEEDING: "slash-circle",
    Status.UNREAD: "envelope-fill",
    Status.IN_HAND: "arrow-repeat",
    Status.SCHEDULED: "calendar-event",
    Status.ATTENDED: "check-lg",
    Status.CLOSED: "check-circle-fill",
    Status.DISPUTED: "exclamation-octagon-fill",
    Status.EXTERNAL: "box-arrow-up-right",
}


@register.inclusion_tag("pieces/status.html")
def status_badge(petition: Petition) -> dict[str, Any]:
    """Where a petition stands, and *Vencida* beside it when its day has passed."""
    return _badge(petition.status, petition.due_on)


@register.inclusion_tag("pieces/status.html")
def status_word(status: str) -> dict[str, Any]:
    """A status by itself, as in legends, filters and histories."""
    return _badge(status, None)


@register.inclusion_tag("pieces/overdue.html")
def overdue_badge() -> dict[str, Any]:
    """The word *Vencida* by itself."""
    return {}


def _badge(status: str, due_on: date | None) -> dict[str, Any]:
    late = due_on is not None and status in OPEN_STATUSES and due_on < local_today()
    return {
        "code": status,
        "icon": ICONS[status],
        "word": Status(status).label,
        "overdue": _("Vencida") if late else "",
    }


@register.filter
def telephone(value: str) -> str:
    """A telephone in the one way in which it is shown: ``669 123 4567``."""
    return as_read(value)


@register.filter
def folio(value: str) -> str:
    """``26A7F00042K`` as people read it: ``26-A7F-00042-K``."""
    return f"{value[:2]}-{value[2:5]}-{value[5:10]}-{value[10:]}" if len(value) == 11 else value
