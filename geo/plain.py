"""Texts as they are searched letter by letter, whatever their case and accents."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Func, Q, TextField


class Plain(Func):
    """A text in small letters without accents; after it, where it has seven digits or more, all its digits in
    a row, so that a telephone is found however it was spaced."""

    function = "aldaba_plain"
    arity = 1
    output_field = TextField()


def plain_index(column: str, *, name: str) -> GinIndex:
    """The index by which any part of a text is found, of the rows in which it says something."""
    return GinIndex(OpClass(Plain(column), name="gin_trgm_ops"), name=name, condition=~Q(**{column: ""}))
