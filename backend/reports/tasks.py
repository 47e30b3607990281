"""What the reports do by the clock."""

from __future__ import annotations

from celery import shared_task

from backend.reports.services.snapshots import rebuild_density


@shared_task(name="reports.rebuild_density")  # type: ignore[untyped-decorator]
def rebuild_density_by_the_clock() -> None:
    """Beat calls this every few minutes (``CELERY_BEAT_SCHEDULE``)."""
    rebuild_density()
