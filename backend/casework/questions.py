"""The questions that a category asks besides, as fields of a form, and their answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from field.models import Category, Petition
from geo.legible import legible

#: Before a question's key, the name of its field.
ANSWER: Final = "answer-"
_LONGEST: Final = 500
#: What is read as a number; more digits than these are a telephone or a meter's, and stay as written.
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,9})?\Z")


@dataclass(frozen=True, slots=True)
class QuestionField:
    """One question: ``kind`` is ``text``, ``number``, ``choice`` or ``yes_no``."""

    name: str
    label: str
    kind: str
    options: tuple[str, ...] = ()
    value: str = ""

    @property
    def key(self) -> str:
        """By which the answer is kept."""
        return self.name.removeprefix(ANSWER)

    @property
    def strange(self) -> bool:
        """Whether a list is offered that does not have what was answered."""
        offered = {"choice": self.options, "yes_no": ("si", "no")}.get(self.kind)
        return bool(self.value) and offered is not None and self.value not in offered

    def same_as(self, other: QuestionField) -> bool:
        """Whether both ask the very same."""
        return (self.name, self.label, self.kind) == (other.name, other.label, other.kind)

    def in_words(self, text: str) -> str:
        """An answer's text as it is read."""
        return {"si": _("Sí"), "no": _("No")}.get(text, text) if self.kind == "yes_no" else text


def question_fields(category: Category, typed: Mapping[str, Any] | None = None) -> list[QuestionField]:
    """The category's questions, with what was typed before."""
    return [
        QuestionField(
            name=f"{ANSWER}{question['key']}",
            label=question.get("label", question["key"]),
            kind=question.get("type", "text"),
            options=tuple(map(str, question.get("options", ()))),
            value=str((typed or {}).get(f"{ANSWER}{question['key']}", "")),
        )
        for question in category.questions
    ]


def unasked_field(key: str, text: str) -> QuestionField:
    """An answer to what its category does not ask, or no more."""
    kind = "yes_no" if text in ("si", "no") else "text"
    return QuestionField(f"{ANSWER}{key}", _("Otra respuesta"), kind, value=text)


def answers_of(category: Category, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The answers given, by the question's key. In the office none is obligatory: who calls may not know."""
    read = {field.key: read_answer(field.kind, field.value) for field in question_fields(category, typed)}
    return {key: answer for key, answer in read.items() if answer != ""}


def read_answer(kind: str, text: str) -> Any:
    """An answer as it is kept; a text that is none of its kind stays a text."""
    text = in_one_line(text)[:_LONGEST].replace("\x00", "").strip()
    if kind == "yes_no" and text in ("si", "no"):
        return text == "si"
    if kind == "number" and _NUMBER.match(text):
        return float(text) if "." in text else int(text)
    return text


def as_text(answer: Any) -> str:
    """An answer that is kept, as a form has it; empty where nothing was answered."""
    match answer:
        case None:
            return ""
        case bool():
            return "si" if answer else "no"
        case str():
            return in_one_line(answer)
        case list():
            return ", ".join(map(as_text, answer))
        case dict():
            return ", ".join(f"{name}: {as_text(value)}" for name, value in answer.items())
        case _:
            return str(answer)


def in_one_line(text: str) -> str:
    """A text as a form's field of one line gives it back."""
    return " ".join(legible(text).splitlines())


def answers_in_words(petition: Petition) -> list[tuple[str, str]]:
    """What the category's questions were answered, under the words that asked."""
    asked = {field.key: field for field in question_fields(petition.category)}
    texts = {key: as_text(answer) for key, answer in petition.answers.items()}
    fields = [(asked.get(key) or unasked_field(key, text), text) for key, text in texts.items() if text]
    return [(field.label, field.in_words(text)) for field, text in fields]
