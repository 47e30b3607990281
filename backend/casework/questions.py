"""The questions that a category asks besides, as fields of a form, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from field.models import Category, Petition

_PREFIX = "answer-"
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class QuestionField:
    """One question: ``kind`` is ``text``, ``number``, ``choice`` or ``yes_no``."""

    name: str
    label: str
    kind: str
    options: tuple[str, ...]
    value: str


def question_fields(category: Category, typed: Mapping[str, Any] | None = None) -> list[QuestionField]:
    """The category's questions, with what was typed before."""
    return [
        QuestionField(
            name=f"{_PREFIX}{question['key']}",
            label=question.get("label", question["key"]),
            kind=question.get("type", "text"),
            options=tuple(map(str, question.get("options", ()))),
            value=str((typed or {}).get(f"{_PREFIX}{question['key']}", "")),
        )
        for question in category.questions
    ]


def answers_of(category: Category, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The answers given, by the question's key. In the office none is obligatory: who calls may not know."""
    answers: dict[str, Any] = {}
    for field in question_fields(category, typed):
        text = field.value.strip()[:_LONGEST].replace("\x00", "")
        if text:
            answers[field.name.removeprefix(_PREFIX)] = _read(field.kind, text)
    return answers


def _read(kind: str, text: str) -> Any:
    if kind == "yes_no" and text in ("si", "no"):
        return text == "si"
    if kind == "number":
        try:
            return float(text) if "." in text else int(text[:15])
        except ValueError:
            return text
    return text


def answers_in_words(petition: Petition) -> list[tuple[str, Any]]:
    """What the category's questions were answered, under the words that asked."""
    labels = {question.get("key"): question.get("label") for question in petition.category.questions}
    words = {True: _("Sí"), False: _("No")}
    return [
        (labels.get(key) or key, words.get(answer, answer) if isinstance(answer, bool) else answer)
        for key, answer in petition.answers.items()
    ]
