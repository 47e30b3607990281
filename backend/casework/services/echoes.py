"""Joining petitions about the same thing under one work item, and splitting them again.

A work item is a head and its echoes. They share status and department, and every step is written in the
history of each; what each was promised stays its own. ``echo_of`` always points at the head, which is the
one promised earliest, never at another echo. The rules, and why they are so, are in ``docs/echoes.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.deadlines import due_date, municipal_holidays
from backend.casework.models import Referral, StatusChange
from backend.casework.selectors import visible_to
from backend.casework.services.work_items import WorkItem, lock_items
from backend.casework.signals import boletas_moved, voices_joined, voices_parted
from backend.casework.workflow import JOINED, SPLIT
from field.models import OPEN_STATUSES, Petition, Status
from geo.clock import local_day
from geo.problems import Conflict, NotFound

#: All stand where the one that got furthest does, of those that a department has if there are any (a dispute
#: may come before anybody was asked): nothing that a citizen was told is taken back.
_FURTHEST_FIRST = (Status.SCHEDULED, Status.IN_HAND, Status.DISPUTED, Status.UNREAD, Status.TO_VERIFY)
_PLACE = {status.value: place for place, status in enumerate(_FURTHEST_FIRST)}


@transaction.atomic
def join_petitions(*, petitions: Collection[UUID], by: User) -> Petition:
    """Make one work item of the work items of some petitions; returns its head.

    All stand where the one that got furthest in a department does, and each keeps its own due date. Raises
    NotAllowed, NotFound for one out of sight, or Conflict where they may not be one: reserved, of several
    categories, not open, or together already.
    """
    require(by, "casework.join")
    _check_visible(petitions, by)
    locked = lock_items(petitions)
    _check_joinable([locked[pk].head for pk in petitions], [_member(locked, pk) for pk in petitions])
    items = {item.head.pk: item for item in locked.values()}
    if len(items) < 2:
        raise Conflict(_("Ya están juntas."))
    leading = min(items.values(), key=lambda item: _precedence(item.head))
    others = [item for item in items.values() if item is not leading]
    came = {item.head.pk for item in others}
    changes = absorb([(leading, others)], by_id=by.pk)
    boletas_moved.send(StatusChange, changes=changes)
    voices_joined.send(StatusChange, changes=[one for one in changes if one.petition_id in came])
    return leading.head


@transaction.atomic
def split_petition(*, petition: Petition, by: User) -> StatusChange:
    """Take a petition out of its work item, where all of them stand and with its own due date.

    If it led, the earliest promised of the rest leads them. Raises NotAllowed, NotFound or Conflict
    (it stands alone).
    """
    require(by, "casework.join")
    _check_visible([petition.pk], by)
    item = lock_items([petition.pk])[petition.pk]
    changes = take_out(item, petition.pk, by_id=by.pk, at=timezone.now())
    boletas_moved.send(StatusChange, changes=changes)
    petition.echo_of_id = None
    return changes[0]


def absorb(
    pairs: Iterable[tuple[WorkItem, Collection[WorkItem]]], *, by_id: int | None
) -> list[StatusChange]:
    """Make each first work item and the others one. All are locked and may be joined.

    ``by_id`` is who did it; None where each came with its own voice: then, whoever captured it, as it
    arrived. One statement per table, however many.
    """
    now, rest_days = timezone.now(), frozenset(municipal_holidays())
    changes: list[StatusChange] = []
    asked: list[Referral] = []
    touched: list[Petition] = []
    for leading, others in pairs:
        furthest, came = leading.head, []
        day = _scheduled_for(furthest)
        for item in others:
            who, at = (by_id, now) if by_id else (item.head.captured_by_id, item.head.received_at)
            changes.append(_step(furthest, JOINED, item.head, who, now))
            standing = {member.pk for member in item.standing}
            for member in item.members:
                step = _step(member, JOINED, furthest, who, at)
                if member.pk in standing:
                    _stand_with(member, furthest, at)
                    step.to_status, step.department, step.scheduled_for = (
                        member.status,
                        member.department,
                        day,
                    )
                    if member.department and member.due_on is None:
                        asked.append(_ask(step, rest_days))
                changes.append(step)
                came.append(member)
        touched += _lead_together(leading, came)
    Petition.objects.bulk_update(touched, ["echo_of", "status", "status_at", "department", "due_on"])
    StatusChange.objects.bulk_create(changes)
    Referral.objects.bulk_create(asked)
    return changes


def take_out(item: WorkItem, key: UUID, *, by_id: int, at: datetime) -> list[StatusChange]:
    """Take a member out of its locked work item; its own step comes first. Raises Conflict if it is alone."""
    petition = next(member for member in item.members if member.pk == key)
    other = item.leader(without=key) if petition.pk == item.head.pk else item.head
    if other is None:
        raise Conflict(_("Esta boleta no está junta con otra."))
    changes = [
        _step(petition, SPLIT, other, by_id, at),
        _step(other, SPLIT, petition, by_id, at),
    ]
    if petition.pk == item.head.pk:
        hand_lead(item, other)
    Petition.objects.filter(pk=petition.pk).update(echo_of=None)
    petition.echo_of = None
    item.echoes.remove(petition)
    StatusChange.objects.bulk_create(changes)
    # Where a single one is left, it is by itself again too.
    voices_parted.send(StatusChange, changes=changes[:1] if item.echoes else changes)
    return changes


def hand_lead(item: WorkItem, leader: Petition) -> None:
    """Let another member of a locked work item be its head; the others, the old head too, echo it."""
    item.led_by(leader)
    Petition.objects.filter(pk=leader.pk).update(echo_of=None)
    Petition.objects.filter(pk__in=[one.pk for one in item.echoes]).update(echo_of=leader)


def settle_lead(item: WorkItem) -> None:
    """See to it that a locked work item is led by whoever has to, after its members moved."""
    leader = item.leader()
    if leader and leader.pk != item.head.pk:
        hand_lead(item, leader)


def settle_leads() -> None:
    """The same for every work item, after due dates were moved apart from any move. One query if none."""
    late = Petition.objects.open().filter(due_on__lt=F("echo_of__due_on"))
    keys = list(late.values_list("pk", flat=True))
    items = lock_items(keys) if keys else {}
    for item in {item.head.pk: item for item in items.values()}.values():
        settle_lead(item)


def may_be_one(head: Petition, petition: Petition) -> bool:
    """Whether a petition may add its voice to a head by itself: nobody loses anything by it."""
    return (
        head.category_id == petition.category_id
        and not head.category.sensitive
        and head.status in OPEN_STATUSES
        and petition.status in OPEN_STATUSES
        and _PLACE[head.status] <= _PLACE[petition.status]
        and (head.department_id is not None or petition.department_id is None)
    )


def _precedence(head: Petition) -> tuple[bool, int, date, datetime, UUID]:
    """The least is where all will stand: nobody is taken from a department for one that none has yet."""
    nowhere = head.department_id is None
    return (nowhere, _PLACE[head.status], head.due_on or date.max, head.captured_at, head.pk)


def _member(locked: dict[UUID, WorkItem], key: UUID) -> Petition:
    return next(member for member in locked[key].members if member.pk == key)


def _check_visible(petitions: Collection[UUID], by: User) -> None:
    if visible_to(by).filter(pk__in=petitions).count() != len(set(petitions)):
        raise NotFound(_("Alguna de estas boletas ya no está a su alcance."))


def _check_joinable(heads: Collection[Petition], petitions: Collection[Petition]) -> None:
    if any(head.category.sensitive for head in heads):
        raise Conflict(_("Las boletas reservadas no se juntan: cada una se atiende por separado."))
    if len({head.category_id for head in heads}) > 1:
        raise Conflict(_("Sólo se juntan boletas de la misma categoría."))
    if closed := [one for one in (*petitions, *heads) if one.status not in OPEN_STATUSES]:
        raise Conflict(
            _("Sólo se juntan boletas sin resolver, y una está como «%(status)s».")
            % {"status": closed[0].get_status_display()}
        )


def _stand_with(member: Petition, furthest: Petition, at: datetime) -> None:
    """Put a member where another stands; since when, where that is news for it."""
    if (member.status, member.department_id) != (furthest.status, furthest.department_id):
        member.status, member.department, member.status_at = furthest.status, furthest.department, at


def _lead_together(leading: WorkItem, came: list[Petition]) -> list[Petition]:
    """Put those who came under whoever leads now; gives those whose rows changed by it."""
    before = leading.head
    leading.echoes += came
    leading.led_by(leading.leader() or before)
    return came if leading.head is before else leading.members


def _scheduled_for(petition: Petition) -> date | None:
    """The day that was given for the work, where it still is the answer."""
    if petition.status != Status.SCHEDULED:
        return None
    days = StatusChange.objects.filter(petition=petition, scheduled_for__isnull=False)
    return days.order_by("-at", "-id").values_list("scheduled_for", flat=True).first()


def _step(petition: Petition, move: str, other: Petition, by_id: int | None, at: datetime) -> StatusChange:
    """A step of a petition as it stands, beside another."""
    return StatusChange(
        petition=petition,
        move=move,
        from_status=petition.status,
        to_status=petition.status,
        at=at,
        by_id=by_id,
        department=petition.department,
        other_folio=other.folio,
    )


def _ask(step: StatusChange, rest_days: frozenset[date]) -> Referral:
    """What nobody was asked to answer goes to a department by being joined: its days run from that day."""
    petition, asked_on = step.petition, local_day(step.at)
    due_on = due_date(asked_on, petition.category.working_days, rest_days)
    petition.due_on = step.due_on = due_on
    return Referral(
        petition=petition,
        department=petition.department,
        at=step.at,
        by_id=step.by_id,
        working_days=petition.category.working_days,
        due_on=due_on,
        reason=_("Se atiende junto con otra boleta"),
    )
