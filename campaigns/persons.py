"""What was written down at a door where a petition was taken."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from campaigns.models import Encounter
from field.persons import Passage, Source, register_source


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("doors", _("Puertas"), read, write))


def read(petition_id: UUID) -> list[Passage]:
    """The notes of the doors that gave the petition."""
    doors = Encounter.objects.filter(petitions=petition_id).exclude(note="")
    return [Passage(str(door.pk), _("Nota en la puerta"), door.note) for door in doors]


def write(petition_id: UUID, texts: Mapping[str, str]) -> None:
    for pk, text in texts.items():
        Encounter.objects.filter(petitions=petition_id, pk=pk).update(note=text)
