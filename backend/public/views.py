"""The public's pages: no sign-in, no session, no person's data."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.accounts.addresses import client_address
from backend.accounts.throttle import Throttle
from backend.public.forms import FolioForm
from backend.public.selectors import answer_for

#: Enough for a family, and for a phone company's shared address; too few to walk through a series.
LOOK_UPS: Final = Throttle("folio", limit=60, seconds=600)


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for an icon when a page, such as a JSON answer, names none."""
    return redirect(static("img/favicon.svg"))


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is, and the folio look-up."""
    return render(request, "public/start.html", {"form": FolioForm()})


@never_cache
@require_safe
def folio(request: HttpRequest) -> HttpResponse:
    """Where a petition stands, by its folio."""
    asked = "folio" in request.GET
    form = FolioForm(request.GET if asked else None)
    page: dict[str, Any] = {"form": form}
    status = HTTPStatus.OK
    if asked and not LOOK_UPS.count(client_address(request)):
        page["wait_minutes"] = LOOK_UPS.wait_s() // 60 + 1
        status = HTTPStatus.TOO_MANY_REQUESTS
    elif asked and not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif asked:
        page["folio"] = form.cleaned_data["folio"]
        page["answer"] = answer_for(form.cleaned_data["folio"])
        status = HTTPStatus.OK if page["answer"] else HTTPStatus.NOT_FOUND
    response = render(request, "public/folio.html", page, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(LOOK_UPS.wait_s())
    return response
