"""A thumb on the tablet: what it means is done, and what it does twice by shaking is done once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from campaigns.models import Encounter
from field.services.devices import open_enrolment
from tests.browser.campo import PIN, Tablet, Town, make_town
from tests.browser.line import Line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]

#: Presses a button of the screen again and again, as long as the screen is there.
SHAKE = """(button) => new Promise((done) => {
  const again = () => (button.isConnected ? (button.click(), setTimeout(again)) : done());
  again();
})"""


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def tablet(context, page, town) -> Iterator[Tablet]:
    page.set_viewport_size({"width": 800, "height": 1280})
    tablet = Tablet(context, page)
    yield tablet
    tablet.settle()


def test_a_thumb_that_shakes_saves_one_door(tablet, page, town):
    tablet.enrol(town)
    tablet.to_first_door()
    page.get_by_role("button", name="No había nadie").evaluate(SHAKE)
    tablet.title("Puerta 2")
    page.goto(f"/campo/#/visita/{town.visit.pk}")
    tablet.title("Benito Juárez")
    expect(page.get_by_role("link", name="No había nadie")).to_have_count(1)
    tablet.all_sent()
    assert Encounter.objects.count() == 1


def test_what_is_pressed_while_the_first_visits_come_is_not_lost(tablet, page, town):
    line = Line(page, "**/api/v1/pack")
    code = open_enrolment(user=town.promotor, name="Tableta 7", by=None).code
    page.goto(f"/campo/#alta={code}")
    for action in ("Seguir", "Dar de alta"):
        tablet.type_pin(PIN)
        tablet.press(action)
    tablet.title("Hoy")
    line.wait_for(1)
    tablet.press("Bloquear")
    expect(page.get_by_label("PIN de Rosa Ibarra")).to_be_visible()
    line.open()
    tablet.type_pin(PIN)
    tablet.press("Entrar")
    expect(page.get_by_role("link", name="Benito Juárez")).to_be_visible()
