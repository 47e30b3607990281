"""The words and photos of the office's work in which a petitioner may be named."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.casework.models import BulkMove, Referral, StatusChange
from backend.casework.timeline import in_words
from field.persons import Passage, PassageKind, Source, register_source
from field.services.persons import forget_file
from geo.append_only import Reason, past_the_guard
from geo.clock import local_day


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("casework", gettext_lazy("Historia de la boleta"), read, write))


def read(petition_id: UUID) -> list[Passage]:
    """The notes of its history, the reasons of its referrals and the photos of the work."""
    passages = []
    for step in StatusChange.objects.filter(petition=petition_id):
        day = in_words(local_day(step.at))
        if step.note:
            passages.append(Passage(f"note:{step.pk}", _("Nota del %(day)s") % {"day": day}, step.note))
        if step.evidence_id:
            label = _("Foto del trabajo, %(day)s") % {"day": day}
            passages.append(Passage(f"evidence:{step.pk}", label, step.evidence_id, PassageKind.FILE))
    passages += [
        Passage(f"reason:{referral.pk}", _("Motivo de la canalización"), referral.reason)
        for referral in Referral.objects.filter(petition=petition_id).exclude(reason="")
    ]
    passages += [
        Passage(f"bulk:{bulk.pk}", _("Nota de un movimiento de muchas"), bulk.given["note"])
        for bulk in _bulk_moves(petition_id)
        if bulk.given.get("note")
    ]
    return passages


def write(petition_id: UUID, texts: Mapping[str, str]) -> None:
    """Put these texts in place of the history's. The steps stay: only the law takes words out of them."""
    for key, text in texts.items():
        name, _colon, pk = key.partition(":")
        if name == "bulk":
            _rewrite_bulk(petition_id, pk, text)
            continue
        with past_the_guard(Reason.ERASING):
            _rewrite_history(petition_id, name, pk, text)


def _rewrite_history(petition_id: UUID, name: str, pk: str, text: str) -> None:
    steps = StatusChange.objects.filter(petition=petition_id, pk=pk)
    if name == "note":
        steps.update(note=text)
    elif name == "reason":
        Referral.objects.filter(petition=petition_id, pk=pk).update(reason=text)
    elif name == "evidence" and not text:
        for sha256 in list(steps.values_list("evidence", flat=True)):
            steps.update(evidence=None)
            forget_file(sha256=sha256 or "")


def _bulk_moves(petition_id: UUID) -> QuerySet[BulkMove]:
    """Moves for many that had the petition among them; they are few, and chosen by hand."""
    return BulkMove.objects.filter(chosen__contains=[[str(petition_id)]])


def _rewrite_bulk(petition_id: UUID, pk: str, note: str) -> None:
    for bulk in _bulk_moves(petition_id).filter(pk=pk):
        bulk.given["note"] = note
        bulk.save(update_fields=["given"])
