"""Work items: a petition and those that echo it, held fast while something is decided about them.

Whoever adds to a work item, takes from it or moves it holds its head first. So once the heads are
held nobody else changes who belongs to them, and a second look finds every member.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from field.models import Petition, Status
from geo.problems import Conflict

_ATTEMPTS = 12


class _MovedMeanwhile(Exception):
    """What was to be held belongs elsewhere by now."""


@dataclass(slots=True)
class WorkItem:
    """A head and its echoes, the oldest first. Alone, a petition is an item of one."""

    head: Petition
    echoes: list[Petition] = field(default_factory=list)

    @property
    def members(self) -> list[Petition]:
        """All of them, the head first."""
        return [self.head, *self.echoes]

    @property
    def standing(self) -> list[Petition]:
        """Those that stand where the head does: all but the ones whose own citizen has confirmed."""
        return [member for member in self.members if member.status == self.head.status]

    def those_along(self, asked: Collection[UUID]) -> list[Petition]:
        """Who goes along when those ``asked`` make a move of the work item.

        What a citizen has confirmed is reopened by that citizen alone.
        """
        if self.head.status == Status.CLOSED:
            return []
        return [member for member in self.standing if member.pk not in asked]

    def leader(self, *, without: UUID | None = None) -> Petition | None:
        """Who stands for the work: of those still owed an answer the earliest promised, then the oldest.

        So whoever looks at heads sees the latest lateness of all. A head that is as early as any stays.
        """
        rest = [member for member in self.members if member.pk != without]
        return min(rest, key=self._rank, default=None)

    def _rank(self, member: Petition) -> tuple[bool, date, bool, datetime, UUID]:
        owed = member.status != Status.CLOSED
        promised = member.due_on if owed and member.due_on else date.max
        return (not owed, promised, member.pk != self.head.pk, member.captured_at, member.pk)

    def led_by(self, leader: Petition) -> None:
        """Put one of the members at the head; nothing is stored."""
        followers = [member for member in self.members if member.pk != leader.pk]
        self.head, self.echoes = leader, followers
        leader.echo_of = None
        for follower in followers:
            follower.echo_of = leader


def lock_items(petitions: Collection[UUID]) -> dict[UUID, WorkItem]:
    """The work items of some petitions, by every member's id, locked to the end of the transaction.

    Members have ``category`` and ``department`` at hand. Ids that nobody has are left out. Three
    queries besides those two; more only where somebody joined or split them in the meantime. Raises
    Conflict where that goes on and on.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with transaction.atomic():  # undone, it lets go of what it held in vain
                return _lock(petitions)
        except _MovedMeanwhile:
            continue
        except OperationalError as error:
            # Joins that crossed: one held what had just become another's echo while it waited for that other.
            if attempt == _ATTEMPTS or not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise Conflict(_("Otras personas están moviendo estas boletas. Espere un momento e intente de nuevo."))


def items_around(petitions: Collection[Petition]) -> dict[UUID, WorkItem]:
    """The work items of some petitions as they stand, by every member's id; nothing is held. One query."""
    heads = {petition.echo_of_id or petition.pk for petition in petitions}
    return _assembled(Petition.objects.filter(Q(pk__in=heads) | Q(echo_of__in=heads)))


def _lock(petitions: Collection[UUID]) -> dict[UUID, WorkItem]:
    named = dict(Petition.objects.filter(pk__in=petitions).values_list("pk", "echo_of_id"))
    wanted = {head or pk for pk, head in named.items()}
    # In one order everywhere: two that want the same items wait for each other and never for ever.
    heads = Petition.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    if any(head is not None for head in heads.values_list("echo_of_id", flat=True)):
        raise _MovedMeanwhile
    belonging = Petition.objects.filter(Q(pk__in=wanted) | Q(echo_of__in=wanted))
    members = list(belonging.order_by("pk").select_for_update(no_key=True))
    # Not joined to the lock: other tables' rows would come as they were before the wait.
    prefetch_related_objects(members, "category", "department")
    items = _assembled(members)
    if named.keys() - items.keys():
        raise _MovedMeanwhile
    return items


def _assembled(members: Iterable[Petition]) -> dict[UUID, WorkItem]:
    """Work items by every member's id, of rows with every head that an echo among them names."""
    ordered = sorted(members, key=lambda one: (one.captured_at, one.pk))
    items = {member.pk: WorkItem(member) for member in ordered if member.echo_of_id is None}
    for member in ordered:
        if member.echo_of_id in items:
            items[member.echo_of_id].echoes.append(member)
            items[member.pk] = items[member.echo_of_id]
    return items
