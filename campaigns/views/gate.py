"""The gate before the pages: strangers go to sign-in, others need the verb."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from campaigns.models import Tour, Visit
from campaigns.permissions import may_plan_tour

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def requires(verb: str) -> Callable[[View[P]], View[P]]:
    """Let a page be seen only by those who may do what the verb says."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(verb):
                raise PermissionDenied(verb)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def person(request: HttpRequest) -> AbstractUser:
    """Who asks, on a page that strangers do not reach."""
    return cast(AbstractUser, request.user)


def tour_seen(request: HttpRequest, tour_id: UUID) -> Tour:
    """The tour, if the person may see it; else 404, which tells nothing."""
    return get_object_or_404(Tour.objects.visible_to(person(request)).select_related("programme"), pk=tour_id)


def tour_planned(request: HttpRequest, tour_id: UUID) -> Tour:
    """The tour, if the person may change it."""
    tour = tour_seen(request, tour_id)
    if not may_plan_tour(person(request), tour):
        raise PermissionDenied(_("Este recorrido lo cambia quien lo hizo o la dirección."))
    return tour


def visit_seen(request: HttpRequest, visit_id: UUID) -> Visit:
    """The visit, if the person may see it."""
    return get_object_or_404(Visit.objects.visible_to(person(request)).with_names(), pk=visit_id)
