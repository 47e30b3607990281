"""Petitions as GeoJSON (RFC 7946), for the API: what the caller may see and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import timezone

from backend.accounts.models import User
from backend.casework.moves import Move, Need
from backend.casework.selectors import folios_of_heads, moves_for, sees_petitioner
from backend.casework.timeline import promise_of, story_of
from field.folio import format_folio
from field.models import OPEN_STATUSES, Petition
from geo.clock import local_today


def petition_feature(petition: Petition, heads: Mapping[UUID, str]) -> dict[str, Any]:
    """A petition as a list shows it: no person's data. Needs ``selectors.for_reading``'s rows.

    ``heads`` are the folios that the caller may know of those that petitions echo (``folios_of_heads``).
    """
    head = heads.get(petition.echo_of_id) if petition.echo_of_id else None
    return {
        "type": "Feature",
        "id": str(petition.pk),
        "geometry": _geometry(petition),
        "properties": {
            "folio": format_folio(petition.folio),
            "status": petition.status,
            "status_label": str(petition.get_status_display()),
            "status_at": _local(petition.status_at),
            "category": petition.category.code,
            "category_name": petition.category.name,
            "department": petition.department.code if petition.department else None,
            "department_name": petition.department.name if petition.department else None,
            "place": petition.place.code if petition.place else None,
            "place_name": petition.place.name if petition.place else None,
            "certainty": petition.certainty,
            "channel": petition.channel,
            "captured_at": _local(petition.captured_at),
            "received_at": _local(petition.received_at),
            "due_on": petition.due_on.isoformat() if petition.due_on else None,
            "overdue": _is_overdue(petition),
            "echo_of": format_folio(head) if head else None,
            "description": petition.description,
            "address": petition.address,
            "reference": petition.reference,
        },
    }


def petition_in_full(petition: Petition, user: User) -> dict[str, Any]:
    """One petition with its history, who asked where the caller may know, and the moves open to them."""
    knows = sees_petitioner(user, petition)
    feature = petition_feature(petition, folios_of_heads(user, [petition]))
    promise = promise_of(petition)
    feature["properties"] |= {
        "accuracy_m": petition.accuracy_m,
        "location_method": petition.location_method,
        "candidates": petition.candidates,
        "answers": petition.answers,
        "captured_by": str(petition.captured_by) if petition.captured_by else None,
        "due_explained": str(promise) if promise else None,
        "attachments": [
            {"sha256": file.sha256, "content_type": file.content_type, "bytes": file.bytes}
            for file in petition.attachments.all()
        ],
        "on_behalf_of": petition.on_behalf_of if knows else None,
        "petitioner": _petitioner(petition) if knows else None,
        "history": [
            {
                "at": _local(step.at),
                "move": step.move,
                "status": step.status,
                "text": step.text,
                "by": step.by or None,
                "note": step.note,
                "scheduled_for": step.scheduled_for.isoformat() if step.scheduled_for else None,
            }
            for step in story_of(petition, words=knows)
        ],
        "moves": [_move(move) for move in moves_for(user, petition)],
    }
    return feature


def _geometry(petition: Petition) -> dict[str, Any] | None:
    point = petition.location
    return {"type": "Point", "coordinates": [point.x, point.y]} if point else None


def _petitioner(petition: Petition) -> dict[str, Any] | None:
    person = getattr(petition, "petitioner", None)
    if person is None:
        return None
    return {
        "name": person.name,
        "phone": person.phone,
        "email": person.email,
        "consent": person.consent,
        "notice": person.notice,
    }


def _move(move: Move) -> dict[str, Any]:
    asks = {"note": move.note, "scheduled_for": move.date, "department": move.department}
    return {
        "name": move.name,
        "label": str(move.label),
        "asks": {name: need.value for name, need in asks.items() if need is not Need.NO},
    }


def _is_overdue(petition: Petition) -> bool:
    return (
        petition.status in OPEN_STATUSES and petition.due_on is not None and petition.due_on < local_today()
    )


def _local(moment: Any) -> str:
    return timezone.localtime(moment).isoformat()
