"""What letters do when boletas move, and when a petition that came by letter is taken down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from backend.casework.models import StatusChange
from backend.casework.selectors import for_reading
from backend.casework.signals import boletas_moved
from backend.letters.models import Kind, LetterTemplate
from backend.letters.services.drafts import prepare_letter
from backend.letters.services.incoming import link_captured
from field.models import Channel, Petition
from field.signals import petitions_received


@receiver(boletas_moved, dispatch_uid="letters.prepare_referrals_outside")
def on_boletas_moved(changes: Sequence[StatusChange], **kwargs: Any) -> None:
    """Prepare a letter to each institution to which boletas were referred in writing; same transaction.

    Boletas referred together go in one letter; those of reserved categories never with others.
    """
    together: dict[tuple[str, int, bool], list[StatusChange]] = defaultdict(list)
    for change in changes:
        if change.by_letter and change.institution and change.by_id:
            key = (change.institution, change.by_id, change.petition.category.sensitive)
            together[key].append(change)
    if not together:
        return
    template = LetterTemplate.objects.filter(kind=Kind.INSTITUTION, active=True).first()
    for (institution, _by, _sensitive), moved in together.items():
        if (by := moved[0].by) is not None:
            about = Petition.objects.filter(pk__in=[change.petition_id for change in moved])
            prepare_letter(
                kind=Kind.INSTITUTION,
                by=by,
                petitions=list(for_reading(about).order_by("folio")),
                template=template,
                institution=institution,
            )


@receiver(petitions_received, dispatch_uid="letters.link_captured")
def on_petitions_received(petitions: Sequence[Petition], **kwargs: Any) -> None:
    """Link what was taken down from a letter to it. Tablets' batches, which hold none, cost nothing."""
    by_letter = [petition for petition in petitions if petition.channel == Channel.LETTER]
    if by_letter:
        link_captured(petitions=by_letter)
