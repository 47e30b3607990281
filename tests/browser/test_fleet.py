"""The fleet page on every screen: no button is cut off."""

from __future__ import annotations

import pytest

from tests.browser.conftest import SIZES
from tests.factories import UserFactory
from tests.field.test_fleet_page import fleet

__all__ = ["fleet"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", SIZES)
def test_every_button_is_in_sight(page, sign_in, visit, fleet, size):
    width, height = SIZES[size]
    sign_in(UserFactory(role="director"))
    visit("/tabletas/")
    page.set_viewport_size({"width": width, "height": height})
    over = page.locator(".table-wrap").last.evaluate("wrap => wrap.scrollWidth - wrap.clientWidth")
    assert over <= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
