"""The group or colonia on whose behalf a petition is asked: told, found and shown where who asked is."""

from __future__ import annotations

import io
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from backend.casework.filters import Filters
from backend.casework.listing import page_for
from backend.casework.paging import NEWEST
from backend.privacy.models import Look
from field.folio import format_folio
from field.models import Petition, Petitioner
from field.persons import sources
from geo.problems import Invalid
from tests.casework.pages.reading import text_of
from tests.casework.pages.test_correct import address_of, filled
from tests.casework.test_correcting import correct
from tests.factories import SIDE, SOUTH, WEST

GROUP = "Comité de vecinos de la calle Roble"


def found(user, q):
    page = page_for(user, Filters(q=q), order=NEWEST, cursor=None, size=50)
    return [row.pk for row in page.rows]


def test_the_desk_takes_a_group_down_without_anybodys_name_or_consent(office, sign_in):
    key = str(uuid.uuid4())
    body = {
        "id": key, "channel": "audiencia", "category": office.lamp.code, "description": "Falta luz",
        "lon": WEST + SIDE / 2, "lat": SOUTH + SIDE / 2, "on_behalf_of": f" {GROUP} ",
    }  # fmt: skip
    assert sign_in("auxiliar").post("/boletas/nueva/", body).status_code == 302
    petition = Petition.objects.get(pk=key)
    assert petition.on_behalf_of == GROUP
    assert not hasattr(petition, "petitioner")
    page = sign_in("auxiliar").get(reverse("casework:boleta", args=[format_folio(petition.folio)]))
    assert GROUP in page.content.decode()
    assert "Nadie dio su nombre" in page.content.decode()


def test_the_interface_takes_it_and_tells_it_to_those_who_see_who_asked(office, sign_in):
    body = {
        "id": str(uuid.uuid4()), "channel": "oficio", "category": office.lamp.code, "on_behalf_of": GROUP,
        "location": {"type": "Point", "coordinates": [WEST + SIDE / 2, SOUTH + SIDE / 2]},
    }  # fmt: skip
    url = "/api/v1/petitions/"
    made = sign_in("auxiliar").post(url, body, content_type="application/json")
    assert made.status_code == 201
    assert GROUP not in made.content.decode()  # as a list shows it
    told = sign_in("enlace").get(f"{url}{body['id']}/").json()["properties"]
    assert told["on_behalf_of"] == GROUP
    assert Look.objects.get().user == office.staff["enlace"]
    long = body | {"id": str(uuid.uuid4()), "on_behalf_of": "x" * 201}
    refused = sign_in("auxiliar").post(url, long, content_type="application/json")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/on_behalf_of"]


def test_who_does_not_see_who_asked_sees_no_group(office, receive, sign_in):
    petition = receive(on_behalf_of=GROUP)
    supervisor, folio = sign_in("supervisor"), format_folio(petition.folio)
    paper = supervisor.get(reverse("letters:boleta-pdf", args=[folio])).content
    shown = [
        supervisor.get(reverse("casework:boleta", args=[folio])).content.decode(),
        supervisor.get(f"/api/v1/petitions/{petition.pk}/").content.decode(),
        supervisor.get("/api/v1/petitions/").content.decode(),
        Client().get(f"/publico/folio/?folio={folio}").content.decode(),
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages),
    ]
    assert not [text for text in shown if "Comité" in text]
    assert supervisor.get(f"/api/v1/petitions/{petition.pk}/").json()["properties"]["on_behalf_of"] is None


@pytest.mark.parametrize("name", ["boleta-pdf", "receipt-pdf"])
def test_its_papers_say_it(office, receive, sign_in, name):
    petition = receive(on_behalf_of=GROUP, petitioner=None)
    paper = sign_in("auxiliar").get(reverse(f"letters:{name}", args=[format_folio(petition.folio)])).content
    assert GROUP in " ".join(PdfReader(io.BytesIO(paper)).pages[0].extract_text().split())
    assert Look.objects.count() == 1


@pytest.mark.parametrize("q", ["comité", "vecino roble", "comites", "luminaria roble", "calle rob"])
def test_its_words_find_the_boleta_for_those_who_see_who_asked(office, receive, q):
    petition = receive(on_behalf_of=GROUP)
    receive()
    assert found(office.staff["auxiliar"], q) == [petition.pk]
    assert petition.pk not in found(office.staff["supervisor"], "roble")


def test_a_group_that_is_changed_or_taken_away_is_found_as_it_stands(office, receive):
    petition = receive(on_behalf_of=GROUP)
    Petition.objects.filter(pk=petition.pk).update(on_behalf_of="Mercado Pino Suárez")
    assert found(office.staff["auxiliar"], "roble") == []
    assert found(office.staff["auxiliar"], "mercado") == [petition.pk]


def test_the_office_corrects_it_and_the_history_tells_only_that_it_changed(office, receive, sign_in):
    petition, client = receive(on_behalf_of=GROUP), sign_in("auxiliar")
    form = filled(client, petition)
    assert form["on_behalf_of"] == GROUP
    page = text_of(client.post(address_of(petition), form | {"on_behalf_of": "Mercado Pino"}, follow=True))
    assert Petition.objects.get().on_behalf_of == "Mercado Pino"
    assert "Se corrigió, sin guardar lo que decía: grupo que lo pide." in page
    assert "Roble" not in page


def test_a_group_needs_nobodys_consent_to_be_added(office, receive, sign_in):
    petition, client = receive(petitioner=None), sign_in("auxiliar")
    client.post(address_of(petition), filled(client, petition, on_behalf_of=GROUP))
    assert Petition.objects.get().on_behalf_of == GROUP
    assert not Petitioner.objects.exists()


def test_a_group_that_was_erased_with_who_asked_is_not_written_anew(office, receive, sign_in):
    petition, client = receive(on_behalf_of=GROUP), sign_in("auxiliar")
    source = next(one for one in sources() if one.code == "petition")
    source.write(petition.pk, {"name": "", "phone": "", "on_behalf_of": ""})
    form = filled(client, petition, on_behalf_of=GROUP)
    client.post(address_of(petition), form)
    assert Petition.objects.get().on_behalf_of == ""
    with pytest.raises(Invalid):
        correct(petition, office.staff["director"], on_behalf_of=GROUP)
