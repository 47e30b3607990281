"""The messages that a person in the office may know of."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from backend.accounts.models import User
from backend.casework.selectors import visible_to
from backend.notifications.addresses import address as spelt
from backend.notifications.models import Carrier, EventRule, Message
from backend.notifications.vocabulary import Event, Mode, State
from field.folio import FolioError, parse_folio
from field.models import Petition


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
    """How many messages of the last weeks stand how: those that wait for somebody are all counted."""
    wanting = (State.REVIEW, State.FAILED, State.UNSURE, State.WAITING)
    rows = (
        messages_for(user).filter(state__in=wanting).order_by().values_list("state").annotate(n=Count("id"))
    )
    return dict(rows)


def silent_carriers() -> list[Carrier]:
    """Those that did not answer when they were last tried."""
    return list(Carrier.objects.exclude(silent_since=None).order_by("way"))


def messages_of(petition: Petition) -> list[Message]:
    """The messages about one petition, oldest first."""
    return list(Message.objects.filter(petition=petition).order_by("id"))


def modes() -> dict[str, str]:
    """What the office does with each event."""
    return dict.fromkeys(Event.values, Mode.AUTO.value) | dict(EventRule.objects.values_list("event", "mode"))


__all__ = ["FolioError", "counts_by_state", "messages_for", "messages_of", "modes", "silent_carriers"]


def contacts_of(petition: Petition) -> list[str]:
    """Every address at which who asked could be told, as ``OptOut`` keeps them."""
    person = getattr(petition, "petitioner", None)
    if person is None:
        return []
    return [address for address in map(spelt, (person.email, person.phone_digits)) if address]
