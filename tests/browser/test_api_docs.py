"""The API's description, read in a browser under our Content-Security-Policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_api_can_be_read_with_no_outside_file_and_no_inline_script(page: Page, visit) -> None:
    assert visit("/api/docs/").status == 200
    page.get_by_text("/api/v1/places/locate").first.wait_for()
    page.get_by_text("/api/v1/places/locate").first.click()
    page.get_by_role("cell", name="accuracy_m").first.wait_for()
