"""The density: the same figures on the map, in the table, in the CSV and in plain SQL."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.utils import timezone

from backend.accounts.models import User
from backend.reports.models import DensitySnapshot
from backend.reports.services.snapshots import rebuild_density
from campaigns.models import Crew, Encounter, Programme, Tour, Visit
from field.models import OPEN_STATUSES, Petition, Status
from geo.clock import local_today, local_zone
from geo.models import Place
from tests.mapped import HOSTILE, make_town, petition, staff

pytestmark = pytest.mark.django_db

PAGE, DATA, CELLS = "/mapas/densidad/", "/mapas/densidad/datos/", "/mapas/densidad/celdas/"
#: The municipality's own day of a petition.
DAY = "(captured_at AT TIME ZONE %(zone)s)::date"
CITY = "zoom=12&bbox=-107,22,-105,24"


@pytest.fixture
def town():
    return make_town()


@pytest.fixture
def director(client) -> User:
    user = staff(User.Role.DIRECTOR)
    client.force_login(user, backend="backend.accounts.backends.RoleBackend")
    return user


class Table(HTMLParser):
    """The rows of the page's table: place id and the numbers that sorting goes by."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: dict[str, list[str]] = {}
        self._values: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "tr":
            self._values = []
        if "data-map-place" in given:
            self.rows[given["data-map-place"]] = self._values
        elif "data-value" in given and tag == "td":
            self._values.append(given["data-value"])


def sql_figures(where: str = "true", parameters: tuple = ()) -> dict[str, tuple[int, int]]:
    """An independent count by place: petitions and unresolved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place.id, count(p.id), count(p.id) FILTER (WHERE p.status = ANY(%s)) "
            "FROM geo_place AS place LEFT JOIN (SELECT petition.* FROM field_petition AS petition "
            "JOIN field_category AS category ON category.id = category_id "
            "LEFT JOIN field_department AS department ON department.id = petition.department_id "
            f"WHERE {where}) AS p ON p.place_id = place.id GROUP BY 1",
            [list(OPEN_STATUSES), *parameters],
        )
        return {str(pk): (every, unresolved) for pk, every, unresolved in cursor}


def map_figures(client, query: str) -> dict[str, tuple[int, int]]:
    """What hovering over each place says, read back as numbers."""
    body = client.get(f"{DATA}?{query}").json()
    return {
        pk: tuple(
            int(number.replace(",", "")) for number in re.findall(r"^([\d,]+) pet.*?([\d,]+) sin", said)[0]
        )
        for pk, (_index, said) in body["places"].items()
    }


def table_figures(client, query: str) -> dict[str, tuple[int, int]]:
    rows = Table(client.get(f"{PAGE}?{query}").content.decode()).rows
    return {pk: (int(values[0]), int(values[1])) for pk, values in rows.items()}


def csv_figures(client, query: str) -> dict[str, tuple[int, int]]:
    text = client.get(f"/mapas/densidad/tabla.csv?{query}").content.decode("utf-8-sig")
    ids = dict(Place.objects.values_list("code", "pk"))
    return {
        str(ids[row["clave"]]): (int(row["peticiones"]), int(row["sin_resolver"]))
        for row in csv.DictReader(io.StringIO(text))
        if row["clave"]
    }


@pytest.mark.parametrize("snapshot", [False, True], ids=["live", "from a snapshot"])
@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("period=all", "true"),
        ("period=30", f"{DAY} >= %(today)s::date - 29"),
        ("", f"{DAY} >= %(today)s::date - 364"),
        ("period=all&status=abiertas", "status = ANY(%(open)s)"),
        ("period=all&status=concluida&channel=073", "status = 'concluida' AND channel = '073'"),
        ("period=all&category=%(category)s", "category.code = %(category)s"),
        ("period=all&department=%(department)s&measure=rate", "department.code = %(department)s"),
        (
            "captured_after=%(since)s&captured_before=%(until)s",
            f"{DAY} BETWEEN %(since)s AND %(until)s",
        ),
    ],
)
def test_map_table_and_csv_agree_with_plain_sql(client, director, town, snapshot, query, where):
    if snapshot:
        assert rebuild_density()
    today = local_today()
    given = {
        "today": today,
        "zone": local_zone().key,
        "open": [str(status) for status in OPEN_STATUSES],
        "category": town.categories[0].code,
        "department": town.categories[1].department.code,
        "since": today - timedelta(days=400),
        "until": today - timedelta(days=100),
    }
    names = re.findall(r"%\((\w+)\)s", where)
    expected = sql_figures(re.sub(r"%\(\w+\)s", "%s", where), tuple(given[name] for name in names))
    assert sum(every for every, _open in expected.values()) > 0
    asked = query % given
    assert table_figures(client, asked) == expected
    assert map_figures(client, asked) == expected
    assert csv_figures(client, asked) == expected


@pytest.mark.parametrize("zoom", [8, 11, 13, 16])
def test_the_grid_counts_every_petition_of_the_question_once(client, director, town, zoom):
    rebuild_density()
    body = client.get(f"{CELLS}?period=all&status=abiertas&zoom={zoom}&bbox=-107,22,-105,24").json()
    expected = Petition.objects.open().exclude(cell=None).count()
    assert sum(cell[1] for cell in body["cells"]) == expected


def test_what_came_after_the_snapshot_is_counted_at_once(client, director, town):
    rebuild_density()
    before = table_figures(client, "")
    place = town.places[0]
    petition(town.categories[0], place=place, at=timezone.now(), lon_lat=(-106.4, 23.2)).save()
    after = table_figures(client, "")
    assert after[str(place.pk)][0] == before[str(place.pk)][0] + 1


def test_a_snapshot_is_made_again_only_when_something_came_or_moved(town):
    Petition.objects.update(received_at=timezone.now() - timedelta(days=1))
    Petition.objects.update(status_at=timezone.now() - timedelta(days=1))
    assert rebuild_density()
    assert rebuild_density() is None
    Petition.objects.filter(pk=town.petitions[0].pk).update(status_at=timezone.now())
    assert rebuild_density()
    assert rebuild_density(force=True)
    assert DensitySnapshot.objects.count() == 2


def test_a_status_that_moved_shows_after_the_next_snapshot_and_the_page_says_of_when_it_is(
    client, director, town
):
    rebuild_density()
    assert "Estados al corte de las" in client.get(PAGE).content.decode()
    Petition.objects.update(status=Status.CLOSED, status_at=timezone.now())
    rebuild_density()
    assert all(unresolved == 0 for _every, unresolved in table_figures(client, "period=all").values())


def test_a_tours_petitions_are_those_its_doors_gave(client, director, town):
    tour = Tour.objects.create(
        programme=Programme.objects.create(code="toca", name="Toca tu puerta"),
        name="Recorrido",
        starts_on=local_today(),
        ends_on=local_today(),
    )
    crew = Crew.objects.create(name="Brigada", supervisor=director)
    visit = Visit.objects.create(tour=tour, place=town.places[0], crew=crew, date=local_today())
    inside = [one for one in town.petitions if one.place][:3]
    for _door in range(2):  # the same petitions from two doors are still three
        door = Encounter.objects.create(
            id=uuid.uuid4(), visit=visit, outcome="petition", at=timezone.now(), received_at=timezone.now()
        )
        door.petitions.set(inside)
    figures = table_figures(client, f"period=all&tour={tour.pk}")
    assert sum(every for every, _open in figures.values()) == 3


def test_each_place_and_cell_tells_its_categories_when_clicked(client, director, town):
    place = town.places[1]
    body = client.get(f"/mapas/densidad/lugares/{place.pk}/?period=all").json()
    mine = [one for one in town.petitions if one.place_id == place.pk]
    assert body["title"] == place.name
    assert body["lines"][0] == f"{len(mine)} peticiones"
    assert sum(int(item["text"]) for item in body["items"]) == len(mine)
    cell = client.get(f"{CELLS}?period=all&{CITY}").json()["cells"][0]
    told = client.get(f"{CELLS}{cell[2]}/?period=all").json()
    assert told["lines"][0] == f"{cell[1]} peticiones"


def test_reserved_categories_are_counted_only_for_those_who_may_see_them(client, director, town, monkeypatch):
    with_them = table_figures(client, "period=all")
    assert with_them == sql_figures()
    monkeypatch.setattr(
        User, "has_perm", lambda user, verb, obj=None: verb in ("reports.density",), raising=True
    )
    assert table_figures(client, "period=all") == sql_figures("NOT category.sensitive")
    assert town.reserved.code not in client.get(PAGE).content.decode()
    assert client.get(f"{DATA}?category={town.reserved.code}").status_code == 400


@pytest.mark.parametrize("role", User.Role.values)
def test_only_the_jefe_and_the_director_see_the_density(client, role):
    client.force_login(staff(role), backend="backend.accounts.backends.RoleBackend")
    allowed = role in (User.Role.JEFE, User.Role.DIRECTOR)
    for address in (PAGE, DATA, f"{CELLS}?{CITY}", "/mapas/densidad/tabla.csv"):
        assert client.get(address).status_code == (200 if allowed else 403)


def test_a_stranger_is_led_to_sign_in(client):
    answer = client.get(PAGE)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/entrar/")


@pytest.mark.parametrize(
    "query", ["period=jamas", "category=nada", "captured_after=ayer", "tour=1", "by=todo"]
)
def test_a_filter_that_is_none_is_named_and_nothing_is_guessed(client, director, query):
    page = client.get(f"{PAGE}?{query}")
    assert page.status_code == 400
    assert "Un filtro no se entiende" in page.content.decode()
    data = client.get(f"{DATA}?{query}")
    assert data.status_code == 400
    assert data["Content-Type"] == "application/problem+json"
    assert data.json()["errors"][0]["pointer"] == f"/{query.split('=')[0]}"


def test_a_name_that_is_code_stays_text_and_a_formula_stays_a_name(client, director, town):
    Place.objects.filter(pk=town.places[0].pk).update(name=HOSTILE)
    Place.objects.filter(pk=town.places[1].pk).update(name="=HYPERLINK(1)")
    html = client.get(PAGE).content.decode()
    assert "<img" not in html
    assert "&lt;img" in html
    assert "'=HYPERLINK(1)" in client.get("/mapas/densidad/tabla.csv").content.decode()


def test_the_answers_are_private_compressed_and_not_sent_twice(client, director, town):
    answer = client.get(DATA, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Cache-Control"].startswith("private")
    again = client.get(DATA, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_the_script_of_the_page_gets_only_the_figures(client, director, town):
    html = client.get(PAGE, headers={"hx-request": "true"}).content.decode()
    assert html.lstrip().startswith("<section")
    assert "<html" not in html


def test_what_the_page_carries_for_the_map_is_what_the_address_gives(client, director, town):
    html = client.get(PAGE).content.decode()
    carried = re.search(r'<script id="figuras-mapa" type="application/json">(.*?)</script>', html)[1]
    assert json.loads(carried) == client.get(DATA).json()


def test_the_totals_count_what_lies_in_no_place_too(client, director, town):
    html = client.get(f"{PAGE}?period=all").content.decode()
    totals = [int(number.replace(",", "")) for number in re.findall(r'figure-number">([\d,]+)', html)]
    assert totals[:2] == [len(town.petitions), Petition.objects.open().count()]
    assert "fuera de todo lugar" in html


def test_without_petitions_the_page_says_what_to_do(client, director):
    assert "Ninguna petición con estos filtros" in client.get(PAGE).content.decode()


def test_page_and_data_ask_the_database_a_fixed_number_of_questions(
    client, director, town, django_assert_max_num_queries
):
    rebuild_density()
    client.get(PAGE)
    with django_assert_max_num_queries(14):
        client.get(PAGE)
    with django_assert_max_num_queries(10):
        client.get(DATA)
