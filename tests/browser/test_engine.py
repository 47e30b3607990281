"""The tablet's engine in a real browser before a real server: disk, keys, locks, worker."""

from __future__ import annotations

import base64
import hashlib
import io
import random
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, BrowserType, Page, Route

from field.folio import format_folio
from field.models import Attachment, Device, InboxRecord, Petition
from field.services.devices import open_enrolment, revoke_device
from field.sync.queue_file import receive_queue_file
from tests.browser.campo import kill_browser
from tests.browser.conftest import CHROMIUM
from tests.factories import CategoryFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

#: A page without screens: the engine alone.
BARE = "/healthz"
PIN = "274916"

OPEN = """async () => {
    window.campo = await import("/static/campo/engine/index.js");
    window.engine = await window.campo.openEngine();
    return window.engine.state();
}"""
SAVE = """async ([category, description, photos]) => {
    const blobs = await Promise.all(photos.map(async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        return window.campo.photos.shrink(new Blob([bytes], {type: "image/jpeg"}));
    }));
    window.kept = await Promise.all(blobs.map(async (blob) => {
        const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
        return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
    }));
    const saved = await window.engine.savePetition({
        category, description, location: {type: "Point", coordinates: [-106.445, 23.205]}, accuracy_m: 6,
        location_method: "gps", petitioner: {name: "Ana", consent: true, notice: "2026-1"}, photos: blobs,
    });
    return {...saved, photos: window.kept};
}"""
DRAIN = "async () => window.engine.drain()"
SETTLED = """async () => {
    for (let n = 0; n < 100; n += 1) {
        await window.engine.drain();
        const {counts} = window.engine.state();
        if (!counts.waiting && !counts.sending && !counts.photos_waiting) return counts;
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return window.engine.state();
}"""


@pytest.fixture
def category():
    PlaceFactory(column=0)
    return CategoryFactory()


@pytest.fixture
def code() -> str:
    return open_enrolment(user=UserFactory(role="promotor"), name="Tableta 1", by=None).code


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="module")
def chromium(browser) -> BrowserType:
    """Of the session's own Playwright: only one may run in a thread."""
    return browser.browser_type


@pytest.fixture
def disk(tmp_path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def start(chromium, origin, disk):
    """Open the tablet's browser on its own disk; whatever was open before is gone."""
    opened: list[BrowserContext] = []

    def launch() -> Page:
        context = chromium.launch_persistent_context(
            disk, executable_path=CHROMIUM, args=["--no-sandbox"], base_url=origin, locale="es-MX"
        )
        opened.append(context)
        return context.new_page()

    yield launch
    for context in opened:
        context.close()


def enrolled(page: Page, code: str) -> Page:
    page.goto(BARE)
    page.evaluate(OPEN)
    page.evaluate("async ([code, pin]) => window.engine.enrol({code, pin})", [code, PIN])
    return page


def reopened(page: Page) -> Page:
    page.goto(BARE)
    assert page.evaluate(OPEN)["enrolled"]
    page.evaluate("async (pin) => window.engine.unlock({pin})", PIN)
    return page


def picture(width: int, height: int, orientation: int = 1) -> bytes:
    image = Image.effect_noise((width, height), 60).convert("RGB")
    exif = image.getexif()
    exif[0x0112] = orientation
    exif[0x010F] = "una cámara con nombre"
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def as_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_petition_with_photos_goes_from_the_tablets_disk_to_the_offices(start, category, code):
    page = enrolled(start(), code)
    photos = [as_text(picture(2400, 1800)), as_text(picture(800, 600, orientation=6))]
    saved = page.evaluate(SAVE, [category.code, "Un bache", photos])
    assert page.evaluate(SETTLED)["in_office"] == 1
    tablet = Device.objects.get()
    assert (tablet.waiting, abs(tablet.clock_offset_s or 0) < 60) == (0, True), "as it last said"
    petition = Petition.objects.get(pk=saved["id"])
    assert format_folio(petition.folio) == saved["folio"]
    for sha256 in saved["photos"]:
        content = Attachment.objects.get(pk=sha256).file.open().read()
        assert hashlib.sha256(content).hexdigest() == sha256, "byte for byte"
    sizes = [Image.open(Attachment.objects.get(pk=name).file.open()).size for name in saved["photos"]]
    assert sizes == [(1600, 1200), (600, 800)], "small, and upright"
    assert not Image.open(Attachment.objects.get(pk=saved["photos"][1]).file.open()).getexif()


def test_a_browser_killed_after_each_saving_loses_none(start, disk, category, code):
    page = enrolled(start(), code)
    page.context.set_offline(True)
    told = []
    for n in range(3):
        told.append(page.evaluate(SAVE, [category.code, f"n {n}", [as_text(picture(300, 200))]]))
        kill_browser(page.context, disk)
        page = reopened(start())
        if n < 2:
            page.context.set_offline(True)
    assert page.evaluate(SETTLED)["in_office"] == 3
    filed = {str(pk): format_folio(folio) for pk, folio in Petition.objects.values_list("pk", "folio")}
    assert filed == {saved["id"]: saved["folio"] for saved in told}
    assert Attachment.objects.count() == 3


def test_two_tabs_over_a_link_that_fails_half_the_time_double_nothing(start, category, code):
    one = enrolled(start(), code)
    two = reopened(one.context.new_page())
    chance = random.Random(5)

    def fail_at_times(route: Route) -> None:
        dice = chance.random()
        if dice < 0.25:
            return route.abort()
        response = route.fetch()
        return route.abort() if dice < 0.5 else route.fulfill(response=response)

    one.context.route("**/api/v1/**", fail_at_times)
    told = []
    for n in range(12):
        page = one if n % 2 else two
        told.append(page.evaluate(SAVE, [category.code, f"n {n}", [as_text(picture(300, 200))]]))
    for _ in range(60):
        one.evaluate(DRAIN)
        two.evaluate(DRAIN)
        counts = one.evaluate("async () => (await window.engine.drain(), window.engine.state().counts)")
        if not counts["waiting"] + counts["sending"] + counts["photos_waiting"]:
            break
    assert sorted(saved["folio"] for saved in told) == sorted(map(format_folio, folios()))
    assert Attachment.objects.count() == 12
    assert InboxRecord.objects.count() == 12, "no second version of any"


def folios() -> list[str]:
    return list(Petition.objects.values_list("folio", flat=True))


def test_a_token_revoked_half_way_costs_nothing(start, category, code):
    page = enrolled(start(), code)
    page.evaluate(SAVE, [category.code, "before", []])
    page.evaluate(SETTLED)
    device = Device.objects.get()
    revoke_device(device=device, by=None)
    page.evaluate(SAVE, [category.code, "after", [as_text(picture(300, 200))]])
    link = page.evaluate(DRAIN)
    assert link["state"] == "refused"
    assert page.evaluate("async () => (await window.engine.queue()).map((row) => row.state)") == [
        "waiting",
        "in_office",
    ]
    again = open_enrolment(user=device.user, name="Tableta 1", by=None)
    page.evaluate("async ([code, pin]) => window.engine.enrol({code, pin})", [again.code, PIN])
    assert page.evaluate(SETTLED)["in_office"] == 2
    assert Petition.objects.count() == 2
    assert Attachment.objects.count() == 1


def test_the_queue_file_of_a_tablet_is_one_that_the_office_takes_in(start, category, code):
    page = enrolled(start(), code)
    page.context.set_offline(True)
    saved = page.evaluate(SAVE, [category.code, "sin señal", [as_text(picture(300, 200))]])
    content = page.evaluate("async () => (await (await window.engine.exportQueue()).blob.text())")
    report = receive_queue_file(content=content.encode())
    assert (report.outcomes["stored"], report.photos["stored"]) == (1, 1)
    assert [format_folio(folio) for folio in folios()] == [saved["folio"]]
    page.context.set_offline(False)
    page.evaluate(SETTLED)
    assert Petition.objects.count() == 1


def test_the_storage_is_asked_for_and_measured(start, code):
    room = enrolled(start(), code).evaluate("async () => window.engine.state().room")
    assert room["quota"] > room["usage"] >= 0
    assert room["low"] is False


def test_a_wrong_pin_is_wrong_and_saving_needs_none(start, category, code):
    page = enrolled(start(), code)
    page.goto(BARE)
    assert page.evaluate(OPEN)["locked"]
    wrong = (
        "async () => { try { await window.engine.unlock({pin: '111222'}); } catch (e) { return e.code; } }"
    )
    assert page.evaluate(wrong) == "wrong_pin"
    page.evaluate(SAVE, [category.code, "con llave", []])
    assert page.evaluate(DRAIN)["state"] == "locked"
    assert Petition.objects.count() == 0
    page.evaluate("async (pin) => window.engine.unlock({pin})", PIN)
    assert page.evaluate(SETTLED)["in_office"] == 1
