"""Blocking: what is taken out of everything is kept apart until a day, opened only to answer for it, and then
suppressed. Articles 3 (fraction V), 17 and 18 of the law."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.privacy.keeping import Kept
from backend.privacy.models import ArcoRequest, BlockedData, BlockedOpening
from backend.privacy.selectors.blocked import block_until
from backend.privacy.services.requests import said
from geo.problems import Conflict

VERB: Final = "privacy.open_blocked"


@transaction.atomic
def block(*, kept: Kept, told: str, request: ArcoRequest | None = None, kind: str = "") -> BlockedData | None:
    """Keep apart what was taken out, if the office blocks before it suppresses; None where it does not.

    Called in the transaction that takes it out, whose files are there until it commits.
    """
    until = block_until()
    if until is None or not kept:
        return None
    return BlockedData.objects.create(
        told=told,
        request=request,
        kind=kind,
        blocked_at=timezone.now(),
        until=until,
        contents=kept.as_zip(told),
    )


@transaction.atomic
def open_blocked(*, blocked: BlockedData, reason: str, by: User) -> bytes:
    """The ZIP of what is blocked, to answer an authority, and that it was opened. Raises Invalid where nobody
    is said to ask, NotAllowed, or Conflict once it is suppressed."""
    require(by, VERB)
    reason = said(reason, "/reason", _("Diga qué autoridad lo pide y con qué documento."))
    locked = BlockedData.objects.select_for_update().get(pk=blocked.pk)
    if locked.contents is None:
        raise Conflict(_("Estos datos ya se suprimieron."))
    BlockedOpening.objects.create(blocked=locked, at=timezone.now(), by=by, reason=reason)
    return bytes(locked.contents)


def suppress_blocked(*, blocked: BlockedData) -> None:
    """Let go for good of what was blocked; that it was, until when and who opened it stays."""
    blocked.contents, blocked.suppressed_at = None, timezone.now()
    blocked.save(update_fields=["contents", "suppressed_at"])
