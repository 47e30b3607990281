"""The gate before a page: strangers go to sign-in, others need the verb."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

#: Fields in which people write more than they would like to write again.
_WRITTEN: Final = (
    "description",
    "note",
    "notes",
    "words",
    "subject",
    "body",
    "text",
    "asked",
    "letter",
    "reason",
)


def requires(verb: str) -> Callable[[View[P]], View[P]]:
    """Let a page be seen only by those who may do what the verb says.

    The floor that knows the roles turns the verb into a sentence that names those who may.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_the_door(request)
            if not request.user.has_perm(verb):
                raise PermissionDenied(verb)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def to_the_door(request: HttpRequest) -> HttpResponseBase:
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
