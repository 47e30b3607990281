"""Text of which nothing can be seen is no text."""

from __future__ import annotations

import pytest

from geo.legible import LegibleField, legible

SHOW_NOTHING = ["", " ", "\u200b", "\u200b \u2060\n", "\u00ad", "\u202e\u202c", "\ufeff", "\u3164", "\u2800"]
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
HEART = "\u2764\ufe0f\u200d\U0001f525"
BUILDER = "\U0001f477\U0001f3fd\u200d\u2640\ufe0f"


@pytest.mark.parametrize("text", [*SHOW_NOTHING, "\u200d", "\0", "\u0301", "\U000e0041"])
def test_what_shows_nothing_is_empty(text):
    assert legible(text) == ""


@pytest.mark.parametrize(
    "text",
    ["No prende", "Peña\nLópez", "¿?", ".", "5", "नहीं", FAMILY, HEART, BUILDER, "José\u0301", "a\tb"],
)
def test_what_can_be_read_stays_as_it_was_written(text):
    assert legible(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\u200bSe cambió\u200b el foco ", "Se cambió el foco"),
        ("Ana\u202eanA", "AnaanA"),
        ("uno\u2028dos\x07", "uno\ndos"),
        ("le\u200dtra", "letra"),
        ("fin\u200d", "fin"),
        ("\U0001f469\u200d hola", "\U0001f469 hola"),
    ],
)
def test_what_shows_nothing_goes_out_of_a_text(text, said):
    assert legible(text) == said


def test_a_field_takes_it_for_not_written():
    assert LegibleField(required=False).clean("\u200b") == ""
