"""One move for many boletas: what is offered, foreseen, made once, and told."""

from __future__ import annotations

import io
import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.utils import timezone

from backend.casework.given import Given
from backend.casework.models import BulkMove, StatusChange
from backend.casework.services.bulk import choose_boletas, foresee_bulk, make_bulk, prepare_bulk
from backend.casework.services.statuses import change_status
from backend.casework.workflow import MOVES
from field.folio import format_folio
from field.models import Petition, Status
from geo.clock import local_today
from geo.problems import Conflict, Invalid, NotAllowed

CHOOSE = "/boletas/varias/"


def tick(client, petitions, **more):
    chosen = [f"{petition.pk}|{petition.status_at.isoformat()}" for petition in petitions]
    return client.post(CHOOSE, {"chosen": chosen, "query": "status=no_leida", **more})


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_ticked_boletas_are_moved_after_a_preview_and_the_result_names_each(office, receive, sign_in):
    petitions = [receive() for _ in range(4)]
    change_status(petition=petitions[3], move="open", by=office.staff["enlace"])
    client = sign_in("enlace")
    where = tick(client, petitions)["Location"]
    page = words(client.get(where))
    assert "Qué hacer con 4 boletas" in page
    assert "3 de 4 están donde empieza este paso" in page
    preview = client.post(where, {"move": "open"})["Location"]
    page = words(client.get(preview))
    assert "Hacerlo con 3 boletas" in page
    assert "así no es posible el paso" in page
    assert format_folio(petitions[3].folio) in page
    assert Petition.objects.filter(status=Status.UNREAD).count() == 3
    result = client.post(f"{where}hacer/")["Location"]
    assert Petition.objects.filter(status=Status.IN_HAND).count() == 4
    assert StatusChange.objects.filter(move="open").count() == 4
    page = words(client.get(result))
    assert "se movieron" in page
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{where}resultado.xlsx").content)).active
    rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert {folio: row[0] for folio, row in rows.items()} == {
        format_folio(petition.folio): "Se movió" if petition != petitions[3] else "Se quedó"
        for petition in petitions
    }


def test_confirming_twice_or_coming_back_moves_nothing_twice(office, receive, sign_in):
    client = sign_in("jefe")
    where = tick(client, [receive() for _ in range(3)])["Location"]
    client.post(where, {"move": "note", "note": "Se avisó por radio"})
    for _ in range(3):
        assert client.post(f"{where}hacer/")["Location"] == f"{where}resultado/"
    assert StatusChange.objects.filter(move="note").count() == 3
    assert client.get(where)["Location"] == f"{where}resultado/"
    assert client.get(f"{where}previa/")["Location"] == f"{where}resultado/"
    assert client.post(where, {"move": "note", "note": "otra"}).status_code == 302
    assert "Se avisó" not in str(BulkMove.objects.get().given)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_it_once(office, receive):
    bulk = choose_boletas(petitions=[receive() for _ in range(5)], by=office.staff["enlace"])
    bulk = prepare_bulk(bulk=bulk, move=MOVES["open"])
    barrier = threading.Barrier(4)

    def confirm(_number):
        barrier.wait()
        try:
            return len(make_bulk(bulk=bulk).outcome["moved"])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(confirm, range(4))) == [5] * 4
    assert StatusChange.objects.filter(move="open").count() == 5


def test_what_others_moved_meanwhile_is_refused_by_its_name(office, receive, sign_in):
    petitions = [receive() for _ in range(3)]
    client = sign_in("enlace")
    where = tick(client, petitions)["Location"]
    client.post(where, {"move": "open"})
    change_status(petition=petitions[0], move="open", by=office.staff["jefe"])
    change_status(
        petition=petitions[1],
        move="refer_again",
        by=office.staff["jefe"],
        given=Given(note="x", department=office.streets),
    )
    page = words(client.get(client.post(f"{where}hacer/")["Location"]))
    for petition in petitions[:2]:
        assert format_folio(petition.folio) in page
    assert "alguien la movió antes" in page
    assert "ya no está a su alcance" in page
    assert StatusChange.objects.filter(move="open", by=office.staff["enlace"]).count() == 1


def test_a_boleta_that_moved_since_the_list_was_shown_is_refused_too(office, receive, sign_in):
    petition = receive()
    client, stale = sign_in("jefe"), f"{petition.pk}|{petition.status_at.isoformat()}"
    change_status(petition=petition, move="open", by=office.staff["enlace"])
    where = client.post(CHOOSE, {"chosen": [stale]})["Location"]
    client.post(where, {"move": "schedule", "scheduled_for": local_today().isoformat()})
    assert "alguien la movió antes" in words(client.get(f"{where}previa/"))


def test_the_preview_says_where_each_would_go_and_for_when(office, receive, sign_in):
    lamp, pothole = receive(), receive(office.pothole)
    Petition.objects.update(due_on=local_today() - timedelta(days=9))
    client = sign_in("jefe")
    where = tick(client, [lamp, pothole])["Location"]
    sent = {"move": "refer_again", "department": office.streets.pk, "note": "Es de obras"}
    page = client.get(client.post(where, sent)["Location"])
    preview = page.context["preview"]
    assert [(group.department, group.folios) for group in preview.going] == [
        ("Obras Públicas", [format_folio(lamp.folio)])
    ]
    assert preview.going[0].due_on > local_today()
    assert [group.reason for group in preview.staying] == ["La boleta ya está ahí."]
    promised = preview.going[0].due_on
    client.post(f"{where}hacer/")
    lamp.refresh_from_db()
    assert (lamp.department, lamp.due_on) == (office.streets, promised)


OFFERED = {
    "asesor": {"note"},
    "enlace": {"open", "hand_back", "note"},
    "auxiliar": {"refer_again", "external", "note"},
}


@pytest.mark.parametrize("person", list(OFFERED))
def test_only_moves_that_the_role_could_make_are_offered(office, receive, sign_in, person):
    client = sign_in(person)
    where = tick(client, [receive()])["Location"]
    offered = {offer.move.name for offer in client.get(where).context["offers"]}
    assert OFFERED[person] <= offered
    assert all(office.staff[person].has_perm(MOVES[name].verb) for name in offered)


def test_a_move_of_another_role_is_not_made_by_writing_its_name(office, receive, sign_in):
    petition, client = receive(), sign_in("asesor")
    where = tick(client, [petition])["Location"]
    assert client.post(where, {"move": "open"}).status_code == 422
    with pytest.raises(NotAllowed):
        prepare_bulk(bulk=BulkMove.objects.get(), move=MOVES["open"])


def test_what_is_missing_is_said_and_what_was_written_stays(office, receive, sign_in):
    client = sign_in("jefe")
    where = tick(client, [receive()])["Location"]
    response = client.post(where, {"move": "refer_again", "note": "Es de obras"})
    assert response.status_code == 422
    assert "field-errors" in words(response)
    assert "Es de obras" in words(response)


def test_nobody_sees_or_makes_what_another_chose(office, receive, sign_in):
    where = tick(sign_in("enlace"), [receive()])["Location"]
    for address in (where, f"{where}previa/", f"{where}resultado/", f"{where}resultado.xlsx"):
        assert sign_in("jefe").get(address).status_code == 404
    assert sign_in("jefe").post(f"{where}hacer/").status_code == 404


def test_boletas_out_of_sight_cannot_be_chosen(office, receive, sign_in):
    other = receive(office.pothole)
    response = tick(sign_in("enlace"), [other])
    assert response["Location"].startswith("/boletas/?")
    assert not BulkMove.objects.exists()


@pytest.mark.parametrize(
    "chosen", [[], ["x"], ["|"], [f"{uuid.uuid4()}|ayer"], [f"{uuid.uuid4()}|2026-01-01T00:00:00"]]
)
def test_a_selection_that_is_none_goes_back_to_the_list(office, sign_in, chosen):
    response = sign_in("jefe").post(CHOOSE, {"chosen": chosen, "query": "status=no_leida"}, follow=True)
    assert "Marque al menos una boleta" in words(response)


def test_the_whole_view_is_chosen_up_to_a_thousand_and_says_so(office, receive, sign_in, monkeypatch):
    petitions = [receive() for _ in range(5)]
    receive(office.pothole)
    client = sign_in("enlace")
    assert "Mejor todas las de esta vista: 5" in words(client.get("/boletas/cuantas/?status=no_leida"))
    where = client.post(CHOOSE, {"all": "1", "query": "status=no_leida"})["Location"]
    assert {key for key, _f, _a in BulkMove.objects.get().chosen} == {str(one.pk) for one in petitions}
    monkeypatch.setattr("backend.casework.views.bulk.MOST_AT_ONCE", 3)
    assert "primeras 1,000" in words(client.get("/boletas/cuantas/?status=no_leida"))
    where = client.post(CHOOSE, {"all": "1", "query": "status=no_leida"})["Location"]
    page = words(client.get(where))
    assert "Qué hacer con 3 boletas" in page
    assert "se eligieron las primeras" in page


def test_more_than_a_thousand_are_refused(office, receive):
    petition = receive()
    with pytest.raises(Invalid):
        choose_boletas(petitions=[petition] * 1001, by=office.staff["enlace"])


def test_what_was_made_cannot_be_prepared_again(office, receive):
    bulk = choose_boletas(petitions=[receive()], by=office.staff["enlace"])
    bulk = make_bulk(bulk=prepare_bulk(bulk=bulk, move=MOVES["open"]))
    with pytest.raises(Conflict):
        prepare_bulk(bulk=bulk, move=MOVES["note"], given=Given(note="x"))


def test_old_selections_are_given_up_and_results_kept_longer(office, receive):
    user, petition = office.staff["enlace"], receive()
    old = choose_boletas(petitions=[petition], by=user)
    made = make_bulk(
        bulk=prepare_bulk(bulk=choose_boletas(petitions=[petition], by=user), move=MOVES["open"])
    )
    BulkMove.objects.update(created_at=timezone.now() - timedelta(days=3))
    choose_boletas(petitions=[petition], by=user)
    assert not BulkMove.objects.filter(pk=old.pk).exists()
    assert BulkMove.objects.filter(pk=made.pk).exists()


def test_looking_ahead_costs_the_same_queries_for_two_and_for_twenty(
    office, receive, django_assert_max_num_queries
):
    for count in (2, 20):
        bulk = choose_boletas(petitions=[receive() for _ in range(count)], by=office.staff["enlace"])
        bulk = prepare_bulk(bulk=bulk, move=MOVES["open"])
        with django_assert_max_num_queries(8):
            foresee_bulk(bulk)


def test_what_citizens_said_is_not_written_down_in_bulk(office, receive, sign_in):
    petition = receive()
    Petition.objects.update(status=Status.ATTENDED)
    petition.refresh_from_db()
    client = sign_in("jefe")
    where = tick(client, [petition])["Location"]
    page = words(client.get(where))
    assert "Canalizar a otra dependencia" in page
    for label in ("Validación positiva", "Validación negativa", "Inconformidad", "No contestó"):
        assert label not in page
    answer = client.post(where, {"move": "validate_positive"})
    assert answer.status_code == 422
    assert not BulkMove.objects.get().move


def test_a_move_that_promises_nothing_anew_is_foreseen_without_dates(office, receive, sign_in):
    petitions = [receive() for _number in range(5)]
    for number, petition in enumerate(petitions):
        Petition.objects.filter(pk=petition.pk).update(due_on=local_today() + timedelta(days=number))
    client = sign_in("jefe")
    where = tick(client, petitions)["Location"]
    page = words(client.get(client.post(where, {"move": "open"})["Location"]))
    assert "Vencería" not in page
    assert page.count('class="number">5<') == 1
