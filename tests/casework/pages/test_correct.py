"""The page that puts right what a boleta says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from field.folio import format_folio
from field.models import Petition, Petitioner
from field.persons import sources
from field.services.petitions import PetitionerIntake
from tests.casework.pages.reading import page_of, text_of


def address_of(petition: Petition) -> str:
    return reverse("casework:boleta-correct", args=[format_folio(petition.folio)])


def filled(client, petition: Petition, **changes: Any) -> dict[str, Any]:
    """The form as the page gives it, with some of it changed."""
    page = client.get(address_of(petition)).content.decode()
    fields = dict(
        re.findall(r'<input type="(?:hidden|text|tel|email)" name="([\w-]+)" value="([^"]*)"', page)
    )
    fields.pop("csrfmiddlewaretoken", None)
    words = re.search(r'<textarea name="description"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    return fields | {"description": words[1] if words else ""} | changes


def test_the_form_has_what_stands_and_says_what_a_category_does_not_do(office, receive, sign_in):
    petition = receive(address="Juárez 5")
    page = text_of(sign_in("auxiliar").get(address_of(petition)))
    for value in (
        "Luminaria apagada",
        "La luminaria no enciende.",
        "Centro · C0000",
        "María Peña",
        "Juárez 5",
    ):
        assert value in page
    assert "no manda la boleta a otra dependencia ni mueve su fecha" in page
    assert f'href="{address_of(petition)}"' in text_of(sign_in("auxiliar").get(page_of(petition)))
    assert "corregir" not in text_of(sign_in("enlace").get(page_of(petition)))


def test_sending_it_as_it_stands_changes_nothing(office, receive, sign_in):
    petition, client = receive(description="Uno\ndos"), sign_in("auxiliar")
    response = client.post(address_of(petition), filled(client, petition), follow=True)
    assert "No cambió nada." in text_of(response)
    assert petition.status_changes.count() == 1


def test_what_is_corrected_is_on_the_page_and_in_its_story(office, receive, sign_in):
    petition, client = receive(), sign_in("auxiliar")
    body = filled(client, petition, description="Es en la esquina", phone="669 000 1122")
    page = text_of(client.post(address_of(petition), body, follow=True))
    assert "Corregida." in page
    assert "La oficina corrigió lo que dice la boleta." in page
    assert "«La luminaria no enciende.» → «Es en la esquina»" in page
    assert "669 000 1122" in page
    assert "669 123 4567" not in page


def test_another_category_offers_to_refer_it_anew(office, receive, sign_in):
    petition, client = receive(), sign_in("auxiliar")
    response = client.post(address_of(petition), filled(client, petition, category="Bache"), follow=True)
    page = text_of(response)
    assert "Le tocaría a Obras Públicas y la tiene Alumbrado" in page
    assert f'<option value="{office.streets.pk}" selected>' in page
    assert re.search(r'<details [^>]*name="paso" id="paso-refer_again" open><summary>Canalizar', page)


def test_what_was_erased_is_not_asked_for(office, receive, sign_in):
    petition, client = receive(), sign_in("auxiliar")
    next(one for one in sources() if one.code == "petition").write(petition.pk, {"name": "", "phone": ""})
    body = filled(client, petition, description="Otra cosa", name="María Peña")
    assert "se suprimieron" in text_of(client.get(address_of(petition)))
    client.post(address_of(petition), body)
    assert Petitioner.objects.get().name == ""
    assert Petition.objects.get().description == "Otra cosa"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"category": "nada"}, "Elija una categoría de la lista."),
        ({"description": "\u200b"}, "field-errors"),
        ({"place": "", "lon": "", "lat": ""}, "Diga dónde"),
        ({"phone": "12"}, "10 dígitos"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_written_stays(office, receive, sign_in, changes, said):
    petition, client = receive(), sign_in("auxiliar")
    response = client.post(address_of(petition), filled(client, petition, name="Ana", **changes))
    assert response.status_code == 422
    assert said in text_of(response)
    assert 'value="Ana"' in text_of(response)


def test_what_becomes_reserved_is_out_of_sight_and_says_so(office, receive, sign_in):
    petition, client = receive(), sign_in("auxiliar")
    body = filled(client, petition, category="Queja contra servidor")
    assert "ya no está a su alcance" in text_of(client.post(address_of(petition), body, follow=True))


def test_a_colonia_that_is_none_is_told_though_nobody_knew_where(office, receive, sign_in):
    petition, client = receive(lon_lat=None, location_method="address"), sign_in("auxiliar")
    body = filled(client, petition, description="Otra cosa", place="Sentro")
    response = client.post(address_of(petition), body)
    assert response.status_code == 422
    assert "No hay un lugar con ese nombre" in text_of(response)
    assert client.post(address_of(petition), body | {"place": ""}).status_code == 302
    assert Petition.objects.get().description == "Otra cosa"


def test_an_address_that_came_badly_written_hinders_nothing_and_another_is_refused(office, receive, sign_in):
    person = PetitionerIntake(name="María Peña", email="maria arroba correo", consent=True, notice="2026-1")
    petition, client = receive(petitioner=person), sign_in("auxiliar")
    body = filled(client, petition, description="Otra cosa")
    assert client.post(address_of(petition), body | {"email": "maria@"}).status_code == 422
    assert client.post(address_of(petition), body).status_code == 302
    assert (Petition.objects.get().description, Petitioner.objects.get().email) == (
        "Otra cosa",
        "maria arroba correo",
    )
