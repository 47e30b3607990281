"""What people say and how: petitions in their own words, from ``data/phrases.toml``."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Any, Final

from backend.demo.names import read_data

_PHRASES: Final = read_data("phrases")
_COMMON: Final[dict[str, list[str]]] = _PHRASES["common"]
_WORDS: Final[dict[str, list[str]]] = _PHRASES["notes"]["words"]
_OUTSIDE: Final[dict[str, list[str]]] = _PHRASES["outside"]
_HURRIED: Final = {"que": "q", "por": "x", "también": "tmb", "porque": "xq", "favor": "fa", "está": "esta"}
#: Wishes, and complaints that already say since when.
_TIMELESS: Final = re.compile(
    r"\b(días?|meses|semanas|mes|cada|nunca|pid\w+|solicit\w+|noches?|tardes|prende)\b"
)
#: How many petitions in a hundred are typed in haste, and how many are a few words.
_HASTE, _SHORT = 0.07, 0.09


def petition_text(chance: random.Random, *, category: str, channel: str, street: str, nth: int) -> str:
    """One petition's words; ``nth`` counts earlier complaints about the same thing."""
    own = _PHRASES[category]
    issue = _fill(chance, chance.choice(own["issues"]), street)
    if chance.random() < _SHORT:
        return _sentence(issue)
    since = "" if _TIMELESS.search(issue) else _fill(chance, chance.choice(_COMMON["since"]), street)
    opener = chance.choice(_PHRASES["openers"][channel])
    body = opener + (issue[:1].upper() + issue[1:] if opener.endswith(". ") else issue)
    if since:
        body += f", {since}"
    parts = [_sentence(body), _fill(chance, chance.choice(own["effects"]), street)]
    if nth and chance.random() < 0.35:
        parts.append(_fill(chance, chance.choice(_COMMON["again"]), street))
    parts.append(chance.choice(_COMMON["pleas"]))
    text = " ".join(part for part in parts if part)
    return _in_haste(chance, text) if chance.random() < _HASTE else text


def landmark(chance: random.Random) -> str:
    """How to find the house."""
    return chance.choice(_COMMON["landmarks"])


def work_done(chance: random.Random, category: str) -> str:
    """What the department says it did."""
    notes: list[str] = _PHRASES[category]["done"]
    return chance.choice(notes)


def words(chance: random.Random, kind: str) -> str:
    """A note of one kind: ``positive``, ``negative``, ``again``, ``dispute`` and so on."""
    return chance.choice(_WORDS[kind])


def outside(category: str) -> tuple[str, str] | None:
    """Whose a matter of this category may be, if not the municipality's, and what the office writes of it."""
    found = _OUTSIDE.get(category)
    return (found[0], found[1]) if found else None


def answers(chance: random.Random, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Answers to some of a category's questions, each of its type."""
    given: dict[str, Any] = {}
    for question in questions:
        if chance.random() < 0.3:
            continue
        match question["type"]:
            case "choice":
                given[question["key"]] = chance.choice(question["options"])
            case "yes_no":
                given[question["key"]] = chance.random() < 0.5
            case "number":
                given[question["key"]] = chance.randint(1, 12)
            case _ if question["key"] == "poste":
                given[question["key"]] = str(chance.randint(1000, 9899))
    return given


def _fill(chance: random.Random, phrase: str, street: str) -> str:
    if "{" not in phrase:
        return phrase
    return phrase.format(street=street, mark=chance.choice(_COMMON["landmarks"][:16]), n=chance.randint(2, 9))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(". ") + "."


def _in_haste(chance: random.Random, text: str) -> str:
    """The same words as a thumb types them."""
    text = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    text = re.sub(r"\w+", lambda word: _HURRIED.get(word[0], word[0]), text)
    text = text.replace(".", "", chance.randint(0, 2))
    at = chance.randrange(1, max(2, len(text) - 2))
    return text[:at] + text[at + 1 :] if chance.random() < 0.5 else text[:at] + text[at] + text[at:]
