"""What every act on a letter has in common: the lock, the line in its history, the words it is found by."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.letters.models import Letter, LetterStep
from backend.letters.querysets import fold
from backend.letters.selectors import visible_letters
from geo.problems import Conflict, NotFound


def lock(letter: Letter, by: User) -> Letter:
    """The row as it stands once nobody else holds it. Raises NotFound for one out of the person's sight."""
    locked = Letter.objects.select_for_update().filter(pk=letter.pk).first()
    if locked is None or not visible_letters(by).filter(pk=letter.pk).exists():
        raise NotFound(_("No hay un oficio así a su alcance."))
    return locked


def lock_with_answered(letter: Letter, by: User) -> Letter:
    """As ``lock``, and the letter that it answers with it: the oldest first, as erasing locks them."""
    if letter.answers_id is not None:
        Letter.objects.select_for_update().get(pk=letter.answers_id)
    return lock(letter, by)


def check_state(letter: Letter, *states: str) -> None:
    """Raise Conflict, in words, where the letter stands elsewhere."""
    if letter.state not in states:
        raise Conflict(
            _("El oficio está como «%(state)s» y así no es posible. Véalo de nuevo.")
            % {"state": letter.get_state_display().lower()}
        )


def keep(letter: Letter, *, step: str, by: User | None, note: str = "") -> None:
    """Write the row with the words it is found by, and append the step to its history."""
    letter.edited_at = timezone.now()
    letter.words = fold(
        letter.number, letter.their_number, letter.subject, letter.party, letter.signer_name, letter.body
    )
    letter.save()
    LetterStep.objects.create(letter=letter, step=step, at=letter.edited_at, by=by, note=note)
