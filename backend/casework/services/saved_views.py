"""Keeping, sharing and giving up a view of the inbox."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.models import SavedView
from field.models import Department
from geo.problems import FieldError, Invalid

#: More than these nobody finds again.
MOST_VIEWS = 30
_TAKEN_BACK_WITHIN = timedelta(days=7)


@transaction.atomic
def save_view(
    *,
    owner: User,
    name: str,
    query: str,
    audience: str = SavedView.Audience.OWN,
    department: Department | None = None,
) -> SavedView:
    """Keep filters under a name; raises Invalid, or NotAllowed for who may not share."""
    SavedView.objects.filter(owner=owner, deleted_at__lt=timezone.now() - _TAKEN_BACK_WITHIN).delete()
    _check_room(owner.pk)
    view = SavedView(owner=owner, query=query)
    _describe(view, name, audience, department)
    view.save()
    return view


@transaction.atomic
def change_view(
    *,
    view: SavedView,
    name: str,
    audience: str = SavedView.Audience.OWN,
    department: Department | None = None,
) -> SavedView:
    """Rename one's view, or say for whom it is; raises Invalid, or NotAllowed for who may not share."""
    User.objects.select_for_update().get(pk=view.owner_id)
    _describe(view, name, audience, department)
    view.save(update_fields=["name", "audience", "department"])
    return view


@transaction.atomic
def delete_view(*, view: SavedView) -> None:
    """Take a view away; ``restore_view`` brings it back."""
    view.deleted_at = timezone.now()
    view.save(update_fields=["deleted_at"])


@transaction.atomic
def restore_view(*, view: SavedView) -> None:
    """Bring back a view; raises Invalid where its name or its room has been taken meanwhile."""
    _check_room(view.owner_id)
    _check_name(view, view.name)
    view.deleted_at = None
    view.save(update_fields=["deleted_at"])


def _check_room(owner: int) -> None:
    """One at a time for each owner, to the end of the transaction: two at once would both find room."""
    User.objects.select_for_update().get(pk=owner)
    if SavedView.objects.filter(owner=owner, deleted_at=None).count() >= MOST_VIEWS:
        raise Invalid(_("Ya tiene 30 vistas guardadas: borre alguna que no use."))


def _describe(view: SavedView, name: str, audience: str, department: Department | None) -> None:
    name = " ".join(name.split())
    if audience != SavedView.Audience.OWN:
        require(view.owner, "casework.share_views")
    _check_name(view, name)
    if audience == SavedView.Audience.DEPARTMENT and department is None:
        raise Invalid(
            _("Revise los datos marcados."),
            errors=[{"pointer": "/department", "code": "required", "detail": _("Elija la dependencia.")}],
        )
    view.name, view.audience = name, audience
    view.department = department if audience == SavedView.Audience.DEPARTMENT else None


def _check_name(view: SavedView, name: str) -> None:
    faults: list[FieldError] = []
    taken = SavedView.objects.filter(owner=view.owner_id, name=name, deleted_at=None).exclude(pk=view.pk)
    if not name or len(name) > 60 or "\0" in name:
        faults.append(
            {"pointer": "/name", "code": "invalid", "detail": _("Escriba un nombre de hasta 60 letras.")}
        )
    elif taken.exists():
        faults.append(
            {"pointer": "/name", "code": "taken", "detail": _("Ya tiene una vista con ese nombre.")}
        )
    if faults:
        raise Invalid(" ".join(fault["detail"] for fault in faults), errors=faults)
