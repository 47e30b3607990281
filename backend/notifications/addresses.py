"""Addresses as messages and opt-outs know them: one spelling for each, however it was taken down."""

from __future__ import annotations

import re

from field.telephones import telephone


def address(text: str) -> str:
    """An e-mail or a telephone in the spelling in which it is kept and compared."""
    text = text.strip()
    return text.lower() if "@" in text else telephone(re.sub(r"\D", "", text))
