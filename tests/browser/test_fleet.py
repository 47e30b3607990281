"""The fleet in a real browser: how each tablet stands, and a new code for one that was wiped."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from backend.accounts.models import User
from tests.browser.conftest import SIZES
from tests.factories import DeviceFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def fleet(sign_in):
    sign_in(UserFactory(role=User.Role.DIRECTOR, first_name="Elena", last_name="Lizárraga"))
    now = timezone.now()
    DeviceFactory(name="Tableta 1", last_seen_at=now, waiting=0, battery=90, app_version="1.4.0")
    DeviceFactory(name="Tableta 2", last_seen_at=now, waiting=37, battery=12, clock_offset_s=-7300)
    DeviceFactory(name="Tableta 3", last_seen_at=now - dt.timedelta(days=5), waiting=3, battery=44)
    DeviceFactory(name="Tableta 4")
    DeviceFactory(name="Tableta 5", revoked_at=now - dt.timedelta(days=90))


@pytest.mark.parametrize("size", SIZES)
def test_the_fleet_fits_and_a_new_code_is_shown(page, visit, fleet, size, assert_fits, assert_accessible):
    visit("/tabletas/", size)
    assert_fits()
    assert_accessible()
    wide = page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.table-wrap'))")
    assert wide <= 0, f"the table is {wide} px wider than its place"
    page.get_by_role("link", name=re.compile("Con pendientes")).click()
    expect(page.locator(".fleet tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Código nuevo Tableta 2").click()
    expect(page.locator(".code")).to_have_text(re.compile(r"^[0-9A-Z]{5}-[0-9A-Z]{5}$"))
    expect(page.get_by_role("button", name="Imprimir")).to_be_visible()
    assert_fits()
    assert_accessible()
