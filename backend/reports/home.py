"""The first page: what waits for this person today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.casework.filters import UNREFERRED
from backend.casework.week import week_at_hand
from backend.notifications.selectors import count_stuck
from backend.reports import today as figures_of
from field.models import Status
from geo.clock import local_today


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its label; ``tone`` is ``late``, ``good`` or empty."""

    number: int
    label: str
    href: str | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Where to go from here, and which question it answers."""

    href: str
    icon: str
    name: str
    question: str


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The home that fits the role."""
    user = cast(User, request.user)
    today = local_today()
    if user.has_perm("reports.density"):
        page = _direction(user, today)
    elif user.has_perm("casework.see_office"):
        page = _office(user, today)
    elif user.has_perm("casework.see_department"):
        page = _department(user, today)
    else:
        page = _field(user, today)
    return render(request, "reports/home.html", {"today": today, **page})


def _direction(user: User, today: date) -> dict[str, Any]:
    """Director and jefe: how it goes as a whole, who owes most, where the crews go next."""
    departments = figures_of.owed_by_department(user, today)
    whole = figures_of.together(departments)
    first = today.replace(day=1)
    month, in_month = figures_of.captured_since(user, first), {"captured_after": first.isoformat()}
    return {
        "heading": _("Cómo va la atención"),
        "figures": [
            _overdue(whole),
            Figure(whole.total, ngettext("abierta", "abiertas", whole.total), _inbox()),
            Figure(
                month.total,
                ngettext("pedida este mes", "pedidas este mes", month.total),
                _inbox(view="all", **in_month),
            ),
            Figure(
                month.attended,
                ngettext("de ellas, ya atendida", "de ellas, ya atendidas", month.attended),
                _inbox(status=",".join(figures_of.DONE), **in_month),
                "good",
            ),
        ],
        "departments": [_owed(owed) for owed in departments],
        "ways": [
            _way("reports:density-map", "hexagon-half", _("Mapa de densidad"), _("¿Dónde se pide más?")),
            _way("casework:backlog-map", "hourglass-split", _("Mapa de rezago"), _("¿Dónde se debe más?")),
        ],
        "visits": figures_of.coming_visits(user, today),
        "shows_visits": "after",
    }


def _office(user: User, today: date) -> dict[str, Any]:
    """Auxiliar and asesor: what waits in the office, and the way to capture."""
    whole = figures_of.together(figures_of.owed_by_department(user, today))
    captured = figures_of.captured_since(user, today)
    return {
        "heading": _("Lo que espera en la oficina"),
        "figures": [
            _by_status(whole, Status.TO_VERIFY, _("por verificar")),
            _disputed(whole),
            _overdue(whole),
            _by_status(whole, Status.UNREAD, _("sin leer en las dependencias")),
            Figure(
                captured.total,
                ngettext("pedida hoy", "pedidas hoy", captured.total),
                _inbox(view="all", captured_after=today.isoformat()),
            ),
            *_stuck_messages(user),
        ],
        "ways": [
            _way("casework:capture", "pencil-square", _("Capturar una petición"), _("De cualquier canal.")),
            _way(
                "casework:inbox", "inbox", _("Abrir la bandeja"), _("Verificar, canalizar y dar seguimiento.")
            ),
            _way("casework:backlog-map", "hourglass-split", _("Mapa de rezago"), _("¿Dónde se debe más?")),
        ],
    }


def _department(user: User, today: date) -> dict[str, Any]:
    """Enlace: what waits for the own department."""
    whole = figures_of.together(figures_of.owed_by_department(user, today))
    return {
        "heading": _("Lo que espera su dependencia"),
        "figures": [
            _by_status(whole, Status.UNREAD, _("sin leer")),
            _overdue(whole),
            Figure(
                whole.due_soon,
                ngettext("vence %(when)s", "vencen %(when)s", whole.due_soon) % {"when": week_at_hand(today)},
                _inbox(view="week"),
            ),
            _by_status(whole, Status.IN_HAND, _("en seguimiento")),
            _by_status(
                whole,
                Status.SCHEDULED,
                ngettext("programada", "programadas", whole.by_status.get(Status.SCHEDULED, 0)),
            ),
            _disputed(whole),
        ],
        "ways": [
            _way("casework:inbox", "inbox", _("Abrir la bandeja"), _("Leer, programar y atender.")),
            _way(
                "casework:backlog-map",
                "hourglass-split",
                _("Mapa de rezago"),
                _("¿Dónde se debe más?"),
            ),
        ],
    }


def _field(user: User, today: date) -> dict[str, Any]:
    """Supervisor and promotor: where to go today."""
    taken = figures_of.captured_today(user, today)
    return {
        "heading": _("A dónde ir hoy"),
        "figures": [
            Figure(taken, ngettext("petición que usted tomó hoy", "peticiones que usted tomó hoy", taken))
        ],
        "ways": [
            _way("field:app", "tablet", _("Abrir la tableta"), _("Tocar puertas y tomar peticiones.")),
            _way("campaigns:tours", "signpost-2", _("Recorridos"), _("Todas las visitas de su brigada.")),
        ],
        "visits": figures_of.coming_visits(user, today),
        "shows_visits": "first",
    }


def _stuck_messages(user: User) -> list[Figure]:
    """Messages to citizens that wait for somebody, where there are any: by themselves they go nowhere."""
    stuck = count_stuck(user) if user.has_perm("notifications.see") else 0
    label = ngettext("aviso por resolver", "avisos por resolver", stuck)
    return [Figure(stuck, label, reverse("notifications:sent"), "late")] if stuck else []


def _owed(owed: figures_of.Owed) -> dict[str, Any]:
    """A department's row: its name, and its numbers with what leads to just their boletas."""
    code = owed.code or UNREFERRED
    return {
        "name": owed.name or _("Sin canalizar"),
        "href": _inbox(department=code),
        "cells": [
            (owed.overdue, _inbox(department=code, overdue=1)),
            (owed.unread, _inbox(department=code, status=Status.UNREAD.value)),
            (owed.total, _inbox(department=code)),
        ],
    }


def _overdue(whole: figures_of.Owed) -> Figure:
    label = ngettext("vencida", "vencidas", whole.overdue)
    return Figure(whole.overdue, label, _inbox(overdue=1), "late" if whole.overdue else "")


def _disputed(whole: figures_of.Owed) -> Figure:
    number = whole.by_status.get(Status.DISPUTED, 0)
    return _by_status(whole, Status.DISPUTED, ngettext("inconformidad", "inconformidades", number))


def _by_status(whole: figures_of.Owed, status: Status, label: str) -> Figure:
    return Figure(whole.by_status.get(status, 0), label, _inbox(status=status.value))


def _inbox(**filters: Any) -> str:
    """The inbox, with filters."""
    return reverse("casework:inbox", query=filters)


def _way(url_name: str, icon: str, name: str, question: str) -> Way:
    return Way(reverse(url_name), icon, name, question)
