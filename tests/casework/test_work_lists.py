"""Work lists: made of what one sees, ordered for a crew, and never more than the reader may see."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from backend.casework.given import Given
from backend.casework.services.statuses import change_status
from backend.casework.worklists.models import WorkList
from backend.casework.worklists.services import MOST_STOPS
from field.models import Petition, Status
from geo.clock import local_today
from geo.models import Place
from tests.casework.work_lists import EVERYWHERE, LISTS, NEW, made, order_of, page, start
from tests.factories import SOUTH, WEST
from tests.mapped import HOSTILE, petition

pytestmark = pytest.mark.django_db


def test_what_is_in_sight_becomes_a_list_of_the_department(client, enter, office, lamps):
    enter("enlace")
    work_list = made(client)
    assert set(order_of(work_list)) == {one.pk for one in lamps}
    assert work_list.department == office.lights
    assert work_list.name.startswith("Alumbrado, ")
    assert "26-M00" in page(client, work_list)


def test_an_area_or_ticked_rows_go_before_what_is_in_sight(client, enter, lamps):
    enter("enlace")
    west, east, south, north = WEST - 0.0005, WEST + 0.0015, SOUTH - 0.1, SOUTH + 0.1
    area = f"{west}_{south}*{east}_{south}*{east}_{north}*{west}_{north}"
    assert set(order_of(made(client, area=area))) == {lamps[0].pk, lamps[1].pk}
    ticked = f"{lamps[3].pk},{lamps[0].pk}"
    assert set(order_of(made(client, area=area, picked=ticked))) == {lamps[0].pk, lamps[3].pk}


def test_the_filters_of_the_page_apply_to_the_list(client, enter, lamps):
    enter("enlace")
    Petition.objects.filter(pk=lamps[0].pk).update(status=Status.SCHEDULED)
    answer = client.post(f"{NEW}?status=programada", EVERYWHERE)
    assert order_of(WorkList.objects.get()) == [lamps[0].pk], answer


def test_only_boletas_that_one_sees_come_into_ones_list(client, enter, office, lamps, receive):
    other, reserved = receive(office.pothole), receive(office.complaint)
    enter("enlace")
    assert set(order_of(made(client))) == {one.pk for one in lamps}
    answer = client.post(NEW, {"picked": f"{other.pk},{reserved.pk}"})
    assert answer.status_code == 422
    assert "ninguna boleta" in answer.content.decode()
    assert WorkList.objects.count() == 1


def test_a_list_of_the_office_belongs_to_the_department_that_has_all_of_it(
    client, enter, office, lamps, receive
):
    enter("auxiliar")
    assert made(client).department == office.lights
    receive(office.pothole)
    assert made(client).department is None


def test_what_is_done_shows_by_itself(client, enter, office, lamps):
    user = enter("enlace")
    work_list = made(client)
    assert "<strong>0</strong> de 4 paradas" in page(client, work_list)
    change_status(petition=lamps[0], move="open", by=user)
    change_status(petition=lamps[0], move="attend", by=user, given=Given(note="Se cambió el foco."))
    html = client.get(f"{LISTS}{work_list.pk}/avance/").content.decode()
    assert "<strong>1</strong> de 4 paradas" in html
    assert html.count("stop-done") == 1
    body = client.get(f"{LISTS}{work_list.pk}/puntos/").json()
    assert [stop[3] for stop in body["stops"]].count(True) == 1


def test_a_boleta_that_left_the_department_is_no_longer_shown_and_it_is_said(client, enter, office, lamps):
    enter("enlace")
    work_list = made(client)
    Petition.objects.filter(pk=lamps[0].pk).update(department=office.streets, address="Calle Ajena 1")
    html = page(client, work_list)
    assert "Una boleta de esta lista ya no está a su alcance" in html
    assert "Calle Ajena 1" not in html
    assert html.count('data-stop="') == 3
    assert len(client.get(f"{LISTS}{work_list.pk}/puntos/").json()["stops"]) == 3
    # Ordering what one sees keeps what one does not.
    start(client, work_list, **{"from": "map", "lon": WEST, "lat": SOUTH})
    assert work_list.stops.count() == 4


def test_a_list_is_seen_by_its_department_and_the_office_and_nobody_else(client, enter, lamps):
    enter("enlace")
    work_list = made(client)
    for name, status in [
        ("enlace", 200),
        ("auxiliar", 200),
        ("director", 200),
        ("enlace_obras", 404),
        ("enlace_control", 404),
        ("promotor", 403),
        ("supervisor", 403),
    ]:
        enter(name)
        for rest in ("", "avance/", "puntos/", "lista.xlsx", "lista.gpx", "hoja/"):
            assert client.get(f"{LISTS}{work_list.pk}/{rest}").status_code == status, (name, rest)
        for rest in ("orden/", "salida/", "nombre/", "guardar/"):
            if status != 200:
                assert client.post(f"{LISTS}{work_list.pk}/{rest}").status_code == status, (name, rest)
    enter("enlace_obras")
    assert "Alumbrado, " not in client.get(LISTS).content.decode()


def test_a_list_takes_the_latest_when_there_are_too_many_and_says_so(client, enter, office):
    today = local_today()
    Petition.objects.bulk_create(
        petition(
            office.lamp,
            place=None,
            at=timezone.now(),
            lon_lat=(WEST + 0.0001 * (n % 20), SOUTH + 0.0001 * (n // 20)),
            due_on=today - timedelta(days=n),
        )
        for n in range(MOST_STOPS + 7)
    )
    enter("enlace")
    work_list = made(client)
    due = Petition.objects.filter(pk__in=order_of(work_list)).values_list("due_on", flat=True)
    assert len(due) == MOST_STOPS
    assert max(due) == today - timedelta(days=7)
    assert "Quedaron fuera 7 boletas" in page(client, work_list)


@pytest.mark.parametrize("picked", ["x", "1,2", ",".join(["0" * 8 + "-0000-4000-8000-" + "0" * 12] * 301)])
def test_ticks_that_make_no_sense_are_refused_in_words(client, enter, lamps, picked):
    enter("enlace")
    assert client.post(NEW, {"picked": picked}).status_code == 422
    assert not WorkList.objects.exists()


def test_a_list_is_renamed_put_away_and_taken_out_again(client, enter, lamps):
    enter("enlace")
    work_list = made(client, name="  Lunes\n temprano ")
    assert work_list.name == "Lunes temprano"
    client.post(f"{LISTS}{work_list.pk}/nombre/", {"name": HOSTILE})
    assert "<img" not in page(client, work_list)
    client.post(f"{LISTS}{work_list.pk}/nombre/", {"name": "  "})
    work_list.refresh_from_db()
    assert work_list.name == HOSTILE[:120]
    client.post(f"{LISTS}{work_list.pk}/guardar/", {"away": "1"})
    assert f'href="{LISTS}{work_list.pk}/"' not in client.get(LISTS).content.decode()
    assert f'href="{LISTS}{work_list.pk}/"' in client.get(f"{LISTS}?away=1").content.decode()
    client.post(f"{LISTS}{work_list.pk}/guardar/")
    assert f'href="{LISTS}{work_list.pk}/"' in client.get(LISTS).content.decode()


def test_the_page_and_its_pieces_ask_a_fixed_number_of_questions(
    client, enter, lamps, django_assert_max_num_queries
):
    enter("enlace")
    work_list = made(client)
    page(client, work_list)
    with django_assert_max_num_queries(12):
        page(client, work_list)
    with django_assert_max_num_queries(8):
        client.get(f"{LISTS}{work_list.pk}/avance/")
    with django_assert_max_num_queries(8):
        client.get(LISTS)


def test_a_stop_leads_to_its_boleta_and_to_the_way_there(client, enter, lamps):
    enter("enlace")
    html = page(client, made(client))
    [href] = set(re.findall(r'href="(geo:[^"]+)"', html)) & {
        f"geo:{SOUTH:.6f},{WEST:.6f}?q={SOUTH:.6f},{WEST:.6f}"
    }
    assert href
    assert client.get(re.search(r'class="folio" href="([^"]+)"', html)[1]).status_code == 200


def test_the_newest_list_is_on_top(client, enter, lamps):
    enter("enlace")
    older, newer = made(client, name="La de antes"), made(client, name="La de hoy")
    for days, work_list in ((9, newer), (2, older)):  # the one made last is dated before
        WorkList.objects.filter(pk=work_list.pk).update(made_at=timezone.now() - timedelta(days=days))
    html = client.get(LISTS).content.decode()
    assert html.index("La de antes") < html.index("La de hoy")


def test_a_stop_says_its_place_once(client, enter, lamps):
    enter("enlace")
    place = Place.objects.get(code="C0000")
    Petition.objects.filter(pk=lamps[0].pk).update(place=place, address="Juárez 5, Centro")
    assert "Juárez 5, Centro" in (html := page(client, made(client)))
    assert "Centro, Centro" not in html
