"""Texts with names in braces, such as ``{folio}``, that an office writes and the program fills in.

Nothing of Python's formatting is used: a placeholder is a word in braces from a closed list, replaced in a
single pass, so that neither a text nor a citizen's words can reach into anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from django.utils.translation import gettext as _

_BRACED: Final = re.compile(r"\{([^{}]*)\}")
_STRAY: Final = re.compile(r"[{}]")


def check_placeholders(text: str, known: Collection[str]) -> list[str]:
    """What is wrong with a text's braces, in words; empty when nothing is."""
    wrong = [
        _("No existe el dato {%(name)s}.") % {"name": name[:60]}
        for name in dict.fromkeys(_BRACED.findall(text))
        if name not in known
    ]
    if _STRAY.search(_BRACED.sub("", text)):
        wrong.append(_("Hay una llave { o } sin pareja."))
    return wrong


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each name that has a value replaced by it; a value is never read for names of its own."""
    return _BRACED.sub(lambda match: values.get(match[1], match[0]), text)
