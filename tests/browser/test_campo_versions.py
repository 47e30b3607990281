"""New versions of the tablet's app: they wait, and take over only where nothing can be lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from field import offline

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = """async () => {
    const {openEngine} = await import("/static/campo/engine/index.js");
    window.engine = await openEngine();
    await navigator.serviceWorker.ready;
}"""
VERSION = """async () => {
    for (let n = 0; n < 100 && !window.engine.state().update.version; n += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
    return window.engine.state().update.version;
}"""
READY = """async () => {
    await (await navigator.serviceWorker.getRegistration("/campo/")).update();
    for (let n = 0; n < 100 && !window.engine.state().update.ready; n += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
    return window.engine.state().update.ready;
}"""
#: Till the version that was found has failed to install.
REFUSED = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/campo/");
    // Once the update is answered it may have failed already.
    const found = await new Promise((resolve) => {
        registration.addEventListener("updatefound", () => resolve(registration.installing));
        void registration.update().catch(() => {});
    });
    while (found.state !== "redundant") await new Promise((resolve) => setTimeout(resolve, 50));
    return true;
}"""
APPLY = "() => window.engine.applyUpdate()"


@pytest.fixture
def release(monkeypatch):
    """Put another version of the app on the server."""
    shell = offline.app_shell()

    def another(version: str) -> None:
        monkeypatch.setattr(offline, "app_shell", lambda: shell._replace(version=version))

    another("first")
    return another


def opened(page: Page) -> Page:
    page.goto("/campo/")
    page.evaluate(OPEN)
    return page


def test_a_new_version_waits_for_the_last_other_tab_and_for_a_person(context, release):
    one = opened(context.new_page())
    assert one.evaluate(VERSION) == "first"
    two = opened(context.new_page())
    one.evaluate("() => (window.unsaved = 'a medias')")

    release("second")
    assert one.evaluate(READY)
    assert one.evaluate(APPLY) is False, "another tab may hold a form half filled"
    assert two.evaluate(APPLY) is False
    one.wait_for_timeout(300)
    assert one.evaluate("() => window.unsaved") == "a medias", "nothing was loaded anew"

    two.close()
    with one.expect_navigation():
        assert one.evaluate(APPLY) is True
    opened(one)
    assert one.evaluate(VERSION) == "second"
    # A worker that is ready may still be taking over.
    one.wait_for_function("async () => (await caches.keys()).join() === 'campo-second'")


def test_a_version_that_lacks_a_file_never_takes_the_place_of_one_that_works(
    context, release, monkeypatch, page_errors
):
    page = opened(context.new_page())
    assert page.evaluate(VERSION) == "first"
    broken = offline.app_shell()._replace(version="broken", files=("/static/campo/no-existe.js",))
    monkeypatch.setattr(offline, "app_shell", lambda: broken)
    page.wait_for_function(REFUSED)
    assert page.evaluate("() => window.engine.state().update.ready") is False
    context.set_offline(True)
    page.goto("/campo/")
    page.evaluate(OPEN)
    assert page.evaluate(VERSION) == "first"
    page_errors[:] = [error for error in page_errors if "no-existe" not in error]


def test_calls_to_the_office_are_never_answered_from_the_tablet(context, release):
    page = opened(context.new_page())
    page.reload()
    page.evaluate(OPEN)
    kept = page.evaluate(
        """async () => {
            const urls = [];
            for (const name of await caches.keys())
                for (const {url} of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname);
            return urls;
        }"""
    )
    assert "/campo/" in kept
    assert not [path for path in kept if path.startswith("/api/")]
