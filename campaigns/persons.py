"""What was written down at a door where a petition was taken, or to which somebody went back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Encounter
from field.models import InboxRecord
from field.persons import Passage, Source, register_source
from field.services.persons import replace_words

#: The kinds of record that tell a door, and that it was a mistake (``apps.py``).
_DOOR: Final = "encounter"
_UNDO: Final = "encounter_undo"
#: The words of a door, as they are called.
WORDS: Final = {"note": _("Nota en la puerta"), "withdrawn_why": _("Por qué se deshizo la puerta")}


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("doors", _("Puertas"), read, write))


def doors_of(petition_id: UUID) -> dict[UUID, Encounter]:
    """The doors that gave the petition, and those that go back to them, or to which they go back."""
    found: dict[UUID, Encounter] = {}
    more = list(Encounter.objects.filter(petitions=petition_id))
    while more:
        found |= {door.pk: door for door in more}
        earlier = [door.follows_id for door in more if door.follows_id]
        near = Q(follows__in=[door.pk for door in more]) | Q(pk__in=earlier)
        more = list(Encounter.objects.filter(near).exclude(pk__in=found))
    return found


def read(petition_id: UUID) -> list[Passage]:
    """The notes of those doors, and why one was undone."""
    return [
        Passage(f"{name}:{door.pk}", label, getattr(door, name))
        for door in doors_of(petition_id).values()
        for name, label in WORDS.items()
        if getattr(door, name)
    ]


def write(petition_id: UUID, texts: Mapping[str, str]) -> None:
    """Put these texts in place of the doors' own."""
    doors = doors_of(petition_id)
    for key, text in texts.items():
        name, _colon, pk = key.partition(":")
        if name in WORDS and (door := doors.get(UUID(pk))):
            rewrite_door(door=door, name=name, text=text)


@transaction.atomic
def rewrite_door(*, door: Encounter, name: str, text: str) -> None:
    """Put a text in place of one of a door's, and of what its tablet sent."""
    Encounter.objects.filter(pk=door.pk).update(**{name: text})
    for record in _as_they_came(door, name):
        replace_words(record=record, name="note" if name == "note" else "reason", text=text)


def _as_they_came(door: Encounter, name: str) -> QuerySet[InboxRecord]:
    """The records that told the door's note, or why it was undone; a door undone is rare."""
    if name == "note":
        return InboxRecord.objects.filter(kind=_DOOR, record_id__in=[str(door.pk), door.pk.hex])
    return InboxRecord.objects.filter(kind=_UNDO, raw__contains=str(door.pk))
