"""How the addresses that feed a map answer: compressed, kept for a moment, problems as problems."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from geo.problems import Problem, problem_body

P = ParamSpec("P")

#: Seconds that the reader's own browser may keep an answer.
KEPT_S = 15


def map_data(
    view: Callable[Concatenate[HttpRequest, P], bytes | dict[str, Any]],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a view return JSON (a dict, or bytes already encoded) and raise problems.

    The answer is private to the reader, has an ``ETag`` and is compressed: it holds no secret that
    guessing at compressed lengths (BREACH) could draw out.
    """

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            found = view(request, *args, **kwargs)
        except Problem as problem:
            told = json.dumps(problem_body(problem), ensure_ascii=False)
            return HttpResponse(told, status=problem.status, content_type="application/problem+json")
        body = found if isinstance(found, bytes) else json.dumps(found, ensure_ascii=False).encode()
        etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers = {"ETag": etag, "Cache-Control": f"private, max-age={KEPT_S}", "Vary": "Cookie"}
        if request.headers.get("If-None-Match") == etag:
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(body, content_type="application/json", headers=headers)

    return gzip_page(require_GET(answer))
