"""The gate before a page, where any of several verbs is enough: see ``geo.gate`` for what strangers meet."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from backend.accounts.roles import who_may
from geo.gate import to_the_door

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def check_access(request: HttpRequest, *verbs: str) -> HttpResponseBase | None:
    """The answer to give instead of the page, or None to go on; any one of the verbs is enough.

    Raises PermissionDenied, whose words name the roles that may.
    """
    if not request.user.is_authenticated:
        return to_the_door(request)
    if not any(request.user.has_perm(verb) for verb in verbs):
        raise PermissionDenied(who_may(verbs[0]))
    return None


def requires(*verbs: str) -> Callable[[View[P]], View[P]]:
    """Let a view be seen only by those who may do one of the verbs."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return check_access(request, *verbs) or view(request, *args, **kwargs)

        return guarded

    return decorate
