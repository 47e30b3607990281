"""What is captured through ``/api/v1/petitions/``."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import timedelta
from datetime import timezone as dt_timezone

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from backend.casework.corrections import said_by
from backend.casework.deadlines import due_date
from backend.casework.services.correcting import correct_boleta
from field.models import Petition, Petitioner
from field.services.petitions import PetitionerIntake
from geo.clock import local_zone
from tests.casework.api.addresses import URL
from tests.factories import SIDE, SOUTH, WEST, PlaceFactory


def body_of(office, **changes) -> dict:
    return {
        "id": str(uuid.uuid4()),
        "channel": "telefono",
        "category": office.lamp.code,
        "description": "No prende",
        "location": {"type": "Point", "coordinates": [WEST + SIDE / 2, SOUTH + SIDE / 2]},
        "petitioner": {"name": "Ana", "phone": "6691112233", "consent": True, "notice": "2026-1"},
    } | changes


def post(client: Client, body: object):
    return client.post(URL, body, content_type="application/json")


def test_the_office_captures_by_any_channel_and_gets_a_folio_of_its_own_series(office, sign_in):
    response = post(sign_in("auxiliar"), body_of(office))
    assert response.status_code == 201
    properties = response.json()["properties"]
    assert properties["folio"].split("-")[1] == "0F0"
    assert (properties["status"], properties["department"]) == ("no_leida", office.lights.code)
    petition = Petition.objects.get(pk=response.json()["id"])
    assert (petition.channel, petition.captured_by) == ("telefono", office.staff["auxiliar"])
    assert Petitioner.objects.get(petition=petition).phone_digits == "6691112233"
    assert response["Location"] == f"{URL}{petition.pk}/"


def test_what_was_asked_earlier_is_promised_from_then(office, sign_in):
    asked_at = timezone.now() - timedelta(days=40)
    response = post(sign_in("auxiliar"), body_of(office, captured_at=asked_at.isoformat()))
    properties = response.json()["properties"]
    assert properties["overdue"]
    asked_on = asked_at.astimezone(local_zone()).date()
    assert properties["due_on"] == due_date(asked_on, office.lamp.working_days).isoformat()


def test_sending_the_same_id_twice_is_harmless(office, sign_in):
    body, client = body_of(office), sign_in("auxiliar")
    first, second = post(client, body), post(client, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["properties"]["folio"] == second.json()["properties"]["folio"]
    assert Petition.objects.count() == 1


def test_another_persons_id_is_a_conflict(office, sign_in):
    body = body_of(office)
    post(sign_in("auxiliar"), body)
    assert post(sign_in("jefe"), body).status_code == 409
    assert post(sign_in("auxiliar"), body | {"description": "Otra cosa"}).status_code == 409


def test_a_place_or_an_address_will_do_without_a_point(office, sign_in):
    client = sign_in("auxiliar")
    by_place = post(client, body_of(office, location=None, place="C0000")).json()["properties"]
    assert (by_place["place"], by_place["certainty"]) == ("C0000", "certain")
    assert post(client, body_of(office, location=None, address="Juárez 5")).status_code == 201


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"category": "nada"}, ["/category"]),
        ({"channel": "fax"}, ["/channel"]),
        ({"location": None}, ["/location"]),
        ({"location": None, "place": "NADA"}, ["/place"]),
        ({"location": {"type": "Point", "coordinates": [500, 1]}}, ["/location/coordinates"]),
        ({"captured_at": "2026-11-20T10:00:00"}, ["/captured_at"]),
        ({"captured_at": "1999-11-20T10:00:00Z"}, ["/captured_at"]),
        ({"id": "uno"}, ["/id"]),
        ({"petitioner": {"name": "x"}}, ["/petitioner/consent"]),
        ({"petitioner": {"name": "x", "consent": False}}, ["/petitioner/consent"]),
        ({"petitioner": {"phone": "669", "consent": False}}, ["/petitioner/consent"]),
        ({"category": "a\0b"}, ["/category"]),
        ({"category": "\ud800"}, ["/category"]),
        ({"category": "nada", "channel": "fax"}, ["/category", "/channel"]),
    ],
)
def test_bad_captures_are_told_field_by_field(office, sign_in, changes, pointers):
    response = post(sign_in("auxiliar"), body_of(office, **changes))
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == pointers
    assert not Petition.objects.exists()


def test_who_gives_neither_name_nor_consent_is_not_kept(office, sign_in):
    body = body_of(office, petitioner={"name": "", "consent": False})
    assert post(sign_in("auxiliar"), body).status_code == 201
    assert not Petitioner.objects.exists()


def test_a_file_named_twice_is_one_file(office, sign_in):
    body = body_of(office, attachments=[{"sha256": "a" * 64}, {"sha256": "a" * 64, "bytes": 5}])
    response = post(sign_in("auxiliar"), body)
    assert response.status_code == 201
    assert Petition.objects.get(pk=response.json()["id"]).attachments.count() == 1


def test_an_offset_of_almost_a_day_is_the_same_moment(office, sign_in):
    at = timezone.now().astimezone(dt_timezone(timedelta(hours=23, minutes=59))).replace(microsecond=0)
    response = post(sign_in("auxiliar"), body_of(office, captured_at=at.isoformat()))
    assert response.status_code == 201
    assert Petition.objects.get(pk=response.json()["id"]).captured_at == at


def test_a_body_nested_beyond_reason_is_a_problem(office, sign_in):
    deep = '{"answers": ' + "[" * 5000 + "]" * 5000 + "}"
    response = post(sign_in("auxiliar"), deep)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_list_is_no_petition(office, sign_in):
    assert post(sign_in("auxiliar"), []).status_code == 400
    assert post(sign_in("auxiliar"), "{").status_code == 400


@pytest.mark.parametrize(
    ("person", "status"),
    [("promotor", 201), ("supervisor", 201), ("asesor", 201), ("jefe", 201), ("enlace", 403)],
)
def test_everybody_but_a_liaison_captures(office, sign_in, person, status):
    assert post(sign_in(person), body_of(office)).status_code == status


@pytest.mark.django_db(transaction=True)
def test_the_same_capture_sent_many_times_at_once_is_one_petition(office, sign_in):
    body, answers = body_of(office), []
    clients = [sign_in("auxiliar") for _ in range(6)]
    start = threading.Barrier(len(clients))

    def send(client: Client) -> None:
        start.wait()
        answers.append(post(client, body))
        connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Petition.objects.count() == 1


def test_hostile_text_travels_as_text(office, receive, sign_in):
    petition = receive(
        description="<script>alert(1)</script>", petitioner=PetitionerIntake(name="<b>x", consent=True)
    )
    properties = sign_in("jefe").get(f"{URL}{petition.pk}/").json()["properties"]
    assert properties["description"] == "<script>alert(1)</script>"
    assert properties["petitioner"]["name"] == "<b>x"


def test_a_point_and_a_colonia_that_contradict_each_other_are_refused(office, sign_in):
    PlaceFactory(column=3, code="C0003", name="Esperanza")
    response = post(sign_in("auxiliar"), body_of(office, place="C0003"))
    assert response.status_code == 422
    assert [error["code"] for error in response.json()["errors"]] == ["elsewhere"]
    assert response.json()["errors"][0]["pointer"] == "/place"


def test_a_colonia_that_a_doubtful_point_may_lie_in_is_where_it_is(office, sign_in):
    esperanza = PlaceFactory(column=1, code="C0001", name="Esperanza")
    near = [WEST + SIDE * 0.999, SOUTH + SIDE / 2]
    body = body_of(office, place="C0001", accuracy_m=40, location={"type": "Point", "coordinates": near})
    assert post(sign_in("auxiliar"), body).status_code == 201
    petition = Petition.objects.get()
    assert (petition.place, petition.certainty, petition.candidates) == (esperanza, "certain", [])
    assert petition.location.x == near[0]


def test_a_doubtful_point_stays_so_where_its_own_colonia_is_what_was_said(office, sign_in):
    PlaceFactory(column=1, code="C0001", name="Esperanza")
    near = [WEST + SIDE * 0.999, SOUTH + SIDE / 2]
    body = body_of(office, place="C0000", accuracy_m=40, location={"type": "Point", "coordinates": near})
    assert post(sign_in("auxiliar"), body).status_code == 201
    petition = Petition.objects.get()
    assert (petition.place.code, petition.certainty) == ("C0000", "uncertain")
    assert petition.candidates == ["C0000", "C0001"]


def test_the_original_sent_again_after_a_correction_gives_the_corrected_one(office, sign_in):
    body, client = body_of(office), sign_in("auxiliar")
    post(client, body)
    petition, by = Petition.objects.get(), office.staff["jefe"]
    said = said_by(petition)
    correct_boleta(petition=petition, to=replace(said, description="Corregida"), by=by, seen=said)
    assert post(client, body).status_code == 200
    assert Petition.objects.get().description == "Corregida"
