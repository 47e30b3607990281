"""Joining petitions about the same thing under one work item, and splitting them again.

A work item is a head and its echoes. They share status, department and due date, and every step is
written in the history of each. ``echo_of`` always points at the head, never at another echo. The rules,
and why they are so, are in ``docs/echoes.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.deadlines import municipal_holidays, working_days_until
from backend.casework.models import Referral, StatusChange
from backend.casework.selectors import visible_to
from backend.casework.services.work_items import WorkItem, lock_items
from backend.casework.signals import boletas_moved, voices_joined, voices_parted
from backend.casework.workflow import JOINED, SPLIT
from field.models import OPEN_STATUSES, Petition, Status
from geo.clock import local_today
from geo.problems import Conflict, NotFound

#: The one that got furthest leads: nothing that a citizen was told is taken back.
_FURTHEST_FIRST = (Status.SCHEDULED, Status.IN_HAND, Status.DISPUTED, Status.UNREAD, Status.TO_VERIFY)
_PLACE = {status.value: place for place, status in enumerate(_FURTHEST_FIRST)}


@transaction.atomic
def join_petitions(*, petitions: Collection[UUID], by: User) -> Petition:
    """Make one work item of the work items of some petitions; returns its head.

    The one that got furthest leads and the earliest promise is kept. Raises NotAllowed, NotFound
    for one out of sight, or Conflict where they may not be one: reserved, of several categories,
    not open, or together already.
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
    """Take a petition out of its work item, with the status and the promise as they stand.

    If it led, the oldest of the rest that is still owed an answer leads them. Raises NotAllowed,
    NotFound or Conflict (it stands alone).
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
    """Put other work items under the head of each first one. All are locked and may be joined.

    ``by_id`` is who did it; None where each came with its own voice: then, whoever captured it.
    One statement per table, however many.
    """
    now = timezone.now()
    changes: list[StatusChange] = []
    promised: list[Petition] = []
    touched: list[Petition] = []
    for leading, others in pairs:
        head = leading.head
        day = _scheduled_for(head)
        due_on = min((item.head.due_on for item in (leading, *others) if item.head.due_on), default=None)
        if due_on != head.due_on:
            for member in leading.standing:
                member.due_on = due_on
                promised.append(member)
                touched.append(member)
        for item in others:
            who = by_id or item.head.captured_by_id
            changes.append(_step(head, JOINED, item.head, who, now))
            standing = {member.pk for member in item.standing}
            for member in item.members:
                stands, came_from = member.pk in standing, member.status
                member.echo_of = head
                if stands and _stand_with(member, head):
                    promised.append(member)
                step = _step(member, JOINED, head, who, now)
                step.from_status, step.scheduled_for = came_from, day if stands else None
                changes.append(step)
                touched.append(member)
    Petition.objects.bulk_update(touched, ["echo_of", "status", "status_at", "department", "due_on"])
    StatusChange.objects.bulk_create(changes)
    Referral.objects.bulk_create(_referrals(promised, by_id, now))
    return changes


def take_out(item: WorkItem, key: UUID, *, by_id: int, at: datetime) -> list[StatusChange]:
    """Take a member out of its locked work item; its own step comes first. Raises Conflict if it is alone."""
    petition = next(member for member in item.members if member.pk == key)
    other = item.successor(of=petition) if petition.pk == item.head.pk else item.head
    if other is None:
        raise Conflict(_("Esta boleta no está junta con otra."))
    changes = [
        _step(petition, SPLIT, other, by_id, at),
        _step(other, SPLIT, petition, by_id, at),
    ]
    led = petition.pk == item.head.pk
    if led:
        hand_lead(item, other)
    Petition.objects.filter(pk=petition.pk).update(echo_of=None)
    petition.echo_of = None
    item.echoes.remove(petition)
    StatusChange.objects.bulk_create(changes)
    # Whoever led was on its own all along; where it leaves a single voice behind, that one is so again.
    alone = changes[:1] if not led else changes[1:] if not item.echoes else []
    if alone:
        voices_parted.send(StatusChange, changes=alone)
    return changes


def hand_lead(item: WorkItem, leader: Petition) -> None:
    """Let another member of a locked work item be its head; the others, the old head too, echo it."""
    followers = [member for member in item.members if member.pk != leader.pk]
    Petition.objects.filter(pk=leader.pk).update(echo_of=None)
    Petition.objects.filter(pk__in=[one.pk for one in followers]).update(echo_of=leader)
    leader.echo_of = None
    for follower in followers:
        follower.echo_of = leader
    item.head, item.echoes = leader, followers


def settle_lead(item: WorkItem) -> None:
    """See to it that a locked work item is led by one that is still owed an answer, if any is."""
    leader = item.successor(of=item.head)
    if item.head.status == Status.CLOSED and leader and leader.status != Status.CLOSED:
        hand_lead(item, leader)


def may_be_one(head: Petition, petition: Petition) -> bool:
    """Whether a petition may add its voice to a head by itself: nobody loses anything by it."""
    return (
        head.category_id == petition.category_id
        and not head.category.sensitive
        and head.status in OPEN_STATUSES
        and petition.status in OPEN_STATUSES
        and _PLACE[head.status] <= _PLACE[petition.status]
    )


def _precedence(head: Petition) -> tuple[int, date, datetime, UUID]:
    return (_PLACE[head.status], head.due_on or date.max, head.captured_at, head.pk)


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


def _stand_with(member: Petition, head: Petition) -> bool:
    """Put a member where its head stands; whether that changed who answers, or by when."""
    before = (member.department_id, member.due_on)
    member.status, member.status_at = head.status, head.status_at
    member.department, member.due_on = head.department, head.due_on
    return before != (member.department_id, member.due_on)


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


def _referrals(petitions: Collection[Petition], by_id: int | None, at: datetime) -> list[Referral]:
    """What each was promised anew: the days that are left of the promise that it took over."""
    if not petitions:
        return []
    today, rest_days = local_today(), frozenset(municipal_holidays())
    return [
        Referral(
            petition=petition,
            department=petition.department,
            at=at,
            by_id=by_id,
            working_days=working_days_until(today, petition.due_on, rest_days),
            due_on=petition.due_on,
            reason=_("Se atiende junto con otra boleta"),
        )
        for petition in petitions
        if petition.department and petition.due_on
    ]
