"""The month counted again, from its history alone, and held against what the pages and messages say."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from backend.casework.models import StatusChange
from backend.casework.workflow import JOINED, MOVES, SPLIT
from backend.letters.models import Letter, State
from backend.notifications.defaults import usual_text
from backend.notifications.vocabulary import EVENT_OF_MOVE, Event, Way
from backend.public.wording import RESERVED, STANDINGS
from backend.validation.models import Call, Result
from field.folio import format_folio
from field.models import Status
from geo.clock import local_zone
from tests.browser.month import COMPLAINT, NAMES, Month, petitions
from tests.browser.month_calls import SAID, SAID_LATER, words_of
from tests.browser.month_desks import Person
from tests.browser.month_replay import Life, day_of


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


def in_number(label: str, number: int) -> str:
    """The label of a figure, which is in the singular for one."""
    return label.format("" if number == 1 else "s")


def check_home(person: Person, lives: list[Life]) -> None:
    page = person.visit("/")
    person.look("inicio-jefe")
    owed = [life for life in lives if life.owed]
    late = sum(life.late for life in owed)
    done = sum(life.status in (Status.ATTENDED, Status.CLOSED) for life in lives)
    assert figures_of(page) == {
        in_number("vencida{}", late): late,
        in_number("abierta{}", len(owed)): len(owed),
        in_number("pedida{} este mes", len(lives)): len(lives),
        in_number("de ellas, ya atendida{}", done): done,
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
    late = sum(life.late for life in owed)
    assert shown[in_number("vencida{}", late)] == late
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
    assert set(by_call) == set(Result.values)
    for link in page.locator("tfoot td a").all():
        many = number(link.inner_text())
        behind = person.fetch(f"/validacion/informe/{link.get_attribute('href')}").decode()
        assert f"({many})</span></h2>" in behind
        assert behind.split('id="detalle"')[1].count("<li>") == many
    page.locator("tfoot td a").nth(Result.values.index(Result.NEGATIVE)).click()
    disputed = {one for one, said in (*SAID.items(), *SAID_LATER.items()) if said == "negative"}
    expect(page.locator("#detalle blockquote")).to_have_count(len(disputed))
    told = page.locator("#detalle blockquote").all_inner_texts()
    assert sorted(told) == sorted(words_of(one) for one in disputed)


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


def check_told(
    month: Month, lives: list[Life], mails: list[tuple[list[str], EmailMessage]], lines: list[dict]
) -> None:
    """Who left an address heard once of each thing that was still true the next morning, and of no other."""
    by_mail: Counter[tuple[str, str]] = Counter()
    by_sms: Counter[tuple[str, str]] = Counter()
    people = {month.folio[asked.number]: asked.person for asked in petitions()}
    for life in lives:
        person = people[life.folio]
        for event in _told(life.steps, head=month.folio[0]) if person else ():
            if "email" in person:
                subject, _body = usual_text(event, Way.EMAIL)
                by_mail[person["email"], subject.format(folio=life.folio)] += 1
            else:
                by_sms[person["phone"].replace(" ", ""), life.folio] += 1
    assert Counter((to, str(mail["Subject"])) for [to], mail in mails) == by_mail
    assert set(by_mail.values()) == {1}
    assert Counter((line["to"], _folio_in(line["body"])) for line in lines) == by_sms
    assert len({line["key"] for line in lines}) == len(lines)
    assert len({mail["Message-ID"] for _to, mail in mails}) == len(mails)
    assert not any(COMPLAINT in line["body"] for line in lines)


def _told(steps: list[StatusChange], *, head: str) -> Iterator[Event]:
    yield Event.RECEIVED
    for step in steps:
        if step.move in (JOINED, SPLIT) and format_folio(step.other_folio) == head:
            yield Event.JOINED if step.move == JOINED else Event.PARTED
    moving = [one for one in steps if one.move in MOVES and MOVES[one.move].target]
    for step in moving:
        event = EVENT_OF_MOVE.get(step.move)
        later = [one for one in moving if one.pk > step.pk and one.move not in ("open", "take_in_hand")]
        if event and all(day_of(one) != day_of(step) for one in later):
            yield event


def _folio_in(text: str) -> str:
    found = re.search(r"\d\d-\w{3}-\d{5}-\w", text)
    return found[0] if found else text
