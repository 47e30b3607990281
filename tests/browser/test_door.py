"""The door and the frame, in a real browser at three sizes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from backend.accounts.models import User
from campaigns.models import Crew, Programme, Tour, Visit
from geo.clock import local_today
from tests.browser.conftest import SIZES
from tests.factories import PlaceFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_cache")]

PASSWORD = "una clave bien larga"


@pytest.fixture
def director() -> User:
    user = UserFactory(username="directora", role=User.Role.DIRECTOR)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.parametrize("size", SIZES)
def test_a_director_signs_in_sees_the_home_and_leaves(page, visit, director, size, assert_fits):
    visit("/", size)
    page.get_by_label("Usuario").fill("directora")
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_fits()
    if size != "desktop":
        page.get_by_role("button", name="Abrir el menú").click()
    page.get_by_role("button", name="Salir").click()
    expect(page.get_by_role("heading", name="Entre con su cuenta")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Entre con su cuenta")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/entrar/", "/publico/", "/publico/folio/"])
def test_what_strangers_see_fits_and_is_accessible(visit, path, size, assert_fits, assert_accessible):
    assert visit(path, size).status == 200
    assert_fits()
    assert_accessible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/", "/contrasena/"])
def test_the_frame_fits_and_is_accessible(
    visit, sign_in, director, path, size, assert_fits, assert_accessible
):
    sign_in(director)
    assert visit(path, size).status == 200
    assert_fits()
    assert_accessible()


@pytest.mark.parametrize("role", ["promotor", "supervisor", "auxiliar", "enlace"])
def test_the_home_of_each_role_fits_a_phone_and_is_accessible(
    visit, sign_in, role, assert_fits, assert_accessible
):
    user = UserFactory(role=role)
    crew = Crew.objects.create(name="Brigada Malecón", supervisor=user)
    day = local_today()
    programme = Programme.objects.create(code="alcalde", name="El Alcalde toca tu puerta")
    tour = Tour.objects.create(
        programme=programme, name="Benito Juárez, Hidalgo y Cuauhtémoc", starts_on=day, ends_on=day
    )
    Visit.objects.create(tour=tour, place=PlaceFactory(name="El Estero"), crew=crew, date=day)
    sign_in(user)
    assert visit("/", "phone").status == 200
    assert_fits()
    assert_accessible()
