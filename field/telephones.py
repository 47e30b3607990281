"""Telephones: one spelling for each, however it was taken down, and how somebody is found by one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.db.models import Q
from django.db.models.functions import Right
from django.db.models.lookups import Exact

#: A Mexican number as it is dialled today, and what was put before it: the country's code, with and
#: without the 1 of mobiles, and what was dialled until 2019.
NATIONAL_DIGITS: Final = 10
BEFORE: Final = ("0052", "00521", "01152", "011521", "521", "52", "044", "045", "01")
#: What was dialled within most cities until 2019; older petitions hold no more of a number.
LOCAL_DIGITS: Final = 7
_NUMBER = re.compile(rf"(?:{'|'.join(BEFORE)})([1-9]\d{{{NATIONAL_DIGITS - 1}}})")


#: Where the area's code has two digits: the valley of Mexico, Guadalajara, Monterrey.
_SHORT_AREAS: Final = ("33", "55", "56", "81")
#: A number and what is written between its digits; with a word beside, an extension say, it stays as it is.
_NUMBER_ALONE = re.compile(r"[\d\s()+.\-/\u2010-\u2015]+\Z", re.ASCII)


def in_plain_digits(text: str) -> str:
    """The text with every digit, of whatever script, as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def digits_in(text: str) -> str:
    """The digits of a telephone as it was written, 0 to 9: the last twenty, as petitions hold them."""
    return re.sub(r"[^0-9]+", "", in_plain_digits(text))[-20:]


def as_read(text: str) -> str:
    """A telephone as it is shown everywhere: ``669 123 4567``, ``55 1234 5678``, ``123 4567``.

    What is no number of this country, or says more than a number, is shown as it was written.
    """
    text = in_plain_digits(text.strip())
    digits = telephone(digits_in(text)) if _NUMBER_ALONE.match(text) else ""
    if len(digits) == LOCAL_DIGITS:
        return f"{digits[:3]} {digits[3:]}"
    if len(digits) != NATIONAL_DIGITS:
        return text
    area = 2 if digits.startswith(_SHORT_AREAS) else 3
    middle = NATIONAL_DIGITS - 4
    return f"{digits[:area]} {digits[area:middle]} {digits[middle:]}"


def telephone(digits: str) -> str:
    """The ten digits of a Mexican number; those of any other as they are."""
    found = _NUMBER.fullmatch(digits)
    return found[1] if found else digits


def spellings(digits: str) -> list[str]:
    """The digits of a telephone in every way in which a petition may hold them."""
    number = telephone(digits)
    return (
        [number, *(f"{before}{number}" for before in BEFORE)] if len(number) == NATIONAL_DIGITS else [number]
    )


def has_telephone(digits: str, *, person: str = "") -> Q:
    """Whose telephone these digits, seven or more, may be: of the two, one is the end of the other.

    So a number that was taken down as it is dialled within the city is found by all of it, and the other way
    round. ``person`` leads to the petitioner, such as ``petitioner__``. Read from the index
    ``petitioner_phone_end``, and nobody is found by fewer digits.
    """
    number, column = telephone(digits), f"{person}phone_digits"
    if len(number) < LOCAL_DIGITS:
        return Q(pk__in=[])
    ends = [number[start:] for start in range(1, len(number) - LOCAL_DIGITS + 1)]
    return Q(Exact(phone_end(column), number[-LOCAL_DIGITS:])) & (
        Q(**{f"{column}__endswith": number}) | Q(**{f"{column}__in": ends})
    )


def phone_end(column: str = "phone_digits") -> Right:
    """The digits by which a telephone is looked up, as the index holds them."""
    return Right(column, LOCAL_DIGITS)
