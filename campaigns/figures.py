"""What came of visits and tours: doors, outcomes and petitions, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from uuid import UUID

from django.db.models import Count

from campaigns.models import Encounter
from campaigns.querysets import EncounterQuerySet


class OutcomeShare(NamedTuple):
    """How many doors ended one way, and their share of all doors, 0 to 100."""

    outcome: str
    label: str
    doors: int
    percent: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Doors by outcome and the petitions that they gave (each petition once)."""

    outcomes: Mapping[str, int] = field(default_factory=dict)
    petitions: int = 0

    @property
    def doors(self) -> int:
        return sum(self.outcomes.values())

    @property
    def petitions_per_door(self) -> float | None:
        """None where no door was knocked."""
        return self.petitions / self.doors if self.doors else None

    @property
    def per_door(self) -> str:
        """``petitions_per_door`` to two places, a dash where there is none."""
        rate = self.petitions_per_door
        return "—" if rate is None else f"{rate:.2f}"

    @property
    def shares(self) -> list[OutcomeShare]:
        """Every outcome, in the order of the model, absent ones too."""
        return [
            OutcomeShare(
                outcome.value,
                str(outcome.label),
                count := self.outcomes.get(outcome.value, 0),
                round(100 * count / self.doors) if self.doors else 0,
            )
            for outcome in Encounter.Outcome
        ]


def total_figures(encounters: EncounterQuerySet) -> Figures:
    """The figures of all the encounters together, but for those withdrawn. Two queries."""
    encounters = encounters.standing()
    outcomes = dict(encounters.order_by().values_list("outcome").annotate(Count("pk")))
    petitions = encounters.aggregate(n=Count("petitions", distinct=True))["n"]
    return Figures(outcomes, petitions)


def figures_by(encounters: EncounterQuerySet, key: Literal["visit", "visit__tour"]) -> dict[UUID, Figures]:
    """The figures of each visit's or tour's standing encounters; none where nobody knocked. Two queries."""
    encounters = encounters.standing()
    outcomes: dict[UUID, dict[str, int]] = defaultdict(dict)
    for owner, outcome, doors in encounters.order_by().values_list(key, "outcome").annotate(Count("pk")):
        outcomes[owner][outcome] = doors
    petitions = dict(
        encounters.order_by()
        .filter(petitions__isnull=False)
        .values_list(key)
        .annotate(Count("petitions", distinct=True))
    )
    return {owner: Figures(doors, petitions.get(owner, 0)) for owner, doors in outcomes.items()}
