"""Which petitions are proposed as being about the same thing."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point

from backend.casework.alike import About, alike, alike_to
from backend.casework.given import Given
from backend.casework.services.echoes import join_petitions
from backend.casework.services.statuses import change_status
from field.models import Petition
from geo.models import Place
from tests.factories import SIDE, SOUTH, WEST, make_folio

LON, LAT = WEST + SIDE / 2, SOUTH + SIDE / 2
#: About ten metres.
TEN = 0.00009


def heads(found) -> list[Petition]:
    return [one.head for one in found]


def test_the_near_ones_are_told_with_their_distance_the_nearest_first(office, receive):
    own = receive()
    far, near, nearer = (receive(lon_lat=(LON, LAT + n * TEN)) for n in (7, 4, 1))
    found = alike_to(own, office.staff["auxiliar"])
    assert heads(found) == [nearer, near]
    assert [one.distance_m for one in found] == [10, 40]
    assert far not in heads(found)


def test_how_far_is_a_setting(office, receive, settings):
    own, other = receive(), receive(lon_lat=(LON, LAT + 7 * TEN))
    settings.ECHO_RADIUS_M = 100
    assert heads(alike_to(own, office.staff["auxiliar"])) == [other]


def test_among_equally_near_ones_the_likest_words_come_first(office, receive):
    own = receive(description="El poste de la esquina no prende")
    other = receive(description="Faltan focos en todo el parque", lon_lat=(LON + TEN, LAT))
    same = receive(description="No prende el poste de la esquína", lon_lat=(LON - TEN, LAT))
    assert heads(alike_to(own, office.staff["auxiliar"])) == [same, other]


def test_another_category_a_closed_one_and_a_reserved_one_are_not_proposed(office, receive):
    jefe = office.staff["jefe"]
    own = receive()
    receive(office.pothole)
    done = receive()
    change_status(petition=done, move="open", by=jefe)
    change_status(petition=done, move="attend", by=jefe, given=Given(note="Listo"))
    assert alike_to(own, jefe) == []
    complaints = [receive(office.complaint) for _ in range(2)]
    assert alike_to(complaints[0], jefe) == []


def test_an_item_is_proposed_once_by_its_head_at_its_nearest_member(office, receive):
    own = receive()
    head = receive(lon_lat=(LON, LAT + 9 * TEN))
    echo = receive(lon_lat=(LON, LAT + 5 * TEN))
    join_petitions(petitions=[head.pk, echo.pk], by=office.staff["jefe"])
    [one] = alike_to(own, office.staff["auxiliar"])
    assert (one.head, one.distance_m, one.head.echo_count) == (head, 50, 1)
    echo.refresh_from_db()
    assert heads(alike_to(echo, office.staff["auxiliar"])) == [own]  # never its own


def test_without_a_point_the_same_place_and_a_like_address_will_do(office, receive):
    place = Place.objects.get(code="C0000").pk
    nowhere = {"lon_lat": None, "place_id": place}
    own = receive(address="Juárez 5", **nowhere)
    same = receive(address="calle juarez #5", **nowhere)
    located = receive(address="Juarez 5")
    receive(address="Hidalgo 114", **nowhere)
    receive(address="", **nowhere)
    found = alike_to(own, office.staff["auxiliar"])
    assert set(heads(found)) == {same, located}
    assert {one.distance_m for one in found} == {None}
    assert own in heads(alike_to(located, office.staff["auxiliar"]))


def test_the_one_to_which_the_citizen_asked_to_add_a_voice_is_proposed_wherever_it_lies(office, receive):
    later = make_folio(26, "T00", 4242)
    own = receive(echo_of=later)
    near = receive(lon_lat=(LON, LAT + TEN))
    wished = receive(folio=later, lon_lat=(LON, LAT + 60 * TEN))
    found = alike_to(own, office.staff["auxiliar"])
    assert heads(found) == [wished, near]
    assert [one.asked for one in found] == [True, False]


def test_what_is_being_typed_is_compared_too_and_costs_few_queries(
    office, receive, django_assert_max_num_queries
):
    lamps = [receive(lon_lat=(LON, LAT + n * TEN / 10)) for n in range(20)]
    about = About(office.lamp, Point(LON, LAT, srid=4326), None, "Juárez 5", "No prende\0")
    user = office.staff["auxiliar"]
    user.has_perm("casework.see_office")
    with django_assert_max_num_queries(4):
        found = alike(about, user)
    assert len(found) == 8
    assert found[0].head == lamps[0]


@pytest.mark.parametrize("lat", [89.99999, -89.99999, 0])
def test_a_point_at_the_end_of_the_world_breaks_nothing(office, receive, lat):
    about = About(office.lamp, Point(179.9999999, lat, srid=4326))
    assert alike(about, office.staff["auxiliar"]) == []
