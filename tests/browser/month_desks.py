"""The people of an office at their desks, under one clock, and how they work a page."""

from __future__ import annotations

import io
import os
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import APIResponse, BrowserContext, Locator, Page, expect
from pypdf import PdfReader

from backend.accounts.models import User
from field.models import Petition
from geo.clock import local_zone
from tests.browser.conftest import SIZES, give_session
from tests.browser.line import settle

#: November 2026 has a rest day in it, Monday the 16th, and begins on a Sunday.
YEAR, MONTH = 2026, 11
#: Where whoever is not signed in is sent.
DOOR = "/entrar/"


class Clock:
    """What ``django.utils.timezone.now`` answers in the whole process: time runs on from where it was set."""

    def __init__(self) -> None:
        self.set(1)

    def set(self, day: int, hour: int = 9) -> None:
        self._base = datetime(YEAR, MONTH, day, hour, tzinfo=local_zone()).astimezone(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._since)


@dataclass
class Person:
    """Somebody of the office at a desk of their own, from when they come till they leave."""

    user: User
    context: BrowserContext
    page: Page
    origin: str

    def sign_in(self) -> None:
        give_session(self.context, self.user, self.origin)

    def leave(self) -> None:
        """Close the browser. What a page still asks for when the clock has moved on is asked for with a
        session that ran out, and the answer to that signs whoever shares the browser out.
        """
        self.context.close()

    def visit(self, path: str) -> Page:
        response = self.page.goto(path)
        assert response is not None
        assert response.status == 200, path
        assert DOOR not in self.page.url, f"{self.user} was sent to the door from {path}"
        return self.page

    def post(self, path: str, form: dict[str, Any]) -> APIResponse:
        """Send a form of a page as the page itself would."""
        headers = {"X-CSRFToken": self._token() or self._token(ask=True)}
        answer = self.context.request.post(path, form=form, headers=headers, max_redirects=0)
        assert answer.status in (200, 302), f"{path}: {answer.status} {answer.text()[:3000]}"
        assert DOOR not in answer.headers.get("location", ""), f"{self.user} was sent to the door from {path}"
        return answer

    def _token(self, *, ask: bool = False) -> str:
        """What a page gives its forms; none before the first page of the day, unless one is asked for."""
        if ask:
            self.fetch("/")
        tokens = (one["value"] for one in self.context.cookies() if one["name"] == "csrftoken")
        return next(tokens, "")

    def fetch(self, path: str) -> bytes:
        answer = self.context.request.get(path)
        assert answer.status == 200, path
        return answer.body()

    def look(self, name: str) -> None:
        """Keep what the page looks like on a desk and on a telephone, where somebody asked to see it."""
        folder = os.environ.get("SHOTS")
        if not folder:
            return
        for size in ("desktop", "phone"):
            width, height = SIZES[size]
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(300)
            self.page.screenshot(path=Path(folder, f"{name}-{size}.png"), full_page=True)
        width, height = SIZES["desktop"]
        self.page.set_viewport_size({"width": width, "height": height})


def fill(form: Locator, given: dict[str, Any]) -> None:
    """Fill in a form by how its labels begin: text, a choice, a radio or a file."""
    for label, value in given.items():
        control = form.get_by_label(re.compile(rf"^\s*{label}"))
        tag, kind = control.evaluate("one => [one.tagName, one.type]")
        if tag == "SELECT":
            control.select_option(label=value)
        elif kind == "file":
            control.set_input_files(value)
        elif kind == "radio":
            control.check()
        else:
            control.fill(value)


def move_on_page(person: Person, folio: str, label: str, given: dict[str, Any] | None = None) -> None:
    """Make a move on the boleta's page as a person does: open it, fill it in, send it, read the answer."""
    page = person.visit(f"/boletas/{folio}/")
    now = page.locator("#ahora")
    expect(now.locator("[hx-trigger=load]")).to_have_count(0)  # the page has noted that it was opened
    if given is not None:
        now.locator("summary", has_text=label).click()
        fill(now.locator("details[open]"), given)
        settle(page)  # what is amiss with a day is asked as it is picked
    now.get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#avisos")).to_contain_text(folio)


def status_of(folio: str) -> str:
    return Petition.objects.get(folio=folio.replace("-", "")).status


def pdf_text(person: Person, path: str | None) -> str:
    assert path
    return text_of(person.fetch(path))


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
