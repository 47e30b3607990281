"""Planning a tour and watching it, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from backend.accounts.models import User
from campaigns.models import Tour, Visit
from geo.clock import local_today
from tests.browser.conftest import SIZES
from tests.browser.line import moved
from tests.campaigns.rows import CrewFactory, EncounterFactory, VisitFactory, capture
from tests.factories import MunicipalityFactory, PlaceFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]


@pytest.fixture
def director() -> User:
    MunicipalityFactory()
    return UserFactory(username="directora", role=User.Role.DIRECTOR)


@pytest.fixture
def knocked() -> Visit:
    visit = VisitFactory(place__column=0)
    EncounterFactory(visit=visit, outcome="petition").petitions.add(capture())
    EncounterFactory(visit=visit, outcome="come_back", location=None)
    return visit


def test_a_director_plans_a_tour_with_two_visits_and_sees_its_page(page, visit, sign_in, director):
    PlaceFactory(column=0, name="Benito Juárez")
    PlaceFactory(column=1, name="Playa Sur")
    CrewFactory(name="Brigada Norte")
    sign_in(director)
    visit("/recorridos/")
    page.get_by_role("link", name="Nuevo recorrido").click()
    page.get_by_label("Programa").fill("El Alcalde toca tu puerta")
    page.get_by_label("Nombre del recorrido").fill("Juárez y Playa Sur")
    today = local_today().isoformat()
    page.get_by_label("Empieza").fill(today)
    page.get_by_label("Termina").fill(today)
    page.get_by_role("button", name="Guardar y elegir colonias").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("¿A qué colonias va este recorrido?")
    for typed, place in (("juarez", "Benito Juárez"), ("PLAYA", "Playa Sur")):
        page.get_by_role("searchbox", name="Colonia o comunidad").press_sequentially(typed)
        page.get_by_role("radio", name=place).check()
        page.get_by_label("Brigada").select_option(label="Brigada Norte")
        page.get_by_role("button", name="Agregar al recorrido").click()
        expect(page.get_by_role("listitem").filter(has_text=place)).to_be_visible()
    page.get_by_role("link", name="Listo, ver el recorrido").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Juárez y Playa Sur")
    expect(page.get_by_role("row").filter(has_text="Brigada Norte")).to_have_count(2)
    expect(page.locator("[data-map-ready]")).to_be_visible()
    assert Tour.objects.get().visits.count() == 2


def test_the_page_shows_doors_as_they_arrive_by_itself(page, sign_in, director, knocked, monkeypatch):
    monkeypatch.setattr("campaigns.views.progress.REFRESH_S", 1)
    sign_in(director)
    page.goto(knocked.tour.get_absolute_url())  # which never falls silent
    expect(page.locator("[data-map-ready]")).to_be_visible()
    figures = page.locator("#avance .figure-number")
    expect(figures.first).to_have_text("2")

    with page.expect_response(lambda response: "puertas.json" in response.url):
        EncounterFactory(visit=knocked, outcome="refused")
        expect(figures.first).to_have_text("3")

    expect(page.locator("#visitas tbody .number").first).to_have_text("3")


def test_a_press_on_a_door_says_what_came_of_it(page, visit, sign_in, director, knocked):
    sign_in(director)
    visit(knocked.tour.get_absolute_url())
    with moved(page):
        page.get_by_role("button", name=knocked.place.name).click()
    door = knocked.encounters.get(outcome="petition")
    at = page.locator(".folium-map").evaluate(
        "(map, [lat, lng]) => map.leafletMap.latLngToContainerPoint([lat, lng])",
        [door.location.y, door.location.x],
    )
    page.locator(".folium-map").click(position=at)

    details = page.locator("[data-map-details]")
    expect(details.get_by_role("heading")).to_have_text("Hubo petición")
    expect(details).to_contain_text(str(door.petitions.get().category))


def test_a_visit_is_closed_after_one_press_and_reopened(page, visit, sign_in, director, knocked):
    sign_in(director)
    visit(knocked.tour.get_absolute_url())
    page.get_by_role("button", name="Cerrar visita").click()
    expect(page.get_by_role("status").filter(has_text="cerrada")).to_be_visible()
    page.get_by_role("button", name="Reabrir").click()
    expect(page.get_by_role("button", name="Cerrar visita")).to_be_visible()


def test_cancelling_asks_once_and_can_be_undone(page, visit, sign_in, director, knocked):
    sign_in(director)
    visit(knocked.tour.get_absolute_url() + "editar/")
    page.get_by_role("button", name="Cancelar el recorrido").click()
    page.get_by_role("button", name="Sí, continuar").click()
    page.get_by_role("button", name="Recuperar el recorrido").click()
    expect(page.get_by_role("link", name="Cambiar", exact=True)).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_is_accessible(
    page, visit, sign_in, director, knocked, size, assert_fits, assert_accessible
):
    sign_in(director)
    for path in [
        "/recorridos/",
        "/recorridos/nuevo/",
        knocked.tour.get_absolute_url(),
        f"{knocked.tour.get_absolute_url()}editar/",
        f"{knocked.tour.get_absolute_url()}colonias/",
        f"/recorridos/visitas/{knocked.pk}/",
        "/recorridos/brigadas/",
        f"/recorridos/brigadas/{knocked.crew_id}/",
    ]:
        assert visit(path, size).status == 200, path
        assert_fits()
        assert_accessible()
