"""A refusal is told on the next page, and nothing that follows it in the block is done or said."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest

from geo.problems import Conflict, Problem
from geo.refusals import refusals_told


@pytest.fixture
def request_(rf: Any) -> HttpRequest:
    request: HttpRequest = rf.post("/")
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def told(request: HttpRequest) -> list[tuple[int, str]]:
    return [(message.level, str(message)) for message in messages.get_messages(request)]


@pytest.mark.parametrize("problem", [Conflict("Ya se respondió."), Problem("No se pudo.")])
def test_a_refusal_is_told_and_the_word_of_success_is_not(request_: HttpRequest, problem: Problem) -> None:
    with refusals_told(request_):
        raise problem
        messages.success(request_, "Hecho.")
    assert told(request_) == [(messages.ERROR, problem.detail)]


def test_what_went_well_is_told_and_what_nobody_foresaw_is_not_hidden(request_: HttpRequest) -> None:
    with refusals_told(request_):
        messages.success(request_, "Hecho.")
    assert told(request_) == [(messages.SUCCESS, "Hecho.")]
    with pytest.raises(ZeroDivisionError), refusals_told(request_):
        1 / 0  # noqa: B018
