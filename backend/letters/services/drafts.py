"""Letters while they are written: begun from a boleta and a template, corrected, thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.selectors import visible_to
from backend.letters.facts import facts_of
from backend.letters.models import Kind, Letter, Letterhead, LetterStep, LetterTemplate, State
from backend.letters.selectors import series_for
from backend.letters.services.steps import check_state, keep, lock
from backend.letters.wording import fill
from field.models import Petition
from geo.problems import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class LetterText:
    """All that is written on a letter by who drafts it; one copy to a line in ``copies``."""

    party_name: str = ""
    party_post: str = ""
    party_institution: str = ""
    subject: str = ""
    body: str = ""
    copies: str = ""
    signer_name: str = ""
    signer_post: str = ""
    with_map: bool = False


@transaction.atomic
def draft_letter(
    *,
    kind: str,
    by: User,
    petitions: Sequence[Petition] = (),
    template: LetterTemplate | None = None,
    institution: str = "",
    answers: Letter | None = None,
) -> Letter:
    """Begin a letter about some petitions, filled in from a template as far as things are known.

    ``institution`` is who is written to, or who has the matter now. ``answers`` is the letter that this one
    answers. Raises NotAllowed, NotFound where any of them is out of the person's sight, or Conflict for an
    answer to what was cancelled.
    """
    require(by, "letters.draft")
    visible = visible_to(by).filter(pk__in=[petition.pk for petition in petitions])
    if visible.count() != len({petition.pk for petition in petitions}):
        raise NotFound(_("No hay una boleta con ese folio a su alcance."))
    if answers is not None:
        check_state(lock(answers, by), State.RECEIVED, State.ANSWERED)
    return prepare_letter(
        kind=kind, by=by, petitions=petitions, template=template, institution=institution, answers=answers
    )


@transaction.atomic
def prepare_letter(
    *,
    kind: str,
    by: User,
    petitions: Sequence[Petition] = (),
    template: LetterTemplate | None = None,
    institution: str = "",
    answers: Letter | None = None,
) -> Letter:
    """Begin a letter that something else calls for; whoever calls has made sure that the person may."""
    if kind == Kind.INCOMING:
        raise Invalid(_("Lo que llega se registra; no se redacta."))
    head = Letterhead.current()
    facts = facts_of(petitions, institution=institution, name=kind == Kind.ANSWER)
    letter = Letter(
        kind=kind,
        series=series_for(incoming=False),
        subject=fill(template.subject, facts) if template else "",
        body=fill(template.body, facts) if template else "",
        signer_name=head.signer_name,
        signer_post=head.signer_post,
        with_map=kind != Kind.ANSWER,
        answers=answers,
        # Its own, besides what it is linked to: it stays so though the boleta be taken away some day.
        reserved=any(petition.category.sensitive for petition in petitions)
        or bool(answers and answers.reserved),
        prepared_by=by,
        entered_at=timezone.now(),
    )
    _address(letter, facts, petitions, institution, answers)
    letter.subject = letter.subject[:300]
    keep(letter, step=LetterStep.Step.DRAFTED, by=by)
    letter.petitions.set(petitions)
    return letter


@transaction.atomic
def edit_draft(*, letter: Letter, text: LetterText, by: User, seen_at: datetime | None = None) -> Letter:
    """Correct a draft. ``seen_at`` is the ``edited_at`` that the person was looking at.

    Raises Conflict where it is no longer a draft, or somebody else corrected it since.
    """
    require(by, "letters.draft")
    locked = lock(letter, by)
    check_state(locked, State.DRAFT)
    if seen_at is not None and locked.edited_at != seen_at:
        raise Conflict(
            _("Otra persona corrigió este borrador mientras usted lo tenía abierto. Copie su texto y véalo.")
        )
    for name, value in asdict(text).items():
        setattr(locked, name, value)
    keep(locked, step=LetterStep.Step.EDITED, by=by)
    return locked


@transaction.atomic
def discard_draft(*, letter: Letter, by: User, reason: str) -> Letter:
    """Throw a draft away: it keeps its text and the reason, and never gets a number."""
    require(by, "letters.draft")
    locked = lock(letter, by)
    check_state(locked, State.DRAFT)
    if not reason.strip():
        raise Invalid(_("Escriba el motivo."))
    locked.state, locked.reason = State.DISCARDED, reason.strip()
    keep(locked, step=LetterStep.Step.DISCARDED, by=by, note=locked.reason)
    return locked


def _address(
    letter: Letter,
    facts: dict[str, str],
    petitions: Sequence[Petition],
    institution: str,
    answers: Letter | None,
) -> None:
    """Write to whom it goes, as far as that is known."""
    if answers is not None:
        letter.party_name, letter.party_post = answers.party_name, answers.party_post
        letter.party_institution = answers.party_institution
        letter.subject = letter.subject or _("Respuesta a su oficio %s") % (
            answers.their_number or answers.number
        )
    elif letter.kind == Kind.INSTITUTION:
        letter.party_institution = institution
    elif letter.kind == Kind.DEPARTMENT and petitions and petitions[0].department:
        letter.party_institution = petitions[0].department.name
    elif letter.kind == Kind.ANSWER:
        letter.party_name = facts.get("nombre", "")
