"""A real browser before a real server.

``page`` is signed out, ``sign_in(user)`` signs it in, ``visit("/boletas/")`` goes there. Whatever a
test does, its end asserts that the page asked nobody outside, threw no error and wrote none to the
console; a test that means to provoke one takes it out of ``page_errors`` itself.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from backend.accounts.models import User
from tests.browser.line import settle

# Playwright's sync API runs an event loop in this thread; Django would take the ORM for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

#: Milliseconds. Two of these processes share a machine of two cores; what fails waits the longer, nothing
#: else does.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

SIZES = {"desktop": (1440, 900), "tablet": (800, 1280), "phone": (390, 844)}
#: Whether nothing moves any more that will end by itself.
STILL = """() => document.getAnimations().every(
    (one) => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity
)"""
AXE = Path(settings.BASE_DIR, "node_modules/axe-core/axe.min.js")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def slow_line() -> Iterator[None]:
    """Answer up to ``SLOW_LINE`` milliseconds late, where it is given: some before the work, some after.

    On a line like that a page must lose nothing, and a test must wait for what it speaks of.
    """
    longest = float(os.environ.get("SLOW_LINE", "0")) / 1000
    answer = WSGIHandler.get_response

    def answer_late(handler: WSGIHandler, request: HttpRequest) -> HttpResponseBase:
        wait = longest / 10 if request.path.startswith(settings.STATIC_URL) else longest
        time.sleep(random.uniform(0, wait / 2))
        response = answer(handler, request)
        time.sleep(random.uniform(0, wait / 2))
        return response

    with pytest.MonkeyPatch.context() as patch:
        if longest:
            patch.setattr(WSGIHandler, "get_response", answer_late)
        yield


@pytest.fixture(autouse=True)
def quiet_server() -> Iterator[None]:
    """What a page still asked for as the test ended is answered before the test's rows go.

    Else the answer and the emptying of the tables wait for each other, or it writes for the next test.
    """
    under_way, changed = 0, threading.Condition()

    def count(by: int) -> Callable[..., None]:
        def counted(sender: type | None, **_signal: object) -> None:
            nonlocal under_way
            if sender and issubclass(sender, WSGIHandler):  # and no client within the test
                with changed:
                    under_way += by
                    changed.notify_all()

        return counted

    begun, ended = count(1), count(-1)
    request_started.connect(begun)
    request_finished.connect(ended)
    yield
    with changed:
        assert changed.wait_for(lambda: under_way <= 0, 30), "a request is never answered"
    request_started.disconnect(begun)
    request_finished.disconnect(ended)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def origin(live_server) -> str:
    """The server's address. By number: the browser can resolve no name."""
    parts = urlsplit(live_server.url)
    return f"http://127.0.0.1:{parts.port}"


@pytest.fixture
def page_errors() -> list[str]:
    """What went wrong in the page so far; empty at the end, or the test fails."""
    return []


@pytest.fixture
def open_context(
    browser: Browser, origin: str, page_errors: list[str]
) -> Iterator[Callable[[], BrowserContext]]:
    """Start a browser of one's own, as one more person at another desk would; all are watched alike."""
    contexts: list[BrowserContext] = []

    def note_request(url: str) -> None:
        if not url.startswith((origin, "data:", "blob:", "about:")):
            page_errors.append(f"outside request: {url}")

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            page_errors.append(f"console: {message.text} ({message.location['url']})")

    def start() -> BrowserContext:
        width, height = SIZES["desktop"]
        context = browser.new_context(
            base_url=origin, viewport={"width": width, "height": height}, locale="es-MX"
        )
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: note_request(request.url))
        context.on("weberror", lambda error: page_errors.append(f"page error: {error.error}"))
        context.on("console", note_console)
        contexts.append(context)
        return context

    yield start
    for context in contexts:
        context.close()
    assert page_errors == []


@pytest.fixture
def context(open_context: Callable[[], BrowserContext]) -> BrowserContext:
    return open_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def give_session(context: BrowserContext, user: User, origin: str) -> None:
    """Give a browser a session of the user's, as if by the door."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "backend.accounts.backends.RoleBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": origin}])


@pytest.fixture
def sign_in(context: BrowserContext, origin: str) -> Callable[[User], None]:
    """Sign the test's own browser in."""
    return lambda user: give_session(context, user, origin)


@pytest.fixture
def visit(page: Page) -> Callable[..., Response]:
    """Go to a path at one of ``SIZES`` and wait till nothing more is asked for."""

    def go(path: str, size: str = "desktop") -> Response:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        response = page.goto(path, wait_until="networkidle")
        assert response is not None
        return response

    return go


@pytest.fixture
def assert_fits(page: Page) -> Callable[[], None]:
    """Nothing on the page is wider than the window."""

    def check() -> None:
        page.wait_for_load_state()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"the page is {wide} px wider than the window"

    return check


@pytest.fixture
def assert_accessible(browser: Browser, context: BrowserContext, page: Page) -> Callable[[], None]:
    """axe-core finds nothing against WCAG 2.2 AA in the page as it stands.

    axe is put into the page's own world past the page's Content-Security-Policy, which knows
    nothing of it: Playwright evaluates through the debugger.
    """

    def check() -> None:
        page.wait_for_load_state()
        settle(page)
        page.wait_for_function(STILL)  # what fades in has too little contrast
        page.evaluate("scrollTo({top: 0, behavior: 'instant'})")  # what lies under the frame's bar is small
        page.evaluate(AXE.read_text())
        found = page.evaluate(
            """async () => {
                const wanted = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
                const result = await axe.run(document, {runOnly: wanted});
                const where = (rule) => rule.nodes.map((node) => node.target.join(" ")).join(", ");
                return result.violations.map((rule) => `${rule.id}: ${rule.help}: ${where(rule)}`);
            }"""
        )
        assert found == []

    return check


@pytest.fixture
def shots(page: Page) -> Callable[[str], None]:
    """Save what the page looks like, for people to look at, where ``SHOTS`` names a folder."""

    def save(name: str) -> None:
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)

    return save
