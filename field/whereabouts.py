"""Where something is, in words: what was written of the address, and the place's name once."""

from __future__ import annotations

import re


def where_in_words(address: str, place: str) -> str:
    """``Juárez 118, Esperanza``; an address that ends in the place's name says it by itself."""
    address = address.strip().rstrip(",.")
    named = re.search(rf"(?<!\w){re.escape(place)}$", address, re.IGNORECASE) if place else None
    return address if named else ", ".join(filter(None, (address, place)))
