"""The order of a work list: the nearest first, or as somebody put it."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point

from backend.casework.worklists.models import Stop, WorkList, Yard
from field.models import Petition, Status
from tests.casework.work_lists import LISTS, made, order_of, page, start
from tests.factories import SOUTH, WEST

pytestmark = pytest.mark.django_db


def test_the_nearest_comes_first_from_where_the_crew_is(client, enter, lamps):
    enter("enlace")
    work_list = made(client)
    assert start(client, work_list, **{"from": "position", "lon": WEST + 0.01, "lat": SOUTH}) == 302
    assert order_of(work_list) == [one.pk for one in reversed(lamps)]
    assert start(client, work_list, **{"from": "map", "lon": WEST - 0.01, "lat": SOUTH}) == 302
    assert order_of(work_list) == [one.pk for one in lamps]


def test_what_has_no_point_comes_after_and_what_is_done_last(client, enter, lamps):
    enter("enlace")
    work_list = made(client)
    Petition.objects.filter(pk=lamps[0].pk).update(status=Status.ATTENDED)
    Petition.objects.filter(pk=lamps[1].pk).update(location=None, address="Calle Sin Punto 9")
    start(client, work_list, **{"from": "map", "lon": WEST, "lat": SOUTH})
    assert order_of(work_list) == [lamps[2].pk, lamps[3].pk, lamps[1].pk, lamps[0].pk]
    html = page(client, work_list)
    assert "Calle Sin Punto 9" in html
    assert "Sin punto en el mapa" in html


def test_the_yard_is_remembered_and_the_next_list_begins_there(client, enter, office, lamps):
    enter("enlace")
    start(client, made(client), **{"from": "map", "lon": WEST + 0.01, "lat": SOUTH, "remember": "1"})
    assert Yard.objects.get(department=office.lights).location.x == pytest.approx(WEST + 0.01)
    following = made(client)
    assert order_of(following) == [one.pk for one in reversed(lamps)]
    assert start(client, following, **{"from": "yard"}) == 302


@pytest.mark.parametrize(
    "form",
    [
        {"from": "map"},
        {"from": "map", "lon": "nan", "lat": "1"},
        {"from": "map", "lon": "1e400", "lat": "1"},
        {"from": "nan", "lon": "1", "lat": "1"},
        {},
        {"from": "position", "lon": "200", "lat": "1"},
        {"from": "yard"},
    ],
)
def test_a_start_that_is_nowhere_is_refused_and_the_order_stays(client, enter, lamps, form):
    enter("enlace")
    work_list = made(client)
    before = order_of(work_list)
    assert start(client, work_list, **form) == 422
    assert order_of(work_list) == before


def test_stops_are_moved_one_by_one_and_all_at_once(client, enter, lamps):
    enter("enlace")
    work_list = made(client)
    stops = list(work_list.stops.order_by("position").values_list("pk", flat=True))
    address = f"{LISTS}{work_list.pk}/orden/"

    def now() -> list[int]:
        return list(work_list.stops.order_by("position").values_list("pk", flat=True))

    client.post(address, {"down": stops[0]})
    assert now() == [stops[1], stops[0], *stops[2:]]
    client.post(address, {"up": stops[0]})
    client.post(address, {"up": stops[0]})
    assert now() == stops
    client.post(address, {"stops": ",".join(map(str, reversed(stops)))})
    assert now() == stops[::-1]


@pytest.mark.parametrize(
    "form", [{}, {"up": "x"}, {"up": "99999999"}, {"stops": "1,1"}, {"stops": "7" * 400}]
)
def test_an_order_that_is_not_of_this_list_changes_nothing(client, enter, lamps, form):
    enter("enlace")
    work_list = made(client)
    before = order_of(work_list)
    assert client.post(f"{LISTS}{work_list.pk}/orden/", form).status_code == 409
    assert order_of(work_list) == before


def test_the_point_from_which_the_order_was_counted_is_kept(client, enter, lamps):
    enter("enlace")
    work_list = made(client)
    start(client, work_list, **{"from": "map", "lon": WEST, "lat": SOUTH})
    assert Point(WEST, SOUTH).equals_exact(WorkList.objects.get(pk=work_list.pk).start, 1e-9)
    assert "Desde el punto elegido en el mapa" in page(client, work_list)
    positions = sorted(Stop.objects.filter(work_list=work_list).values_list("position", flat=True))
    assert positions == list(range(4))
