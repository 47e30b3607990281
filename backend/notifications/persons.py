"""The messages that told a petitioner of their petition: to whom, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from backend.notifications.models import Message
from field.persons import Passage, PassageKind, Source, register_source

_FIELDS = {
    "address": (_("A quién se le envió"), PassageKind.IDENTITY),
    "subject": (_("Asunto del aviso"), PassageKind.TEXT),
    "body": (_("Texto del aviso"), PassageKind.TEXT),
}


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("notifications", _("Avisos"), read, write))


def read(petition_id: UUID) -> list[Passage]:
    """Where each message about the petition went, and what it said."""
    return [
        Passage(f"{name}:{message.pk}", label, getattr(message, name), kind)
        for message in Message.objects.filter(petition=petition_id)
        for name, (label, kind) in _FIELDS.items()
        if getattr(message, name)
    ]


def write(petition_id: UUID, texts: Mapping[str, str]) -> None:
    """Put these texts in place of the messages'; that they were sent, and when, stays."""
    for key, text in texts.items():
        name, _colon, pk = key.partition(":")
        if name in _FIELDS:
            Message.objects.filter(petition=petition_id, pk=pk).update(**{name: text})
