"""What is done each month, by a worker."""

from __future__ import annotations

from celery import shared_task
from django.db.models import Q

from backend.notifications.ports.file import forget_in_files
from backend.privacy.models import RetentionRule
from backend.privacy.services.retention import apply_rule


@shared_task(name="privacy.retain")  # type: ignore[untyped-decorator]
def retain() -> None:
    """Let go of what the rules in force say, and of what was blocked until a day that has gone."""
    blocked = Q(kind=RetentionRule.Kind.BLOCKED)  # though nothing more is blocked
    for rule in RetentionRule.objects.filter(Q(in_force=True) | blocked):
        apply_rule(rule=rule)
    forget_in_files()
