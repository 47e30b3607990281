"""Which letters a person sees, and what a boleta still wants in writing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.casework.selectors import for_reading, visible_to
from backend.letters.models import UNNUMBERED, Kind, Letter, LetterSeries, LetterStep, State
from backend.letters.querysets import LetterQuerySet
from field.models import Category, Petition, Status
from field.querysets import PetitionQuerySet
from geo.problems import Conflict, NotFound

_LINKS = Letter.petitions.through
#: Where a boleta has come to something that its petitioner may be told in writing.
ANSWERABLE = (Status.NOT_PROCEEDING, Status.ATTENDED, Status.CLOSED, Status.EXTERNAL)


def visible_letters(user: User | AnonymousUser) -> LetterQuerySet:
    """The letters that a person may know of.

    With ``letters.see``, all; a liaison, the numbered ones of the boletas that the department has. None sees
    one that is reserved, or linked to any boleta of a reserved category, who does not see such boletas.
    """
    if not (isinstance(user, User) and user.is_active):
        return Letter.objects.none()
    linked = _LINKS.objects.filter(letter=OuterRef("pk"))
    if user.has_perm("letters.see"):
        letters = Letter.objects.all()
    elif user.has_perm("casework.see_department"):
        own = linked.filter(petition__in=visible_to(user))
        letters = Letter.objects.exclude(state__in=UNNUMBERED).filter(Exists(own))
    else:
        return Letter.objects.none()
    if user.has_perm("casework.see_sensitive") and user.has_perm("casework.see_office"):
        return letters
    about_reserved = linked.filter(petition__category__in=Category.objects.filter(sensitive=True))
    seen_reserved = about_reserved.filter(petition__in=visible_to(user))
    if not user.has_perm("casework.see_sensitive"):
        # A liaison whose department answers a reserved category sees the letters of its boletas.
        letters = letters.filter(Q(reserved=False) | Exists(seen_reserved))
    return letters.exclude(Exists(about_reserved.exclude(petition__in=visible_to(user))))


class ReservedNumber(NamedTuple):
    """A line of the register for who may know that its number was given, and nothing else of it."""

    number: str
    incoming: bool
    withheld: bool = True


def with_reserved_numbers(letters: LetterQuerySet) -> LetterQuerySet:
    """The letters with, in their place, the numbered ones that are out of sight: see ``withhold``."""
    return Letter.objects.filter(Q(pk__in=letters.values("pk")) | ~Q(state__in=UNNUMBERED))


def withhold(user: User, letters: Sequence[Letter]) -> list[Letter | ReservedNumber]:
    """The letters, in their order, each that the person may not know of as a reserved number.

    So the register has no gap from which somebody would conclude anything, nor a mute one to wonder at.
    """
    seen = set(
        visible_letters(user).filter(pk__in=[letter.pk for letter in letters]).values_list("pk", flat=True)
    )
    return [
        letter if letter.pk in seen else ReservedNumber(letter.number, letter.incoming) for letter in letters
    ]


def told_of(rows: Sequence[Letter | ReservedNumber]) -> list[Letter]:
    """The letters of which these lines say more than a number."""
    return [row for row in rows if isinstance(row, Letter)]


def find_letter(user: User | AnonymousUser, pk: int) -> Letter:
    """A letter with what its page shows. Raises NotFound for one that the person may not know of."""
    letters = visible_letters(user).select_related("series", "prepared_by", "answers", "pdf", "scan")
    letter = letters.filter(pk=pk).first()
    if letter is None:
        raise NotFound(_("No hay un oficio así a su alcance."))
    return letter


def petitions_of(letter: Letter) -> PetitionQuerySet:
    """The boletas that a letter is about, by folio."""
    linked = Petition.objects.filter(letters=letter)
    return for_reading(linked).select_related("petitioner").order_by("folio")


def registered_by(request: UUID, by: User) -> Letter | None:
    """The letter that came which a person's request registered already."""
    return Letter.objects.filter(request=request, prepared_by=by).first()


def reached(letter: Letter) -> bool:
    """Whether, by the delivery that was noted last, somebody received it."""
    noted = letter.steps.filter(step__in=(LetterStep.Step.HANDED_OVER, LetterStep.Step.SENT)).last()
    return noted is not None and noted.step == LetterStep.Step.HANDED_OVER


def correspondence_of(keys: Iterable[int]) -> set[int]:
    """Ids of these letters and, of the correspondence that they are part of, of those that are about no
    boleta."""
    found: set[int] = set()
    more = set(keys)
    while more:
        found |= more
        exchanged = Q(answers__in=more) | Q(answered_by__in=more)
        lone = Letter.objects.filter(exchanged, petitions=None).exclude(pk__in=found)
        more = set(lone.values_list("pk", flat=True))
    return found


def letters_of(user: User, petition: Petition) -> list[Letter]:
    """The letters of one boleta that a person may see, the oldest first; without those thrown away."""
    letters = visible_letters(user).filter(petitions=petition).in_register()
    return list(letters.order_by("entered_at", "id"))


def waiting_to_be_asked(petitions: Collection[UUID]) -> dict[UUID, str]:
    """Of these petitions, those whose letter to another institution nobody has issued, in words.

    What was never asked has no answer with which to close the boleta.
    """
    drafts = _LINKS.objects.filter(
        petition__in=petitions, letter__state=State.DRAFT, letter__kind=Kind.INSTITUTION
    )
    text = _(
        "El oficio a %(institution)s sigue en borrador: allá aún no lo tienen. Primero hay que expedirlo, o "
        "descartarlo si ya no hace falta; después se concluye la boleta."
    )
    return {
        petition: text % {"institution": institution or _("la otra institución")}
        for petition, institution in drafts.values_list("petition", "letter__party_institution")
    }


def wants_answer(petition: Petition, letters: list[Letter]) -> bool:
    """Whether the boleta has come to something, and nobody has written of it to who asked."""
    told = any(letter.kind == Kind.ANSWER and letter.state != State.CANCELLED for letter in letters)
    return petition.status in ANSWERABLE and not told


def series_for(*, incoming: bool) -> LetterSeries:
    """The series in which a new letter begins: one in use, or else the first. Raises Conflict for none."""
    series = LetterSeries.objects.filter(incoming=incoming).order_by("-active", "id").first()
    if series is None:
        raise Conflict(_("No hay una serie de oficios: dé de alta una en «Membrete y series»."))
    return series
