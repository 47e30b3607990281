"""The month's capacity page, counted again from the histories: each number, and the boletas behind it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil
from typing import Any, Final

from playwright.sync_api import Page, expect

from backend.casework.models import StatusChange
from backend.casework.workflow import RECEIVED
from field.models import OPEN_STATUSES, Status
from tests.browser.month_desks import Person
from tests.browser.month_replay import ADDED_DAY, REST_DAY, Life, day_of, department_of

PAGE: Final = "/informes/capacidad/"
OFFICE: Final = "La oficina (sin dependencia)"
_DONE: Final = (Status.ATTENDED, Status.CLOSED)
_CELLS: Final = """table => [...table.querySelectorAll("tbody tr, tfoot tr")].map((row) => [
    row.querySelector("th").textContent.trim(),
    Object.fromEntries([...row.querySelectorAll("td")].map((cell) => [
        cell.dataset.label, [cell.dataset.value, cell.querySelector("a")?.getAttribute("href") ?? ""],
    ])),
])"""

#: By department, by the column's title, the folios counted.
Counted = dict[str, dict[str, set[str]]]


def check_capacity(person: Person, lives: list[Life]) -> None:
    """Each count is the history's and leads to just those boletas; rows add up; days are the fingers'."""
    page = person.visit(PAGE)
    person.look("capacidad")
    rows: dict[str, dict[str, list[str]]] = dict(page.locator(".capacity-table").evaluate(_CELLS))
    total = rows.pop("Total")
    heads = [life for life in lives if not life.echo]
    counted = _count(heads)
    assert set(counted) <= set(rows)
    for title in {title for figures in counted.values() for title in figures}:
        for name, cells in rows.items():
            value, href = cells[title]
            assert int(value) == len(counted[name][title]), (name, title)
            assert _folios_behind(person, href) == counted[name][title], (name, title)
        assert int(total[title][0]) == sum(int(cells[title][0]) for cells in rows.values()), title
    for name, cells in rows.items():
        days = sorted(_days_taken(heads, name))
        assert cells["Días hábiles, mediana"][0] == _nearest_rank(days, 0.5), name
        assert cells["Días hábiles, 9 de 10"][0] == _nearest_rank(days, 0.9), name
    _follow_a_number_down(page, counted["Alumbrado"])


def _count(heads: list[Life]) -> Counted:
    counted: Counted = defaultdict(lambda: defaultdict(set))
    for life in heads:
        for name, title in _figures_of(life):
            counted[name or OFFICE][title].add(life.folio)
    every = {title for figures in counted.values() for title in figures}
    assert every == {"Recibidas", "Atendidas", "A tiempo", "Inconformidades", "Reabiertas"} | {
        *("Validación positiva", "Validación negativa", "Pendientes hoy", "Vencidas hoy")
    }
    assert counted["Alumbrado"]["A tiempo"] < counted["Alumbrado"]["Atendidas"]  # one was late
    return counted


def _figures_of(life: Life) -> Iterator[tuple[str, str]]:
    """The department and the title of each figure in which a petition counts, once or more."""
    for step in life.steps:
        name = department_of(step)
        if step.move in (RECEIVED, "proceed", "refer_again") and name and step.to_status in OPEN_STATUSES:
            yield name, "Recibidas"
        if step.move == "attend":
            yield name, "Atendidas"
        if step.move in ("dispute", "validate_negative"):
            yield name, "Inconformidades"
            if step.from_status in _DONE:
                yield name, "Reabiertas"
        if step.move == "validate_negative":
            yield name, "Validación negativa"
        if step.move == "validate_positive":
            yield name, "Validación positiva"
    for name, step in _last_attended(life).items():
        if day_of(step) <= life.promised_at(step.at).due_on:
            yield name, "A tiempo"
    if life.owed:
        yield life.department, "Pendientes hoy"
        if life.late:
            yield life.department, "Vencidas hoy"


def _last_attended(life: Life) -> dict[str, StatusChange]:
    return {department_of(step): step for step in life.steps if step.move == "attend"}


def _days_taken(heads: list[Life], name: str) -> Iterator[int]:
    for life in heads:
        if step := _last_attended(life).get(name):
            yield _working_days(life.promised_at(step.at).asked_on, day_of(step))


def _working_days(since: date, until: date) -> int:
    days = (since + timedelta(days=n) for n in range(1, (until - since).days + 1))
    return sum(day.weekday() < 5 and day not in (REST_DAY, ADDED_DAY) for day in days)


def _nearest_rank(days: list[int], share: float) -> str:
    return str(days[ceil(len(days) * share) - 1]) if days else ""


def _folios_behind(person: Person, href: str) -> set[str]:
    body = person.fetch(href).decode()
    return set(re.findall(r'class="folio"[^>]*>([^<]+)<', body))


def _follow_a_number_down(page: Page, figures: dict[str, Any]) -> None:
    """From the table to the list, and from the list to one boleta."""
    row = page.get_by_role("row").filter(has_text="Alumbrado")
    row.locator("td[data-label=Atendidas] a").first.click()
    folios = page.locator("tbody .folio")
    expect(folios).to_have_count(len(figures["Atendidas"]))
    folio = folios.first.inner_text()
    folios.first.click()
    expect(page.locator("#historia")).to_contain_text("la dio por atendida")
    assert folio in page.url
