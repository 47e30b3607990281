"""From sightings and doors to petitions received: what the office's front really took in."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from backend.accounts.models import User
from backend.demo import catalogue, geography, texts
from backend.demo.calls import ZONE, is_anonymous, make_id, make_person, pick_channel, pick_moment
from backend.demo.demand import Demand
from backend.demo.incidents import Sighting
from backend.demo.people import Staff
from backend.demo.streets import Streets
from backend.demo.tours import Campaign
from field.folio import make_folio
from field.models import Category, Device, FolioCounter, Petition
from field.services.petitions import PetitionerIntake, PetitionIntake, receive_petitions
from field.vocabulary import Channel, LocationMethod

_CHUNK: Final = 2000
_CODES: Final = list(catalogue.SHARES)


class FrontDesk:
    """Makes intakes, one complaint at a time, with the demo's own chance."""

    def __init__(
        self, *, chance: random.Random, categories: dict[str, Category], streets: list[Streets], staff: Staff
    ) -> None:
        self.chance, self.categories, self.streets, self.staff = chance, categories, streets, staff
        #: Who complained of each incident: some come back.
        self._known: defaultdict[int, list[PetitionerIntake]] = defaultdict(list)

    def calls(self, sightings: list[Sighting], first: date) -> list[PetitionIntake]:
        """Intakes by every channel but the tours."""
        points = geography.to_degrees(np.array([sighting.spot for sighting in sightings]).reshape(-1, 2))
        return [
            self._call(sighting, first + timedelta(days=sighting.day), point)
            for sighting, point in zip(sightings, points, strict=True)
        ]

    def _call(self, sighting: Sighting, day: date, point: NDArray[Any]) -> PetitionIntake:
        chance = self.chance
        channel = pick_channel(chance, category=sighting.category, day=day)
        at = pick_moment(chance, channel=channel, day=day)
        gps = channel == Channel.APP
        accuracy = round(chance.lognormvariate(2.4, 0.5), 1) if gps else None
        typed = chance.random() < 0.25
        unplaced = not gps and chance.random() < 0.015
        return self._intake(
            sighting.category,
            channel,
            spot=sighting.spot,
            place=sighting.place,
            point=None if unplaced else self._fix(point, accuracy),
            accuracy=accuracy,
            method=LocationMethod.GPS
            if gps
            else LocationMethod.ADDRESS
            if typed or unplaced
            else LocationMethod.MAP,
            captured_at=at,
            received_at=at + timedelta(seconds=chance.randint(1, 40)) if gps else at,
            by=None if gps else self._clerk(),
            petitioner=self._who(sighting.category, channel, sighting.root, sighting.nth),
            nth=sighting.nth,
        )

    def doors(
        self, campaign: Campaign, demand: Demand, first: date, rng: np.random.Generator, tablets: Tablets
    ) -> list[PetitionIntake]:
        """Intakes at the doors of the tours; each door learns the ids of its petitions."""
        points = geography.to_degrees(np.array([door.spot for door in campaign.doors]).reshape(-1, 2))
        intakes = []
        mixes: dict[tuple[int, int], NDArray[Any]] = {}
        for door, point in zip(campaign.doors, points, strict=True):
            key = (door.place, (door.at.date() - first).days)
            if key not in mixes:
                mixes[key] = demand.mix_at(*key)
            for _ask in range(door.asks):
                category = _CODES[int(rng.choice(len(_CODES), p=mixes[key]))]
                at = door.at - timedelta(seconds=self.chance.randint(20, 70))
                accuracy = round(self.chance.lognormvariate(2.0, 0.5), 1)
                intake = self._intake(
                    category,
                    Channel.TOUR,
                    spot=door.spot,
                    place=door.place,
                    point=self._fix(point, accuracy),
                    accuracy=accuracy,
                    method=LocationMethod.GPS,
                    captured_at=at,
                    received_at=at + timedelta(seconds=int(self.chance.expovariate(1 / 4000)) + 3),
                    by=door.by,
                    petitioner=self._who(category, Channel.TOUR, -1, 0),
                )
                device = tablets.of(door.by)
                intakes.append(replace(intake, device_id=device.pk, folio=tablets.next_folio(device, at)))
                door.petitions.append(intake.id)
        return intakes

    def _intake(
        self, category: str, channel: Channel, *, spot: tuple[float, float], place: int,
        point: tuple[float, float] | None, nth: int = 0, by: User | None, accuracy: float | None,
        method: LocationMethod, **facts: Any,
    ) -> PetitionIntake:  # fmt: skip
        street, between = self.streets[place].address(np.array(spot))
        mine = self.categories[category]
        name = street.rsplit(" ", 1)[0]
        return PetitionIntake(
            id=make_id(self.chance, facts["captured_at"]),
            category=mine,
            channel=channel,
            captured_by_id=by.pk if by else None,
            description=texts.petition_text(
                self.chance, category=category, channel=channel, street=name, nth=nth
            ),
            answers=texts.answers(self.chance, mine.questions),
            lon_lat=point,
            accuracy_m=accuracy,
            location_method=method,
            address=f"{street}, {between}, {self.streets[place].site.name}",
            reference=texts.landmark(self.chance) if self.chance.random() < 0.45 else "",
            **facts,
        )

    def _fix(self, point: NDArray[Any], accuracy: float | None) -> tuple[float, float]:
        """Where the fix falls: a GPS errs by about half of the accuracy it states."""
        err = (accuracy or 0) / 2.2 / 111_000
        gauss = self.chance.gauss
        return (round(float(point[0]) + gauss(0, err), 7), round(float(point[1]) + gauss(0, err), 7))

    def _clerk(self) -> User:
        return self.chance.choice(self.staff.auxiliares)

    def _who(self, category: str, channel: Channel, root: int, nth: int) -> PetitionerIntake | None:
        if is_anonymous(self.chance, category=category):
            return None
        known = self._known[root]
        if nth and known and self.chance.random() < 0.18:
            return self.chance.choice(known)
        person = make_person(self.chance, channel=channel)
        if root >= 0:
            known.append(person)
        return person


class Tablets:
    """The promotores' tablets and the folios that they have issued."""

    def __init__(self, devices: list[Device]) -> None:
        self.devices = {device.user_id: device for device in devices}
        self._last: defaultdict[tuple[str, int], int] = defaultdict(int)

    def of(self, user: User) -> Device:
        return self.devices[user.pk]

    def next_folio(self, device: Device, at: Any) -> str:
        series, year = device.series_id, at.astimezone(ZONE).year % 100
        self._last[series, year] += 1
        return make_folio(year, series, self._last[series, year])

    def save_counters(self) -> None:
        """So that nothing ever issues these numbers again."""
        FolioCounter.objects.bulk_create(
            FolioCounter(series_id=series, year=year, last=last)
            for (series, year), last in self._last.items()
        )


def receive_all(intakes: list[PetitionIntake], progress: Callable[[int], None]) -> Iterator[Petition]:
    """Hands everything in by the front door, oldest first; a batch never spans two years."""
    intakes.sort(key=lambda intake: (intake.received_at, intake.id))
    done = 0
    for _year, batch in groupby(intakes, key=lambda intake: intake.received_at.astimezone(ZONE).year):
        year = list(batch)
        for start in range(0, len(year), _CHUNK):
            received = receive_petitions(intakes=year[start : start + _CHUNK])
            done += len(received)
            progress(done)
            yield from received


def reachable_ids(intakes: list[PetitionIntake]) -> set[UUID]:
    """Petitions with somebody to call."""
    return {i.id for i in intakes if i.petitioner and (i.petitioner.phone or i.petitioner.email)}
