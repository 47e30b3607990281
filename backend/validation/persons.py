"""What citizens said on the telephone, in which they may be named."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from backend.validation.models import Call
from field.persons import Passage, Source, register_source
from geo.append_only import Reason, past_the_guard


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("validation", _("Llamadas de validación"), read, write))


def read(petition_id: UUID) -> list[Passage]:
    """The words noted of each call about the petition."""
    calls = Call.objects.filter(petition=petition_id).exclude(words="")
    return [Passage(str(call.pk), _("Comentarios de la llamada"), call.words) for call in calls]


def write(petition_id: UUID, texts: Mapping[str, str]) -> None:
    """Put these words in place of those noted; the calls stay."""
    with past_the_guard(Reason.ERASING):
        for pk, text in texts.items():
            Call.objects.filter(petition=petition_id, pk=pk).update(words=text)
