"""The folio: ``YY-DDD-NNNNN-C``, issued off line by a tablet and final.

Year, series, counter, and an ISO 7064 MOD 37,36 check character over the rest. It is stored as
eleven characters without dashes and shown with them.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from stdnum.iso7064 import mod_37_36

from geo.problems import Problem

SERIES_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LAST_NUMBER = 99_999

_BODY = re.compile(r"\d{2}[0-9A-HJKMNP-TV-Z]{3}\d{5}\Z", re.ASCII)
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015./]+")
#: Letters that the body never holds, read as the digits they are taken for by hand.
_LOOKALIKES = str.maketrans("OIL", "011")


class FolioError(Problem):
    """A text that is not a folio (``malformed``) or is one with a slip in it (``mistyped``)."""

    code, status, title = "mistyped", 422, "El folio no está bien escrito"


def make_folio(year: int, series: str, number: int) -> str:
    """The folio, eleven characters, of a two-digit year, a series and a number from 1 to 99,999."""
    if not (0 <= year <= 99 and 1 <= number <= LAST_NUMBER):
        raise ValueError("a folio's year has two digits and its number at most five")
    body = f"{year:02d}{series}{number:05d}"
    if not _BODY.match(body):
        raise ValueError(f"not a folio series: {series!r}")
    return body + mod_37_36.calc_check_digit(body)


def format_folio(folio: str) -> str:
    """A stored folio as people read it: ``26-A7F-00042-K``."""
    return f"{folio[:2]}-{folio[2:5]}-{folio[5:10]}-{folio[10:]}"


def parse_folio(text: str) -> str:
    """The stored form of a folio however it was typed: any case, dashes or none, O for 0.

    Raises FolioError: ``malformed`` where it has not the shape of one, ``mistyped`` where its
    check character says that something else in it is wrong.
    """
    typed = _SEPARATORS.sub("", text).upper()
    body, check = typed[:-1].translate(_LOOKALIKES), typed[-1:]
    if not _BODY.match(body) or not check.isascii() or not check.isalnum():
        error = FolioError(_("Un folio se escribe como 26-A7F-00042-K. Revíselo, por favor."))
        error.code = "malformed"
        raise error
    right = mod_37_36.calc_check_digit(body)
    # The check itself is taken as typed: reading O for 0 there would let real slips through.
    if check != right:
        raise FolioError(_("Hay un error al escribir el folio: alguna letra o número no coincide."))
    return body + right


def complete_folio(text: str) -> str:
    """The stored form of a folio that was typed without its check character. Raises FolioError."""
    body = _SEPARATORS.sub("", text).upper().translate(_LOOKALIKES)
    return parse_folio(body + mod_37_36.calc_check_digit(body) if _BODY.match(body) else text)
