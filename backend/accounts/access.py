"""The gate before a page: strangers go to sign-in, others need the verb."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.accounts.roles import who_may

P = ParamSpec("P")
#: Fields in which people write more than they would like to write again.
_WRITTEN = ("description", "note", "words", "subject", "body", "text", "asked", "letter", "reason")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def check_access(request: HttpRequest, *verbs: str) -> HttpResponseBase | None:
    """The answer to give instead of the page, or None to go on; any one of the verbs is enough.

    Raises PermissionDenied, whose words name the roles that may.
    """
    if not request.user.is_authenticated:
        return _to_the_door(request)
    if not any(request.user.has_perm(verb) for verb in verbs):
        raise PermissionDenied(who_may(verbs[0]))
    return None


def _to_the_door(request: HttpRequest) -> HttpResponseBase:
    """To sign in, and from there to where the person was: a form's own address cannot be opened.

    What was written in it is given back to copy, and kept nowhere.
    """
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    came_from = urlsplit(request.headers.get("Referer", ""))
    path = f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    door = redirect_to_login(path if came_from.netloc == request.get_host() else "/")
    written = [text for name in _WRITTEN if (text := request.POST.get(name, "").strip())]
    if written:
        context = {"unsaved": "\n\n".join(written), "door": door.url}
        return render(request, "accounts/session_over.html", context, status=403)
    messages.warning(request, _("Su sesión había terminado: lo último que envió no se guardó."))
    return door


def requires(*verbs: str) -> Callable[[View[P]], View[P]]:
    """Let a view be seen only by those who may do one of the verbs."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return check_access(request, *verbs) or view(request, *args, **kwargs)

        return guarded

    return decorate


class RequiresMixin:
    """``requires`` for class-based views: set ``requires = ("casework.refer",)``."""

    requires: tuple[str, ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return check_access(request, *self.requires) or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
