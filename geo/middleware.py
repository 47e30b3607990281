"""Times are shown in the municipality's own zone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from geo.clock import local_zone


class LocalTimeMiddleware:
    """Activate the municipality's time zone for the request, and for it alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(local_zone()):
            return self.get_response(request)
