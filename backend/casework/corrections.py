"""What a boleta says and may be corrected in: as it stands, and as two people would have it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from backend.casework.questions import (
    ANSWER,
    QuestionField,
    as_text,
    in_one_line,
    question_fields,
    unasked_field,
)
from field.models import Category, Petition
from field.services.corrections import CORRECTABLE
from geo.legible import legible

#: The point and the colonia, which hold together.
WHERE: Final = "where"
#: What it says in a text or a key; point, colonia and answers are apart.
_PLAIN: Final = ("category", "description", *CORRECTABLE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a boleta says: ``category`` is a key, ``place`` a code, ``lon_lat`` degrees; empty if nothing.

    ``answers`` are texts by their question's key, as a form has them; none is empty.
    """

    category: int
    description: str = ""
    lon_lat: tuple[float, float] | None = None
    place: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    on_behalf_of: str = ""
    address: str = ""
    reference: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def parts(self) -> dict[str, Any]:
        """Its values by what is corrected by itself: point and colonia are one, and each answer is."""
        words = {name: getattr(self, name) for name in _PLAIN}
        answers = {f"{ANSWER}{key}": text for key, text in self.answers.items()}
        return {**words, WHERE: (self.lon_lat, self.place), **answers}

    def differing(self, other: Said) -> list[str]:
        """The parts that the other says otherwise."""
        own, others = self.parts, other.parts
        return [name for name in dict.fromkeys([*own, *others]) if own.get(name, "") != others.get(name, "")]

    def taking(self, parts: Collection[str], other: Said) -> Said:
        """This, with these parts as the other says them."""
        answers = {
            key: text
            for key in dict.fromkeys([*self.answers, *other.answers])
            if (text := (other if f"{ANSWER}{key}" in parts else self).answers.get(key, ""))
        }
        names = [name for name in _PLAIN if name in parts]
        names += ["lon_lat", "place"] if WHERE in parts else []
        return replace(self, answers=answers, **{name: getattr(other, name) for name in names})


def said_by(petition: Petition) -> Said:
    """What a boleta says now. Its petitioner and place may cost a query each."""
    person = getattr(petition, "petitioner", None)
    point = petition.location
    texts = {key: as_text(answer) for key, answer in petition.answers.items()}
    said = Said(
        category=petition.category_id,
        description=legible(petition.description),
        lon_lat=(point.x, point.y) if point else None,
        place=petition.place.code if petition.place else "",
        on_behalf_of=in_one_line(petition.on_behalf_of),
        address=in_one_line(petition.address),
        reference=in_one_line(petition.reference),
        answers={key: text for key, text in texts.items() if text},
    )
    if person is None:
        return said
    name, phone, email = (in_one_line(text) for text in (person.name, person.phone, person.email))
    return replace(said, name=name, phone=phone, email=email)


def clashes(*, seen: Said, to: Said, now: Said) -> list[str]:
    """The parts that somebody else changed since ``seen`` and that ``to`` would have say a third thing.

    Answers are their category's: who gave some under one that is the boleta's no more decides about it.
    """
    mine, theirs = seen.differing(to), seen.differing(now)
    both = [name for name in mine if name in theirs and name in now.differing(to)]
    answered = any(name.startswith(ANSWER) for name in now.differing(to) if name in mine)
    if "category" in both or (answered and "category" in theirs and to.category == seen.category):
        return ["category", *(name for name in both if name != "category" and not name.startswith(ANSWER))]
    return both


def asked_of(said: Said) -> list[QuestionField]:
    """The questions of its category, then those of its other answers, each with what it says. One query."""
    typed = {f"{ANSWER}{key}": text for key, text in said.answers.items()}
    fields = question_fields(Category.objects.get(pk=said.category), typed)
    asked = {one.key for one in fields}
    return fields + [unasked_field(key, text) for key, text in said.answers.items() if key not in asked]
