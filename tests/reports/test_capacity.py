"""The capacity page and its lists over HTTP: who sees what, numbers that lead to boletas, and its price."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.utils import timezone

from backend.casework.given import Given
from backend.casework.models import TURNING
from backend.casework.services.statuses import change_status
from backend.reports.capacity import periods
from backend.reports.capacity.periods import Days, month_of, quarter_of, read_period, year_of
from geo.clock import local_today
from tests.casework.conftest import Office, Receive, enter, office, receive

__all__ = ["Office", "Receive", "enter", "office", "receive"]
pytestmark = pytest.mark.django_db
PAGE = "/informes/capacidad/"


@pytest.fixture
def month(office, receive):
    """Lamps attended, disputed and confirmed; a pothole open; a complaint; one nobody has yet."""
    director = office.staff["director"]

    def step(petition, *moves):
        for move in moves:
            change_status(petition=petition, move=move, by=director, given=Given(note="Así fue"))

    step(receive(), "open", "attend", "validate_positive")
    step(receive(), "open", "attend", "validate_negative")
    step(receive(), "open", "attend")
    receive(office.pothole), receive(office.to_check)
    step(receive(office.complaint), "open", "attend")


def cells(page: str) -> list[tuple[str, int, str]]:
    """Each figure of the page that is a count: its title, the number and where it leads."""
    found = re.findall(r'data-label="([^"]*)"[^>]*><a href="([^"]*)">([\d,]+)</a>', page)
    return [(title, int(number.replace(",", "")), unescape(href)) for title, href, number in found]


@pytest.mark.parametrize("who", ["director", "jefe", "enlace", "enlace_control"])
def test_every_number_leads_to_as_many_boletas(client, enter, month, who):
    enter(who)
    page = client.get(PAGE).content.decode()
    counted = [one for one in cells(page) if not one[0].startswith("Días")]
    assert len(counted) >= 9
    for title, number, href in counted:
        listed = client.get(href)
        assert listed.status_code == 200
        assert listed.context["total"] == len(listed.context["rows"]) == number, title
        sheet = client.get(href.replace("/boletas/", "/boletas.xlsx"))
        assert openpyxl.load_workbook(io.BytesIO(sheet.content)).active.max_row == number + 1


def test_figures_of_days_lead_to_all_that_was_attended(client, enter, month):
    enter("director")
    page = client.get(PAGE).content.decode()
    days = [one for one in cells(page) if one[0].startswith("Días")]
    attended = {href for title, _n, href in cells(page) if title == "Atendidas"}
    assert days
    assert {href.removesuffix("&orden=dias") for _t, _n, href in days} <= attended


def test_the_rows_add_up_to_the_total(client, enter, month):
    enter("director")
    table = client.get(PAGE).content.decode()
    rows, total = table.split("<tfoot>")
    sums: dict[str, int] = {}
    for title, number, _href in cells(rows):
        sums[title] = sums.get(title, 0) + number
    for title, number, _href in cells(total):
        if not title.startswith("Días"):
            assert sums[title] == number
    assert sums["Recibidas"] == 5
    assert sums["Pendientes hoy"] == 3


def test_what_was_asked_last_month_and_taken_down_in_this_one_is_received_in_this_one(
    client, office, enter, receive
):
    """So that last month's report stays as it was; it is late or not by the day on which it was asked."""
    late = receive(captured_at=timezone.now() - timedelta(days=40))
    for name in ("open", "attend"):
        change_status(petition=late, move=name, by=office.staff["director"], given=Given(note="Así fue"))
    enter("director")
    for month_, received in ((local_today(), 1), (late.captured_at.date(), 0)):
        counts = client.get(PAGE, {"periodo": f"{month_:%Y-%m}"}).context["capacity"].whole.figures.counts
        assert (counts.get("received", 0), counts.get("attended", 0)) == (received, received)
    page = client.get(PAGE).context["capacity"].whole.figures.counts
    assert page["in_time"] == 0


def test_a_liaison_sees_the_own_department_alone(client, office, enter, month):
    enter("enlace")
    page = client.get(PAGE)
    assert [row.name for row in page.context["capacity"].rows] == ["Alumbrado"]
    other = f"{PAGE}boletas/?medida=recibidas&dependencia={office.streets.code}"
    assert client.get(other).status_code == client.get(f"{PAGE}boletas/?oficina=1").status_code == 404
    assert client.get(other.replace("/boletas/", "/boletas.xlsx")).status_code == 404
    assert client.get(f"{PAGE}boletas/").context["total"] == 3


def test_reserved_boletas_are_counted_only_for_who_sees_them(client, office, enter, month):
    """Another department may have had one for a while: its liaison is not told."""
    reserved = "Contraloría"
    enter("jefe")
    rows = {row.name: row.figures.counts for row in client.get(PAGE).context["capacity"].rows}
    assert rows[reserved]["attended"] == 1
    office.complaint.department = office.control
    office.lamp.sensitive, office.lamp.department = True, office.control
    office.lamp.save()
    enter("enlace")
    assert not client.get(PAGE).context["capacity"].whole.figures.counts["received"]
    assert client.get(f"{PAGE}boletas/").context["total"] == 0


@pytest.mark.parametrize("asked", ["2026-13", "2026-T5", "x", "²026", "99999", "2026-1", "0001"])
def test_a_period_that_is_none_is_said_so(client, enter, asked):
    enter("director")
    page = client.get(PAGE, {"periodo": asked})
    assert page.status_code == 400
    assert "No se entiende el periodo" in page.content.decode()
    assert client.get(f"{PAGE}boletas/", {"periodo": asked}).status_code == 404


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-11-30", "2026-11-01"), ("1990-01-01", "2026-01-01"), ("ayer", "hoy"), ("", "2")],
)
def test_days_that_make_no_sense_are_said_so(client, enter, since, until):
    enter("director")
    assert client.get(PAGE, {"desde": since, "hasta": until}).status_code == 400


@pytest.mark.parametrize("query", ["medida=x", "dependencia=no-hay", "medida=recibidas'--"])
def test_a_figure_that_is_none_is_not_found(client, enter, query):
    enter("director")
    assert client.get(f"{PAGE}boletas/?{query}").status_code == 404


def test_an_empty_period_says_what_to_do(client, enter):
    enter("director")
    assert "Nada que contar en estos días" in client.get(PAGE, {"periodo": "2001"}).content.decode()


def test_the_table_is_a_sheet_too(client, enter, month):
    enter("director")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}tabla.xlsx").content)).active
    head, *rows = sheet.iter_rows(values_only=True)
    assert head[:3] == ("Dependencia", "Recibidas", "Atendidas")
    assert rows[-1][:3] == ("Total", 5, 4)


def test_periods_are_months_quarters_years_or_days():
    day = date(2026, 11, 29)
    assert month_of(day).days == Days(date(2026, 11, 1), date(2026, 11, 30))
    assert month_of(date(2026, 1, 5)).previous.code == "2025-12"
    assert quarter_of(day).days == Days(date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_of(date(2026, 1, 1)).previous.code == "2025-T4"
    assert year_of(day).following.code == "2027"


@pytest.mark.parametrize(
    ("day", "compared_days"),
    [("2026-11-29", 29), ("2026-11-30", 31), ("2026-03-10", 10), ("2026-03-30", 28), ("2026-03-31", 28)],
)
def test_a_running_period_is_compared_with_as_many_days_of_the_one_before(monkeypatch, day, compared_days):
    """On its last day a month is whole, and so is the one before."""
    today = date.fromisoformat(day)
    monkeypatch.setattr(periods, "local_today", lambda: today)
    month = month_of(today)
    compared = month.compared
    assert compared.first == month.previous.days.first
    assert len(compared) == compared_days
    assert month.previous.compared == month.previous.previous.days


class Asked(dict[str, str]):
    def getlist(self, key: str) -> list[str]:
        return [self[key]] if key in self else []


def test_what_did_not_go_straight_is_found_by_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("ANALYZE casework_statuschange")
        cursor.execute(
            f"EXPLAIN SELECT petition_id FROM casework_statuschange WHERE {TURNING} AND at < now()"
        )
        assert "status_change_turning" in str(cursor.fetchall())


def test_days_are_compared_with_as_many_before_them():
    period = read_period(Asked(desde="2026-03-01", hasta="2026-03-10"))
    assert period.compared == Days(date(2026, 2, 19), date(2026, 2, 28))


def test_the_page_costs_the_same_however_many_there_are(
    client, office, enter, month, receive, django_assert_num_queries
):
    enter("director")
    with django_assert_num_queries(6):
        client.get(PAGE)
    for _ in range(5):
        receive(office.pothole)
    with django_assert_num_queries(6):
        client.get(PAGE)
    with django_assert_num_queries(9):
        client.get(f"{PAGE}boletas/?medida=atendidas")
    with django_assert_num_queries(5):
        client.get(f"{PAGE}boletas/?medida=pendientes")
