"""Incidents: broken things, each of which several people complain of, and complaints that stand alone.

A Thomas process over the street grid: roots fall where demand is, and each has children scattered
along its street and over the following days. A few roots are chronic and last all year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from backend.demo import catalogue
from backend.demo.demand import BUNCHES, HABITS, Demand
from backend.demo.streets import Streets

_CODES: Final = list(catalogue.SHARES)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One complaint before anyone has made it: what, where (sketch km) and which day.

    ``root`` is the incident it belongs to; ``nth`` counts the complaints about it, from 0.
    """

    category: str
    place: int
    spot: tuple[float, float]
    day: int
    root: int
    nth: int


@dataclass
class _Roots:
    """Incidents as parallel arrays, one entry each; ``size`` complaints, ``along``/``across`` in km."""

    category: NDArray[Any]
    place: NDArray[Any]
    day: NDArray[Any]
    size: NDArray[Any]
    along: NDArray[Any]
    across: NDArray[Any]
    lasts: NDArray[Any]
    chronic: NDArray[Any]


def draw_sightings(
    rng: np.random.Generator, *, count: int, demand: Demand, streets: list[Streets]
) -> list[Sighting]:
    """``count`` sightings over the whole period, by day."""
    roots = _roots(rng, count, demand)
    root = np.repeat(np.arange(len(roots.size)), roots.size)
    first = np.concatenate([[0], np.cumsum(roots.size)[:-1]]) if len(roots.size) else np.empty(0)
    nth = np.arange(len(root)) - first[root]
    day = _days(rng, roots, root, nth, demand)
    spots = _spots(rng, roots, root, nth, streets)
    order = np.lexsort((nth, root, day))
    return [
        Sighting(
            category=_CODES[roots.category[root[n]]],
            place=int(roots.place[root[n]]),
            spot=(float(spots[n, 0]), float(spots[n, 1])),
            day=int(day[n]),
            root=int(root[n]),
            nth=int(nth[n]),
        )
        for n in order
    ]


def _roots(rng: np.random.Generator, count: int, demand: Demand) -> _Roots:
    shares = np.array(list(catalogue.SHARES.values()))
    per_category = rng.multinomial(count, shares / shares.sum())
    columns: list[tuple[NDArray[Any], ...]] = []
    for number, code in enumerate(_CODES):
        bunch = BUNCHES[HABITS[code]["bunch"]]
        bunched = round(per_category[number] * bunch["part"])
        incidents = round(bunched / bunch["size"])
        bunched = bunched if incidents else 0
        sizes = np.ones(per_category[number] - bunched, dtype=int)
        chronic = 0
        if incidents:
            chronic = int(min(bunch["chronic"], incidents // 8))
            weights = rng.gamma(0.9, size=incidents) + 0.05
            weights[:chronic] = weights.mean() * (3 + 0.12 * incidents)
            sizes = np.concatenate([rng.multinomial(bunched, weights / weights.sum()), sizes])
        total, one = len(sizes), np.ones(len(sizes))
        where = demand.places[code]
        worst = where**1.6 / (where**1.6).sum()
        place = rng.choice(len(where), total, p=where)
        place[:chronic] = rng.choice(len(where), chronic, replace=False, p=worst)
        lone = sizes < 2
        columns.append(
            (
                np.full(total, number),
                place,
                rng.choice(len(demand.days[code]), total, p=demand.days[code]),
                sizes,
                np.where(lone, 0, bunch["along"] / 1000 * one),
                np.where(lone, 0, bunch["across"] / 1000 * one),
                bunch["days"] * one,
                np.arange(total) < chronic,
            )
        )
    return _Roots(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def _days(
    rng: np.random.Generator, roots: _Roots, root: NDArray[Any], nth: NDArray[Any], demand: Demand
) -> NDArray[Any]:
    last = len(next(iter(demand.days.values()))) - 1
    later = np.where(nth == 0, 0, np.floor(rng.exponential(1.0, len(root)) * roots.lasts[root]))
    day: NDArray[Any] = (roots.day[root] + later).astype(int)
    beyond = day > last
    day[beyond] = rng.integers(roots.day[root][beyond], last + 1)
    for number in np.unique(roots.category[roots.chronic]):
        always = roots.chronic[root] & (roots.category[root] == number)
        day[always] = rng.choice(last + 1, always.sum(), p=demand.days[_CODES[number]])
    return day


def _spots(
    rng: np.random.Generator, roots: _Roots, root: NDArray[Any], nth: NDArray[Any], streets: list[Streets]
) -> NDArray[Any]:
    """Roots at front doors, their children along the street, inside the same place."""
    centres = np.empty((len(roots.place), 2))
    spots = np.empty((len(root), 2))
    down_the_row = rng.random(len(roots.place)) < 0.5
    for place, grid in enumerate(streets):
        here = np.flatnonzero(roots.place == place)
        if not len(here):
            continue
        centres[here] = grid.houses(rng, len(here))
        mine = np.flatnonzero(roots.place[root] == place)
        parent = root[mine]
        way = grid.along(down_the_row[parent])
        aside = way[:, ::-1] * np.array([-1, 1])
        reach = rng.normal(size=(len(mine), 2)) * np.stack([roots.along[parent], roots.across[parent]], 1)
        moved = centres[parent] + way * reach[:, :1] + aside * reach[:, 1:]
        spread = roots.across[parent] > 0.03  # over several streets: each complaint at its own
        moved[spread] = grid.onto_streets(rng, moved[spread]) if spread.any() else moved[spread]
        stay = (nth[mine] == 0) | ~grid.contains(moved)
        spots[mine] = np.where(stay[:, None], centres[parent], moved)
    return spots
