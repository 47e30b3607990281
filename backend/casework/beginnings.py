"""What a capture may begin from, besides an empty form, without casework knowing who offers it.

A floor above registers a function in its ``AppConfig.ready`` under a name; ``/boletas/nueva/?desde=NAME:KEY``
asks it for what the form begins with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.accounts.models import User

#: Answers the form's initial values for the person and the key, or None where there is nothing to begin from.
Beginning = Callable[[User, str], dict[str, Any] | None]

_beginnings: dict[str, Beginning] = {}


def register(name: str, beginning: Beginning) -> None:
    """Let captures begin from what ``beginning`` answers."""
    _beginnings[name] = beginning


def begin(user: User, text: str) -> dict[str, Any]:
    """What a form begins with that was opened from ``text``; empty where nothing answers to it."""
    name, _colon, key = text.partition(":")
    beginning = _beginnings.get(name)
    return (beginning(user, key) if beginning else None) or {}
