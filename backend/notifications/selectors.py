"""The messages that a person in the office may know of."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from backend.accounts.models import User
from backend.casework.selectors import visible_to
from backend.notifications.addresses import address as spelt
from backend.notifications.models import Carrier, EventRule, Message
from backend.notifications.vocabulary import WITHDRAWABLE, Event, Mode, State
from field.folio import parse_folio
from field.models import Petition

#: Longer than a carrier's rests and a message's first tries take.
_LATE_AFTER: Final = timedelta(hours=1)


def messages_for(user: User, *, state: str = "", event: str = "", folio: str = "") -> QuerySet[Message]:
    """Messages about petitions that the person sees, newest first. Raises FolioError for a mistyped folio."""
    found = Message.objects.filter(petition__in=visible_to(user)).select_related("petition__category")
    if state:
        found = found.filter(state=state)
    if event:
        found = found.filter(event=event)
    if folio.strip():
        found = found.filter(petition__folio=parse_folio(folio))
    return found.order_by("-id")


def counts_by_state(user: User) -> dict[str, int]:
    """How many messages are not done with, by how they stand."""
    pending = messages_for(user).filter(state__in=WITHDRAWABLE)
    return dict(pending.order_by().values_list("state").annotate(n=Count("id")))


def count_stuck(user: User) -> int:
    """How many messages go nowhere unless somebody in the office sees to them: that wait to be read, did not
    leave or are in doubt; or that were due an hour ago and are still here."""
    still_here = Q(state=State.WAITING, send_after__lt=timezone.now() - _LATE_AFTER)
    stuck = Q(state__in=(State.REVIEW, State.FAILED, State.UNSURE)) | still_here
    return messages_for(user).filter(stuck).count()


def silent_carriers() -> list[Carrier]:
    """Those that did not answer when they were last tried."""
    return list(Carrier.objects.exclude(silent_since=None).order_by("way"))


def messages_of(petition: Petition) -> list[Message]:
    """The messages about one petition, oldest first."""
    return list(Message.objects.filter(petition=petition).order_by("id"))


def modes() -> dict[str, str]:
    """What the office does with each event."""
    return dict.fromkeys(Event.values, Mode.AUTO.value) | dict(EventRule.objects.values_list("event", "mode"))


def contacts_of(petition: Petition) -> list[str]:
    """Every address at which who asked could be told, as ``OptOut`` keeps them."""
    person = getattr(petition, "petitioner", None)
    if person is None:
        return []
    return [address for address in map(spelt, (person.email, person.phone_digits)) if address]
