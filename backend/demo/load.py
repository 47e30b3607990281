"""Loads Puerto Aldaba into an empty database, all of it or nothing."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Final
from uuid import UUID

import numpy as np
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from backend.accounts.models import User
from backend.casework.models import Holiday, Referral, StatusChange
from backend.demo import calls, catalogue, demand, geography, incidents, people, petitions, territory, tours
from backend.demo.calls import ZONE
from backend.demo.hours import WorkingHours
from backend.demo.life import Office
from backend.demo.rooms.city_hall import CityHall
from backend.demo.rooms.furnish import furnish
from backend.demo.rooms.messages import silence
from backend.demo.streets import Streets
from backend.reports.services.snapshots import rebuild_density
from campaigns.models import Programme, Tour
from field.folio import SERIES_ALPHABET
from field.models import Category, Department, Device, FolioSeries, Petition, PrivacyNotice
from geo.bulk import copy_rows
from geo.models import Municipality, Place
from geo.problems import Conflict

#: Eighteen months.
DAYS: Final = 548
#: The part of all petitions that the tours bring.
_FROM_TOURS: Final = 0.16
_REST_DAYS: Final = ((11, 2, "Día de Muertos"), (12, 24, "Nochebuena"), (12, 31, "Fin de año"))
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """What the demo database holds."""

    petitions: int
    open: int
    overdue: int
    places: int
    tours: int
    staff: int
    fresh: bool = True


def is_loaded() -> bool:
    """Whether this database holds the demo."""
    return Place.objects.filter(source=territory.SOURCE).exists()


def load_demo(*, count: int, seed: int, today: date, progress: Progress) -> Loaded:
    """Writes the demo: about ``count`` petitions over the eighteen months before ``today``.

    The same three give the same municipality, people and petitions. A database that already holds
    the demo is left as it is; one that holds anything else, or petitions that people made in the
    demo since, raises Conflict and is not touched.
    """
    if is_loaded():
        _refuse_real_petitions()
        return count_loaded(today=today, fresh=False)
    _refuse_real_data()
    with timezone.override(ZONE), transaction.atomic(), silence():
        _Load(count=count, seed=seed, today=today, progress=progress).run()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rebuild_density(force=True)
    return count_loaded(today=today, fresh=True)


def _refuse_real_petitions() -> None:
    # The demo's own end before the day for which it was made, and come from no other system.
    published_at = PrivacyNotice.objects.get(version=catalogue.NOTICE_VERSION).published_at
    today = published_at.astimezone(ZONE).date() + timedelta(days=DAYS)
    since = Q(captured_at__gte=datetime.combine(today, time(), ZONE))
    real = Petition.objects.filter(since | Q(source_id__isnull=False)).count()
    if real:
        raise Conflict(
            f"La demostración ya está, pero hay {real} peticiones que no son de ella; no se tocó nada. "
            "Cargue la demostración en una base de datos vacía."
        )


def _refuse_real_data() -> None:
    kept: tuple[type[models.Model], ...] = (
        Petition,
        Place,
        Municipality,
        Department,
        Category,
        Programme,
        Tour,
    )
    if any(model._default_manager.exists() for model in kept):
        raise Conflict(
            "Esta base de datos ya tiene datos que no son de la demostración, y no se tocó nada. "
            "Cargue la demostración en una base de datos vacía."
        )
    if User.objects.filter(username__in=people.usernames()).exists():
        raise Conflict(
            "Ya hay personas con los nombres de usuario de la demostración. "
            "Cárguela en una base de datos vacía."
        )


def count_loaded(*, today: date, fresh: bool) -> Loaded:
    """The demo as it stands."""
    waiting = Petition.objects.open()
    return Loaded(
        petitions=Petition.objects.count(),
        open=waiting.count(),
        overdue=waiting.filter(due_on__lt=today).count(),
        places=Place.objects.count(),
        tours=Tour.objects.count(),
        staff=User.objects.count(),
        fresh=fresh,
    )


class _Load:
    """One run; every part draws from a chance of its own, so that one does not disturb another."""

    def __init__(self, *, count: int, seed: int, today: date, progress: Progress) -> None:
        self.count, self.seed, self.today, self.progress = count, seed, today, progress
        self.first = today - timedelta(days=DAYS)
        self.start = datetime.combine(self.first, time(), ZONE)

    def rng(self, part: str) -> np.random.Generator:
        return np.random.default_rng(self._key(part))

    def chance(self, part: str) -> random.Random:
        return random.Random(self._key(part))  # noqa: S311 - a demo, not a secret

    def _key(self, part: str) -> int:
        return int.from_bytes(hashlib.sha256(f"{self.seed} {part}".encode()).digest()[:8])

    def _hours(self, part: str, rest_days: frozenset[date]) -> WorkingHours:
        until = datetime.combine(self.today, time(), ZONE)
        return WorkingHours(chance=self.chance(part), until=until, rest_days=rest_days)

    def run(self) -> None:
        self.progress("Territorio, dependencias y personal")
        land = territory.sketch_territory(self.rng("territory"))
        territory.save_territory(land)
        departments, categories = catalogue.save_catalogue(published_at=self.start)
        rest_days = self._rest_days()
        staff = people.hire(self.chance("staff"), departments=departments, joined=self.start)
        tablets = petitions.Tablets(self._enrol(staff))
        streets = [Streets(site) for site in land.sites]
        wanted = demand.study_demand(self.rng("demand"), sites=land.sites, first=self.first, days=DAYS)

        self.progress("Recorridos y peticiones")
        desk = petitions.FrontDesk(
            chance=self.chance("desk"), categories=categories, streets=streets, staff=staff
        )
        campaign = self._campaign(wanted, staff, streets)
        intakes = desk.doors(campaign, wanted, self.first, self.rng("doors"), tablets)
        rest = max(self.count - len(intakes), 0)
        intakes += desk.calls(
            incidents.draw_sightings(self.rng("incidents"), count=rest, demand=wanted, streets=streets),
            self.first,
        )
        received = list(petitions.receive_all(intakes, lambda n: self.progress(f"{n} peticiones recibidas")))
        tablets.save_counters()

        self.progress("Historia de cada boleta")
        office = Office(
            chance=self.chance("life"),
            staff=staff,
            departments=departments,
            hours=self._hours("hours", rest_days),
        )
        self._live(office, received, petitions.reachable_ids(intakes), land)
        hall = CityHall(
            staff=staff,
            departments=departments,
            hours=self._hours("rooms", rest_days),
            chance=self.chance("affairs"),
            petitions=len(received),
        )
        furnish(hall, first=self.first, devices=list(tablets.devices.values()), progress=self.progress)
        self.progress("Puertas tocadas")
        points = geography.to_degrees(np.array([door.spot for door in campaign.doors]).reshape(-1, 2))
        tours.save_campaign(
            chance=self.chance("encounters"), campaign=campaign, lon_lat=points, devices=tablets.devices
        )

    def _rest_days(self) -> frozenset[date]:
        """The days that Puerto Aldaba adds to the official ones."""
        days = [
            Holiday(date=date(year, month, day), name=name)
            for year in range(self.first.year, self.today.year + 2)
            for month, day, name in _REST_DAYS
        ]
        return frozenset(holiday.date for holiday in Holiday.objects.bulk_create(days))

    def _enrol(self, staff: people.Staff) -> list[Device]:
        """A tablet for each promotor, and the office's own series of folios."""
        chance = self.chance("tablets")
        codes: set[str] = set()
        while len(codes) <= len(staff.promotores):
            codes.add("".join(chance.choices(SERIES_ALPHABET, k=3)))
        office, *series = sorted(codes)
        FolioSeries.objects.bulk_create(
            FolioSeries(code=code, office=code == office) for code in [office, *series]
        )
        devices = [
            Device(
                id=calls.make_id(chance, self.start),
                name=f"Tableta {number}",
                user=user,
                series_id=code,
                token_digest=chance.randbytes(32),  # of no token: enrol one to try it
                enrolled_at=self.start,
            )
            for number, (user, code) in enumerate(zip(staff.promotores, series, strict=True), 1)
        ]
        copy_rows(Device, devices)
        return devices

    def _campaign(self, wanted: demand.Demand, staff: people.Staff, streets: list[Streets]) -> tours.Campaign:
        programmes = {
            programme.code: programme
            for programme in Programme.objects.bulk_create(
                Programme(code=code, name=name) for code, name in tours.PROGRAMMES.items()
            )
        }
        campaign = tours.Campaign(
            rng=self.rng("tours"),
            chance=self.chance("tours"),
            streets=streets,
            demand=wanted,
            staff=staff,
            programmes=programmes,
        )
        campaign.plan(first=self.first, today=self.today, petitions=round(self.count * _FROM_TOURS))
        return campaign

    def _live(
        self, office: Office, received: list[Petition], reachable: set[UUID], land: territory.Territory
    ) -> None:
        waits = demand.patience(self.rng("patience"), sites=land.sites)
        patience = {site.place_id: float(wait) for site, wait in zip(land.sites, waits, strict=True)}
        for petition in received:
            office.live(
                petition,
                category=petition.category,
                patience=patience.get(petition.place_id or 0, 1.0),
                reachable=petition.pk in reachable,
            )
        chronicle = office.chronicle
        # In the order of their time, as an office appends them: the table's index by time counts on it.
        copy_rows(StatusChange, sorted(chronicle.changes, key=attrgetter("at")))
        copy_rows(Referral, chronicle.referrals)
        _stand(chronicle.moved)


def _stand(moved: list[Petition]) -> None:
    """Puts each petition where its story left it, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE field_petition AS petition
               SET status = now.status, status_at = now.status_at,
                   department_id = now.department, due_on = now.due_on
              FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::bigint[], %s::date[])
                   AS now (id, status, status_at, department, due_on)
             WHERE petition.id = now.id
            """,
            [
                [petition.pk for petition in moved],
                [petition.status for petition in moved],
                [petition.status_at for petition in moved],
                [petition.department_id for petition in moved],
                [petition.due_on for petition in moved],
            ],
        )
