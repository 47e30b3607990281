"""Who asks for a page, and the tour or visit that it is about, if they may see or change it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from campaigns.models import Tour, Visit
from campaigns.permissions import may_plan_tour


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
