"""What was written down at a door where a petition was taken."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from campaigns.models import Encounter
from field.persons import Passage, Source, register_source

_WORDS = {"note": _("Nota en la puerta"), "withdrawn_why": _("Por qué se deshizo la puerta")}


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("doors", _("Puertas"), read, write))


def read(petition_id: UUID) -> list[Passage]:
    """The notes of the doors that gave the petition, and why one was undone."""
    doors = Encounter.objects.filter(petitions=petition_id)
    return [
        Passage(f"{name}:{door.pk}", label, getattr(door, name))
        for door in doors
        for name, label in _WORDS.items()
        if getattr(door, name)
    ]


def write(petition_id: UUID, texts: Mapping[str, str]) -> None:
    for key, text in texts.items():
        name, _colon, pk = key.partition(":")
        if name in _WORDS:
            Encounter.objects.filter(petitions=petition_id, pk=pk).update(**{name: text})
