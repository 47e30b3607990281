"""Crews: who leads them and who is in them."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Crew
from geo.problems import FieldError, Invalid


@transaction.atomic
def form_crew(*, name: str, supervisor: AbstractUser, members: Collection[AbstractUser] = ()) -> Crew:
    """Make a crew under a supervisor."""
    name = " ".join(name.split())
    _check(name)
    crew = Crew.objects.create(name=name, supervisor_id=supervisor.pk)
    crew.members.set([member.pk for member in members])
    return crew


@transaction.atomic
def edit_crew(
    *,
    crew_id: int,
    name: str,
    supervisor: AbstractUser,
    members: Collection[AbstractUser],
    active: bool = True,
) -> Crew:
    """Change a crew. One that is not active stays with its past visits and gets no more."""
    crew = Crew.objects.select_for_update().get(pk=crew_id)
    name = " ".join(name.split())
    _check(name, but=crew.pk)
    crew.name, crew.active, crew.supervisor_id = name, active, supervisor.pk
    crew.save(update_fields=["name", "active", "supervisor"])
    crew.members.set([member.pk for member in members])
    return crew


def _check(name: str, *, but: int | None = None) -> None:
    errors: list[FieldError] = []
    if not name:
        detail = _("Póngale un nombre a la brigada.")
        errors.append({"pointer": "/name", "code": "missing", "detail": detail})
    elif len(name) > 80:
        detail = _("El nombre pasa de 80 caracteres.")
        errors.append({"pointer": "/name", "code": "too_long", "detail": detail})
    elif any(crew != but for crew in Crew.objects.filter(name__iexact=name).values_list("pk", flat=True)):
        detail = _("Ya hay una brigada con ese nombre.")
        errors.append({"pointer": "/name", "code": "repeated", "detail": detail})
    if errors:
        raise Invalid(_("Revise los datos marcados."), errors=errors)
