"""``/privacidad/bloqueados/``: what was taken out of everything and waits to be suppressed."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.privacy.forms import OpeningForm
from backend.privacy.models import BlockedData
from backend.privacy.selectors.blocked import block_until, blocked_rows
from backend.privacy.services.blocking import VERB, open_blocked
from geo.files import file_response
from geo.refusals import refusals_told


@require_safe
@requires(VERB)
def blocked(request: HttpRequest) -> HttpResponse:
    """What is blocked and until when; and what was, and is no more."""
    return render(request, "privacy/blocked.html", blocked_rows() | {"block_until": block_until()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(VERB)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One block, with who opened it; its contents to whoever says which authority asks."""
    found = get_object_or_404(BlockedData.objects.defer("contents"), pk=pk)
    form = OpeningForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_told(request):
            body = open_blocked(blocked=found, by=cast("User", request.user), **form.cleaned_data)
            return file_response(body, f"bloqueado-{found.pk}.zip")
        return redirect("privacy:blocked-one", found.pk)
    context = {"blocked": found, "openings": found.openings.select_related("by"), "form": form}
    return render(request, "privacy/blocked_one.html", context, status=422 if form.errors else 200)
