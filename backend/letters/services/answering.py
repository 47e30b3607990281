"""What is owed on a letter once another answers it, and owed again once that answer is cancelled."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from backend.accounts.models import User
from backend.letters.models import AWAITING, UNNUMBERED, Letter, LetterStep, State
from backend.letters.selectors import reached
from backend.letters.services.steps import keep


@transaction.atomic
def mark_answered(*, letter: Letter, on: date, by: User, note: str) -> None:
    """Write down that a letter got its answer; the first one stands. Whoever calls saw to who may."""
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.state not in AWAITING or locked.answered_on:
        return
    locked.state, locked.answered_on = State.ANSWERED, on
    keep(locked, step=LetterStep.Step.ANSWERED, by=by, note=note)


@transaction.atomic
def mark_unanswered(*, letter: Letter, by: User, note: str) -> None:
    """Have a letter stand where it stood before its answer, now that it has none. Whoever calls saw to who
    may."""
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    others = locked.answered_by.exclude(state__in=(*UNNUMBERED, State.CANCELLED))
    if locked.state != State.ANSWERED or others.exists():
        return
    locked.state, locked.answered_on = _before_the_answer(locked), None
    keep(locked, step=LetterStep.Step.UNANSWERED, by=by, note=note)


def _before_the_answer(letter: Letter) -> State:
    if letter.incoming:
        return State.RECEIVED
    if letter.delivered_on is None:
        return State.ISSUED
    return State.DELIVERED if reached(letter) else State.SENT
