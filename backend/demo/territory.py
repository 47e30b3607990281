"""Puerto Aldaba's places: names, codes, people and need for each parcel of the sketch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.contrib.gis.geos import Point

from backend.demo import geography, names, parcels
from geo.models import Municipality, Place
from geo.services.territory import as_boundary, refresh_places

NAME = "Puerto Aldaba"
SOURCE = "Demostración: municipio ficticio, generado"
TIME_ZONE = "America/Mazatlan"
COLONIAS = 120
POPULATION = 380_000
PEOPLE_PER_HOME = 3.4
#: A comunidad with more people than this has a boundary; the rest are known as a point.
_BOUNDED_FROM = 700

_DISTRICT_SEATS = {
    "Marina": (0.6, 9.0),
    "Malecón": (0.1, 4.2),
    "Centro": (-1.0, -0.7),
    "Estero": (1.6, 0.0),
    "Poniente": (1.9, 4.8),
    "Norte": (4.6, 8.0),
    "Oriente": (5.2, 3.2),
    "Sur": (4.2, -2.4),
}


class Make(NamedTuple):
    """What a kind of colonia is like: people per hectare, scaled later, and CONAPO's index."""

    density: int
    wellbeing: float


MAKES = {
    "centro": Make(60, 0.87),
    "puerto": Make(3, 0.82),
    "antigua": Make(75, 0.85),
    "hotelera": Make(16, 0.94),
    "residencial": Make(24, 0.96),
    "infonavit": Make(88, 0.89),
    "popular": Make(80, 0.77),
    "informal": Make(62, 0.58),
    "fraccionamiento": Make(44, 0.83),
    "industrial": Make(3, 0.72),
    "rural": Make(5, 0.64),
}


@dataclass
class Site:
    """A place as the generator knows it; ``shape`` in sketch kilometres, ``angle`` of its streets."""

    code: str
    name: str
    kind: str
    district: str
    shape: shapely.Polygon
    centre: tuple[float, float]
    angle: float
    population: int
    marginalisation: float
    bounded: bool = True
    place_id: int = 0

    @property
    def rural(self) -> bool:
        return self.kind == "rural"


@dataclass
class Territory:
    land: shapely.Geometry
    sites: list[Site]


def sketch_territory(rng: np.random.Generator) -> Territory:
    """The whole municipality, nothing saved."""
    land = geography.land(rng)
    colonias = _colonias(rng, parcels.cut_city(rng, land=land, count=COLONIAS))
    city = shapely.union_all([site.shape for site in colonias])
    rural = _comunidades(rng, land.difference(geography.unbuilt()).difference(city))
    urban_people = POPULATION - sum(site.population for site in rural)
    weights = np.array([site.population for site in colonias], dtype=float)
    for site, people in zip(colonias, weights / weights.sum() * urban_people, strict=True):
        site.population = round(people)
    return Territory(land=land, sites=colonias + rural)


def _colonias(rng: np.random.Generator, cut: list[parcels.Parcel]) -> list[Site]:
    """Parcels with name, district, weight of people (scaled later) and a spatially coherent need."""
    pools = {kind: [names_[0], *rng.permutation(names_[1:])] for kind, names_ in names.COLONIAS.items()}
    by_size = sorted(cut, key=lambda parcel: (-parcel.shape.area, parcel.shape.centroid.x))
    named = {id(parcel): _next_name(pools, parcel.sector.kind) for parcel in by_size}
    bumps = [(rng.uniform(-1, 7), rng.uniform(-4, 10), rng.normal(0, 0.035)) for _ in range(14)]
    from_the_north = sorted(
        cut, key=lambda parcel: (-round(parcel.shape.centroid.y), parcel.shape.centroid.x)
    )
    sites = []
    for number, parcel in enumerate(from_the_north, 1):
        kind, centre = parcel.sector.kind, parcel.shape.representative_point()
        local = sum(
            rise * math.exp(-(math.hypot(centre.x - x, centre.y - y) ** 2) / 3) for x, y, rise in bumps
        )
        index = MAKES[kind].wellbeing - 0.008 * max(centre.x, 0) + local + rng.normal(0, 0.012)
        people = parcel.shape.area * 1e6 * MAKES[kind].density * float(rng.lognormal(0, 0.2))
        sites.append(
            Site(
                code=f"099-{number:04d}",
                name=named[id(parcel)],
                kind=kind,
                district=_district(centre),
                shape=parcel.shape,
                centre=(centre.x, centre.y),
                angle=parcel.sector.angle,
                population=round(people),
                marginalisation=round(float(np.clip(index, 0.35, 0.985)), 4),
            )
        )
    return sites


def _next_name(pools: dict[str, list[Any]], kind: str) -> str:
    if not pools[kind]:
        pools[kind] = [f"Ampliación {name}" for name in names.COLONIAS[kind]]
    return str(pools[kind].pop(0))


def _district(centre: shapely.Point) -> str:
    return min(_DISTRICT_SEATS, key=lambda name: math.dist(_DISTRICT_SEATS[name], (centre.x, centre.y)))


def _comunidades(rng: np.random.Generator, free: shapely.Geometry) -> list[Site]:
    """Rural places: a ragged patch of houses each, a boundary on the map only for the larger."""
    sites = []
    for number, entry in enumerate(names.COMUNIDADES, 1):
        at, people = entry["at"], entry["population"]
        patch = _patch(rng, at, people, free)
        centre = patch.representative_point()
        index = (
            MAKES["rural"].wellbeing + 0.05 * math.log10(people / 400) - 0.004 * at[0] + rng.normal(0, 0.025)
        )
        sites.append(
            Site(
                code=f"099-9{number:03d}",
                name=entry["name"],
                kind="rural",
                district="Rural",
                shape=patch,
                centre=(centre.x, centre.y),
                angle=float(rng.uniform(0, 90)),
                population=people,
                marginalisation=round(float(np.clip(index, 0.3, 0.85)), 4),
                bounded=people >= _BOUNDED_FROM,
            )
        )
    return sites


def _patch(rng: np.random.Generator, at: list[float], people: int, free: Any) -> shapely.Polygon:
    turns = np.linspace(0, 2 * math.pi, 18, endpoint=False)
    reach = math.sqrt(people / 1800 / math.pi) * rng.uniform(0.7, 1.3, 18)
    ring = np.stack([at[0] + reach * np.cos(turns) * 1.25, at[1] + reach * np.sin(turns)], 1)
    patch: shapely.Polygon = max(
        shapely.get_parts(shapely.Polygon(ring).intersection(free)), key=lambda part: part.area
    )
    return patch


def save_territory(territory: Territory) -> None:
    """Writes the municipality and its places; each site gets its ``place_id``."""
    Municipality.objects.create(
        name=NAME,
        state="Sinaloa",
        boundary=as_boundary(geography.on_the_map(territory.land)),
        centre=_point((1.9, 2.6)),
        time_zone=TIME_ZONE,
    )
    shapes = [geography.on_the_map(site.shape) if site.bounded else None for site in territory.sites]
    places = [
        Place(
            code=site.code,
            kind=Place.Kind.COMUNIDAD if site.rural else Place.Kind.COLONIA,
            name=site.name,
            district=site.district,
            boundary=as_boundary(shape) if shape is not None else None,
            centre=_point(site.centre),
            population=site.population,
            households=round(site.population / PEOPLE_PER_HOME),
            marginalisation=site.marginalisation,
            source=SOURCE,
        )
        for site, shape in zip(territory.sites, shapes, strict=True)
    ]
    for site, place in zip(territory.sites, Place.objects.bulk_create(places), strict=True):
        site.place_id = place.pk
    refresh_places([site.code for site in territory.sites])


def _point(xy: tuple[float, float]) -> Point:
    lon, lat = geography.to_degrees(np.array(xy))
    return Point(float(lon), float(lat), srid=4326)
