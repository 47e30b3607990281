"""Looking a folio up: what anyone may learn, and what nobody."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from backend.casework.models import StatusChange
from backend.public.views import LOOK_UPS
from backend.public.wording import STANDINGS
from field.folio import format_folio, make_folio
from field.models import Petition, Petitioner, Status
from geo.clock import local_today
from tests.factories import CategoryFactory, PlaceFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]

SECRETS = {
    "description": "La vecina del doce pide que poden el árbol",
    "address": "Calle del Faro 12",
    "reference": "portón verde",
}


@pytest.fixture
def petition() -> Petition:
    now = timezone.now()
    category = CategoryFactory(name="Poda de árbol")
    petition = Petition.objects.create(
        id=uuid.uuid4(),
        folio=make_folio(26, "A7F", 42),
        captured_at=now,
        received_at=now,
        captured_by=UserFactory(first_name="Promotora", last_name="Secreta"),
        channel="recorrido",
        category=category,
        place=PlaceFactory(name="Colonia Secreta"),
        certainty="certain",
        status=Status.IN_HAND,
        status_at=now,
        department=category.department,
        due_on=local_today() + timedelta(days=3),
        **SECRETS,
    )
    Petitioner.objects.create(petition=petition, name="María Peña", phone="669 123 4567", consent=True)
    return petition


def look_up(client, text, **extra):
    return client.get("/publico/folio/", {"folio": text}, **extra)


def words(response) -> str:
    """The page's text, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    "write", [format_folio, str, str.lower, lambda f: f" {format_folio(f).lower()} ", " ".join]
)
def test_a_folio_is_found_however_it_is_typed(client, petition, write):
    response = look_up(client, write(petition.folio))
    assert response.status_code == 200
    page = words(response)
    assert "En atención" in page
    assert petition.department.name in page
    assert format_folio(petition.folio) in page
    assert str(local_today().year) in page


@pytest.mark.parametrize("status", Status.values)
def test_every_status_has_words_for_the_citizen(client, petition, status):
    Petition.objects.filter(pk=petition.pk).update(status=status)
    assert str(STANDINGS[status].word) in words(look_up(client, petition.folio))


def test_who_waits_for_the_work_reads_its_day_as_it_was_given_last(client, petition):
    for hours, day in ((2, date(2031, 3, 3)), (1, date(2031, 3, 10))):
        step = {"from_status": "en_seguimiento", "to_status": "programada", "move": "schedule"}
        StatusChange.objects.create(
            petition=petition, at=timezone.now() - timedelta(hours=hours), scheduled_for=day, **step
        )
    Petition.objects.filter(pk=petition.pk).update(status=Status.SCHEDULED)
    page = words(look_up(client, petition.folio))
    assert "10 de marzo de 2031" in page
    assert "3 de marzo de 2031" not in page
    Petition.objects.filter(pk=petition.pk).update(status=Status.DISPUTED)
    assert "Fecha del trabajo" not in words(look_up(client, petition.folio))


def test_who_is_told_to_call_is_told_where(client, petition, settings):
    settings.OFFICE_PHONE = "669 123 0073"
    assert "llame con su folio a la oficina: 669 123 0073" in words(look_up(client, petition.folio))
    assert "Oficina de atención ciudadana: 669 123 0073" in words(client.get("/publico/"))
    settings.OFFICE_PHONE = ""
    assert "llame con su folio" not in words(look_up(client, petition.folio))


def test_nothing_of_a_person_or_place_is_answered(client, petition):
    page = look_up(client, petition.folio).content.decode()
    secrets = ["María", "669", "Secreta", "Poda", str(petition.pk), *SECRETS.values()]
    assert [secret for secret in secrets if secret in page] == []


@pytest.mark.parametrize("status", Status.values)
def test_a_reserved_petition_reads_as_any_other_on_its_first_day(client, petition, status):
    Petition.objects.filter(pk=petition.pk).update(status=Status.TO_VERIFY, department=None, due_on=None)
    first = words(look_up(client, petition.folio))
    type(petition.category).objects.update(sensitive=True)
    kept = {"department": petition.department, "due_on": petition.due_on}
    Petition.objects.filter(pk=petition.pk).update(status=status, **kept)
    page = words(look_up(client, petition.folio))
    assert page == first
    assert petition.department.name not in page


def test_a_mistyped_folio_is_called_mistyped_and_not_missing(client, petition):
    wrong = petition.folio[:-2] + ("3" if petition.folio[-2] != "3" else "4") + petition.folio[-1]
    response = look_up(client, wrong)
    assert response.status_code == 422
    page = words(response)
    assert "Hay un error al escribir el folio" in page
    assert "bien escrito" not in page


def test_a_well_typed_folio_that_is_not_here_yet_is_called_so(client):
    response = look_up(client, make_folio(26, "A7F", 43))
    assert response.status_code == 404
    assert "está bien escrito, pero aún no llega" in words(response)


@pytest.mark.parametrize(
    "text", ["", "hola", "<script>alert(1)</script>", "x" * 500, "26-A7F-00042-K' OR 1=1"]
)
def test_what_is_no_folio_gets_a_word_of_help(client, text):
    response = look_up(client, text)
    assert response.status_code == 422
    assert b"<script>alert" not in response.content
    assert b'aria-invalid="true"' in response.content


def test_what_no_keyboard_types_is_refused_before_anybody_looks(client):
    assert look_up(client, "26-A7F\x00").status_code == 400


def test_a_late_petition_says_that_it_is_late(client, petition):
    Petition.objects.update(due_on=local_today() - timedelta(days=1))
    assert "La fecha comprometida ya pasó" in words(look_up(client, petition.folio))
    Petition.objects.update(status=Status.CLOSED)
    page = words(look_up(client, petition.folio))
    assert "ya pasó" not in page
    assert "Fecha comprometida" not in page


def test_walking_through_a_series_is_stopped(client, petition):
    for _ in range(LOOK_UPS.limit):
        assert LOOK_UPS.count("203.0.113.9")
    response = look_up(client, petition.folio, REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "En atención" not in words(response)
    assert look_up(client, petition.folio, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_opening_the_page_counts_as_no_look_up(client):
    for _ in range(LOOK_UPS.limit + 1):
        assert client.get("/publico/folio/", REMOTE_ADDR="203.0.113.8").status_code == 200


def test_answers_are_kept_by_nobody_and_found_by_no_search_engine(client, petition):
    response = look_up(client, petition.folio)
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


def test_a_look_up_is_one_query(client, petition, django_assert_num_queries):
    with django_assert_num_queries(1):
        look_up(client, petition.folio)


def test_nothing_can_be_sent_to_the_public_pages(client):
    assert client.post("/publico/folio/").status_code == 405
    assert client.post("/publico/").status_code == 405


def test_the_start_says_what_this_is_without_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/publico/")
    assert "¿Cómo va su petición?" in words(response)
    assert "/publico/mapa/" not in response.content.decode()
