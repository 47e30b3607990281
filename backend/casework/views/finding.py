"""The boleta that an address names."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from backend.casework.selectors import find_visible
from field.folio import FolioError
from field.models import Petition
from geo.problems import NotFound


def find_or_404(request: HttpRequest, folio: str) -> Petition:
    """The boleta, where the person may know of it; else the page that says there is none."""
    try:
        return find_visible(request.user, folio)
    except (NotFound, FolioError) as problem:
        raise Http404(problem.detail) from problem


def gone(request: HttpRequest, words: str) -> HttpResponse:
    """What was sent of a boleta that is not the person's any more: what was written is given back."""
    return render(request, "casework/boleta_gone.html", {"words": words}, status=404)
