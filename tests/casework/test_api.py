"""``/api/v1/petitions/`` over HTTP."""

from __future__ import annotations

import base64
import json
import threading
import uuid
from datetime import UTC, date, datetime, timedelta
from datetime import timezone as dt_timezone
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from field.folio import format_folio
from field.models import Petition, Petitioner, Status
from field.services.petitions import PetitionerIntake
from tests.factories import SIDE, SOUTH, WEST, DeviceFactory

URL = "/api/v1/petitions/"


@pytest.fixture
def sign_in(office):
    def _sign_in(person: str) -> Client:
        client = Client()
        client.force_login(office.staff[person])
        return client

    return _sign_in


def folios(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [feature["properties"]["folio"] for feature in response.json()["features"]]


def test_a_stranger_is_told_to_sign_in(office):
    response = Client().get(URL)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_the_list_is_one_feature_collection_with_no_persons_data(office, receive, sign_in):
    petition = receive()
    body = sign_in("auxiliar").get(URL).json()
    assert set(body) == {"type", "features", "next", "previous"}
    [feature] = body["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [WEST + SIDE / 2, SOUTH + SIDE / 2]}
    assert feature["id"] == str(petition.pk)
    properties = feature["properties"]
    assert properties["folio"] == format_folio(petition.folio)
    assert (properties["place"], properties["status"]) == ("C0000", "no_leida")
    assert datetime.fromisoformat(properties["captured_at"]).tzinfo is not None
    assert "María" not in str(body)


def test_the_list_costs_the_same_queries_however_long(office, receive, sign_in):
    client = sign_in("auxiliar")
    client.get(URL)  # what a process asks once and keeps
    for _ in range(3):
        receive()
    with CaptureQueriesContext(connection) as short:
        client.get(URL)
    for _ in range(7):
        receive(office.pothole)
    with CaptureQueriesContext(connection) as long:
        assert len(client.get(URL).json()["features"]) == 10
    assert len(short) == len(long) <= 4  # session, person, (time zone), petitions


def test_a_tablet_reads_with_its_token_what_its_holder_may(office, receive):
    mine = receive()
    receive(captured_by_id=office.staff["auxiliar"].pk)
    DeviceFactory(user=office.staff["promotor"], token="de-la-tableta")
    response = Client().get(URL, headers={"Authorization": "Bearer de-la-tableta"})
    assert folios(response) == [format_folio(mine.folio)]


def test_pages_go_there_and_back_over_every_row_once(office, receive, sign_in):
    moment = datetime(2026, 11, 20, 17, tzinfo=UTC)
    for number in range(11):
        receive(captured_at=moment - timedelta(minutes=number // 3))  # ties within each three
    client, seen, url = sign_in("director"), [], f"{URL}?limit=4&status=no_leida"
    pages = []
    while url:
        body = client.get(url).json()
        pages.append(body)
        seen += [feature["id"] for feature in body["features"]]
        url = body["next"]
    assert len(seen) == len(set(seen)) == 11
    assert [len(page["features"]) for page in pages] == [4, 4, 3]
    assert pages[0]["previous"] is None
    assert "status=no_leida" in pages[0]["next"]
    before = client.get(pages[2]["previous"]).json()
    assert [f["id"] for f in before["features"]] == [f["id"] for f in pages[1]["features"]]
    first = client.get(before["previous"]).json()
    assert [f["id"] for f in first["features"]] == [f["id"] for f in pages[0]["features"]]
    assert first["previous"] is None


@pytest.fixture
def varied(office, receive):
    return {
        "lamp": receive(),
        "pothole": receive(office.pothole, channel="telefono", lon_lat=(WEST + 0.3, SOUTH + 0.3)),
        "late": receive(received_at=datetime(2026, 3, 2, 18, tzinfo=UTC)),
        "old": receive(captured_at=datetime(2026, 10, 1, 18, tzinfo=UTC), description="Árboles caídos"),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"lamp", "pothole", "late", "old"}),
        (f"bbox={WEST},{SOUTH},{WEST + SIDE},{SOUTH + SIDE}", {"lamp", "late", "old"}),
        ("place=C0000", {"lamp", "late", "old"}),
        ("category={pothole}", {"pothole"}),
        ("category={pothole},{lamp}", {"lamp", "pothole", "late", "old"}),
        ("category={pothole}&category={lamp}", {"lamp", "pothole", "late", "old"}),
        ("department={streets}", {"pothole"}),
        ("status=no_leida", {"lamp", "pothole", "late", "old"}),
        ("status=atendida,concluida", set()),
        ("channel=telefono", {"pothole"}),
        ("captured_before=2026-10-01", {"old"}),
        ("captured_before=2026-09-30", set()),
        ("captured_after=2026-10-02", {"lamp", "pothole", "late"}),
        ("captured_after=2026-10-01T00:00:00-06:00&captured_before=2026-10-02T00:00:00-06:00", {"old"}),
        ("overdue=true", {"late"}),
        ("overdue=false", {"lamp", "pothole", "old"}),
        ("q=arbol", {"old"}),
        ("q=ÁRBOL caido", {"old"}),
        ("q=luminarias", {"lamp", "pothole", "late"}),
        ("q=pena maria", {"lamp", "pothole", "late", "old"}),
        ("q=669-123-4567", {"lamp", "pothole", "late", "old"}),
        ("q=526691234567", {"lamp", "pothole", "late", "old"}),
        ("q=6699999999", set()),
        ("q=nada de esto", set()),
        ("q=&status=&bbox=", {"lamp", "pothole", "late", "old"}),
    ],
)
def test_each_filter_keeps_what_it_says(office, varied, sign_in, query, found):
    codes = {"pothole": office.pothole.code, "lamp": office.lamp.code, "streets": office.streets.code}
    response = sign_in("jefe").get(f"{URL}?{query.format(**codes)}")
    names = {format_folio(petition.folio): name for name, petition in varied.items()}
    assert {names[folio] for folio in folios(response)} == found


@pytest.mark.parametrize("write", [str, str.lower, format_folio, lambda folio: f" {folio[:5]} {folio[5:]} "])
def test_a_folio_is_found_however_it_is_typed(office, varied, sign_in, write):
    folio = varied["pothole"].folio
    client = sign_in("jefe")
    assert folios(client.get(URL, {"q": write(folio)})) == [format_folio(folio)]
    assert client.get(f"{URL}{quote(write(folio).strip())}/").json()["id"] == str(varied["pothole"].pk)


def test_a_mistyped_folio_is_called_mistyped_not_missing(office, varied, sign_in):
    folio = varied["pothole"].folio
    wrong = folio[:-1] + ("A" if folio[-1] != "A" else "B")
    for response in (
        sign_in("jefe").get(URL, {"q": format_folio(wrong)}),
        sign_in("jefe").get(f"{URL}{wrong}/"),
    ):
        assert response.status_code == 422
        assert response.json()["type"].endswith(":mistyped")


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("bbox=1,2,3", ["/bbox"]),
        ("bbox=3,3,1,1", ["/bbox"]),
        ("bbox=nan,1,2,3", ["/bbox"]),
        ("place=NADA", ["/place"]),
        ("category=x,y", ["/category", "/category"]),
        ("department=x", ["/department"]),
        ("status=cerrada", ["/status"]),
        ("channel=fax", ["/channel"]),
        ("captured_after=ayer", ["/captured_after"]),
        ("captured_after=2026-02-30", ["/captured_after"]),
        ("captured_before=2026-10-01T00:00:00", ["/captured_before"]),
        ("overdue=quizas", ["/overdue"]),
        ("limit=0", ["/limit"]),
        ("limit=9999999999", ["/limit"]),
        ("q=" + "a" * 300, ["/q"]),
        ("q=%00", ["/q"]),
        ("status=%00", ["/status"]),
        ("place=%00&category=a%00b&channel=fax", ["/place", "/category"]),
        ("department=%00", ["/department"]),
        ("captured_before=9999-12-31", ["/captured_before"]),
        ("captured_before=9999-12-31T23:00:00-12:00", ["/captured_before"]),
        ("status=x&bbox=1&overdue=z", ["/bbox", "/status", "/overdue"]),
    ],
)
def test_a_filter_that_cannot_be_understood_is_a_clear_problem(office, sign_in, query, pointers):
    response = sign_in("jefe").get(f"{URL}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    errors = response.json()["errors"]
    assert [error["pointer"] for error in errors] == pointers
    assert all(error["detail"] for error in errors)


def test_a_time_is_understood_whatever_its_offset(office, varied, sign_in):
    response = sign_in("jefe").get(f"{URL}?captured_after=2026-10-03T00:00:00%2B23:59")
    assert len(folios(response)) == 3
    parts = ["captured_at", 0, "2026-10-03T00:00:00+23:59", uuid.uuid4().hex]
    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()
    assert folios(sign_in("jefe").get(URL, {"cursor": cursor})) == [format_folio(varied["old"].folio)]


@pytest.mark.parametrize(
    "cursor", ["x", "é", "W10", "WyJkdWVfb24iLDAsbnVsbCwieCJd", "WyJjYXB0dXJlZF9hdCIsMCxudWxsLCJ4Il0"]
)
def test_a_cursor_that_nobody_gave_is_a_problem(office, sign_in, cursor):
    response = sign_in("jefe").get(URL, {"cursor": cursor})
    assert response.status_code == 400
    assert response.json()["type"].endswith(":bad_cursor")


def test_a_cursor_before_all_time_is_a_problem(office, sign_in):
    parts = ["captured_at", 0, "0001-01-01T00:00:00+23:59", uuid.uuid4().hex]
    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()
    assert sign_in("jefe").get(URL, {"cursor": cursor}).status_code == 400


def test_one_petition_comes_with_its_history_its_moves_and_who_asked(office, receive, sign_in):
    petition = receive(received_at=timezone.now())
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    properties = sign_in("enlace").get(f"{URL}{petition.pk}/").json()["properties"]
    assert [step["text"] for step in properties["history"]] == [
        "Se recibió por recorrido y se canalizó a Alumbrado",
        "Alumbrado la abrió y la tiene en seguimiento",
    ]
    assert properties["petitioner"]["phone"] == "669 123 4567"
    assert [move["name"] for move in properties["moves"]] == ["schedule", "attend", "hand_back", "note"]
    assert properties["due_explained"].startswith("10 días hábiles: vence el")


def test_a_supervisor_reads_the_steps_but_neither_the_words_nor_who_asked(office, receive, sign_in):
    petition = receive()
    change_status(
        petition=petition, move="note", by=office.staff["auxiliar"], given=Given(note="Llamó llorando")
    )
    response = sign_in("supervisor").get(f"{URL}{petition.pk}/")
    assert response.json()["properties"]["petitioner"] is None
    assert "llorando" not in response.content.decode()
    assert "María" not in response.content.decode()


@pytest.mark.parametrize("person", ["enlace_obras", "asesor", "promotor", "supervisor", "auxiliar"])
def test_what_one_may_not_know_of_is_not_there(office, receive, sign_in, person):
    complaint = receive(office.complaint)
    response = sign_in(person).get(f"{URL}{complaint.pk}/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["no-es-nada", "8f14e45f-ceea-467f-a8c5-2b1d6f0c9e11", "%00"])
def test_what_is_not_a_petition_is_a_problem(office, sign_in, key):
    assert sign_in("jefe").get(f"{URL}{key}/").status_code in (404, 422)


# --- capture ---------------------------------------------------------------------------------


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


def test_due_explained_names_the_day_that_does_not_count(office, receive, sign_in):
    petition = receive(received_at=datetime(2026, 11, 13, 18, tzinfo=UTC))
    assert petition.due_on == date(2026, 11, 30)
    explained = sign_in("jefe").get(f"{URL}{petition.pk}/").json()["properties"]["due_explained"]
    assert "30 de noviembre" in explained
    assert "16 de noviembre (Día de la Revolución)" in explained
    assert petition.status == Status.UNREAD
