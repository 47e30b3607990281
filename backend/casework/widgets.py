"""What forms are filled in with, where the framework's own would be slow or plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString


class LongSelect(forms.Select):
    """A list of hundreds of options: the framework renders a template for each, which takes 30 ms."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value) or [""])
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        options = SafeString("".join(_options(self.choices, chosen)))
        return format_html("<select{}>{}</select>", attributes, options)


def _options(choices: Iterable[Any], chosen: set[str]) -> Iterator[str]:
    # Escaped by the standard library itself: the framework's wrapping takes ten times as long.
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield f'<optgroup label="{escape(str(value))}">'
            yield from _options(label, chosen)
            yield "</optgroup>"
        else:
            selected = " selected" if str(value) in chosen else ""
            yield f'<option value="{escape(str(value))}"{selected}>{escape(str(label))}</option>'
