"""Joining, splitting and adding a voice on the office's pages, and how work items are listed and counted."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from backend.casework.alike import alike_to
from backend.casework.backlog import backlog
from backend.casework.filters import Filters
from backend.casework.given import Given
from backend.casework.map_filters import Question
from backend.casework.services.echoes import join_petitions
from backend.casework.services.statuses import change_status
from field.folio import format_folio
from field.models import Petition
from field.services.pack import petitions_nearby
from geo.models import Place
from tests.factories import SIDE, SOUTH, WEST

CAPTURE, SIMILAR = "/boletas/nueva/", "/boletas/nueva/parecidas/"


@pytest.fixture
def joined(office, receive) -> list[Petition]:
    petitions = [receive(description=f"Voz {n}") for n in range(3)]
    join_petitions(petitions=[one.pk for one in petitions], by=office.staff["jefe"])
    for one in petitions:
        one.refresh_from_db()
    return petitions


def page_of(petition: Petition, name: str = "boleta") -> str:
    return reverse(f"casework:{name}", args=[format_folio(petition.folio)])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_inbox_lists_a_work_item_once_and_says_how_many_voices(office, receive, sign_in, joined):
    alone = receive()
    for person in ("auxiliar", "enlace"):
        response = sign_in(person).get("/boletas/")
        assert {row.pk for row in response.context["page"].rows} == {joined[0].pk, alone.pk}
        assert text_of(response).count("+2 voces") == 1
        counts = {tab.view.name: tab.count for tab in response.context["tabs"]}
        assert counts["pending"] == counts["unread"] == 2


def test_echoes_are_found_by_their_folio_and_under_all(office, sign_in, joined):
    client = sign_in("auxiliar")
    found = client.get("/boletas/", {"q": format_folio(joined[1].folio)})
    assert [row.pk for row in found.context["page"].rows] == [joined[1].pk]
    assert f'junto con <span class="unbroken">{format_folio(joined[0].folio)}<' in text_of(found)
    assert len(client.get("/boletas/?view=all").context["page"].rows) == 3


def test_the_backlog_and_the_tablets_neighbours_count_work_items(office, receive, joined):
    receive()
    assert backlog(office.staff["jefe"], Question(Filters())).count() == 2
    nearby = petitions_nearby(places={Place.objects.get(code="C0000").pk})
    assert len(nearby) == 2
    assert format_folio(joined[1].folio) not in {one["folio"] for one in nearby}


def test_the_page_tells_the_voices_to_whoever_sees_them(office, sign_in, joined):
    change_status(petition=joined[0], move="open", by=office.staff["enlace"])
    text = text_of(sign_in("enlace").get(page_of(joined[1])))
    assert "Quiénes piden lo mismo" in text
    assert all(format_folio(one.folio) in text for one in joined)
    assert "Separar" not in text
    assert "Parecidas cerca" not in text


def test_who_does_not_see_the_others_reads_only_how_many_they_are(office, receive, sign_in):
    own, other = receive(), receive(captured_by_id=office.staff["director"].pk)
    join_petitions(petitions=[own.pk, other.pk], by=office.staff["jefe"])
    text = text_of(sign_in("promotor").get(page_of(own)))
    assert "y 1 voz más" in text
    assert format_folio(other.folio) not in text.partition('id="voces"')[2].partition("</section>")[0]


def test_the_office_joins_and_splits_on_the_page(office, receive, sign_in):
    own, first, second = receive(), receive(), receive()
    client = sign_in("auxiliar")
    assert "Parecidas cerca" in text_of(client.get(page_of(own)))
    body = {"folio": [first.folio, second.folio]}
    response = client.post(page_of(own, "boleta-join"), body, follow=True)
    assert "Quedó junta con otras 2" in text_of(response)
    assert set(own.echoes.all()) == {first, second}
    response = client.post(page_of(own, "boleta-split"), {"folio": second.folio}, follow=True)
    text = text_of(response)
    assert "se separó y sigue por su lado, con la fecha que ya tenía" in text
    assert set(own.echoes.all()) == {first}
    assert f"Juntar otra vez con {format_folio(second.folio)}" in text
    response = client.post(page_of(own, "boleta-join"), {"folio": format_folio(second.folio)}, follow=True)
    assert set(own.echoes.all()) == {first, second}
    assert "Juntar otra vez" not in text_of(response)


def test_who_splits_the_boleta_itself_may_join_it_again_and_what_is_done_is_asked_before(
    office, receive, sign_in
):
    own, other = receive(), receive()
    join_petitions(petitions=[own.pk, other.pk], by=office.staff["jefe"])
    client = sign_in("auxiliar")
    assert "no se podrá juntar" not in text_of(client.get(page_of(own)))
    response = client.post(page_of(other, "boleta-split"), follow=True)
    assert f"Juntar otra vez con {format_folio(own.folio)}" in text_of(response)
    join_petitions(petitions=[own.pk, other.pk], by=office.staff["jefe"])
    change_status(petition=own, move="open", by=office.staff["jefe"])
    change_status(petition=own, move="attend", by=office.staff["jefe"], given=Given(note="Listo"))
    assert "después no se podrá juntar" in text_of(client.get(page_of(own)))
    response = client.post(page_of(other, "boleta-split"), follow=True)
    assert "Juntar otra vez" not in text_of(response)
    for apart in ("", "x", "26-A7F-00042-1"):
        assert client.get(page_of(own), {"apart": apart}).status_code == 200


def test_while_it_is_verified_those_alike_come_right_after_what_is_asked(office, receive, sign_in):
    client = sign_in("auxiliar")
    unchecked, _other = receive(office.to_check), receive(office.to_check)
    checked, _third = receive(), receive()
    before = text_of(client.get(page_of(unchecked)))
    after = text_of(client.get(page_of(checked)))
    assert before.index('id="que"') < before.index("Parecidas cerca") < before.index('id="donde"')
    assert after.index('id="como"') < after.index("Parecidas cerca")
    assert before.count("Parecidas cerca") == after.count("Parecidas cerca") == 1


def test_on_the_boleta_those_marked_are_told_apart_from_it_and_not_from_each_other(office, receive, sign_in):
    own, first, second = receive(), receive(), receive()
    client = sign_in("auxiliar")
    body = {"folio": [first.folio, second.folio], "act": "apart"}
    assert "no son lo mismo" in text_of(client.post(page_of(own, "boleta-join"), body, follow=True))
    assert [one.head for one in alike_to(own, office.staff["auxiliar"])] == []
    assert [one.head for one in alike_to(first, office.staff["auxiliar"])] == [second]


def test_nothing_marked_or_not_joinable_is_told_and_changes_nothing(office, receive, sign_in):
    own, other = receive(), receive(office.pothole)
    client = sign_in("auxiliar")
    assert "Marque al menos una" in text_of(client.post(page_of(own, "boleta-join"), follow=True))
    response = client.post(page_of(own, "boleta-join"), {"folio": other.folio}, follow=True)
    assert "misma categoría" in text_of(response)
    assert client.post(page_of(own, "boleta-join"), {"folio": "no es"}).status_code == 404
    assert "no está junta" in text_of(client.post(page_of(own, "boleta-split"), follow=True))
    assert not Petition.objects.exclude(echo_of=None).exists()


@pytest.mark.parametrize("name", ["boleta-join", "boleta-split"])
@pytest.mark.parametrize("person", ["promotor", "asesor", "enlace"])
def test_joining_is_the_offices_over_http_too(office, sign_in, joined, name, person):
    assert sign_in(person).post(page_of(joined[0], name), {"folio": joined[1].folio}).status_code == 403


def test_a_reserved_boleta_has_no_section_of_the_kind(office, receive, sign_in):
    receive(office.complaint)
    assert 'id="voces"' not in text_of(sign_in("jefe").get(page_of(receive(office.complaint))))


@pytest.mark.parametrize("count", [1, 12])
def test_a_boletas_page_costs_the_same_queries_however_many_voices_and_neighbours(
    office, receive, sign_in, django_assert_max_num_queries, count
):
    petitions = [receive() for _ in range(count + 1)]
    join_petitions(petitions=[one.pk for one in petitions], by=office.staff["jefe"])
    for _ in range(count):
        receive()
    client = sign_in("auxiliar")
    client.get(page_of(petitions[1]))
    with django_assert_max_num_queries(26):
        client.get(page_of(petitions[1]))


# --- capture ---------------------------------------------------------------------------------


def typed(office, **changes) -> dict:
    return {
        "id": uuid.uuid4(),
        "category": office.lamp.name,
        "lon": WEST + SIDE / 2,
        "lat": SOUTH + SIDE / 2,
        "channel": "073",
        "description": "No prende",
    } | changes


def test_the_capture_offers_what_is_alike_as_one_types_and_adds_the_voice(office, receive, sign_in, joined):
    client = sign_in("auxiliar")
    text = text_of(
        client.post(SIMILAR, {"category": office.lamp.name, "lon": WEST + SIDE / 2, "lat": SOUTH + SIDE / 2})
    )
    assert "Ya hay 1 parecida cerca" in text
    assert "+2 voces" in text
    receipt = client.post(CAPTURE, typed(office, echo_of=joined[0].folio), follow=True)
    assert "Se suma a" in text_of(receipt)
    assert joined[0].echoes.count() == 3


@pytest.mark.parametrize("voice", ["", "no es un folio", "26-A7F-00042-1"])
def test_a_capture_is_filed_whatever_became_of_the_voice(office, sign_in, voice):
    assert sign_in("auxiliar").post(CAPTURE, typed(office, echo_of=voice)).status_code == 302
    assert Petition.objects.get().echo_of is None


@pytest.mark.parametrize("body", [{}, {"category": "nada"}, {"category": "Bache"}, {"lon": "x", "lat": "1"}])
def test_what_is_half_typed_offers_nothing_and_breaks_nothing(office, receive, sign_in, body):
    receive()
    response = sign_in("auxiliar").post(SIMILAR, body)
    assert response.status_code == 200
    assert "parecida" not in text_of(response).replace('id="parecidas"', "")


def test_a_refused_form_keeps_the_voice_that_was_chosen(office, receive, sign_in):
    head = receive()
    response = sign_in("auxiliar").post(CAPTURE, typed(office, channel="", echo_of=head.folio))
    assert response.status_code == 422
    assert re.search(rf'value="{head.folio}"[^>]* checked', text_of(response))


def test_the_public_look_up_tells_an_echos_own_standing_and_nothing_of_the_others(office, receive, joined):
    jefe = office.staff["jefe"]
    change_status(petition=joined[0], move="open", by=jefe)
    change_status(petition=joined[0], move="attend", by=jefe, given=Given(note="Se cambió"))
    change_status(petition=joined[1], move="validate_positive", by=jefe)
    texts = [text_of(Client().get("/publico/folio/", {"folio": one.folio})) for one in joined]
    assert ["Concluida" in text for text in texts] == [False, True, False]
    assert ["Atendida" in text for text in texts] == [True, False, True]
    assert not any(format_folio(joined[0].folio) in text for text in texts[1:])
