"""What a guesser meets: the same page whether the name exists or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from backend.accounts.throttle import Throttle

#: Failures from one address, whatever the names tried: far above what an office's mistakes reach.
FAILURES_BY_ADDRESS: Final = Throttle("sign-in-address", limit=60, seconds=900)
#: Failures on one name from everywhere together, so that many addresses do not help a guesser.
FAILURES_BY_NAME: Final = Throttle("sign-in-name", limit=100, seconds=3600)
_LONGEST: Final = 255


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The username as the account finds it: in any case, so that its spellings share one count.

    No account's is as long as what is cut off, which has no room where tries are counted.
    """
    return str((credentials or request.POST).get("username") or "").casefold()[:_LONGEST]


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page for a locked-out caller of axes: 429, with the time at which to try again."""
    return too_many(request, get_cool_off(request) or timedelta(minutes=15))


def too_many(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """429 that says when to come back."""
    response = render(request, "accounts/locked_out.html", {"until": timezone.now() + wait}, status=429)
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response
