"""Letting personal data go when its rule says so: in small batches, and never what somebody asked about."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.letters.models import Letter
from backend.privacy.finding import Sought
from backend.privacy.keeping import Kept
from backend.privacy.models import ArcoRequest, BlockedData, Look, RetentionRule, RetentionRun
from backend.privacy.retaining import due
from backend.privacy.services.blocking import block, suppress_blocked
from backend.privacy.services.forgetting import forget_letter, forget_petition, forget_request
from field.folio import format_folio
from field.models import InboxRecord, Petition
from field.services.persons import empty_record
from geo.append_only import Reason, past_the_guard
from geo.problems import Invalid

BATCH: Final = 200
_LOOKS_BATCH: Final = 5000
_SHORTEST, _LONGEST = 6, 600


@transaction.atomic
def edit_rule(*, kind: str, months: int, in_force: bool, by: User) -> RetentionRule:
    """Say after how many months one kind of data goes. Raises Invalid or NotAllowed."""
    require(by, "privacy.answer")
    if kind not in RetentionRule.Kind.values or not _SHORTEST <= months <= _LONGEST:
        detail = _("Elija de 6 a 600 meses.")
        raise Invalid(detail, errors=[{"pointer": "/months", "code": "range", "detail": detail}])
    rule, _made = RetentionRule.objects.update_or_create(
        kind=kind,
        defaults={"months": months, "in_force": in_force, "edited_by": by, "edited_at": timezone.now()},
    )
    return rule


def apply_rule(*, rule: RetentionRule) -> RetentionRun:
    """Let go of what a rule says, a batch at a time, and write down how much it was."""
    erased = 0
    while done := _apply_batch(rule):
        erased += done
    return RetentionRun.objects.create(kind=rule.kind, months=rule.months, at=timezone.now(), erased=erased)


@transaction.atomic
def _apply_batch(rule: RetentionRule) -> int:
    rows = due(rule.kind, rule.months)
    if rule.kind == RetentionRule.Kind.LOOKS:
        return _let_looks_go(rows)
    some = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])
    for row in some:
        _let_go(row, rule.kind)
    return len(some)


def _let_go(row: Any, kind: str) -> None:
    """Suppress what one row says of people; or block it first, where the office does."""
    kept = Kept()
    match row:
        case BlockedData():
            suppress_blocked(blocked=row)
            return
        case Petition():
            told = format_folio(row.folio)
            forget_petition(petition_id=row.pk, also=Sought(), choices={}, kept=kept)
        case Letter():
            told = _("Oficio %s") % row
            forget_letter(letter=row, also=Sought(), choices={}, kept=kept)
        case ArcoRequest():
            told = row.number
            forget_request(request=row, kept=kept)
        case _:
            told = _("Registro %(n)s, por componer") % {"n": row.pk}
            _empty(row, kept)
    block(kept=kept, told=told, kind=kind)


def _empty(record: InboxRecord, kept: Kept) -> None:
    """A record that stays in the tray says that it was emptied, and can no more be filed."""
    kept.record(record)
    empty_record(record=record)
    record.state, record.waiting_for = InboxRecord.State.ASIDE, []
    record.errors = [{"pointer": "", "code": "forgotten", "detail": _("Se vació por antigüedad.")}]
    record.save(update_fields=["state", "errors", "waiting_for"])


def _let_looks_go(looks: QuerySet[Look]) -> int:
    oldest = list(looks.order_by("at").values_list("pk", flat=True)[:_LOOKS_BATCH])
    with past_the_guard(Reason.RETENTION):
        Look.objects.filter(pk__in=oldest)._raw_delete("default")
    return len(oldest)
