"""What became of each petition: a believable life along ``casework.workflow``, up to today.

Departments have habits (``PACES``), some places wait longer than others, and a story stops where
it would reach into the future: that is where the open backlog comes from.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from backend.accounts.models import User
from backend.casework.deadlines import due_date
from backend.casework.models import Referral, StatusChange
from backend.casework.moves import Deadline
from backend.casework.workflow import MOVES
from backend.demo import texts
from backend.demo.calls import ZONE
from backend.demo.hours import WorkingHours
from backend.demo.people import Staff
from backend.validation.services.calls import MOST_ATTEMPTS
from field.models import Category, Department, Petition, Status


@dataclass(frozen=True)
class Pace:
    """A department's habits: ``work`` is its usual time as a part of the promised days."""

    work: float
    spread: float
    opens: float
    schedules: float
    fails: float
    neglects: float


PACES: Final = {
    "obras-publicas": Pace(1.9, 0.85, 4.0, 0.55, 0.12, 0.2),
    "servicios-publicos": Pace(1.1, 0.75, 1.5, 0.2, 0.07, 0.05),
    "agua-y-drenaje": Pace(1.6, 0.9, 1.2, 0.3, 0.13, 0.13),
    "alumbrado": Pace(1.4, 0.7, 1.8, 0.45, 0.06, 0.06),
    "seguridad-y-transito": Pace(0.7, 0.6, 0.8, 0.1, 0.09, 0.05),
    "ecologia": Pace(1.8, 0.8, 4.5, 0.4, 0.08, 0.16),
    "bienestar": Pace(1.4, 0.65, 3.0, 0.3, 0.05, 0.07),
    "control-interno": Pace(1.3, 0.5, 3.0, 0.1, 0.14, 0.07),
}


#: Sooner or later, in working days, someone makes a fuss and it is done.
_PATIENCE_ENDS: Final = (90, 190)


class _NotYet(Exception):
    """The next step lies in the future."""


@dataclass
class Chronicle:
    """What the stories write, for COPY."""

    changes: list[StatusChange] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    moved: list[Petition] = field(default_factory=list)


class Office:
    """The city hall's people and hours up to ``until``, and what they did."""

    def __init__(
        self, *, chance: random.Random, staff: Staff, departments: dict[str, Department], hours: WorkingHours
    ) -> None:
        self.chance, self.staff, self.hours, self.until = chance, staff, hours, hours.until
        self.codes = {department.pk: code for code, department in departments.items()}
        self.departments = departments
        self.chronicle = Chronicle()

    def live(self, petition: Petition, *, category: Category, patience: float, reachable: bool) -> None:
        """Tells one petition's story; ``patience`` stretches every wait of its place."""
        story = Story(self, petition, category, patience, reachable)
        with suppress(_NotYet):
            story.tell()
        if story.steps:
            self.chronicle.moved.append(petition)


class Story:
    """One petition's life, step by step of the workflow's table."""

    def __init__(
        self, office: Office, petition: Petition, category: Category, patience: float, reachable: bool
    ) -> None:
        self.office, self.petition, self.category = office, petition, category
        self.patience, self.reachable = patience, reachable
        self.chance = office.chance
        self.at = petition.received_at
        self.neglected = False
        self.steps = 0

    @property
    def pace(self) -> Pace:
        return PACES[self.code]

    @property
    def code(self) -> str:
        """The code of the department that has it now."""
        return self.office.codes[self.petition.department_id or self.category.department_id]

    @property
    def enlace(self) -> User:
        return self.office.staff.enlaces[self.code]

    @property
    def auxiliar(self) -> User:
        """Who sees to it in the office: the chief, where no auxiliar may know of it."""
        staff = self.office.staff
        return staff.jefe if self.category.sensitive else self.chance.choice(staff.auxiliares)

    def step(
        self,
        move: str,
        at: datetime,
        by: User,
        *,
        note: str = "",
        scheduled_for: date | None = None,
        department: Department | None = None,
        institution: str = "",
    ) -> None:
        """Makes a move as ``casework.services.statuses`` would have at that moment."""
        rule, petition = MOVES[move], self.petition
        if at >= self.office.until:
            raise _NotYet
        if petition.status not in rule.sources:
            raise ValueError(f"{move} does not leave from {petition.status}")
        came_from, self.at = petition.status, at
        if rule.target is not None:
            petition.status, petition.status_at = rule.target.value, at
            if department is not None:
                petition.department = department
            elif rule.leaves_department:
                petition.department = None
            if rule.deadline is Deadline.ANEW and petition.department_id is not None:
                self._promise(petition.department_id, by, note)
        self.steps += 1
        self.office.chronicle.changes.append(
            StatusChange(
                petition_id=petition.pk,
                move=move,
                from_status=came_from,
                to_status=petition.status,
                at=at,
                by_id=by.pk,
                department_id=petition.department_id,
                note=note,
                scheduled_for=scheduled_for,
                institution=institution,
                by_letter=bool(institution),
                due_on=petition.due_on if rule.deadline is Deadline.ANEW else None,
            )
        )

    def _promise(self, department_id: int, by: User, reason: str) -> None:
        petition, days = self.petition, self.category.working_days
        petition.due_on = due_date(self.at.astimezone(ZONE).date(), days, self.office.hours.rest_days)
        self.office.chronicle.referrals.append(
            Referral(
                petition_id=petition.pk,
                department_id=department_id,
                at=self.at,
                by_id=by.pk,
                working_days=days,
                due_on=petition.due_on,
                reason=reason,
            )
        )

    def later(self, days: float) -> datetime:
        return self.office.hours.later(self.at, days)

    def say(self, kind: str) -> str:
        return texts.words(self.chance, kind)

    def tell(self) -> None:
        if self.petition.status == Status.TO_VERIFY and not self._verify():
            return
        if self._goes_astray():
            return
        for _round in range(4):  # a dispute opens it again, but not for ever
            self._work()
            if self._settle():
                return

    def _verify(self) -> bool:
        at, fate = self.later(self.chance.expovariate(1 / 8)), self.chance.random()
        if fate < 0.11:
            self.step("not_proceed", at, self.auxiliar, note=self.say("no_proceed"))
            return False
        self.step("proceed", at, self.auxiliar, department=self.category.department)
        return True

    def _goes_astray(self) -> bool:
        """A few belong to someone else: told outright, or found out by the wrong department."""
        fate = self.chance.random()
        if self.category.sensitive:
            return False
        others_matter = texts.outside(self.category.code)
        if fate < 0.04 and others_matter:
            at = self.later(self.chance.randint(1, 4))
            institution, why = others_matter
            self.step("external", at, self.auxiliar, note=why, institution=institution)
            answer = self.later(self.chance.randint(10, 50))
            self.step("close", answer, self.office.staff.jefe, note=self.say("external_answer"))
            return True
        if 0.04 <= fate < 0.067:
            departments = self.office.departments.items()
            others = [each for code, each in departments if code not in (self.code, "control-interno")]
            wrong, right = self.chance.choice(others), self.category.department
            at = self.later(self.chance.randint(1, 5))
            self.step("refer_again", at, self.auxiliar, note=self.say("refer"), department=wrong)
            returned = self.later(self.chance.randint(1, 6))
            self.step("hand_back", returned, self.enlace, note=self.say("hand_back"))
            self.step("proceed", self.later(self.chance.randint(1, 2)), self.auxiliar, department=right)
        return False

    def _work(self) -> None:
        """From the department's tray to attended."""
        pace, chance = self.pace, self.chance
        days = pace.work * self.category.working_days * self.patience * chance.lognormvariate(0, pace.spread)
        self.neglected = chance.random() < pace.neglects * self.patience
        if self.neglected:
            days *= chance.uniform(3, 9)
        days = min(days, chance.uniform(*_PATIENCE_ENDS))
        done = self.later(days)
        if self.petition.status == Status.DISPUTED:
            self.step("take_in_hand", self.later(self._reaction()), self.enlace)
        elif days > 2.5 * self.category.working_days and chance.random() < 0.12:
            self.step("dispute", self.later(days * 0.6), self.auxiliar, note=self.say("dispute"))
            self.step("take_in_hand", self.later(2 * self._reaction()), self.enlace)
        else:
            self.step("open", self.later(min(self._reaction(), max(days - 1, 1))), self.enlace)
        if days > 1.5 * self.category.working_days and chance.random() < 0.15:
            self.step("ask_again", self.later(days * 0.4), self.auxiliar, note=self.say("again"))
            self.step("open", self.later(self._reaction()), self.enlace)
        done = max(done, self.later(1))
        if chance.random() < pace.schedules:
            soon = self.later((done - self.at).days * 0.3)
            self.step("schedule", soon, self.enlace, scheduled_for=max(done, soon).astimezone(ZONE).date())
        self.step(
            "attend", max(done, self.later(1)), self.enlace, note=texts.work_done(chance, self.category.code)
        )

    def _reaction(self) -> float:
        """Working days until the department looks."""
        usual = self.pace.opens * self.patience * (6 if self.neglected else 1)
        return min(self.chance.expovariate(1 / usual), 45)

    def _settle(self) -> bool:
        """The month's validation call; False when the citizen says it was not resolved."""
        if not self.reachable:
            jefe = self.office.staff.jefe
            self.step(
                "close_unreachable", self.office.hours.next_month(self.at), jefe, note=self.say("unreachable")
            )
            return True
        at = self.office.hours.next_month(self.at)
        for _try in range(MOST_ATTEMPTS - 1):
            if self.chance.random() >= 0.22:
                break
            self.step("no_answer", at, self.auxiliar)
            at = self.later(self.chance.randint(1, 8))
        if self.chance.random() < self.pace.fails:
            self.step("validate_negative", at, self.auxiliar, note=self.say("negative"))
            return False
        self.step("validate_positive", at, self.auxiliar, note=self.say("positive"))
        return True
