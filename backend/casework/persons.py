"""The words and photos of the office's work in which a petitioner may be named."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.casework.models import Referral, StatusChange
from backend.casework.timeline import in_words
from field.persons import Passage, PassageKind, Source, register_source
from field.services.persons import forget_file
from geo.clock import local_zone


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("casework", gettext_lazy("Historia de la boleta"), read, write))


def read(petition_id: UUID) -> list[Passage]:
    """The notes of its history, the reasons of its referrals and the photos of the work."""
    passages = []
    for step in StatusChange.objects.filter(petition=petition_id):
        day = in_words(step.at.astimezone(local_zone()).date())
        if step.note:
            passages.append(Passage(f"note:{step.pk}", _("Nota del %(day)s") % {"day": day}, step.note))
        if step.evidence_id:
            label = _("Foto del trabajo, %(day)s") % {"day": day}
            passages.append(Passage(f"evidence:{step.pk}", label, step.evidence_id, PassageKind.FILE))
    passages += [
        Passage(f"reason:{referral.pk}", _("Motivo de la canalización"), referral.reason)
        for referral in Referral.objects.filter(petition=petition_id).exclude(reason="")
    ]
    return passages


def write(petition_id: UUID, texts: Mapping[str, str]) -> None:
    """Put these texts in place of the history's. The steps stay: only the law takes words out of them."""
    for key, text in texts.items():
        name, _colon, pk = key.partition(":")
        steps = StatusChange.objects.filter(petition=petition_id, pk=pk)
        if name == "note":
            steps.update(note=text)
        elif name == "reason":
            Referral.objects.filter(petition=petition_id, pk=pk).update(reason=text)
        elif name == "evidence" and not text:
            for sha256 in list(steps.values_list("evidence", flat=True)):
                steps.update(evidence=None)
                forget_file(sha256=sha256 or "")
