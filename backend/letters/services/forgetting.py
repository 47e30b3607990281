"""Taking people out of letters, as the law of personal data asks; the register keeps its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from backend.letters.models import Letter, LetterStep, State
from backend.letters.services.steps import keep
from field.services.persons import forget_file
from geo.append_only import Reason, past_the_guard

#: What the paper says: a change in it and the paper no longer tell the same.
PRINTED: Final = ("party_name", "party_post", "party_institution", "subject", "body", "copies")
#: Every text in which somebody may be named.
TEXTS: Final = (*PRINTED, "their_number", "delivered_to", "reason")


@past_the_guard(Reason.ERASING)
def forget_in_letter(*, letter: Letter, texts: Mapping[str, str], looked_through: bool = True) -> Letter:
    """Put these texts in place of a letter's own. ``texts`` is by field, ``step:ID``, ``pdf`` or ``scan``.

    Number, days and steps stay, with one step more that keeps the SHA-256 of an issued paper that goes: a
    copy that somebody holds can still be told for genuine. The paper, and its stamped copy, go whenever
    words that it shows change, whatever was chosen for the file. Files go once this is committed. Not
    ``looked_through``, the letter still waits for its own people to be forgotten.
    """
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    for name in TEXTS:
        setattr(locked, name, texts.get(name, getattr(locked, name)))
    if locked.state in (State.CANCELLED, State.DISCARDED):  # neither is without a reason
        locked.reason = locked.reason or _("[dato suprimido]")
    for step in locked.steps.all():
        if (text := texts.get(f"step:{step.pk}")) is not None:
            LetterStep.objects.filter(pk=step.pk).update(note=text)
    reprinted = not locked.incoming and any(name in texts for name in PRINTED)
    note, gone = "", list[str]()
    if locked.pdf_id and (reprinted or texts.get("pdf") == ""):
        note = _("Se suprimió el documento; su huella era %s.") % locked.pdf_id
        gone.append(locked.pdf_id)
        locked.pdf = None
    if locked.scan_id and (reprinted or texts.get("scan") == ""):
        gone.append(locked.scan_id)
        locked.scan = None
    if looked_through:
        locked.forgotten_at = timezone.now()
    keep(locked, step=LetterStep.Step.FORGOTTEN, by=None, note=note)
    for sha256 in gone:
        forget_file(sha256=sha256)
    return locked
