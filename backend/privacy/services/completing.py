"""A request that lacks something: the person is asked for it once, and the office's days wait.

Article 46 of the law.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.privacy.models import ArcoRequest
from backend.privacy.services.requests import add_step, lock_open, said
from backend.privacy.terms import TO_ANSWER, TO_COMPLETE, may_ask_to_complete, working_days_after
from geo.clock import local_today
from geo.problems import Conflict, Invalid


@transaction.atomic
def ask_to_complete(*, request: ArcoRequest, missing: str, by: User) -> ArcoRequest:
    """Tell the person what their request lacks; they have ten working days. Raises Invalid or Conflict."""
    locked = lock_open(request, by)
    if not may_ask_to_complete(locked):
        raise Conflict(_("Se pide completar una sola vez, en los cinco días hábiles después de recibirla."))
    locked.missing = said(missing, "/missing", _("Diga qué le falta a la solicitud."))
    locked.complete_by = working_days_after(local_today(), TO_COMPLETE)
    locked.save(update_fields=["missing", "complete_by"])
    add_step(request=locked, by=by, act="prevented")
    return locked


@transaction.atomic
def note_completed(*, request: ArcoRequest, on: date, by: User) -> ArcoRequest:
    """Note the day on which the person completed it: the twenty working days begin anew after it."""
    locked = _lock_waiting(request, by)
    if on > local_today() or on < locked.received_on:
        detail = _("Elija un día entre el que se recibió y hoy.")
        raise Invalid(detail, errors=[{"pointer": "/on", "code": "range", "detail": detail}])
    locked.completed_on, locked.due_on = on, working_days_after(on, TO_ANSWER)
    locked.save(update_fields=["completed_on", "due_on"])
    add_step(request=locked, by=by, act="completed")
    return locked


@transaction.atomic
def drop_request(*, request: ArcoRequest, by: User) -> ArcoRequest:
    """Take a request that nobody completed in time as not presented. Raises Conflict before that."""
    locked = _lock_waiting(request, by)
    if locked.complete_by is None or local_today() <= locked.complete_by:
        raise Conflict(_("Todavía está a tiempo de completarla."))
    locked.outcome, locked.resolved_at = ArcoRequest.Outcome.DROPPED, timezone.now()
    locked.save(update_fields=["outcome", "resolved_at"])
    add_step(request=locked, by=by, act="dropped")
    return locked


def _lock_waiting(request: ArcoRequest, by: User) -> ArcoRequest:
    locked = lock_open(request, by)
    if not locked.waits_for_person:
        raise Conflict(_("Esta solicitud no espera a que la persona la complete."))
    return locked
