"""How doors and visits look on maps and in tables: each has a colour, a shape and a word."""

from __future__ import annotations

from typing import NamedTuple

from campaigns.models import Encounter, Visit


class Look(NamedTuple):
    """A colour with contrast on paper, a shape of ``geo.maps`` points, and a Bootstrap icon."""

    colour: str
    shape: str
    icon: str


OUTCOMES: dict[str, Look] = {
    Encounter.Outcome.PETITION: Look("#875818", "diamond", "diamond-fill"),
    Encounter.Outcome.COME_BACK: Look("#1d4f86", "triangle", "triangle-fill"),
    Encounter.Outcome.NOTHING_TO_ASK: Look("#2a6b2f", "circle", "circle-fill"),
    Encounter.Outcome.REFUSED: Look("#a01846", "square", "square-fill"),
    Encounter.Outcome.NOBODY_HOME: Look("#4b5563", "ring", "circle"),
}

#: Tints: the doors are drawn over them.
STAGES: dict[str, Look] = {
    Visit.Stage.PLANNED: Look("#f6e7c8", "square", "calendar-event"),
    Visit.Stage.OPEN: Look("#fed98e", "square", "door-open"),
    Visit.Stage.CLOSED: Look("#d5e6d3", "square", "check-circle-fill"),
    Visit.Stage.CANCELLED: Look("#dcd7d0", "square", "slash-circle"),
}
