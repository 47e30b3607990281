"""Joining boletas and adding a voice in a real browser."""
# ruff: noqa: F401, F811 (fixtures of the office's own tests)

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend.casework.services.echoes import join_petitions
from field.folio import format_folio
from field.models import Petition
from tests.casework.conftest import office, receive
from tests.factories import SIDE, SOUTH, WEST

LON, LAT = WEST + SIDE / 2, SOUTH + SIDE / 2


def page_of(petition: Petition) -> str:
    return f"/boletas/{format_folio(petition.folio)}/"


def keep(page: Page, name: str) -> None:
    """Save a picture where ``ALDABA_SHOTS`` says, for a person to look at."""
    if folder := os.environ.get("ALDABA_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_the_office_marks_those_alike_joins_them_and_splits_one_again(
    office, receive, sign_in, visit, assert_fits, assert_accessible, page: Page, size
):
    own = receive(description="La lámpara frente al kínder no prende", address="Juárez 118")
    near = [
        receive(
            description="Está muy oscuro frente al kínder", address="Juárez 120", lon_lat=(LON, LAT + 0.0001)
        ),
        receive(description="", lon_lat=(LON + 0.0004, LAT)),
        receive(
            description="No sirve el foco del poste de la esquina desde el lunes", lon_lat=(LON, LAT - 0.0002)
        ),
    ]
    voices = [receive(lon_lat=(LON, LAT - 0.0002)) for _ in range(2)]
    join_petitions(petitions=[near[2].pk, *(one.pk for one in voices)], by=office.staff["jefe"])
    sign_in(office.staff["auxiliar"])
    visit(page_of(own), size)
    assert_fits()
    assert_accessible()
    keep(page, f"boleta-parecidas-{size}")
    section = page.locator("#parecidas")
    section.get_by_label("Está muy oscuro").check()
    section.get_by_label("+2 voces").check()
    section.get_by_role("button", name="Juntar las marcadas").click()
    expect(page.get_by_text("Quedó junta con otras 2")).to_be_visible()
    assert_fits()
    assert_accessible()
    keep(page, f"boleta-voces-{size}")
    assert Petition.objects.exclude(echo_of=None).count() == 4
    page.get_by_role("button", name=f"Separar {format_folio(near[0].folio)}").click()
    expect(page.get_by_text("se separó y sigue por su lado")).to_be_visible()
    assert Petition.objects.exclude(echo_of=None).count() == 3
    visit("/boletas/", size)
    expect(page.get_by_text("+3 voces")).to_be_visible()
    assert_fits()
    keep(page, f"bandeja-{size}")


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_as_one_captures_the_page_offers_to_add_a_voice(
    office, receive, sign_in, visit, assert_fits, assert_accessible, page: Page, size
):
    head = receive(description="No prende la lámpara", address="Juárez 118")
    sign_in(office.staff["auxiliar"])
    visit("/boletas/nueva/", size)
    page.get_by_label("Categoría").fill("Luminaria apagada")
    page.get_by_label("Categoría").blur()
    page.evaluate(
        """([lon, lat]) => {
            document.querySelector("#id_lon").value = lon;
            document.querySelector("#id_lat").value = lat;
            document.querySelector("#id_lon").dispatchEvent(new Event("change"));
        }""",
        [LON, LAT],
    )
    expect(page.get_by_text("Ya hay 1 parecida cerca")).to_be_visible()
    page.get_by_label("No prende la lámpara").check()
    assert_fits()
    assert_accessible()
    keep(page, f"captura-{size}")
    page.get_by_label("Qué pide").fill("También a mí me afecta")
    page.get_by_role("button", name="Guardar y dar folio").click()
    expect(page.get_by_text("Se suma a")).to_be_visible()
    keep(page, f"acuse-{size}")
    assert head.echoes.count() == 1


@pytest.mark.parametrize("size", ["desktop", "tablet", "phone"])
def test_the_office_goes_through_what_may_be_repeated_without_leaving_the_page(
    office, receive, sign_in, visit, assert_fits, assert_accessible, page: Page, size
):
    for n in range(3):
        receive(
            description="No prende la lámpara de la esquina", address="Juárez 118", lon_lat=(LON, LAT + n)
        )
        receive(description=f"Está muy oscuro, {n}", lon_lat=(LON, LAT + n + 0.0001 * (n + 1)))
    sign_in(office.staff["auxiliar"])
    visit("/boletas/repetidas/", size)
    expect(page.locator(".repeat")).to_have_count(3)
    assert_fits()
    assert_accessible()
    keep(page, f"repetidas-{size}")
    first, second, third = (page.locator(".repeat").nth(n) for n in range(3))
    first.get_by_role("button", name="Juntar las marcadas").click()
    told = first.locator(".repeat-told")
    expect(told).to_contain_text("Quedaron juntas 2.")
    expect(told).to_be_focused()
    expect(told).to_be_in_viewport()
    second.get_by_role("button", name="No son lo mismo").click()
    expect(second.get_by_text("no se volverán a proponer")).to_be_visible()
    third.get_by_label("No prende la lámpara").uncheck()
    third.get_by_role("button", name="Juntar las marcadas").click()
    expect(third.get_by_text("Marque de 2 a 20 boletas.")).to_be_visible()
    assert_fits()
    assert_accessible()
    keep(page, f"repetidas-hechas-{size}")
    assert Petition.objects.exclude(echo_of=None).count() == 1
    second.get_by_role("button", name="Deshacer").click()
    # Exactly: what stood there before, «no se volverán a proponer.», ends with the same words.
    expect(second.get_by_text("Se volverán a proponer.", exact=True)).to_be_visible()
    visit("/boletas/repetidas/", size)
    expect(page.locator(".repeat")).to_have_count(2)
