"""Where the crews went: past tours with every door knocked, today's, and those to come."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.contrib.gis.geos import Point
from numpy.typing import NDArray

from backend.accounts.models import User
from backend.demo.calls import ZONE, make_id
from backend.demo.demand import Demand
from backend.demo.people import Staff
from backend.demo.streets import Streets
from backend.demo.territory import PEOPLE_PER_HOME
from campaigns.models import Encounter, Programme, Tour, Visit
from geo.bulk import copy_rows

MAYOR, NEAR = "el-alcalde-toca-tu-puerta", "cerca-de-ti"
PROGRAMMES: Final = {MAYOR: "El Alcalde toca tu puerta", NEAR: "Cerca de Ti"}
_Outcome = Encounter.Outcome
_OUTCOMES: Final = {
    _Outcome.NOBODY_HOME: 35,
    _Outcome.PETITION: 30,
    _Outcome.NOTHING_TO_ASK: 24,
    _Outcome.REFUSED: 6,
    _Outcome.COME_BACK: 5,
}
PETITIONS_PER_DOOR: Final = 0.3 * 1.1
#: How long a door takes beyond a moment of waiting.
_MINUTES: Final[dict[str, float]] = {_Outcome.PETITION: 5.5, _Outcome.NOTHING_TO_ASK: 2.5}
_REST: Final = timedelta(days=150)
_NOTES: Final[dict[str, list[str]]] = {
    _Outcome.COME_BACK: [
        "Pide que pasemos por la tarde.",
        "Está el hijo, la mamá llega a las 4.",
        "Volver el sábado.",
    ],
    _Outcome.NOTHING_TO_ASK: ["", "", "", "Todo bien, agradece la visita.", "Ya le atendieron lo suyo."],
    _Outcome.REFUSED: ["", "", "No quiso dar datos."],
}


@dataclass
class Door:
    """One door knocked; ``petitions`` is filled in when they are made."""

    id: UUID
    visit: Visit
    place: int
    spot: tuple[float, float]
    at: datetime
    by: User
    outcome: str
    asks: int
    petitions: list[UUID] = field(default_factory=list)


class Campaign:
    """Tours, visits and doors, as they are planned: crews go where need is, and not again too soon."""

    def __init__(
        self,
        *,
        rng: np.random.Generator,
        chance: random.Random,
        streets: list[Streets],
        demand: Demand,
        staff: Staff,
        programmes: dict[str, Programme],
    ) -> None:
        self.rng, self.chance, self.streets, self.staff = rng, chance, streets, staff
        self.programmes = programmes
        self.tours: list[Tour] = []
        self.visits: list[Visit] = []
        self.doors: list[Door] = []
        sites = [grid.site for grid in streets]
        weight = np.mean(list(demand.places.values()), axis=0)
        self._weight = np.where([site.rural for site in sites], weight * 2.5, weight)
        self._centres = np.array([site.centre for site in sites])
        self._numbers = {site.place_id: n for n, site in enumerate(sites)}
        self._visited: dict[int, date] = {}

    def plan(self, *, first: date, today: date, petitions: int) -> None:
        """Tours from ``first`` to a month from ``today``, whose doors give about ``petitions``."""
        past = max(3, min(40, round(petitions / 60)))
        every = ((today - first).days - 10) / past
        for number in range(past):
            mayor = number % 2 == 0
            day = first + timedelta(days=round(6 + number * every))
            day += timedelta(days=((5 if mayor else 3) - day.weekday()) % 7)
            stage = Tour.Stage.CANCELLED if number == past - 7 else Tour.Stage.CLOSED
            self._add(MAYOR if mayor else NEAR, min(day, today - timedelta(days=2)), 3 if mayor else 2, stage)
        knocked = [visit for visit in self.visits if visit.stage == Visit.Stage.CLOSED]
        for visit in knocked:
            self._knock(visit, petitions / PETITIONS_PER_DOOR / len(knocked))
        self._add(MAYOR, today, 4, Tour.Stage.CONFIRMED, again=self._promised(today))
        self._add(NEAR, today + timedelta(days=5), 3, Tour.Stage.CONFIRMED)
        self._add(MAYOR, today + timedelta(days=12), 3, Tour.Stage.PLANNED)
        self._add(NEAR, today + timedelta(days=20), 3, Tour.Stage.PLANNED)

    def _pick(self, day: date, count: int) -> list[int]:
        """A place in need and its nearest neighbours that have waited long enough."""
        free = [day - self._visited.get(n, date.min) > _REST for n in range(len(self.streets))]
        weight = np.where(free, self._weight, 0)
        start = int(self.rng.choice(len(weight), p=weight / weight.sum()))
        away = np.hypot(*(self._centres - self._centres[start]).T) + np.where(weight > 0.002, 0, 50)
        away[start] = -1
        chosen = [int(n) for n in np.argsort(away)[:count]]
        self._visited |= dict.fromkeys(chosen, day)
        return chosen

    def _promised(self, today: date) -> list[int]:
        """Two places where crews said, about four months ago, that they would come back."""
        ago = {n: (today - day).days for n, day in self._visited.items()}
        return sorted(ago, key=lambda n: (abs(ago[n] - 120), n))[:2]

    def _add(
        self, programme: str, day: date, count: int, stage: Tour.Stage, *, again: Sequence[int] = ()
    ) -> None:
        """A tour of ``count`` places: those of ``again`` first, by the first crews."""
        places = [*again, *self._pick(day, count - len(again))]
        at_desk = datetime.combine(day - timedelta(days=9), time(11), ZONE)
        names = [self.streets[n].site.name for n in places]
        tour = Tour(
            id=make_id(self.chance, at_desk),
            programme=self.programmes[programme],
            name=f"{', '.join(names[:-1])} y {names[-1]}",
            starts_on=day,
            ends_on=day,
            stage=stage,
            notes="Se canceló por lluvia." if stage == Tour.Stage.CANCELLED else "",
            created_by=self.staff.director,
            created_at=at_desk,
        )
        self.tours.append(tour)
        crews = self.staff.crews if again else self.chance.sample(self.staff.crews, len(self.staff.crews))
        done = stage == Tour.Stage.CLOSED
        for number, place in enumerate(places):
            self.visits.append(
                Visit(
                    id=make_id(self.chance, at_desk),
                    tour=tour,
                    place_id=self.streets[place].site.place_id,
                    crew=crews[number % len(crews)],
                    date=day,
                    stage=Visit.Stage.CLOSED if done else Visit.Stage.PLANNED,
                    closed_at=datetime.combine(day, time(18, 40), ZONE) if done else None,
                )
            )

    def _knock(self, visit: Visit, usual: float) -> None:
        """One crew's doors on one visit, street after street, each promotor every n-th door."""
        chance, place = self.chance, self._numbers[visit.place_id]
        grid = self.streets[place]
        homes = round(grid.site.population / PEOPLE_PER_HOME)
        count = max(1, min(round(usual * chance.uniform(0.65, 1.35)), homes))
        members = self.staff.crew_members(visit.crew_id or 0)
        start = datetime.combine(visit.date, time(9 if visit.date.weekday() == 5 else 15, 30), ZONE)
        clocks = [start + timedelta(minutes=chance.uniform(0, 8)) for _ in members]
        for number, spot in enumerate(grid.walk(self.rng, count)):
            turn = number % len(members)
            outcome = chance.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
            minutes = _MINUTES.get(outcome, 1.2) + chance.expovariate(0.6)
            clocks[turn] += timedelta(minutes=min(minutes, 12))
            at = clocks[turn].replace(microsecond=0)
            self.doors.append(
                Door(
                    id=make_id(chance, at),
                    visit=visit,
                    place=place,
                    spot=(float(spot[0]), float(spot[1])),
                    at=at,
                    by=members[turn],
                    outcome=outcome,
                    asks=(2 if chance.random() < 0.1 else 1) if outcome == _Outcome.PETITION else 0,
                )
            )


def save_campaign(
    *, chance: random.Random, campaign: Campaign, lon_lat: NDArray[Any], devices: dict[int, Any]
) -> None:
    """Writes tours, visits, and doors with the petitions that they gave (already written)."""
    copy_rows(Tour, campaign.tours)
    copy_rows(Visit, campaign.visits)
    doors = zip(campaign.doors, lon_lat, strict=True)
    copy_rows(Encounter, (_encounter(chance, door, point, devices[door.by.pk]) for door, point in doors))
    link = Encounter.petitions.through
    copy_rows(
        link,
        (link(encounter_id=door.id, petition_id=id_) for door in campaign.doors for id_ in door.petitions),
    )


def _encounter(chance: random.Random, door: Door, point: NDArray[Any], device: Any) -> Encounter:
    return Encounter(
        id=door.id,
        visit=door.visit,
        outcome=door.outcome,
        at=door.at,
        received_at=door.at + timedelta(seconds=chance.randint(2, 9000)),
        location=Point(float(point[0]), float(point[1]), srid=4326),
        accuracy_m=round(chance.lognormvariate(1.9, 0.4), 1),
        note=chance.choice(_NOTES.get(door.outcome, [""])),
        device=device,
        recorded_by=door.by,
    )
