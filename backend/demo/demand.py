"""Where and when complaints come from: need, season, storms and low ground, from ``data/habits.toml``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from backend.demo import catalogue, geography
from backend.demo.names import read_data
from backend.demo.territory import Site

_DATA: Final = read_data("habits")
HABITS: Final[dict[str, dict[str, Any]]] = _DATA["habits"]
BUNCHES: Final[dict[str, dict[str, float]]] = _DATA["bunches"]
#: Monday to Sunday, over all channels.
_WEEK: Final = np.array([1.25, 1.1, 1.05, 1.0, 1.0, 0.6, 0.45])
#: What a storm leaves on the day itself and the four days after.
_AFTERMATH: Final = (0.6, 1.0, 0.7, 0.4, 0.2)
#: People who are somewhere without living there.
_VISITORS: Final = {"centro": 3500, "hotelera": 2500, "puerto": 600, "industrial": 700}


@dataclass(frozen=True)
class Demand:
    """For each category code, how likely each place (in order) and each day (from the first) is."""

    places: dict[str, NDArray[Any]]
    days: dict[str, NDArray[Any]]

    def mix_at(self, place: int, day: int) -> NDArray[Any]:
        """How likely each category is at one place and day, in the catalogue's order."""
        shares = catalogue.SHARES
        mix = np.array([shares[code] * self.places[code][place] * self.days[code][day] for code in shares])
        likely: NDArray[Any] = mix / mix.sum()
        return likely


def study_demand(rng: np.random.Generator, *, sites: list[Site], first: date, days: int) -> Demand:
    """The city's demand over ``days`` days from ``first``."""
    calendar = [first + timedelta(days=n) for n in range(days)]
    storms = _storms(rng, calendar)
    water = geography.water()
    low = np.array([math.exp(-site.shape.distance(water) / 0.35) for site in sites])
    people = np.array([site.population + _VISITORS.get(site.kind, 0) for site in sites], dtype=float)
    need = np.exp([2.0 * (0.86 - site.marginalisation) for site in sites])
    near = _nearness(sites)
    habit = {department: _coherent(rng, near) for department in catalogue.DEPARTMENTS}
    places, when = {}, {}
    for code in catalogue.SHARES:
        own = HABITS[code]
        pull = np.array([own.get("pull", {}).get(site.kind, 1.0) for site in sites])
        weight = people * need * pull * (1 + own.get("low", 0) * low) * habit[catalogue.department_of(code)]
        places[code] = weight / weight.sum()
        months = _DATA["seasons"][own["season"]]
        season = np.array([months[day.month - 1] * _WEEK[day.weekday()] for day in calendar])
        trend = np.linspace(0.65, 1.4, days)
        chance = trend * (season + own.get("storms", 0) * storms * 0.6)
        when[code] = chance / chance.sum()
    return Demand(places=places, days=when)


def _nearness(sites: list[Site]) -> NDArray[Any]:
    """How much each place takes after each other: rows of weights that sum to 1."""
    centres = np.array([site.centre for site in sites])
    away = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    weights: NDArray[Any] = np.exp(-((away / 1.1) ** 2))
    weights /= weights.sum(1, keepdims=True)
    return weights


def _coherent(rng: np.random.Generator, near: NDArray[Any]) -> NDArray[Any]:
    """A factor for each place, alike among neighbours: pipes and poles of one age lie side by side."""
    field = near @ rng.normal(size=len(near))
    factor: NDArray[Any] = np.exp(0.4 * field / field.std() + rng.normal(0, 0.12, len(near)))
    return factor


def _storms(rng: np.random.Generator, calendar: list[date]) -> NDArray[Any]:
    """How wet each day's streets are: some fourteen storms a season, June to October."""
    wet = np.zeros(len(calendar))
    chance = {6: 0.05, 7: 0.09, 8: 0.12, 9: 0.14, 10: 0.06}
    for n, day in enumerate(calendar):
        if rng.random() < chance.get(day.month, 0):
            for after, share in enumerate(_AFTERMATH):
                if n + after < len(wet):
                    wet[n + after] += share * rng.uniform(0.5, 1.5)
    return wet


def patience(rng: np.random.Generator, *, sites: list[Site]) -> NDArray[Any]:
    """How much longer than usual each place waits: far and poor ones do, and one corner is forgotten."""
    poor = np.array([1.2 * (0.84 - site.marginalisation) for site in sites])
    informal = [site.centre for site in sites if site.kind == "informal"]
    corner = np.array(informal[int(rng.integers(len(informal)))])
    away = np.array([math.dist(site.centre, corner) for site in sites])
    waits: NDArray[Any] = np.clip(1 + poor + 0.8 * np.exp(-((away / 1.5) ** 2)), 0.75, 2.4)
    return waits
