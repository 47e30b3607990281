"""A work list in a real browser: ordered by hand, from where the crew is, and on paper."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from backend.accounts.models import User
from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from backend.casework.worklists.models import WorkList
from backend.casework.worklists.services import make_work_list
from field.models import Petition, Petitioner
from tests.browser.conftest import PATIENCE, SIZES
from tests.browser.line import Line, answered
from tests.factories import SIDE, SOUTH, WEST
from tests.mapped import HOSTILE, make_town, petition, staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def liaison(sign_in) -> User:
    town = make_town(petitions=0)
    user = staff(User.Role.ENLACE, department=town.categories[0].department)
    sign_in(user)
    return user


@pytest.fixture
def work_list(liaison) -> WorkList:
    """Six boletas on a street from west to east, and one without a point."""
    category = liaison.department.categories.first()
    spots = [(WEST + SIDE * (1.1 + 0.3 * n), SOUTH + SIDE * 0.4) for n in range(6)]
    rows = [
        petition(
            category, place=None, at=timezone.now(), lon_lat=spot, address=f"Calle {n}", status="no_leida"
        )
        for n, spot in enumerate(spots)
    ]
    rows.append(
        petition(category, place=None, at=timezone.now(), lon_lat=(0, 0), address=HOSTILE, status="no_leida")
    )
    rows[-1].location = None
    Petition.objects.bulk_create(rows)
    Petitioner.objects.bulk_create(
        Petitioner(petition=one, name="María Peña Osuna", phone="669 123 4567", consent=True) for one in rows
    )
    return make_work_list(petitions=Petition.objects.all(), by=liaison)


ORDER = re.compile("/orden/")


def address(work_list: WorkList, rest: str = "") -> str:
    return f"/mapas/rezago/listas/{work_list.pk}/{rest}"


def ready(page: Page) -> None:
    expect(page.locator("[data-map-ready]")).to_be_visible()
    expect(page.locator(".map-stop").first).to_be_visible()


def streets(page: Page) -> list[str]:
    return [text.split("\n")[0] for text in page.locator(".stop-address").all_inner_texts()]


@pytest.mark.parametrize("size", SIZES)
def test_a_list_is_shown_with_its_map_and_fits(
    page, visit, work_list, size, assert_fits, assert_accessible, shots
):
    visit(address(work_list), size)
    ready(page)
    expect(page.locator(".map-stop")).to_have_count(6)
    expect(page.locator(".stop")).to_have_count(7)
    assert_fits()
    assert_accessible()
    shots(f"list-{size}")


@pytest.mark.parametrize("size", SIZES)
def test_the_index_of_lists_fits(page, visit, work_list, size, assert_fits, assert_accessible, shots):
    visit("/mapas/rezago/listas/", size)
    expect(page.get_by_role("link", name=work_list.name)).to_be_visible()
    assert_fits()
    assert_accessible()
    shots(f"lists-{size}")


def test_the_order_is_counted_from_where_the_crew_is(page, context, visit, work_list, origin):
    context.grant_permissions(["geolocation"], origin=origin)
    context.set_geolocation({"longitude": WEST + 5 * SIDE, "latitude": SOUTH + SIDE * 0.4})
    visit(address(work_list))
    ready(page)
    page.get_by_role("button", name="Aquí donde estoy").click()
    expect(page.locator(".stops-start")).to_contain_text("Desde donde estaba la cuadrilla")
    assert streets(page)[:6] == [f"Calle {n}" for n in range(5, -1, -1)]
    expect(page.locator(".map-stop-start")).to_be_visible()
    assert HOSTILE in page.locator(".stop").last.inner_text()


def test_a_crew_that_tells_nobody_where_it_is_chooses_on_the_map(page, visit, work_list):
    visit(address(work_list))
    ready(page)
    page.get_by_role("button", name="Aquí donde estoy").click()
    expect(page.locator("[data-start-said]")).to_contain_text("elija un punto del mapa")
    page.get_by_role("checkbox", name="Ese punto es el patio").check()
    page.get_by_role("button", name="Un punto del mapa").click()
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2)
    expect(page.locator(".stops-start")).to_contain_text("Desde el patio de la dependencia")
    assert streets(page)[0] == "Calle 5"
    page.reload()
    expect(page.get_by_role("button", name="El patio")).to_be_visible()


def test_the_start_is_chosen_by_keyboard_too(page, visit, work_list):
    visit(address(work_list))
    ready(page)
    page.get_by_role("button", name="Un punto del mapa").press("Enter")
    expect(page.locator(".folium-map")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".stops-start")).to_contain_text("Desde el punto elegido en el mapa")


def test_stops_are_moved_by_keyboard_and_the_focus_stays(page, visit, work_list):
    visit(address(work_list))
    ready(page)
    before = streets(page)
    page.get_by_role("button", name="Bajar la parada 1", exact=True).press("Enter")
    expect(page.locator(".stop-address").nth(1)).to_have_text(before[0])
    expect(page.get_by_role("button", name="Bajar la parada 2", exact=True)).to_be_focused()
    with answered(page, ORDER):
        page.keyboard.press("Enter")
    expect(page.locator(".stop-address").nth(2)).to_have_text(before[0])
    page.reload()
    assert streets(page)[2] == before[0]


def test_a_stop_is_dragged_to_another_place(page, visit, work_list):
    visit(address(work_list))
    ready(page)
    before = streets(page)
    handles = page.locator("[data-stop-handle]")
    start, end = handles.nth(0).bounding_box(), handles.nth(3).bounding_box()
    with answered(page, ORDER):
        page.mouse.move(start["x"] + 10, start["y"] + 10)
        page.mouse.down()
        page.mouse.move(start["x"] + 10, start["y"] + 40, steps=4)
        page.mouse.move(end["x"] + 10, end["y"] + 30, steps=12)
        page.mouse.up()
    expect(page.locator(".stop-address").nth(0)).to_have_text(before[1])
    assert streets(page).index(before[0]) in (2, 3, 4)
    assert page.locator(".stop-number").all_inner_texts() == list("1234567")
    dragged = streets(page)
    page.reload()
    assert streets(page) == dragged


def test_a_stop_moved_again_before_the_answer_ends_where_it_was_put(page, visit, work_list):
    visit(address(work_list))
    ready(page)
    before = streets(page)
    line = Line(page, "**/orden/")
    button = page.locator(".stop", has_text=before[0]).locator("button[name=down]")
    for _press in range(3):
        button.press("Enter")
    expect(page.locator(".stop-address").nth(3)).to_have_text(before[0])
    line.wait_for(1)
    line.let_through()
    line.wait_for(2)  # what the first answer brought is out of date by now
    expect(page.locator(".stop-address").nth(3)).to_have_text(before[0])
    line.let_through()
    expect(page.get_by_role("button", name="Bajar la parada 4", exact=True)).to_be_focused()
    page.reload()
    assert streets(page)[3] == before[0]


def test_what_is_done_elsewhere_shows_here_by_itself(page, visit, work_list, liaison):
    visit(address(work_list))
    ready(page)
    first = work_list.stops.order_by("position")[0].petition
    change_status(petition=first, move="open", by=liaison)
    change_status(petition=first, move="attend", by=liaison, given=Given(note="Se cambió el foco."))
    expect(page.locator("#avance")).to_contain_text("1 de 7", timeout=2 * PATIENCE)
    expect(page.locator(".stop").first.locator(".stop-done")).to_be_visible()


def test_the_sheet_prints_with_its_map(page, visit, work_list, assert_fits, assert_accessible, shots):
    for size in SIZES:
        visit(address(work_list, "hoja/"), size)
        expect(page.locator(".sheet-map .mark")).to_have_count(6)
        assert_fits()
        assert_accessible()
        shots(f"sheet-{size}")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Imprimir")).to_be_hidden()
    expect(page.locator(".sidebar")).to_be_hidden()
    paper = page.pdf(prefer_css_page_size=True, format="Letter")
    assert paper.startswith(b"%PDF")
    save_paper(paper)


def save_paper(paper: bytes) -> None:
    if folder := os.environ.get("SHOTS"):
        Path(folder, "sheet.pdf").write_bytes(paper)
