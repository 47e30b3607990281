"""Taking a person out of what the office keeps: their petitions, records, and the requests they made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.letters.models import Letter
from backend.letters.persons import passages_of
from backend.letters.services.forgetting import forget_in_letter
from backend.privacy.erasing import chosen, named_at, named_in, proposed, sought_in, sought_of, within_reach
from backend.privacy.finding import Sought, fold, tells_of, without
from backend.privacy.keeping import Kept
from backend.privacy.models import ArcoRequest, ArcoSubject, OldValue
from field.models import InboxRecord
from field.persons import Passage, PassageKind, sources
from field.services.persons import empty_record, records_of, rewrite_words
from field.services.tray import set_aside

#: What of a request is the person's; the office keeps its number, its dates, what was done and by whom.
_OF_THE_PERSON: Final = ("holder", "representative", "identity_shown", "contact", "asked", "letter")
_WORDS: Final = (*_OF_THE_PERSON, "extension_reason", "missing")


def forget_petition(
    *, petition_id: UUID, also: Sought, choices: Mapping[str, str], kept: Kept, named: bool = False
) -> int:
    """Erase a petition's person wherever their data lie; how many passages were changed. What goes is
    gathered in ``kept``.

    Where somebody else asked and the person is only ``named``, the words that say so alone.
    """
    person = named_at(petition_id, also) if named else sought_of(petition_id, also)
    changed = 0
    for source in sources():
        passages = within_reach(source.read(petition_id), named=named)
        texts = _texts(passages, f"{petition_id}/{source.code}", person, choices, named=named)
        if texts:
            kept.passages(source.label, _going(passages, texts, papers=source.code == "letters"))
            source.write(petition_id, texts)
            changed += len(texts)
    if named:
        return changed + sum(_rewrite(record, person, kept) for record in records_of(petition_id))
    for old in OldValue.objects.filter(petition=petition_id):
        kept.words(_("Antes de corregirse"), old.label, old.before)
        old.delete()
    return changed


def _rewrite(record: InboxRecord, person: Sought, kept: Kept) -> bool:
    """Take a person's name out of the words of somebody else's record; whether any changed."""
    before = Kept()
    before.record(record)
    changed = rewrite_words(record=record, clean=lambda text: without(text, person))
    if changed:
        kept.said += before.said
    return changed


def _going(passages: Iterable[Passage], texts: Mapping[str, str], *, papers: bool) -> list[Passage]:
    """What changes; of letters whose words do, also the papers that show them."""
    letters = {key.partition(":")[0] for key in texts} if papers else set()
    return [
        one
        for one in passages
        if one.key in texts or (one.kind is PassageKind.FILE and one.key.partition(":")[0] in letters)
    ]


def forget_letter(
    *, letter: Letter, also: Sought, choices: Mapping[str, str], kept: Kept, named: bool = False
) -> int:
    """Erase who wrote a letter of no boleta, or was written to; or whom it only names. How many passages were
    changed; what goes is gathered in ``kept``."""
    person = named_in(letter, also) if named else sought_in(letter, also)
    passages = within_reach(passages_of(letter), named=named)
    texts = _texts(passages, "letters", person, choices, named=named)
    if texts:
        kept.passages(_("Oficio %s") % letter, _going(passages, texts, papers=True))
    if texts or not named:
        # Though nothing of it named anybody: it was looked through, and is not again.
        own = {key.partition(":")[2]: text for key, text in texts.items()}
        forget_in_letter(letter=letter, texts=own, looked_through=not named)
    return len(texts)


def _texts(
    passages: Iterable[Passage], prefix: str, person: Sought, choices: Mapping[str, str], *, named: bool
) -> dict[str, str]:
    """What each passage that changes says once it is erased, by its key."""
    texts = {}
    for passage in passages:
        choice = choices.get(f"{prefix}/{passage.key}") or proposed(passage, person)
        text = chosen(passage, choice, person, named=named)
        if text != passage.text:
            texts[passage.key] = text
    return texts


def forget_record(*, record: InboxRecord, also: Sought, by: User, kept: Kept, named: bool = False) -> None:
    """Set a held record aside and empty it; of somebody else's, only take out the words that name the
    person. What goes is gathered in ``kept``."""
    if named:
        _rewrite(record, also, kept)
        return
    kept.record(record)
    if record.state == InboxRecord.State.HELD:
        set_aside(record=record, reason=_("Se suprimieron los datos por una solicitud ARCO."), by=by)
        record.refresh_from_db()
    empty_record(record=record)


def forget_request(*, request: ArcoRequest, kept: Kept) -> None:
    """Take the person out of a closed request, gathered in ``kept``, and seal whose it was."""
    for field in request._meta.fields:
        if field.name in _WORDS:
            kept.words(request.number, field.verbose_name, getattr(request, field.name))
    request.seal = seal_of(request.number, request.holder)
    request.forgotten_at = timezone.now()
    for name in _WORDS:
        setattr(request, name, "")
    request.save(update_fields=["seal", "forgotten_at", *_WORDS])


def forget_requests_of(
    *, holder: str, person: Sought, petitions: Collection[UUID], kept: Kept, letters: Collection[int] = ()
) -> int:
    """Take who was erased out of the closed requests that they had made before: those of the same name about
    the same things, or to be answered at a telephone or an e-mail of theirs."""
    same = Q(petition__in=petitions) | Q(letter__in=letters)
    about = Exists(ArcoSubject.objects.filter(same, request=OuterRef("pk")))
    before = ArcoRequest.objects.filter(forgotten_at=None).annotate(about=about).select_for_update()
    theirs = [
        one
        for one in before
        if not one.open
        and _same_name(one.holder, holder)
        and (one.about or tells_of(one.contact, person.nameless()))
    ]
    for one in theirs:
        forget_request(request=one, kept=kept)
    return len(theirs)


def seal_of(number: str, holder: str) -> str:
    """What is kept instead of a name: it tells that a name is the one, and tells no name.

    Made with the installation's own key, so that nobody finds the name by trying all there are.
    """
    return salted_hmac("backend.privacy.seal", f"{number} {_name(holder)}", algorithm="sha256").hexdigest()


def was_of(*, request: ArcoRequest, name: str) -> bool:
    """Whether a forgotten request was of somebody of that whole name, its words in any order."""
    return bool(request.seal) and constant_time_compare(request.seal, seal_of(request.number, name))


def _same_name(one: str, other: str) -> bool:
    return _name(one) == _name(other)


def _name(text: str) -> str:
    return " ".join(sorted(fold(text).split()))
