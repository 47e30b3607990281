"""The letters in which a petitioner may be named: words, the paper that was issued, and scans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.letters.models import Kind, Letter, LetterStep
from backend.letters.querysets import LetterQuerySet
from backend.letters.selectors import correspondence_of
from backend.letters.services.forgetting import forget_in_letter
from field.persons import Passage, PassageKind, Source, register_source

#: Every text of a letter in which somebody may be named, as it is called.
_LABELS: Final = {
    "party_name": gettext_lazy("Nombre"),
    "party_post": gettext_lazy("Cargo"),
    "party_institution": gettext_lazy("Institución"),
    "their_number": gettext_lazy("Su número de oficio"),
    "subject": gettext_lazy("Asunto"),
    "body": gettext_lazy("Texto"),
    "copies": gettext_lazy("Con copia para"),
    "delivered_to": gettext_lazy("Quién lo recibió"),
    "reason": gettext_lazy("Motivo"),
}
#: As many petitions as a person can tell apart.
_MOST_FOUND: Final = 200
#: Steps whose note holds the number, or a folio, and no words of anybody.
_WORDLESS: Final = (
    LetterStep.Step.ISSUED,
    LetterStep.Step.RECEIVED,
    LetterStep.Step.LINKED,
    LetterStep.Step.ANSWERED,
    LetterStep.Step.UNANSWERED,
    LetterStep.Step.FORGOTTEN,
)


def register_persons() -> None:
    """Called once, when the app is ready."""
    register_source(Source("letters", gettext_lazy("Oficios"), read, write, find))


def letters_about(petition_id: UUID) -> LetterQuerySet:
    """The letters of a petition, and of the same correspondence those that belong to no other."""
    own = Letter.objects.filter(petitions=petition_id).values_list("pk", flat=True)
    return Letter.objects.filter(pk__in=correspondence_of(own))


def read(petition_id: UUID) -> list[Passage]:
    """What each letter about the petition says, on its paper and in its scan too."""
    letters = letters_about(petition_id).prefetch_related("petitions", "steps").order_by("entered_at", "pk")
    return [passage for letter in letters for passage in passages_of(letter)]


def write(petition_id: UUID, texts: Mapping[str, str]) -> None:
    """Put these texts in place of the letters' own; numbers, days and steps stay."""
    by_letter: dict[int, dict[str, str]] = {}
    for key, text in texts.items():
        pk, _colon, name = key.partition(":")
        by_letter.setdefault(int(pk), {})[name] = text
    # In one order, so that two erasures of letters that they share wait for each other.
    for letter in letters_about(petition_id).filter(pk__in=by_letter).order_by("pk"):
        forget_in_letter(letter=letter, texts=by_letter[letter.pk])


def find(name: str) -> list[UUID]:
    """The petitions of the last letters that hold every word of a name."""
    named = Letter.objects.matching(name).filter(petitions__isnull=False)
    return list(named.order_by("-entered_at").values_list("petitions", flat=True)[:_MOST_FOUND])


def is_theirs(letter: Letter) -> bool:
    """Whether a letter was written to a citizen, or by one: that name is theirs.

    What goes to an office, or comes from one, names its officials.
    """
    return letter.kind == Kind.ANSWER or (letter.incoming and not letter.party_institution)


def is_out(letter: Letter) -> bool:
    """Whether a letter came or was issued: a draft is the office's own, and tells nobody anything yet."""
    return bool(letter.number)


def passages_of(letter: Letter) -> list[Passage]:
    """What a letter says that may tell of who asked; nothing where it says nothing."""
    about = len(letter.petitions.all())
    others, theirs = about > 1, about <= 1 and is_theirs(letter)
    # Where no boleta tells in which words somebody said where they live, all of the text may.
    whole = ("delivered_to",) if about else ("delivered_to", "body")
    passages = [
        Passage(
            f"{letter.pk}:{name}",
            _label(letter, label),
            getattr(letter, name),
            PassageKind.IDENTITY if theirs and name == "party_name" else PassageKind.TEXT,
            emptied=theirs and name in whole,
            shared=others and name == "body",
        )
        for name, label in _LABELS.items()
        if getattr(letter, name)
    ]
    passages += [
        Passage(
            f"{letter.pk}:step:{step.pk}",
            _label(letter, step.get_step_display()),
            step.note,
            emptied=theirs and step.step in (LetterStep.Step.HANDED_OVER, LetterStep.Step.SENT),
        )
        for step in letter.steps.all()
        if step.note and step.step not in _WORDLESS
    ]
    files = (
        (_("Documento expedido, que se borra si cambia su texto"), "pdf", letter.pdf_id),
        (_("Escaneo"), "scan", letter.scan_id),
    )
    # Our papers go with their words. What a scan of what came says only a person reads: it goes unless kept.
    passages += [
        Passage(
            f"{letter.pk}:{name}",
            _label(letter, label),
            sha256,
            PassageKind.FILE,
            emptied=theirs or (letter.incoming and name == "scan"),
            shared=others,
        )
        for label, name, sha256 in files
        if sha256
    ]
    return passages


def _label(letter: Letter, label: object) -> str:
    return f"{label} · {letter}"
