"""What citizens hear of: petitions that arrive, and moves of the table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from backend.casework.models import StatusChange
from backend.casework.signals import boletas_moved, voices_joined, voices_parted
from backend.notifications.services import making
from backend.notifications.tasks import ask_to_send
from backend.notifications.vocabulary import Event
from field.models import Petition
from field.signals import petitions_received


@receiver(petitions_received, dispatch_uid="notifications.tell_of_arrivals")
def on_petitions_received(petitions: Sequence[Petition], **kwargs: Any) -> None:
    """Make the receipts of a batch; history from another system has none."""
    own = [petition.pk for petition in petitions if petition.source_id is None]
    if making.tell_of_arrivals(petitions=own):
        ask_to_send()


@receiver(boletas_moved, dispatch_uid="notifications.tell_of_moves")
def on_boletas_moved(changes: Sequence[StatusChange], **kwargs: Any) -> None:
    """Make the messages of moves; those who joined a petition hear of their own step."""
    making.tell_of_moves(changes=changes)


@receiver(voices_joined, dispatch_uid="notifications.tell_of_joins")
def on_voices_joined(changes: Sequence[StatusChange], **kwargs: Any) -> None:
    """Tell those whose petition goes with another's now; for whoever leads nothing has changed."""
    making.tell_of_steps(changes=changes, event=Event.JOINED)


@receiver(voices_parted, dispatch_uid="notifications.tell_of_splits")
def on_voices_parted(changes: Sequence[StatusChange], **kwargs: Any) -> None:
    """Tell those who knew that their petition went with another."""
    making.tell_of_splits(changes=changes)
