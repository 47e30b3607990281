"""What is blocked, until when, and who opened it."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from backend.privacy.models import BlockedData, RetentionRule
from backend.privacy.terms import months_after
from geo.clock import local_today

#: Suppressed ones that the page still lists.
GONE_SHOWN = 50


def block_until() -> date | None:
    """The last day of what would be blocked today; None where data are suppressed at once. One query."""
    rule = RetentionRule.objects.filter(kind=RetentionRule.Kind.BLOCKED, in_force=True).first()
    return months_after(local_today(), rule.months) if rule else None


def blocked_rows() -> dict[str, list[BlockedData]]:
    """Those that stand, the first to go on top, and the last that went; no contents. Two queries."""
    rows = BlockedData.objects.defer("contents").annotate(opened=Count("openings"))
    return {
        "standing": list(rows.filter(suppressed_at=None)),
        "gone": list(rows.exclude(suppressed_at=None).order_by("-suppressed_at", "-pk")[:GONE_SHOWN]),
    }
