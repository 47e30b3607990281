"""The list beside the backlog map: what is in sight, and of that what the reader may see."""

from __future__ import annotations

import re

import pytest
from django.contrib.gis.geos import Point

from backend.accounts.models import User
from backend.casework.in_view import LISTED
from field.models import OPEN_STATUSES, Petition
from tests.factories import SIDE, SOUTH, WEST
from tests.mapped import HOSTILE

pytestmark = pytest.mark.django_db

LIST, EVERYWHERE = "/mapas/rezago/a-la-vista/", "bbox=-107,22,-105,24"


def listed(client, query: str) -> list[str]:
    return re.findall(r'data-boleta="([0-9a-f-]{36})"', client.get(f"{LIST}?{query}").content.decode())


def total(client, query: str) -> int:
    return int(re.search(r'data-total="(\d+)"', client.get(f"{LIST}?{query}").content.decode())[1])


def open_ones(**having):
    return Petition.objects.filter(status__in=OPEN_STATUSES, **having)


def test_it_lists_the_latest_first_and_counts_the_rest(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    ids = listed(client, EVERYWHERE)
    due = [open_ones().get(pk=pk).due_on for pk in ids]
    assert len(ids) == LISTED
    assert due == sorted(due)
    assert total(client, EVERYWHERE) == open_ones().count()
    assert f"y {open_ones().count() - LISTED} más" in client.get(f"{LIST}?{EVERYWHERE}").content.decode()


def test_only_what_lies_in_the_box_or_the_area_is_listed(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    west, east = WEST + 1.2 * SIDE, WEST + 1.6 * SIDE
    wanted = {str(one.pk) for one in open_ones(location__isnull=False) if west <= one.location.x <= east}
    assert wanted
    assert set(listed(client, f"bbox={west},22,{east},24")) == wanted
    corners = f"{west}_22*{east}_22*{east}_24*{west}_24"
    assert set(listed(client, f"{EVERYWHERE}&area={corners}")) == wanted


def test_those_without_a_point_are_told_and_can_be_listed(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    lost = [one.pk for one in open_ones()[:3]]
    Petition.objects.filter(pk__in=lost).update(location=None)
    assert "3 no tienen punto en el mapa" in client.get("/mapas/rezago/").content.decode()
    assert set(listed(client, "unplaced=1")) == {str(pk) for pk in lost}
    assert not set(listed(client, EVERYWHERE)) & {str(pk) for pk in lost}


def test_a_liaison_sees_the_own_department_alone_and_nothing_reserved(client, enter_as, town):
    department = town.categories[0].department
    enter_as(User.Role.ENLACE, department=department)
    wanted = open_ones(department=department).exclude(category=town.reserved)
    assert total(client, EVERYWHERE) == wanted.count() > 0
    assert set(listed(client, EVERYWHERE)) <= {str(pk) for pk in wanted.values_list("pk", flat=True)}


def test_the_filters_of_the_page_apply(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    assert total(client, f"{EVERYWHERE}&status=programada") == open_ones(status="programada").count()


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("folio", lambda one: one.folio),
        ("category", lambda one: one.category.name),
        ("address", lambda one: (one.place is None, one.place.name if one.place else "")),
    ],
)
def test_it_is_sorted_as_one_asks(client, enter_as, town, sort, key):
    enter_as(User.Role.DIRECTOR)
    keys = [key(Petition.objects.get(pk=pk)) for pk in listed(client, f"{EVERYWHERE}&sort={sort}")]
    assert keys == sorted(keys)


def test_the_one_that_was_pointed_at_is_among_the_rows(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    last = str(open_ones().order_by("-due_on").first().pk)
    assert last not in listed(client, EVERYWHERE)
    ids = listed(client, f"{EVERYWHERE}&here={last}")
    assert ids[0] == last
    assert len(ids) == LISTED


def test_pointing_at_one_that_is_not_to_be_seen_shows_nothing_of_it(client, enter_as, town):
    department = town.categories[0].department
    enter_as(User.Role.ENLACE, department=department)
    other = str(open_ones().exclude(department=department).first().pk)
    assert other not in listed(client, f"{EVERYWHERE}&here={other}")


@pytest.mark.parametrize(
    "query", ["", "bbox=1,2", "bbox=nan,1,2,3", "area=x", f"{EVERYWHERE}&sort=x", f"{EVERYWHERE}&status=x"]
)
def test_what_is_not_understood_is_said_where_the_list_would_be(client, enter_as, town, query):
    enter_as(User.Role.DIRECTOR)
    answer = client.get(f"{LIST}?{query}")
    assert "notice-error" in answer.content.decode()
    assert 'data-total="0"' in answer.content.decode()


def test_a_hostile_address_stays_text(client, enter_as, town):
    Petition.objects.update(address=HOSTILE)
    enter_as(User.Role.DIRECTOR)
    html = client.get(f"{LIST}?{EVERYWHERE}").content.decode()
    assert "<img" not in html
    assert "&lt;img" in html


@pytest.mark.parametrize("role", [User.Role.PROMOTOR, User.Role.SUPERVISOR])
def test_field_staff_have_no_such_list(client, enter_as, role):
    enter_as(role)
    assert client.get(f"{LIST}?{EVERYWHERE}").status_code == 403


def test_it_asks_the_database_a_fixed_number_of_questions(
    client, enter_as, town, django_assert_max_num_queries
):
    enter_as(User.Role.DIRECTOR)
    Petition.objects.update(location=Point(WEST, SOUTH, srid=4326))
    client.get(f"{LIST}?{EVERYWHERE}")
    with django_assert_max_num_queries(8):
        client.get(f"{LIST}?{EVERYWHERE}")
