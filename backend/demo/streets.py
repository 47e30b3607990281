"""Street grids: where the houses stand in a place, and what its addresses are called."""

from __future__ import annotations

import math
import zlib
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from backend.demo import names
from backend.demo.territory import Site

#: Metres between streets along and across each kind's grid, and how far houses stray from the line.
_GRIDS: Final = {
    "centro": (70, 90, 5),
    "puerto": (180, 220, 12),
    "antigua": (80, 110, 6),
    "hotelera": (130, 190, 12),
    "residencial": (65, 150, 8),
    "infonavit": (50, 130, 5),
    "popular": (75, 120, 6),
    "informal": (65, 95, 14),
    "fraccionamiento": (48, 140, 5),
    "industrial": (190, 260, 15),
    "rural": (85, 95, 14),
}


class Streets:
    """One place's streets; points are sketch kilometres (n, 2)."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._turn = math.radians(site.angle)
        self._rows, self._columns, self._stray = (metres / 1000 for metres in _GRIDS[site.kind])
        self._upright = self._rotate(shapely.get_coordinates(site.shape), -self._turn)
        shapely.prepare(site.shape)
        themes = names.THEMES[site.kind]
        key = zlib.crc32(f"{site.angle}{site.kind}".encode())
        self._names = [name for theme in themes for name in names.STREETS[theme]]
        self._first = key % len(self._names)

    def houses(self, rng: np.random.Generator, count: int) -> NDArray[Any]:
        """``count`` front doors, spread evenly over the streets."""
        low, high = self._upright.min(0), self._upright.max(0)
        found = np.empty((0, 2))
        while len(found) < count:
            spots = self.onto_streets(
                rng, self._rotate(rng.uniform(low, high, (4 * count + 16, 2)), self._turn)
            )
            found = np.vstack([found, spots[self.contains(spots)]])
        return found[:count]

    def contains(self, spots: NDArray[Any]) -> NDArray[Any]:
        """Which spots lie in the place."""
        inside: NDArray[Any] = shapely.contains_xy(self.site.shape, spots)
        return inside

    def onto_streets(self, rng: np.random.Generator, spots: NDArray[Any]) -> NDArray[Any]:
        """Each spot moved to the nearer street line, a little off it."""
        upright = self._rotate(spots, -self._turn)
        grid = np.array([self._columns, self._rows])
        lines = np.round(upright / grid) * grid
        to_column = np.abs(lines - upright).argmin(1)
        moved = upright.copy()
        each = np.arange(len(spots))
        moved[each, to_column] = lines[each, to_column] + rng.normal(0, self._stray, len(spots))
        return self._rotate(moved, self._turn)

    def walk(self, rng: np.random.Generator, count: int) -> NDArray[Any]:
        """``count`` doors as a crew knocks them: along one street and back along the next."""
        x, y = self._rotate(self.houses(rng, 1), -self._turn)[0]
        first, reach = round(y / self._rows), max(0.16, 0.011 * math.sqrt(count))
        low, high = self._upright.min(0), self._upright.max(0)
        rows: list[NDArray[Any]] = []
        for number in sorted(
            range(math.floor(low[1] / self._rows), math.ceil(high[1] / self._rows) + 1),
            key=lambda row: abs(row - first),
        ):
            along = np.arange(max(low[0], x - reach), min(high[0], x + reach), 0.016)
            sides = rng.choice([-1, 1], len(along)) * 0.006 + rng.normal(0, self._stray / 4, len(along))
            doors = np.stack([along + rng.normal(0, 0.003, len(along)), number * self._rows + sides], 1)
            rows.append(doors[self.contains(self._rotate(doors, self._turn))])
            if sum(len(row) for row in rows) >= count:
                break
        rows.sort(key=lambda row: float(row[:, 1].mean()) if len(row) else 0.0)
        walked = np.vstack([row[:: 1 if n % 2 else -1] for n, row in enumerate(rows)])[:count]
        lacking = self.houses(rng, count - len(walked)) if len(walked) < count else np.empty((0, 2))
        return np.vstack([self._rotate(walked, self._turn), lacking])

    def address(self, spot: NDArray[Any]) -> tuple[str, str]:
        """What a person would say: street with number, and the two streets it lies between."""
        across, along = self._rotate(spot[None], -self._turn)[0]
        column, row = across / self._columns, along / self._rows
        if abs(row - round(row)) < abs(column - round(column)):
            street, low, number = self._row(round(row)), math.floor(column), across
            between = (self._column(low), self._column(low + 1))
        else:
            street, low, number = self._column(round(column)), math.floor(row), along
            between = (self._row(low), self._row(low + 1))
        door = 100 + int(abs(number) * 1000) % 4200
        return f"{street} {door}", f"entre {between[0]} y {between[1]}"

    def along(self, angle_of: NDArray[Any]) -> NDArray[Any]:
        """Unit vectors along the rows (where true) or the columns of the grid, (n, 2)."""
        row = np.array([math.cos(self._turn), math.sin(self._turn)])
        return np.where(angle_of[:, None], row, np.array([-row[1], row[0]]))

    def _row(self, number: int) -> str:
        return f"Calle {self._names[(self._first + 2 * number) % len(self._names)]}"

    def _column(self, number: int) -> str:
        return f"Calle {self._names[(self._first + 2 * number + 1) % len(self._names)]}"

    @staticmethod
    def _rotate(spots: NDArray[Any], angle: float) -> NDArray[Any]:
        c, s = math.cos(angle), math.sin(angle)
        turned: NDArray[Any] = spots @ np.array([[c, s], [-s, c]])
        return turned
