"""Any text as an XML name, and back: what a form asks is named by the catalogue's own keys."""

from __future__ import annotations

import re

_OTHERS = re.compile(r"[^A-Za-z0-9_-]")
_WRITTEN = re.compile(r"\.([0-9a-f]+)\.")


def name_of(text: str) -> str:
    """``text`` as the tail of an XML name: what such a name cannot hold is written ``.hex.``."""
    return _OTHERS.sub(lambda found: f".{ord(found[0]):x}.", text)


def text_of(name: str) -> str:
    """The text that ``name_of`` wrote as ``name``; what it never writes is left as it is."""
    return _WRITTEN.sub(_character, name)


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found[0]
