"""What a page asks, and how a test waits for the answer: not longer, and not less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from re import Pattern

from playwright.sync_api import Page, Route


def settle(page: Page) -> None:
    """Till htmx has put in all that it asked for."""
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


@contextmanager
def answered(page: Page, address: str | Pattern[str]) -> Iterator[None]:
    """Till what is asked of that address within has been answered and put into the page."""
    with page.expect_response(address):
        yield
    settle(page)


@contextmanager
def moved(page: Page) -> Iterator[None]:
    """Till the map that is moved within stands still."""
    page.evaluate(
        """() => {
            const map = document.querySelector(".folium-map").leafletMap;
            window.stands = new Promise((done, fail) => {
                map.once("moveend", () => done());
                setTimeout(fail, 30_000, new Error("the map did not move"));
            });
        }"""
    )
    yield
    page.evaluate("() => window.stands")


class Line:
    """Holds what is asked of certain addresses, to be let through one by one."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._held: list[Route] = []
        self._slow = True
        self.asked = 0
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        self.asked += 1
        if self._slow:
            self._held.append(route)
        else:
            route.continue_()

    def wait_for(self, asked: int) -> None:
        """Till so much was asked in all."""
        for _turn in range(600):
            if self.asked >= asked:
                return
            self._page.wait_for_timeout(50)
        raise AssertionError(f"{self.asked} of {asked} were asked")

    def let_through(self) -> None:
        """What has waited longest goes on, and is answered."""
        self._held.pop(0).continue_()

    def open(self) -> None:
        """All goes on, and nothing waits any more."""
        self._slow = False
        while self._held:
            self.let_through()
