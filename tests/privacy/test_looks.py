"""Each look at a person's data is recorded before it is shown, and stays recorded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

import backend
import field
from backend.privacy.models import Look
from backend.privacy.services.looks import record_looks
from backend.privacy.wording import PURPOSES
from field.folio import format_folio
from field.models import Petitioner
from geo.clock import local_today
from tests.casework.conftest import Office, Receive
from tests.factories import UserFactory
from tests.privacy.people import Visitor, forgotten
from tests.privacy.things import Things


def seen(visitor: Visitor, path: str, method: str = "GET", **body: Any) -> set[tuple[Any, Any, str]]:
    """What was recorded of one question: petition or record, and the purpose."""
    before = set(Look.objects.values_list("pk", flat=True))
    with forgotten():
        answer = visitor.ask(method, path, body or None)
        assert answer.status_code in (200, 422), answer.text
        rows = Look.objects.exclude(pk__in=before)
        assert all(row.user_id == visitor.user.pk for row in rows)
        return set(rows.values_list("petition", "record", "purpose"))


def test_every_way_to_a_persons_data_is_recorded(things: Things, visitors: dict[str, Visitor]) -> None:
    clerk, liaison = visitors["auxiliar"], visitors["enlace"]
    own, folio = things.own.pk, format_folio(things.own.folio)
    assert seen(clerk, f"/boletas/{folio}/") == {(own, None, "boleta")}
    assert seen(clerk, f"/boletas/{folio}/mover/", "POST", move="note") == {(own, None, "boleta")}
    assert seen(liaison, f"/boletas/{folio}/abierta/", "POST") == {(own, None, "boleta")}
    assert seen(clerk, f"/api/v1/petitions/{folio}/") == {(own, None, "api")}
    found = {(own, None, "search"), (things.other.pk, None, "search")}
    assert seen(clerk, "/boletas/?q=maria") == found
    assert seen(clerk, "/boletas/?q=6691234567") == found
    assert seen(clerk, "/api/v1/petitions/?q=Peña") == found
    assert seen(clerk, f"/bandeja/{things.held.pk}/") == {(None, things.held.pk, "tray")}


def test_what_shows_nobody_is_not_a_look(things: Things, visitors: dict[str, Visitor]) -> None:
    folio = format_folio(things.own.folio)
    for path in ("/boletas/", "/bandeja/", "/", "/mapas/rezago/", "/api/v1/petitions/"):
        assert seen(visitors["auxiliar"], path) == set(), path
    # A supervisor reads the boleta without who asked.
    assert seen(visitors["supervisor"], f"/boletas/{folio}/") == set()
    assert seen(visitors["supervisor"], f"/api/v1/petitions/{folio}/") == set()
    Petitioner.objects.filter(petition=things.own).delete()
    assert seen(visitors["auxiliar"], f"/boletas/{folio}/") == set()


def test_a_photo_opened_by_its_own_address_is_a_look_and_a_thumbnail_is_not(
    things: Things, visitors: dict[str, Visitor], django_assert_max_num_queries: Any
) -> None:
    clerk, own = visitors["auxiliar"], things.named["own"]
    address = f"/boletas/{own['folio']}/archivos/{own['sha256']}/"
    assert seen(clerk, address) == {(things.own.pk, None, "photo")}
    assert seen(clerk, f"{address}?size=thumb") == set()
    waiting = f"/bandeja/{things.held.pk}/fotos/{things.named['held']['sha256']}/"
    assert seen(clerk, f"{waiting}?entera") == {(None, things.held.pk, "photo")}
    assert seen(clerk, waiting) == set()
    with django_assert_max_num_queries(7):
        clerk.ask("GET", address)


def test_a_browser_that_keeps_the_photo_asks_again_and_is_recorded(
    things: Things, visitors: dict[str, Visitor]
) -> None:
    clerk, own = visitors["auxiliar"], things.named["own"]
    address = f"/boletas/{own['folio']}/archivos/{own['sha256']}/"
    first = clerk.ask("GET", address)
    assert first.headers["cache-control"] == "private, no-cache"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL aldaba.retention = 'on'")
        Look.objects.all()._raw_delete("default")
    again = clerk.ask("GET", address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Look.objects.filter(petition=things.own, purpose="photo").count() == 1
    stranger = visitors["enlace_obras"].ask("GET", address, headers={"If-None-Match": first.headers["etag"]})
    assert stranger.status_code == 404


def test_every_purpose_that_is_sent_has_words() -> None:
    rooms = [Path(backend.__file__).parent, Path(field.__file__).parent]
    sources = "\n".join(path.read_text() for room in rooms for path in room.rglob("*.py"))
    sent = set(re.findall(r'purpose="(\w+)"', sources))
    assert sent >= {"boleta", "photo", "message"}
    assert sent - set(PURPOSES) == set()


def test_looking_again_within_minutes_counts_once_and_others_count_apart(
    office: Office, receive: Receive
) -> None:
    petition, clerk = receive(), office.staff["auxiliar"]
    assert record_looks(user=clerk, purpose="boleta", petitions=[petition.pk, petition.pk]) == 1
    assert record_looks(user=clerk, purpose="boleta", petitions=[petition.pk]) == 0
    assert record_looks(user=clerk, purpose="export", petitions=[petition.pk]) == 1
    assert record_looks(user=office.staff["jefe"], purpose="boleta", petitions=[petition.pk]) == 1
    assert record_looks(user=clerk, purpose="tray", records=[7, 7]) == 1
    assert record_looks(user=clerk, purpose="tray", records=[7]) == 0


def test_many_looks_are_one_statement(
    office: Office, receive: Receive, django_assert_num_queries: Any
) -> None:
    petitions = [receive().pk for _ in range(20)]
    with django_assert_num_queries(1):
        assert record_looks(user=office.staff["auxiliar"], purpose="list", petitions=petitions) == 20
    with django_assert_num_queries(0):
        assert record_looks(user=office.staff["auxiliar"], purpose="list", petitions=[]) == 0


def test_where_a_look_cannot_be_recorded_nothing_is_shown(
    things: Things, visitors: dict[str, Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = "SELECT recorded FROM nowhere WHERE %(user)s > 0"
    monkeypatch.setattr("backend.privacy.services.looks._RECORD", broken)
    folio = format_folio(things.own.folio)
    for path in (f"/boletas/{folio}/", f"/api/v1/petitions/{folio}/", "/boletas/?q=maria"):
        with forgotten():
            answer = visitors["auxiliar"].ask("GET", path)
        assert answer.status_code == 500
        assert "María Peña" not in answer.text
        assert folio not in answer.text


@pytest.mark.parametrize("sql", ["UPDATE privacy_look SET purpose = 'x'", "DELETE FROM privacy_look"])
def test_the_database_lets_nobody_rewrite_a_look(office: Office, receive: Receive, sql: str) -> None:
    record_looks(user=office.staff["auxiliar"], purpose="boleta", petitions=[receive().pk])
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert Look.objects.count() == 1


def test_the_page_finds_by_person_by_boleta_and_by_day(
    office: Office, receive: Receive, client: Any, django_assert_max_num_queries: Any
) -> None:
    petition, other = receive(), receive()
    clerk, chief = office.staff["auxiliar"], office.staff["jefe"]
    record_looks(user=clerk, purpose="boleta", petitions=[petition.pk, other.pk])
    record_looks(user=chief, purpose="search", petitions=[petition.pk])
    record_looks(user=chief, purpose="tray", records=[44])
    client.force_login(office.staff["director"])

    def rows(**query: Any) -> list[tuple[str, str]]:
        page = client.get("/privacidad/consultas/", query).context["page"]
        return sorted((row.who, row.folio) for row in page.rows)

    assert len(rows()) == 4
    assert rows(person=clerk.pk) == sorted(
        (str(clerk), format_folio(folio)) for folio in (petition.folio, other.folio)
    )
    assert rows(folio=petition.folio.lower()) == sorted(
        (str(who), format_folio(petition.folio)) for who in (clerk, chief)
    )
    assert rows(day="2020-01-01") == []
    with django_assert_max_num_queries(10):
        page = client.get("/privacidad/consultas/", {"day": local_today().isoformat()})
    assert [(one.name, one.looks, one.boletas) for one in page.context["lookers"]] == [
        (str(who), 2, boletas) for who, boletas in sorted([(clerk, 2), (chief, 1)], key=lambda x: x[0].pk)
    ]


def test_pages_follow_each_other_without_gap(office: Office, receive: Receive, client: Any) -> None:
    petition = receive()
    people = [UserFactory(role="auxiliar") for _ in range(205)]
    for person in people:
        record_looks(user=person, purpose="boleta", petitions=[petition.pk])
    client.force_login(office.staff["director"])
    shown, before = [], ""
    for size in (100, 100, 5):
        context = client.get("/privacidad/consultas/", {"before": before}).context
        assert len(context["page"].rows) == size
        shown += [row.user_id for row in context["page"].rows]
        before = context["next"]
    assert sorted(shown) == [person.pk for person in people]
    assert before == ""


@pytest.mark.parametrize(
    "query",
    [
        "person=x",
        "person=99999999999999999999",
        "folio=%00",
        "folio=26-zzz",
        "day=ayer",
        "day=0001-01-01",
        "before=x",
        "before=0001-01-01T00:00:00_1",
        "before=9999-12-31T23:59:59_9",
        "day=9999-12-31",
    ],
)
def test_an_address_made_by_hand_breaks_nothing(office: Office, client: Any, query: str) -> None:
    client.force_login(office.staff["director"])
    assert client.get(f"/privacidad/consultas/?{query}").status_code in (200, 400, 422)
