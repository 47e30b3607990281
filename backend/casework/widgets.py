"""What forms are filled in with, where the framework's own would be slow or plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString


class DateInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO dates."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DoubtedDay(DateInput):
    """A day of which the page tells what may be amiss as it is picked: ``address`` answers that, and
    ``doubts`` tells it of the day with which the page comes."""

    template_name = "casework/_doubted_day.html"

    def __init__(self, *, address: str, doubts: Callable[[date], list[str]], **attrs: Any) -> None:
        super().__init__(**attrs)
        self._address, self._doubts = address, doubts

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        try:
            day = date.fromisoformat(context["widget"]["value"] or "")
        except ValueError:
            doubts = []
        else:
            doubts = self._doubts(day)
        return context | {"address": self._address, "day": context["widget"]["value"], "doubts": doubts}


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
