"""What keeps a boleta from a move for a reason that a floor above knows, without casework knowing the floor.

A floor registers a function in its ``AppConfig.ready`` under the name of a move; it is asked whenever that
move is about to be made, or foreseen, for one boleta or for many.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

#: Answers, of these petitions, those that may not make the move now, with the reason and what to do first.
Obstacle = Callable[[Collection[UUID]], Mapping[UUID, str]]

_obstacles: dict[str, list[Obstacle]] = {}


def register(move: str, obstacle: Obstacle) -> None:
    """Ask ``obstacle`` before every move of that name."""
    _obstacles.setdefault(move, []).append(obstacle)


def obstacles_to(move: str, petitions: Collection[UUID]) -> dict[UUID, str]:
    """Why some of these petitions may not make the move, in words. As many queries as obstacles to it."""
    return {
        key: reason for obstacle in _obstacles.get(move, ()) for key, reason in obstacle(petitions).items()
    }
