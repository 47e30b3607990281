"""The tablet when things go wrong: no signal, a bad link, a killed browser, two tabs, a revoked token.

``CAMPO_PETITIONS=20`` makes the bad afternoon as long as a real one.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from playwright.sync_api import Browser, BrowserContext, Route, expect

from campaigns.models import Encounter
from field.folio import format_folio
from field.models import Attachment, Device, InboxRecord, Petition, PetitionAttachment
from field.services.devices import open_enrolment, revoke_device
from tests.browser.campo import OFFLINE_NOISE, Tablet, Town, kill_browser, make_town, photo, start_browser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]

PETITIONS = int(os.environ.get("CAMPO_PETITIONS", "2"))


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def tablet(context, page, town, page_errors) -> Iterator[Tablet]:
    page.set_viewport_size({"width": 800, "height": 1280})
    tablet = Tablet(context, page)
    tablet.enrol(town)
    yield tablet
    tablet.settle()
    page_errors[:] = [error for error in page_errors if not OFFLINE_NOISE.search(error)]


def in_the_office() -> dict[str, str]:
    """What was said in each petition, by its folio as people read it."""
    return {format_folio(petition.folio): petition.description for petition in Petition.objects.all()}


def test_without_signal_the_app_opens_saves_and_sends_once_it_is_back(tablet, page, context):
    tablet.keep_the_app()
    context.set_offline(True)
    page.reload()
    tablet.type_pin()
    tablet.press("Entrar")
    tablet.to_first_door()
    tablet.press("No había nadie")
    tablet.title("Puerta 2")
    tablet.press("Hubo petición")
    folio = tablet.capture(words="Dicho sin señal", picture=photo("navy"))
    tablet.press("Terminar la puerta")
    tablet.title("Puerta 3")
    page.goto("/campo/#/envios")
    expect(page.get_by_text("No hay señal")).to_be_visible()
    expect(page.locator(".row-waiting")).to_have_count(3)
    assert not Petition.objects.exists()

    context.set_offline(False)
    tablet.all_sent()
    assert in_the_office() == {folio: "Dicho sin señal"}
    assert sorted(Encounter.objects.values_list("outcome", flat=True)) == ["nobody_home", "petition"]
    attachment = Attachment.objects.get()
    with default_storage.open(attachment.file.name) as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == PetitionAttachment.objects.get().sha256


def test_two_tabs_save_and_send_each_thing_once(tablet, page, context):
    tablet.keep_the_app()
    context.set_offline(True)
    other = Tablet(context)
    folios: dict[str, str] = {}
    other.page.goto("/campo/")
    other.type_pin()
    other.press("Entrar")
    for one, words in ((tablet, "De la primera"), (other, "De la segunda")):
        one.page.bring_to_front()  # a page behind another gets no fixes
        one.press("Petición fuera de visita")
        folios[one.capture(words=words, picture=photo(), name=None)] = words
    assert len(folios) == 2
    context.set_offline(False)
    other.all_sent()
    tablet.all_sent()
    assert in_the_office() == folios
    assert InboxRecord.objects.count() == 2
    # The same picture twice is one file.
    assert Attachment.objects.count() == 1
    other.press("Bloquear")
    expect(page.get_by_label("PIN de Rosa Ibarra")).to_be_visible()


def test_a_tablet_revoked_half_way_loses_nothing(tablet, page, town, page_errors):
    tablet.press("Petición fuera de visita")
    first = tablet.capture(words="Antes de la baja", name=None)
    tablet.all_sent()
    revoke_device(device=Device.objects.get(), by=None)
    page.goto("/campo/#/hoy")
    tablet.press("Petición fuera de visita")
    second = tablet.capture(words="Después de la baja", picture=photo(), name=None)
    page.goto("/campo/#/envios")
    expect(page.get_by_text("La oficina dio de baja esta tableta")).to_be_visible()
    assert in_the_office() == {first: "Antes de la baja"}

    code = open_enrolment(user=town.promotor, name="Tableta 7", by=None).code
    tablet.press("Tengo un código nuevo")
    page.get_by_label("O escriba el código").fill(code.lower())
    tablet.press("Seguir")
    for action in ("Seguir", "Dar de alta"):
        tablet.type_pin()
        tablet.press(action)
    tablet.title("Hoy")
    tablet.all_sent()
    assert in_the_office() == {first: "Antes de la baja", second: "Después de la baja"}
    assert not Petition.objects.exclude(captured_by=town.promotor).exists()
    refused = re.compile(r"\b401\b")
    assert any(refused.search(error) for error in page_errors)
    page_errors[:] = [error for error in page_errors if not refused.search(error)]


def test_a_bad_afternoon_with_a_browser_killed_twice_is_whole_in_the_office(
    browser: Browser, origin: str, town: Town, tmp_path: Path
):
    chance = random.Random(7)
    profile = tmp_path / "profile"
    folios: dict[str, str] = {}
    doors = 0

    def start() -> Tablet:
        context = start_browser(browser, origin, profile)
        return Tablet(context, context.pages[0])

    def afternoon(tablet: Tablet, petitions: int) -> None:
        nonlocal doors
        page = tablet.page
        page.get_by_role("link", name="Benito Juárez").click()
        page.get_by_role("button", name=re.compile("puerta")).click()
        for _petition in range(petitions):
            words = f"Petición {len(folios) + 1}"
            tablet.press("Hubo petición")
            colour = f"#{chance.randrange(2**24):06x}"
            folios[tablet.capture(words=words, picture=photo(colour), name=None)] = words
            tablet.press("Terminar la puerta")
            doors += 1
            expect(page.get_by_role("button", name="Hubo petición")).to_be_visible()
        for _door in range(petitions // 2):
            doors += 1
            tablet.press("No había nadie")
            tablet.title(re.compile(rf"Puerta {doors + 1}"))

    tablet = start()
    tablet.enrol(town)
    tablet.keep_the_app()
    tablet.context.set_offline(True)
    afternoon(tablet, PETITIONS // 2)
    kill_browser(tablet.context, profile)

    tablet = start()
    tablet.context.set_offline(True)
    tablet.enter()  # from what the service worker kept
    afternoon(tablet, PETITIONS - PETITIONS // 2)
    kill_browser(tablet.context, profile)

    tablet = start()
    fail_half(tablet.context, chance)
    tablet.enter()
    page = tablet.page
    page.goto("/campo/#/envios")
    for _press in range(400):
        page.get_by_role("button", name="Enviar ahora").click()
        page.wait_for_timeout(250)
        if page.get_by_text("Todo está en la oficina").is_visible():
            break
    expect(page.get_by_text("Todo está en la oficina")).to_be_visible()
    tablet.context.close()

    assert in_the_office() == folios
    assert Encounter.objects.count() == doors
    assert Encounter.objects.filter(petitions=None, outcome="petition").count() == 0
    assert Attachment.objects.count() == len(folios)
    for attachment in Attachment.objects.all():
        with default_storage.open(attachment.file.name) as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == attachment.sha256
    assert InboxRecord.objects.count() == len(folios) + doors


def fail_half(context: BrowserContext, chance: random.Random) -> None:
    """Half of what is sent to the office fails: before it gets there, or once it has been answered."""

    def link(route: Route) -> None:
        fate = chance.random()
        if fate < 0.25:
            route.abort("connectionreset")
        elif fate < 0.5:
            route.fetch()  # it arrived, and the answer is lost
            route.abort("connectionreset")
        else:
            route.continue_()

    context.route("**/api/v1/sync", link)
    context.route("**/api/v1/attachments/*", link)
