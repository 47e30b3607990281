"""What signed-in people saw leaves nothing behind in a shared browser."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class KeepNoPages:
    """Answers to who signed in, or came with a key, are kept by no cache, nor by the browser's Back after
    leaving: pages, spreadsheets, data.

    What says itself how long it may be kept, such as map data with its ETag, is let be.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known = request.session.accessed or "Authorization" in request.headers
        if known and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response
