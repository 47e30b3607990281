"""What forms are filled in with, where the framework's own would be slow or plain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LongSelect(forms.Select):
    """A list of hundreds of options: the framework renders a template for each, which takes 30 ms."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value) or [""])
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", attributes, _options(self.choices, chosen))


def _options(choices: Iterable[Any], chosen: set[str]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<optgroup label="{}">{}</optgroup>', value, _options(label, chosen))
                if isinstance(label, list | tuple)
                else format_html(
                    '<option value="{}"{}>{}</option>',
                    value,
                    " selected" if str(value) in chosen else "",
                    label,
                ),
            )
            for value, label in choices
        ),
    )
