"""What the validation room does when casework moves boletas: see ``services.calls``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from backend.casework.models import StatusChange
from backend.casework.signals import boletas_moved
from backend.validation.services import calls


@receiver(boletas_moved, dispatch_uid="validation.note_moves")
def on_boletas_moved(changes: Sequence[StatusChange], **kwargs: Any) -> None:
    """Note validations made anywhere, and let go of boletas that moved on."""
    calls.note_moves(changes=changes)
