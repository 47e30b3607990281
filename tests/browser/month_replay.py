"""The month lived again from its history alone: where each petition stood, who had it and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from backend.casework import workflow
from backend.casework.models import CalendarChange, StatusChange
from backend.casework.moves import Deadline
from backend.casework.workflow import CALENDAR, IMPORTED, JOINED, MOVES, RECEIVED, SPLIT, VOICE
from field.folio import format_folio
from field.models import OPEN_STATUSES, Petition, Status
from geo.clock import local_today, local_zone
from tests.browser.month import Ledger
from tests.browser.month_desks import MONTH, YEAR

#: The official rest day of the month, and the one that the municipality adds on the 12th.
REST_DAY: Final = date(YEAR, MONTH, 16)
ADDED_DAY: Final = date(YEAR, MONTH, 13)
#: What the month does not show, and why.
LEFT_OUT: Final = {
    IMPORTED: "nothing is taken over from an older system",
    VOICE: "a voice that cannot join on arrival needs two who write at the same moment (test_echoes_races)",
}


@dataclass(frozen=True)
class Promise:
    """Until when a department was to answer, counted from the day on which it was asked."""

    at: datetime
    asked_on: date
    due_on: date


@dataclass
class Life:
    """A petition as its history tells it."""

    petition: Petition
    folio: str
    steps: list[StatusChange]
    promises: list[Promise]

    @property
    def status(self) -> str:
        return self.steps[-1].to_status

    @property
    def department(self) -> str:
        return department_of(self.steps[-1])

    @property
    def due_on(self) -> date | None:
        return self.promises[-1].due_on if self.promises else None

    @property
    def reserved(self) -> bool:
        return self.petition.category.sensitive

    @property
    def echo(self) -> bool:
        return self.petition.echo_of_id is not None

    @property
    def owed(self) -> bool:
        """Whether it is work to be done, counted once for all who asked for it."""
        return self.status in OPEN_STATUSES and not self.echo

    @property
    def late(self) -> bool:
        return self.due_on is not None and self.due_on < local_today()

    def promised_at(self, moment: datetime) -> Promise:
        return [promise for promise in self.promises if promise.at <= moment][-1]


def department_of(step: StatusChange) -> str:
    return step.department.name if step.department else ""


def day_of(step: StatusChange) -> date:
    return step.at.astimezone(local_zone()).date()


def replay(ledger: Ledger) -> list[Life]:
    """Walk through every history: no step missing, each with its when and who, as the ledger has them."""
    petitions = Petition.objects.select_related("category", "department", "petitioner")
    return [_life(petition, ledger) for petition in petitions]


def _life(petition: Petition, ledger: Ledger) -> Life:
    steps = list(petition.status_changes.select_related("by", "department"))
    life = Life(petition, format_folio(petition.folio), steps, list(_promises(petition, steps)))
    _assert_unbroken(life)
    told = [(step.move, step.by.username) for step in steps[1:] if step.move not in (JOINED, SPLIT, CALENDAR)]
    assert told == ledger.steps[life.folio], life.folio
    assert petition.status == life.status, life.folio
    assert petition.due_on == life.due_on, life.folio
    assert petition.status_at <= steps[-1].at
    assert (petition.department.name if petition.department else "") == life.department, life.folio
    _assert_moved_with_the_calendar(life)
    return life


def _assert_unbroken(life: Life) -> None:
    assert life.steps[0].move == RECEIVED
    status, last = "", life.steps[0].at
    for step in life.steps:
        assert step.from_status == status, (life.folio, step.move)
        assert step.by is not None, (life.folio, step.move)
        assert step.at >= last, (life.folio, step.move)
        status, last = step.to_status, step.at


def _promises(petition: Petition, steps: list[StatusChange]) -> Iterator[Promise]:
    """Asked anew, the days run from that day; when the calendar changes they are counted again."""
    asked_on: date | None = None
    for step in steps:
        anew = step.move == RECEIVED or (step.move in MOVES and MOVES[step.move].deadline is Deadline.ANEW)
        if anew and step.department:
            asked_on = day_of(step)
        elif step.move != CALENDAR:
            continue
        if asked_on:
            yield Promise(step.at, asked_on, _promised(asked_on, petition.category.working_days, step.at))


def _promised(day: date, working_days: int, counted_at: datetime) -> date:
    """Counted on the fingers: no week-ends, not the 16th, and not the 13th once it was added."""
    rests = {REST_DAY} | ({ADDED_DAY} if counted_at >= CalendarChange.objects.get().at else set())
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < 5 and day not in rests
    return day


def _assert_moved_with_the_calendar(life: Life) -> None:
    """A promise that ran over the added day was moved and says so; no other was."""
    added_at = CalendarChange.objects.get().at
    before = [step for step in life.steps if step.at < added_at]
    promises = [promise for promise in life.promises if promise.at < added_at]
    runs = before[-1].to_status in OPEN_STATUSES and promises and promises[-1].due_on >= ADDED_DAY
    assert (CALENDAR in {step.move for step in life.steps}) == bool(runs), life.folio


def check_ends(lives: list[Life], expected: dict[str, str]) -> None:
    assert len(lives) == 40
    assert {life.folio: life.status for life in lives if life.folio in expected} == expected
    assert {life.status for life in lives} == set(Status.values)
    assert sum(step.move == SPLIT for life in lives for step in life.steps) == 2


def check_moves(lives: list[Life]) -> None:
    """Every move of the table was made, and every other step of a history: a new one fails here."""
    others = {value for name, value in vars(workflow).items() if name.isupper() and isinstance(value, str)}
    made = {step.move for life in lives for step in life.steps}
    assert made == (set(MOVES) | others) - set(LEFT_OUT)
