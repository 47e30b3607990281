"""Drawing a list of boletas to call about."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.validation.models import CallItem, CallList
from backend.validation.sampling import sample_of
from backend.validation.selectors import eligible_boletas
from geo.clock import local_today
from geo.problems import Conflict, FieldError, Invalid

#: The advisory lock of drawing: two lists drawn at once would hold the same boletas.
_DRAWING = 0x64726177
_LONGEST_DAYS = 366
SEED_MAX_LENGTH = 40


@transaction.atomic
def draw_list(*, since: date, until: date, size: int | None, seed: str = "", by: User) -> CallList:
    """Draw the list of boletas attended from ``since`` to ``until``: all, or ``size`` of them.

    An empty ``seed`` takes a new one. Raises NotAllowed, Invalid with pointers to the arguments, or
    Conflict where there is none to call.
    """
    require(by, "validation.draw")
    if errors := _faults(since, until, size, seed):
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DRAWING])
    found = eligible_boletas(since=since, until=until)
    if not found.total:
        raise Conflict(_("No hay boletas atendidas en esos días por validar y con teléfono."))
    seed = seed or secrets.token_hex(4)
    drawn = sample_of(found.by_department, size, seed)
    made = CallList.objects.create(
        month=local_today().replace(day=1),
        since=since,
        until=until,
        size=size,
        seed=seed,
        eligible=found.total,
        unreachable=found.unreachable,
        drawn_at=timezone.now(),
        drawn_by=by,
    )
    CallItem.objects.bulk_create(
        (
            CallItem(call_list=made, petition_id=petition, department_id=department, position=position)
            for position, (department, petition) in enumerate(drawn, start=1)
        ),
        batch_size=2000,
    )
    return made


def _faults(since: date, until: date, size: int | None, seed: str) -> list[FieldError]:
    errors: list[FieldError] = []
    if since > until:
        errors.append(_fault("until", "order", _("La fecha final es anterior a la inicial.")))
    elif (until - since).days > _LONGEST_DAYS:
        errors.append(_fault("until", "too_long", _("Elija un año o menos.")))
    if since > local_today():
        errors.append(_fault("since", "future", _("Esos días no han llegado.")))
    if size is not None and size < 1:
        errors.append(_fault("size", "too_small", _("Una muestra es de una boleta o más.")))
    if len(seed) > SEED_MAX_LENGTH or "\0" in seed:
        errors.append(_fault("seed", "invalid", _("La semilla es de 40 letras o menos.")))
    return errors


def _fault(argument: str, code: str, detail: str) -> FieldError:
    return {"pointer": f"/{argument}", "code": code, "detail": detail}
