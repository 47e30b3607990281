"""What a person reads when a page cannot be given."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from backend.accounts.access import requires
from backend.config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from geo.problems import Conflict
from tests.factories import UserFactory


def _broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("un dato de alguien: 669 123 4567")


def _database_away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused")


def _conflict(request: HttpRequest) -> HttpResponse:
    raise Conflict("La boleta ya se atendió.")


def _by_verb(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("campaigns.plan")


@requires("territory.edit")
def _guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("adentro")


urlpatterns = [
    path("", include("backend.config.urls")),
    path("rota/", _broken),
    path("sin-base/", _database_away),
    path("api/v1/sin-base/", _database_away),
    path("conflicto/", _conflict),
    path("api/v1/conflicto/", _conflict),
    path("cuidada/", _guarded),
    path("verbo/", _by_verb),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


def words(response):
    page = response.content.decode()
    assert '<html lang="es-mx">' in page
    return page


def test_a_missing_page_is_said_plainly(visitor):
    response = visitor.get("/no-hay/")
    assert response.status_code == 404
    assert "No hay nada aquí" in words(response)


def test_a_fault_of_ours_says_nothing_of_its_cause(visitor):
    response = visitor.get("/rota/")
    assert response.status_code == 500
    assert "Algo falló de nuestro lado" in words(response)
    assert not re.search(r"669 ?123", response.content.decode())


def test_without_the_database_the_page_asks_to_come_back(visitor):
    response = visitor.get("/sin-base/")
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "intente de nuevo en un minuto" in words(response)


def test_programs_get_a_problem_instead_of_a_page(visitor):
    response = visitor.get("/api/v1/sin-base/")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 503
    assert visitor.get("/api/v1/no-hay/").json()["status"] == 404
    answer = visitor.get("/api/v1/conflicto/")
    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "urn:aldaba:problem:conflict",
    )


def test_a_domain_error_that_a_page_let_through_is_a_page(visitor):
    response = visitor.get("/conflicto/")
    assert response.status_code == 409
    assert "La boleta ya se atendió." in words(response)


@pytest.mark.django_db
def test_a_guarded_page_leads_strangers_to_the_door(visitor):
    assert visitor.get("/cuidada/?a=1")["Location"] == "/entrar/?next=/cuidada/%3Fa%3D1"


@pytest.mark.django_db
def test_a_guarded_page_tells_others_whose_it_is(visitor):
    visitor.force_login(UserFactory(role="promotor"))
    response = visitor.get("/cuidada/")
    assert response.status_code == 403
    assert "Esto le corresponde al rol: Director." in words(response)
    visitor.force_login(UserFactory(role="director"))
    assert visitor.get("/cuidada/").content == b"adentro"


@pytest.mark.django_db
def test_a_floor_below_the_roles_names_only_the_verb(visitor):
    assert "Supervisor de brigada o Director" in words(visitor.get("/verbo/"))


def test_a_form_that_waited_too_long_says_that_nothing_was_saved():
    response = Client(enforce_csrf_checks=True).post("/entrar/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "No se guardó nada" in words(response)


def test_an_address_with_a_nul_names_nothing_and_nothing_in_it_is_looked_up(
    visitor, django_assert_num_queries, db
):
    with django_assert_num_queries(0):
        assert visitor.get("/cuidada/%00/").status_code == 404
        page = visitor.get("/publico/?a=%00")
        answer = visitor.get("/api/v1/conflicto/?b/c=1&b/c=x%00y&d=1")
    assert page.status_code == 400
    assert "La dirección tiene caracteres que no se leen." in words(page)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/b~1c"]


def test_another_host_is_not_answered(visitor, settings):
    settings.ALLOWED_HOSTS = ["aldaba.example"]
    response = visitor.get("/publico/", headers={"host": "otro.example"})
    assert response.status_code == 400


def test_no_error_page_asks_the_database(visitor, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        for address in ("/no-hay/", "/rota/", "/sin-base/", "/conflicto/"):
            visitor.get(address)
