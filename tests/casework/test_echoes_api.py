"""Work items as the API tells them."""

from __future__ import annotations

from backend.casework.services.echoes import join_petitions
from field.folio import format_folio

URL = "/api/v1/petitions/"


def test_an_echo_names_its_head_to_whoever_may_see_that_one(office, receive, sign_in):
    head, voice = receive(captured_by_id=office.staff["director"].pk), receive()
    join_petitions(petitions=[head.pk, voice.pk], by=office.staff["jefe"])
    seen = {
        person: sign_in(person).get(f"{URL}{voice.pk}/").json()["properties"]["echo_of"]
        for person in ("auxiliar", "enlace", "promotor")
    }
    assert seen == {
        "auxiliar": format_folio(head.folio),
        "enlace": format_folio(head.folio),
        "promotor": None,
    }
    listed = sign_in("auxiliar").get(URL).json()["features"]
    assert {one["id"]: one["properties"]["echo_of"] for one in listed} == {
        str(head.pk): None,
        str(voice.pk): format_folio(head.folio),
    }


def test_heads_are_asked_for_once_however_many_echoes_a_page_has(
    office, receive, sign_in, django_assert_num_queries, django_assert_max_num_queries
):
    client = sign_in("jefe")
    petitions = [receive() for _ in range(6)]
    client.get(URL)
    with django_assert_max_num_queries(8) as alone:
        client.get(URL)
    for n in (0, 2, 4):
        join_petitions(petitions=[petitions[n].pk, petitions[n + 1].pk], by=office.staff["jefe"])
    with django_assert_num_queries(len(alone) + 1):
        client.get(URL)
