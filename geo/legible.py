"""Text as it can be read: a word that shows nothing is no word.

Browsers, telephones and pasted documents bring characters without a shape of their own: spaces of no width,
marks of direction, controls. A name or a note made of nothing else looks empty to whoever reads it, so it is
taken for empty wherever something must be written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from django import forms

#: Controls but for tab, line ends and the NUL that no text may hold; spaces of no width; marks of direction;
#: what joins or parts letters. The joiner (U+200D) has its place inside an emoji, and is seen to apart.
_SHAPELESS: Final = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_JOINER: Final = "\u200d"
#: A joiner that joins no two parts of one emoji: after a letter, at an end, before a space.
_IDLE_JOINER: Final = re.compile(
    f"(?<![\ufe0f\u2600-\u27bf\U0001f000-\U0001faff]){_JOINER}|{_JOINER}(?![\u2190-\u27bf\U0001f000-\U0001faff])"
)
#: Letters and symbols by their category that are drawn as nothing.
_BLANK: Final = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def legible(text: str) -> str:
    """The text without what shows nothing, its ends trimmed; empty where nothing in it can be seen."""
    if not text.isascii() or not text.isprintable():
        text = _SHAPELESS.sub("", _LINE_ENDS.sub("\n", text))
        if _JOINER in text:
            text = _IDLE_JOINER.sub("", text)
        if not any(map(_shows, text)):
            return ""
    return text.strip()


def _shows(character: str) -> bool:
    """Whether there is anything to see: a letter, a figure, a sign or a symbol."""
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK


class LegibleField(forms.CharField):
    """A text in which something can be read; what shows nothing is as good as not written."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return legible(text) if isinstance(text, str) else text
