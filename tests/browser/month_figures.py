"""The month counted again, from its history alone, and held against what the pages say."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage

from openpyxl import load_workbook
from playwright.sync_api import Page

from backend.casework.models import StatusChange
from backend.casework.workflow import JOINED, MOVES, RECEIVED, SPLIT, Deadline
from backend.letters.models import Letter, State
from backend.notifications.defaults import usual_text
from backend.notifications.vocabulary import EVENT_OF_MOVE, Event, Way
from backend.public.wording import RESERVED, STANDINGS
from backend.validation.models import Call, Result
from field.folio import format_folio
from field.models import OPEN_STATUSES, Petition, Status
from geo.clock import local_today, local_zone
from tests.browser.month import COMPLAINT, NAMES, Ledger
from tests.browser.month_desks import MONTH, YEAR, Person

REST_DAY = date(YEAR, MONTH, 16)


@dataclass
class Life:
    """A petition as its history tells it."""

    petition: Petition
    folio: str
    steps: list[StatusChange]
    status: str
    due_on: date | None
    department: str
    reserved: bool
    echo: bool

    @property
    def owed(self) -> bool:
        """Whether it is work to be done, counted once for all who asked for it."""
        return self.status in OPEN_STATUSES and not self.echo

    @property
    def late(self) -> bool:
        return self.due_on is not None and self.due_on < local_today()


def replay(ledger: Ledger) -> list[Life]:
    """Walk through every history: no step missing, each with its when and who, as the ledger has them."""
    petitions = Petition.objects.select_related("category", "department", "petitioner")
    return [_life(petition, ledger) for petition in petitions]


def _life(petition: Petition, ledger: Ledger) -> Life:
    folio, status, due_on, department, last = format_folio(petition.folio), "", None, "", None
    steps = list(petition.status_changes.select_related("by", "department"))
    assert steps[0].move == RECEIVED
    for step in steps:
        assert step.from_status == status, (folio, step.move)
        assert step.by is not None, (folio, step.move)
        assert last is None or step.at >= last, (folio, step.move)
        status, last = step.to_status, step.at
        department = step.department.name if step.department else ""
        if step.department and (step.move == RECEIVED or _asks_anew(step)):
            due_on = _promised(step.at.astimezone(local_zone()).date(), petition.category.working_days)
    told = [(step.move, step.by.username) for step in steps[1:] if step.move not in (JOINED, SPLIT)]
    assert told == ledger.steps[folio], folio
    assert petition.status == status, folio
    assert petition.due_on == due_on, folio
    assert petition.status_at <= last
    assert (petition.department.name if petition.department else "") == department, folio
    echo = petition.echo_of_id is not None
    return Life(petition, folio, steps, status, due_on, department, petition.category.sensitive, echo)


def _asks_anew(step: StatusChange) -> bool:
    return step.move in MOVES and MOVES[step.move].deadline is Deadline.ANEW


def _promised(day: date, working_days: int) -> date:
    """Counted on the fingers: no week-ends, and not the 16th."""
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < 5 and day != REST_DAY
    return day


def check_ends(lives: list[Life], expected: dict[str, str]) -> None:
    assert len(lives) == 40
    assert {life.folio: life.status for life in lives if life.folio in expected} == expected
    assert {life.status for life in lives} == set(Status.values)
    assert sum(step.move == SPLIT for life in lives for step in life.steps) == 2


def number(text: str) -> int:
    found = re.search(r"[\d,]+", text)
    assert found, text
    return int(found[0].replace(",", ""))


def check_inbox(person: Person, lives: list[Life]) -> None:
    """The tabs of who sees everything."""
    page = person.visit("/boletas/")
    person.look("bandeja")
    owed = [life for life in lives if life.owed]
    expected = {
        "pending": len(owed),
        "to_verify": sum(life.status == Status.TO_VERIFY for life in owed),
        "unread": sum(life.status == Status.UNREAD for life in owed),
        "overdue": sum(life.late for life in owed),
        "disputed": sum(life.status == Status.DISPUTED for life in owed),
        "attended": sum(life.status == Status.ATTENDED and not life.echo for life in lives),
    }
    shown = {name: number(page.locator(f".tab-{name} .tab-count").inner_text()) for name in expected}
    assert shown == expected
    assert expected["overdue"] > 0
    listed = page.locator(".inbox-list tbody .folio").all_inner_texts()
    assert sorted(listed) == sorted(life.folio for life in owed)


def figures_of(page: Page) -> dict[str, int]:
    """The figures at the head of a page, by what they are called."""
    return {
        one.locator(".figure-label").inner_text(): number(one.locator(".figure-number").inner_text())
        for one in page.locator(".figures .figure").all()
    }


def check_home(person: Person, lives: list[Life]) -> None:
    page = person.visit("/")
    person.look("inicio-jefe")
    owed = [life for life in lives if life.owed]
    assert figures_of(page) == {
        "vencidas": sum(life.late for life in owed),
        "abiertas": len(owed),
        "recibidas este mes": len(lives),
        "de ellas, ya atendidas": sum(life.status in (Status.ATTENDED, Status.CLOSED) for life in lives),
    }
    rows = {
        row.locator("th").inner_text(): [int(cell) for cell in row.locator("td").all_inner_texts()]
        for row in page.locator("tbody tr").all()
    }
    assert rows == {
        name or "Sin canalizar": [
            sum(life.late for life in owed if life.department == name),
            sum(life.status == Status.UNREAD for life in owed if life.department == name),
            sum(life.department == name for life in owed),
        ]
        for name in {life.department for life in owed}
    }


def check_backlog(person: Person, lives: list[Life]) -> None:
    page = person.visit("/mapas/rezago/")
    page.locator(".in-view-count strong").wait_for()
    owed = [life for life in lives if life.owed]
    shown = figures_of(page)
    assert shown["sin resolver en total"] == len(owed)
    assert shown["vencidas"] == sum(life.late for life in owed)
    person.look("rezago")


def check_report(person: Person, lives: list[Life]) -> None:
    """The month's validations: the history's, and the calls that left no step in it."""
    page = person.visit("/validacion/informe/")
    person.look("informe")
    shown = [number(cell) for cell in page.locator("tfoot td").all_inner_texts()[: len(Result) + 1]]
    by_call = Counter(Call.objects.values_list("result", flat=True))
    assert shown == [*(by_call[result] for result in Result.values), sum(by_call.values())]
    moves = Counter(step.move for life in lives for step in life.steps)
    steps = [step for life in lives for step in life.steps]
    along = sum(step.move == "validate_negative" and bool(step.other_folio) for step in steps)
    assert by_call[Result.POSITIVE] == moves["validate_positive"]
    assert by_call[Result.NEGATIVE] == moves["validate_negative"] - along
    assert by_call[Result.NO_ANSWER] == moves["no_answer"]


def check_register(person: Person, lives: list[Life]) -> None:
    """Every number given once, in order; one letter for each referral outside in writing."""
    page = person.visit("/oficios/")
    person.look("oficios")
    letters = Letter.objects.exclude(state=State.DRAFT)
    listed = page.locator(".letters-list .letter-number").all_inner_texts()
    assert sorted(text.split()[-1] for text in listed) == sorted(letter.number for letter in letters)
    book = person.fetch(page.get_by_role("link", name="Bajar este registro").get_attribute("href") or "")
    rows = list(load_workbook(io.BytesIO(book)).active.values)[1:]
    assert sorted(row[0] for row in rows) == sorted(letter.number for letter in letters)
    for series in {letter.series_id for letter in letters}:
        given = sorted(letter.sequence for letter in letters if letter.series_id == series)
        assert given == list(range(1, len(given) + 1))
    outside = sorted(life.folio for life in lives for step in life.steps if step.by_letter)
    sent = [row for row in rows if row[1] == "A otra institución"]
    assert sorted(row[10] for row in sent) == outside


def check_public(page: Page, lives: list[Life]) -> None:
    """Anyone with the folio reads where it stands, and nobody's name."""
    for life in lives:
        answer = page.request.get("/publico/folio/", params={"folio": life.folio})
        text = answer.text()
        standing = RESERVED if life.reserved else STANDINGS[life.status]
        assert f"</i> {standing.word}</h2>" in text, life.folio
        assert not [name for name in NAMES if name in text], life.folio
        assert "669 100" not in text


def check_stories(person: Person, lives: list[Life]) -> None:
    """A boleta's page tells each step of its history, with the hour and the name."""
    longest = max(lives, key=lambda life: len(life.steps))
    page = person.visit(f"/boletas/{longest.folio}/")
    person.look("boleta-larga")
    told = page.locator("#historia .step-when").all_inner_texts()
    assert len(told) == len(longest.steps)
    for step in longest.steps:
        hour = step.at.astimezone(local_zone()).strftime("%H:%M")
        assert any(hour in line and str(step.by) in line for line in told), step.move


def check_told(lives: list[Life], mails: list[tuple[list[str], EmailMessage]], lines: list[dict]) -> None:
    """Who left an address heard once of each thing that was still true the next morning, and of no other."""
    by_mail: Counter[tuple[str, str]] = Counter()
    by_sms: Counter[tuple[str, str]] = Counter()
    for life in lives:
        person = getattr(life.petition, "petitioner", None)
        for event in _told(life.steps) if person else ():
            if person.email:
                subject, _body = usual_text(event, Way.EMAIL)
                by_mail[person.email, subject.format(folio=life.folio)] += 1
            else:
                by_sms[person.phone_digits, life.folio] += 1
    assert Counter((to, str(mail["Subject"])) for [to], mail in mails) == by_mail
    assert set(by_mail.values()) == {1}
    assert Counter((line["to"], _folio_in(line["body"])) for line in lines) == by_sms
    assert len({line["key"] for line in lines}) == len(lines)
    assert len({mail["Message-ID"] for _to, mail in mails}) == len(mails)
    assert not any(COMPLAINT in line["body"] for line in lines)


def _told(steps: list[StatusChange]) -> Iterator[Event]:
    yield Event.RECEIVED
    moving = [one for one in steps if one.move in MOVES and MOVES[one.move].target]
    for step in moving:
        event, day = EVENT_OF_MOVE.get(step.move), step.at.astimezone(local_zone()).date()
        later = [one for one in moving if one.pk > step.pk and one.move not in ("open", "take_in_hand")]
        if event and all(one.at.astimezone(local_zone()).date() != day for one in later):
            yield event


def _folio_in(text: str) -> str:
    found = re.search(r"\d\d-\w{3}-\d{5}-\w", text)
    return found[0] if found else text
