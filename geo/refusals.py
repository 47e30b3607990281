"""What a button asked for and could not be done, told on the page that comes next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from geo.problems import Problem


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """Tell whoever asked why a service refused, and go on: the view then sends them back to where they were.

    What follows the refusal inside the block, such as the word that it was done, is left out.
    """
    try:
        yield
    except Problem as problem:
        messages.error(request, problem.detail)
