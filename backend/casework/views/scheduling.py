"""What may be amiss with a day for the work, told as it is picked: a piece of the form."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from backend.accounts.access import requires
from backend.casework.bulk_words import doubts_about_many
from backend.casework.models import BulkMove
from backend.casework.timeline import doubts_about
from backend.casework.views.finding import find_or_404
from geo.clock import local_today


@require_GET
@requires("casework.schedule")
def of_boleta(request: HttpRequest, folio: str) -> HttpResponse:
    """Of one boleta: a day off, or one after its promise."""
    petition, day = find_or_404(request, folio), _day(request)
    return _answer(request, day, doubts_about(day, promised=petition.due_on) if day else [])


@require_GET
@requires("casework.schedule")
def of_many(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """Of those chosen: a day off, or one after the promise of some."""
    bulk = get_object_or_404(BulkMove.objects.select_related("by"), pk=bulk_id, by=request.user)
    day = _day(request)
    return _answer(request, day, doubts_about_many(bulk, day) if day else [])


def _day(request: HttpRequest) -> date | None:
    """The day picked; none of one that is no day, or that has gone: the form refuses those."""
    try:
        day = date.fromisoformat(request.GET.get("scheduled_for", ""))
    except ValueError:
        return None
    return day if day >= local_today() else None


def _answer(request: HttpRequest, day: date | None, doubts: list[str]) -> HttpResponse:
    context = {"day": day.isoformat() if day else "", "doubts": doubts}
    return render(request, "casework/_doubts.html", context)
