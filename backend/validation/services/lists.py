"""Drawing a list of boletas to call about."""

from __future__ import annotations

import secrets
from datetime import date
from uuid import UUID

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
#: Nothing was attended before; an earlier year is a slip of the keyboard.
FIRST_DAY = date(2000, 1, 1)
SEED_MAX_LENGTH = 40


@transaction.atomic
def draw_list(
    *, since: date, until: date, size: int | None, seed: str = "", by: User, request: UUID | None = None
) -> CallList:
    """Draw the list of boletas attended from ``since`` to ``until``: all, or ``size`` of them.

    An empty ``seed`` takes a new one. The same ``request`` again gets the list that it drew. Raises
    NotAllowed, Invalid with pointers to the arguments, or Conflict where there is none to call.
    """
    require(by, "validation.draw")
    if errors := faults_of(since, until, size, seed):
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DRAWING])
    if request and (drawn_already := CallList.objects.filter(request=request, drawn_by=by).first()):
        return drawn_already
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
        request=request,
        # Of all there is nothing to check; a sample's is some 40 bytes a boleta.
        frame=found.by_department if size is not None else None,
    )
    CallItem.objects.bulk_create(
        (
            CallItem(call_list=made, petition_id=petition, department_id=department, position=position)
            for position, (department, petition) in enumerate(drawn, start=1)
        ),
        batch_size=2000,
    )
    return made


@transaction.atomic
def undo_list(*, call_list: CallList, by: User) -> None:
    """Take back a list about which nobody was called yet: its boletas may be drawn again.

    Raises NotAllowed, or Conflict once somebody was called or has one of them on the screen.
    """
    require(by, "validation.draw")
    items = list(call_list.items.select_for_update().order_by("pk"))
    now = timezone.now()
    touched = (item.attempts or item.state != CallItem.State.WAITING for item in items)
    if any(touched) or any(item.taken_until and item.taken_until >= now for item in items):
        raise Conflict(_("Ya se está llamando con esta lista: no se puede deshacer."))
    call_list.items.all().delete()
    call_list.delete()


def faults_of(since: date, until: date, size: int | None, seed: str) -> list[FieldError]:
    """What of a question cannot be, with pointers to the arguments of ``draw_list``."""
    errors: list[FieldError] = []
    if since < FIRST_DAY:
        errors.append(_fault("since", "too_early", _("No hay boletas de esos años.")))
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
