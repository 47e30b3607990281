"""The backlog map: what is owed and where, as each may see it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from backend.accounts.models import User
from field.models import OPEN_STATUSES, Petition
from geo.clock import local_today
from geo.models import Place
from tests.mapped import HOSTILE, Town

pytestmark = pytest.mark.django_db

PAGE, DATA = "/mapas/rezago/", "/mapas/rezago/datos/"
NEAR = "zoom=15&bbox=-107,22,-105,24"


def owed(town: Town, *, sees_reserved: bool = True, department: int | None = None) -> list[Petition]:
    return [
        one
        for one in town.petitions
        if one.status in OPEN_STATUSES
        and (sees_reserved or one.category_id != town.reserved.pk)
        and (department is None or one.department_id == department)
    ]


def by_place(petitions: list[Petition]) -> dict[str, tuple[int, int]]:
    """Overdue and open by place, counted here."""
    today = local_today()
    figures: dict[str, tuple[int, int]] = {}
    for one in petitions:
        if one.place_id:
            overdue, every = figures.get(str(one.place_id), (0, 0))
            figures[str(one.place_id)] = (overdue + (one.due_on < today), every + 1)
    return figures


def shown(client, query: str = "") -> dict[str, tuple[int, int]]:
    said = {pk: said for pk, (_index, said) in client.get(f"{DATA}?{query}").json()["places"].items()}
    numbers = {pk: tuple(map(int, re.findall(r"\d+", text))) for pk, text in said.items()}
    return {pk: pair for pk, pair in numbers.items() if pair[1]}


def test_the_map_shows_what_is_owed_and_how_much_of_it_is_late(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    assert shown(client) == by_place(owed(town))


def test_the_table_shows_the_same(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    html = client.get(PAGE).content.decode()
    number = r'.*?<td class="number" data-value="(\d+)"'
    rows = re.findall(r'data-map-place="(\d+)"' + number + number, html)
    table = {pk: (int(overdue), int(every)) for pk, overdue, every in rows if pk != "0"}
    assert table == by_place(owed(town))


def test_an_auxiliar_sees_every_department_but_nothing_reserved(client, enter_as, town):
    enter_as(User.Role.AUXILIAR)
    assert shown(client) == by_place(owed(town, sees_reserved=False))


def test_a_liaison_sees_the_own_department_alone_whatever_the_address_says(client, enter_as, town):
    department, other = town.categories[0].department, town.categories[1].department
    enter_as(User.Role.ENLACE, department=department)
    expected = by_place(owed(town, sees_reserved=False, department=department.pk))
    assert expected
    assert shown(client) == expected
    assert shown(client, f"department={other.code}") == expected
    html = client.get(PAGE).content.decode()
    assert other.name not in html
    offered = set(re.findall(r'<option value="([^"]+)"', html))
    assert town.categories[0].code in offered
    assert town.categories[1].code not in offered


@pytest.mark.parametrize("role", [User.Role.PROMOTOR, User.Role.SUPERVISOR])
def test_field_staff_have_no_backlog_map(client, enter_as, role):
    enter_as(role)
    assert client.get(PAGE).status_code == 403
    assert client.get(DATA).status_code == 403


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("status=programada", lambda one, town: one.status == "programada"),
        ("channel=073", lambda one, town: one.channel == "073"),
        ("category=%s", lambda one, town: one.category_id == town.categories[0].pk),
        ("department=%s", lambda one, town: one.department_id == town.categories[0].department_id),
        ("period=90", lambda one, town: one.captured_at > timezone.now() - timedelta(days=89.99)),
    ],
)
def test_each_filter_keeps_what_it_names(client, enter_as, town, query, wanted):
    enter_as(User.Role.DIRECTOR)
    code = town.categories[0].code if query.startswith("category") else town.categories[0].department.code
    asked = query.replace("%s", code)
    kept = [one for one in owed(town) if wanted(one, town)]
    figures = shown(client, asked)
    if query != "period=90":  # the ninetieth day's first hours are a matter of local midnight
        assert figures == by_place(kept)
    assert sum(every for _late, every in figures.values()) >= sum(e for _l, e in by_place(kept).values()) > 0


def test_a_closed_status_is_no_question_for_the_backlog(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    assert client.get(f"{DATA}?status=concluida").status_code == 400


def test_points_tell_lateness_by_shape_and_word_as_well_as_colour(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    body = client.get(f"/mapas/rezago/boletas/?{NEAR}").json()
    assert len(body["points"]) == len(owed(town))
    for key in ("colour", "shape", "label"):
        assert len({one[key] for one in body["classes"]}) == 3
    today, due = local_today(), {str(one.pk): one.due_on for one in town.petitions}
    for _lon, _lat, kind, pk in body["points"]:
        late = due[pk] < today
        soon = today <= due[pk] <= today + timedelta(days=7)
        assert kind == (2 if late else 1 if soon else 0)
    assert [due[point[3]] for point in body["points"]] == sorted(due[point[3]] for point in body["points"])


def test_points_are_shown_only_from_near(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    answer = client.get("/mapas/rezago/boletas/?zoom=12&bbox=-107,22,-105,24")
    assert answer.status_code == 422
    assert "Acérquese" in answer.json()["detail"]


def test_a_point_outside_what_one_sees_is_not_found(client, enter_as, town):
    department = town.categories[0].department
    enter_as(User.Role.ENLACE, department=department)
    mine = next(one for one in owed(town) if one.department_id == department.pk)
    others = next(one for one in owed(town) if one.department_id != department.pk)
    assert client.get(f"/mapas/rezago/boletas/{mine.pk}/").status_code == 200
    assert client.get(f"/mapas/rezago/boletas/{others.pk}/").status_code == 404


def test_a_place_lists_its_boletas_latest_first_each_leading_to_its_page(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    place = town.places[0]
    body = client.get(f"/mapas/rezago/lugares/{place.pk}/").json()
    mine = [one for one in owed(town) if one.place_id == place.pk]
    assert body["title"] == place.name
    assert body["lines"][0].startswith(f"{len(mine)} sin resolver")
    assert len(body["items"]) == min(25, len(mine))
    assert client.get(body["items"][0]["href"]).status_code == 200


def test_the_grid_counts_what_is_late(client, enter_as, town):
    enter_as(User.Role.DIRECTOR)
    body = client.get("/mapas/rezago/celdas/?zoom=12&bbox=-107,22,-105,24").json()
    late = [one for one in owed(town) if one.due_on < local_today()]
    assert sum(cell[1] for cell in body["cells"]) == len(late)
    listed = client.get(f"/mapas/rezago/celdas/{body['cells'][0][2]}/").json()
    assert f"{body['cells'][0][1]} vencidas" in listed["lines"][0]


def test_a_place_named_by_a_joker_stays_text(client, enter_as, town):
    Place.objects.update(name=HOSTILE)
    enter_as(User.Role.DIRECTOR)
    html = client.get(PAGE).content.decode()
    assert "<img" not in html
    assert "&lt;img" in html


def test_with_nothing_owed_the_page_says_so(client, enter_as):
    enter_as(User.Role.DIRECTOR)
    assert "Nada por resolver con estos filtros" in client.get(PAGE).content.decode()


def test_the_page_asks_the_database_a_fixed_number_of_questions(
    client, enter_as, town, django_assert_max_num_queries
):
    enter_as(User.Role.DIRECTOR)
    client.get(PAGE)
    with django_assert_max_num_queries(16):
        client.get(PAGE)
    with django_assert_max_num_queries(10):
        client.get(DATA)
