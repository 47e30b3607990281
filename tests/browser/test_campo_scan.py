"""The office's QR before the tablet's camera."""

from __future__ import annotations

from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, expect

from field.services.devices import open_enrolment
from tests.browser.campo import Tablet, make_town
from tests.browser.conftest import CHROMIUM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


def film(text: str, path: Path) -> None:
    """What a camera sees that is held before a QR: a still film as Chromium's false camera takes it (Y4M)."""
    drawn = path.with_suffix(".png")
    segno.make(text, error="m").save(str(drawn), scale=7, border=6)
    frame = Image.new("L", (640, 480), 200)
    with Image.open(drawn) as code:
        frame.paste(code.convert("L").rotate(4, fillcolor=255, expand=True), (140, 40))
    grey = bytes([128]) * (640 * 480 // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420\n" + b"FRAME\n" + frame.tobytes() + grey)


def test_the_offices_code_is_read_with_the_camera(browser: Browser, origin: str, tmp_path: Path):
    opened = open_enrolment(user=make_town().promotor, name="Tableta 7", by=None)
    seen = tmp_path / "seen.y4m"
    film(opened.url, seen)
    context = browser.browser_type.launch_persistent_context(
        str(tmp_path / "profile"),
        executable_path=CHROMIUM,
        args=[
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={seen}",
        ],
        base_url=origin,
        locale="es-MX",
    )
    try:
        tablet = Tablet(context, context.pages[0])
        tablet.page.goto("/campo/")
        tablet.press("Leer el código QR")
        expect(tablet.page.get_by_text(f"Código {opened.code}")).to_be_visible()
        tablet.type_pin("111111")
        tablet.press("Seguir")
        expect(tablet.page.get_by_role("alert")).to_contain_text("no sean iguales ni seguidos")
    finally:
        context.close()
