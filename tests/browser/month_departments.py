"""The month at the departments: boletas opened, taken along on a list, given a day and done."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import gpxpy
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from backend.casework.worklists.models import WorkList
from field.folio import format_folio
from field.models import Petition
from geo.maps.area import area_of
from tests.browser.month import Month
from tests.browser.month_desks import Person, text_of
from tests.browser.test_backlog import draw_by_mouse


def open_many_at_once(month: Month) -> None:
    """The liaison of lights reads one, then ticks all the unread and looks first what would happen."""
    liaison = month["enlace"]
    page = liaison.visit(f"/boletas/{month.folio[3]}/")
    expect(page.locator("#ahora .status").first).to_have_text("En seguimiento")
    month.noted("enlace", "open", month.folio[3])
    liaison.look("boleta-enlace")
    page = liaison.visit("/boletas/?status=no_leida")
    folios = page.locator(".inbox-list tbody .folio").all_text_contents()
    page.get_by_label("Marcar todas las de esta página").check()
    liaison.look("bandeja-marcadas")
    page.get_by_role("button", name="Qué hacer con las marcadas").click()
    page.get_by_role("button", name="Marcar como leída").click()
    expect(page.locator(".figures")).to_contain_text(f"{len(folios)} se moverían")
    liaison.look("varias-previa")
    page.get_by_role("button", name="Hacerlo con").click()
    expect(page.locator(".figures")).to_contain_text("se movieron")
    for folio in folios:
        month.noted("enlace", "open", folio)
    month.opened("enlace_obras", 6, 7, 8, 16, 24, 25, 26)


def make_a_work_list(month: Month) -> None:
    """The crew of lights takes along what one stroke on the map surrounds: as a sheet, a track, on paper."""
    liaison = month["enlace"]
    page = liaison.visit("/mapas/rezago/")
    expect(page.locator("[data-map-ready]")).to_be_visible()
    expect(page.locator(".in-view-row").first).to_be_visible()
    draw_by_mouse(page)
    expect(page.locator(".in-view-count")).to_contain_text("en el área trazada")
    liaison.look("rezago-area")
    inside = _owed_inside(page, liaison)
    page.get_by_role("button", name=f"Hacer lista con el área ({len(inside)})").click()
    expect(page.locator(".stop")).to_have_count(len(inside))
    expect(page.locator(".map-stop").first).to_be_visible()
    liaison.look("lista-de-trabajo")
    folios = page.locator(".stop .folio").all_inner_texts()
    assert set(folios) == inside
    assert WorkList.objects.get().made_by == liaison.user
    _carry_away(liaison, page, folios)


def _owed_inside(page: Page, liaison: Person) -> set[str]:
    """The department's open folios within the stroke that the page's address tells."""
    area = area_of(parse_qs(urlsplit(page.url).query)["area"][0])
    owed = Petition.objects.open().filter(department=liaison.user.department, echo_of=None)
    found = {format_folio(one.folio) for one in owed if one.location and area.intersects(one.location)}
    assert 1 < len(found) < owed.count()
    return found


def _carry_away(liaison: Person, page: Page, folios: list[str]) -> None:
    """The same stops in the same order as a sheet, as a track and on paper."""
    book, track = (
        liaison.fetch(page.get_by_role("link", name=name).get_attribute("href")) for name in ("Excel", "GPX")
    )
    rows = list(load_workbook(io.BytesIO(book)).active.values)
    assert [row[1] for row in rows[1:]] == folios
    assert len(gpxpy.parse(track.decode()).waypoints) == len(folios)
    page.get_by_role("link", name="Imprimir").click()
    expect(page.locator(".sheet-map .mark")).to_have_count(len(folios))
    page.emulate_media(media="print")
    paper = text_of(page.pdf(prefer_css_page_size=True, format="Letter"))
    assert sorted(folios, key=paper.index) == folios


def attend(month: Month) -> None:
    """Friday the 6th and Monday the 9th: works are given a day, and done; the list tells how far it is."""
    month.begin_day(6)
    month.by_page("enlace", "Programar", "schedule", 3, {"Para qué día": "2026-11-09"})
    month.by_form("enlace", "schedule", 20, 21, scheduled_for="2026-11-30")
    month.begin_day(9)
    done = {"Qué se hizo": "Se cambió la lámpara y la fotocelda.", "Foto del trabajo": photo()}
    month.by_page("enlace", "Dar por atendida", "attend", 0, done)
    month["enlace"].look("boleta-atendida")
    month.by_form("enlace", "attend", 3, 4, 5, 13, 14, 15, note="Se cambió el foco.")
    month.by_form("enlace_obras", "attend", 6, 7, 16, 24, 26, note="Se bacheó con mezcla caliente.")
    _see_the_list_shrink(month)


def _see_the_list_shrink(month: Month) -> None:
    work_list = WorkList.objects.get()
    stops = [format_folio(stop.petition.folio) for stop in work_list.stops.select_related("petition")]
    attended = {month.folio[number] for number in (0, 3, 4, 5, 13, 14, 15)}
    page = month["enlace"].visit(f"/mapas/rezago/listas/{work_list.pk}/")
    done = attended & set(stops)
    assert done
    expect(page.locator("#avance")).to_contain_text(f"{len(done)} de {len(stops)}")
    expect(_stops_done(page)).to_have_count(len(done))


def _stops_done(page: Page) -> Locator:
    return page.locator(".stop .stop-done")


def photo() -> FilePayload:
    image = io.BytesIO()
    Image.effect_noise((320, 240), 40).convert("RGB").save(image, "JPEG")
    return {"name": "obra.jpg", "mimeType": "image/jpeg", "buffer": image.getvalue()}
