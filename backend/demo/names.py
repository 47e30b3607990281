"""Names for places, streets and people, from ``data/names.toml``."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent / "data"


def read_data(name: str) -> dict[str, Any]:
    """One of the demo's word lists, as it stands in its TOML file."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


_NAMES: Final = read_data("names")
COLONIAS: Final[dict[str, list[str]]] = _NAMES["colonias"]
COMUNIDADES: Final[list[dict[str, Any]]] = _NAMES["comunidades"]
STREETS: Final[dict[str, list[str]]] = _NAMES["streets"]
THEMES: Final[dict[str, list[str]]] = _NAMES["themes"]


def draw_name(chance: random.Random) -> tuple[str, str]:
    """A made-up first name, and two surnames."""
    first = chance.choice(_NAMES["women"] if chance.random() < 0.55 else _NAMES["men"])
    one, other = chance.sample(_NAMES["surnames"], 2)
    return first, f"{one} {other}"
