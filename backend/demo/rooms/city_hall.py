"""Who acts in the rooms, and on what: shared by all affairs, so that no two want the same boleta."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from backend.accounts.models import User
from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.selectors import for_reading
from backend.casework.services.statuses import change_status
from backend.casework.workflow import MOVES
from backend.demo import texts
from backend.demo.diary import Affair
from backend.demo.hours import WorkingHours
from backend.demo.people import Staff
from field.models import Department, Petition, Status
from field.querysets import PetitionQuerySet


@dataclass
class CityHall:
    """The demo's city hall: its people, departments by code, hours, and how many petitions it has had."""

    staff: Staff
    departments: dict[str, Department]
    hours: WorkingHours
    chance: random.Random
    petitions: int
    taken: set[UUID] = field(default_factory=set)

    @property
    def auxiliar(self) -> User:
        return self.chance.choice(self.staff.auxiliares)

    @property
    def chief(self) -> User:
        return self.chance.choice([self.staff.jefe, self.staff.jefe, self.staff.director])

    def some(self, least: int, most: int) -> int:
        """How many of something an office of this size has: a little more where it has had more petitions."""
        return min(most, least + self.petitions // 400)

    def enlace_of(self, petition: Petition) -> User:
        """The liaison of the department that has it."""
        code = next(code for code, one in self.departments.items() if one.pk == petition.department_id)
        return self.staff.enlaces[code]

    def claim(self, petitions: PetitionQuerySet, most: int) -> list[Petition]:
        """The last of these to have moved that no other affair has, to be asked for ``last_at``."""
        found = list(
            with_last_step(for_reading(petitions).select_related("petitioner"))
            .exclude(pk__in=self.taken)
            .order_by("-status_at", "pk")[:most]
        )
        self.taken |= {petition.pk for petition in found}
        return found

    def move(self, key: UUID, move: str, by: User, **given: Any) -> bool:
        """Make a move through the room's service; False where the boleta stands elsewhere by now."""
        petition = Petition.objects.select_related("category").get(pk=key)
        if petition.status not in MOVES[move].sources:
            return False
        change_status(petition=petition, move=move, by=by, given=Given(**given))
        return True

    def work_note(self, key: UUID) -> str:
        """What a department says that it did."""
        code = Petition.objects.values_list("category__code", flat=True).get(pk=key)
        return texts.work_done(self.chance, code)

    def work_off(self, key: UUID, at: datetime) -> Affair:
        """A department's work on a boleta that it has, to *atendida*, from the working day after ``at``."""
        petition = Petition.objects.select_related("category").get(pk=key)
        if petition.department_id is None:
            return
        enlace = self.enlace_of(petition)
        if petition.status in (Status.UNREAD, Status.DISPUTED):
            yield (at := self.hours.later(at, self.chance.randint(1, 3)))
            if not (self.move(key, "open", enlace) or self.move(key, "take_in_hand", enlace)):
                return
        if self.chance.random() < 0.4:
            yield (at := self.hours.later(at, 1))
            day = self.hours.later(at, self.chance.randint(2, 6)).date()
            self.move(key, "schedule", enlace, scheduled_for=day)
        yield self.hours.later(at, self.chance.randint(1, 5))
        self.move(key, "attend", enlace, note=self.work_note(key))

    def validate(self, key: UUID, at: datetime) -> Affair:
        """The call of the month after: positive, or not."""
        yield self.hours.next_month(at)
        if self.chance.random() < 0.85:
            note = texts.words(self.chance, "positive")
            self.move(key, "validate_positive", self.auxiliar, note=note)
        else:
            note = texts.words(self.chance, "negative")
            self.move(key, "validate_negative", self.auxiliar, note=note)


def last_at(petition: Petition) -> datetime:
    """When the last thing was written of a petition of ``with_last_step``."""
    at: datetime = petition.last_at  # type: ignore[attr-defined]
    return at


def with_last_step(petitions: PetitionQuerySet) -> PetitionQuerySet:
    """Each to be asked for ``last_at``."""
    steps = StatusChange.objects.filter(petition=OuterRef("pk")).order_by("-at")
    return petitions.annotate(last_at=Subquery(steps.values("at")[:1]))
