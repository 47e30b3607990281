"""A letter of the address, or the page that says there is none."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_datetime

from backend.accounts.models import User
from backend.letters.models import Letter
from backend.letters.selectors import find_letter
from geo.problems import NotFound

#: A liaison reads the letters of the department's own boletas.
READERS = ("letters.see", "casework.see_department")


def letter_or_404(request: HttpRequest, pk: int) -> Letter:
    """The letter, if the person may know of it."""
    try:
        return find_letter(request.user, pk)
    except NotFound as problem:
        raise Http404(problem.detail) from problem


def person(request: HttpRequest) -> User:
    """Who asks; the gate has seen to it that it is one of the staff."""
    return cast("User", request.user)


def moment(text: str) -> dt.datetime | None:
    """The time that a page says it was drawn from, if it can be read."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None
