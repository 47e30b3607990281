"""Texts with placeholders such as ``{folio}``: how they are checked and filled in.

Nothing of Python's formatting is used: a placeholder is a word in braces from one closed list, replaced in
a single pass, so that neither a template nor a citizen's words can reach into anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo import placeholders

_UNBROKEN: Final = re.compile(r"\S{60}(?=\S)")

#: What a template may name, and what each stands for.
PLACEHOLDERS: Final[dict[str, Promise]] = {
    "folio": gettext_lazy("folio de la boleta"),
    "nombre": gettext_lazy("quien lo pidió"),
    "asunto": gettext_lazy("categoría de la boleta"),
    "peticion": gettext_lazy("lo que pidió, con sus palabras"),
    "fecha": gettext_lazy("día en que se recibió"),
    "lugar": gettext_lazy("dirección y colonia"),
    "colonia": gettext_lazy("colonia o comunidad"),
    "dependencia": gettext_lazy("dependencia que la tiene"),
    "institucion": gettext_lazy("institución a la que se escribe"),
    "vence": gettext_lazy("día en que vence"),
    "resultado": gettext_lazy("lo último que anotó quien atendió"),
    "municipio": gettext_lazy("nombre del municipio"),
}
#: What a number's format holds, each once.
NUMBER_PARTS: Final = ("serie", "numero", "año")
#: Left where nothing is known, for a person to fill in: a letter that still has one is not issued.
BLANK: Final = "________"

_BRACED = re.compile(r"\{([^{}]*)\}")


def check_placeholders(text: str, known: Collection[str] = tuple(PLACEHOLDERS)) -> list[str]:
    """What is wrong with a template's braces, in words; empty when nothing is."""
    return placeholders.check_placeholders(text, known)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known in its place, and a blank for the known placeholders without a value."""
    return placeholders.fill(text, {name: values.get(name, "").strip() or BLANK for name in PLACEHOLDERS})


def unfinished(*texts: str) -> bool:
    """Whether a text still has a blank, or a placeholder that was typed and never filled in."""
    return any(BLANK in text or set(_BRACED.findall(text)) & set(PLACEHOLDERS) for text in texts)


def check_number_format(text: str) -> list[str]:
    """What is wrong with a number's format; empty when no two letters can come to share a number."""
    parts = _BRACED.findall(text)
    wrong = check_placeholders(text, NUMBER_PARTS)
    wrong += [
        _("Falta {%(part)s}, o está repetido.") % {"part": part}
        for part in NUMBER_PARTS
        if parts.count(part) != 1
    ]
    if "}{" in text:
        wrong.append(_("Separe {serie}, {numero} y {año} con una diagonal o un guion."))
    return wrong


def write_number(text: str, *, series: str, sequence: int, year: int) -> str:
    """A letter's number as it is printed: ``DAC/0123/2026``."""
    parts = {"serie": series, "numero": f"{sequence:04d}", "año": str(year)}
    return placeholders.fill(text, parts)


def paragraphs(text: str) -> list[str]:
    """A text's paragraphs: a blank line, or none, between them.

    What has no space for long may break every so often: to look for where takes a sheet half a minute.
    """
    lines = (_UNBROKEN.sub("\\g<0>\u200b", line.strip()) for line in text.splitlines())
    return [line for line in lines if line]
