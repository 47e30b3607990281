"""Addresses as messages and opt-outs know them: one spelling for each, however it was taken down."""

from __future__ import annotations

import re
from typing import Final

#: A Mexican number as it is dialled today, and what was put before it: the country's code, with and
#: without the 1 of mobiles, and what was dialled until 2019.
LOCAL_DIGITS: Final = 10
BEFORE: Final = ("0052", "00521", "01152", "011521", "521", "52", "044", "045", "01")
_NUMBER = re.compile(rf"(?:{'|'.join(BEFORE)})([1-9]\d{{{LOCAL_DIGITS - 1}}})")


def telephone(digits: str) -> str:
    """The ten digits of a Mexican number; those of any other as they are."""
    found = _NUMBER.fullmatch(digits)
    return found[1] if found else digits


def address(text: str) -> str:
    """An e-mail or a telephone in the spelling in which it is kept and compared."""
    text = text.strip()
    return text.lower() if "@" in text else telephone(re.sub(r"\D", "", text))


def spellings(digits: str) -> list[str]:
    """The digits of a telephone in every way in which a petition may hold them."""
    number = telephone(digits)
    return [number, *(f"{before}{number}" for before in BEFORE)] if len(number) == LOCAL_DIGITS else [number]
