"""Calling: taking the next boleta of a list, and noting what came of the call.

Whether it was resolved is a move of casework's: what is noted here makes that move, and a move made
elsewhere is noted here (``backend.validation.receivers``), so that the month's report counts both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.services.statuses import change_status
from backend.validation.models import Call, CallItem, CallList, Result
from backend.validation.querysets import CallItemQuerySet
from field.models import Status
from geo.problems import Conflict, FieldError, Invalid, NotFound

#: For how long a boleta stays with whoever has it on the screen.
TAKEN_FOR = timedelta(minutes=20)
#: After so many calls without an answer a boleta of a list is let go.
MOST_ATTEMPTS = 4
#: When one that did not answer is offered again.
_AGAIN_AFTER = timedelta(hours=3)
_CALL_BACK_AT_MOST = timedelta(days=60)
WORDS_MAX_LENGTH = 4000

_MOVES = {
    Result.POSITIVE.value: "validate_positive",
    Result.NEGATIVE.value: "validate_negative",
    Result.NO_ANSWER.value: "no_answer",
}
_RESULTS = {move: result for result, move in _MOVES.items()}
_CLOSES_ITEM = {
    Result.POSITIVE.value: CallItem.State.POSITIVE,
    Result.NEGATIVE.value: CallItem.State.NEGATIVE,
    Result.WRONG_NUMBER.value: CallItem.State.WRONG_NUMBER,
    Result.DECLINED.value: CallItem.State.DECLINED,
}


@transaction.atomic
def take_next(*, call_list: CallList, by: User) -> CallItem | None:
    """Give the person the next boleta to call about, and to nobody else for a while; None at the end.

    The one that the person has already comes first. Raises NotAllowed.
    """
    require(by, "validation.call")
    let_go_of_unwilling(items=call_list.items.all())
    now = timezone.now()
    free = call_list.items.free_for(by, now).select_for_update(skip_locked=True, of=("self",))
    item = free.filter(taken_by=by, taken_until__gte=now).first() or free.first()
    if item is None:
        return None
    _hold(item, by, now)
    return item


def take_item(*, item_id: int, call_list: CallList, by: User) -> CallItem:
    """Give the person one boleta of the list; Conflict while somebody else has it, or when it is settled."""
    require(by, "validation.call")
    # On its own: the refusal that follows must not undo it.
    let_go_of_unwilling(items=call_list.items.filter(pk=item_id))
    return _take(item_id, call_list, by)


@transaction.atomic
def _take(item_id: int, call_list: CallList, by: User) -> CallItem:
    now = timezone.now()
    item = call_list.items.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise NotFound(_("No está en esta lista."))
    if item.state != CallItem.State.WAITING:
        raise Conflict(_("Esta boleta ya está: %(state)s.") % {"state": item.get_state_display()})
    if item.taken_by_id not in (None, by.pk) and item.taken_until and item.taken_until >= now:
        raise Conflict(_("La tiene ahora %(person)s.") % {"person": item.taken_by})
    _hold(item, by, now)
    return item


@transaction.atomic
def let_go_of_unwilling(*, items: CallItemQuerySet) -> int:
    """Have nobody call who asked, after the list was drawn, not to be contacted; how many left their list."""
    owed = items.waiting().unwilling().select_for_update(of=("self",)).order_by("pk").values_list("pk")
    waiting = [pk for (pk,) in owed]
    if not waiting:
        return 0
    return CallItem.objects.filter(pk__in=waiting).update(
        state=CallItem.State.OBJECTED, taken_by=None, taken_until=None
    )


@transaction.atomic
def let_go(*, item: CallItem, by: User) -> None:
    """Give a boleta back to the list without having called."""
    CallItem.objects.filter(pk=item.pk, taken_by=by).update(taken_by=None, taken_until=None)


@transaction.atomic
def note_call(
    *,
    item: CallItem,
    result: str,
    by: User,
    words: str = "",
    call_after: datetime | None = None,
    attempts: int | None = None,
) -> CallItem:
    """Note what came of a call, with its effect on the boleta (the office's rules, *validación*).

    ``attempts`` is how many calls the person knew of: the same one sent again is noted once. Raises
    NotAllowed, Invalid with pointers to the arguments, or Conflict where the boleta is settled already,
    another person has it, or a call was noted since.
    """
    require(by, "validation.call")
    words, now = words.strip(), timezone.now()
    if errors := _faults(result, words, call_after, now):
        raise Invalid(_("Revise los datos marcados."), errors=errors)
    held = take_item(item_id=item.pk, call_list=item.call_list, by=by)
    if attempts is not None and held.attempts != attempts:
        raise Conflict(_("Ya se anotó una llamada de esta boleta."))
    if move := _MOVES.get(result):
        change_status(petition=held.petition, move=move, by=by, given=Given(note=words))
    else:
        label = _("Llamada de validación: %(result)s") % {"result": Result(result).label.lower()}
        note = f"{label}. {words}" if words else f"{label}."
        change_status(petition=held.petition, move="note", by=by, given=Given(note=note))
        call = Call(
            petition=held.petition,
            item=held,
            department_id=held.department_id,
            result=result,
            words=words,
            by=by,
            at=now,
            call_after=call_after,
        )
        _settle([call])
    held.refresh_from_db()
    return held


def note_moves(*, changes: Sequence[StatusChange]) -> None:
    """Note the validations among moves just made, in a list or not, and let go of what moved on.

    A work item's other citizens were not asked: what one of them said is that one's call alone. Inside the
    transaction that moves; three statements, however many.
    """
    asked = [change for change in changes if change.move in _RESULTS and not change.other_folio]
    gone = {
        change.petition_id
        for change in changes
        if change.from_status == Status.ATTENDED and change.to_status != Status.ATTENDED
    }
    touched = {change.petition_id for change in asked} | gone
    if not touched:
        return
    waiting = CallItem.objects.waiting().filter(petition__in=touched).select_for_update().order_by("pk")
    items = {item.petition_id: item for item in waiting}
    _settle(
        [
            Call(
                petition_id=change.petition_id,
                item=(item := items.get(change.petition_id)),
                department_id=item.department_id if item else change.department_id,
                result=_RESULTS[change.move],
                words=change.note,
                by=change.by,
                at=change.at,
            )
            for change in asked
        ],
        [item for key, item in items.items() if key in gone],
    )


def _settle(calls: Sequence[Call], left: Sequence[CallItem] = ()) -> None:
    """Append calls and put their items where that leaves them; those ``left`` behind that nobody settled
    moved on."""
    Call.objects.bulk_create(calls)
    items = [_after(call, call.item) for call in calls if call.item]
    for item in left:
        if item.state == CallItem.State.WAITING:
            item.state = CallItem.State.MOVED_ON
            items.append(item)
    for item in items:
        item.taken_by = item.taken_until = None
    if items:
        CallItem.objects.bulk_update(
            set(items), ["state", "attempts", "call_after", "taken_by", "taken_until"], batch_size=1000
        )


def _after(call: Call, item: CallItem) -> CallItem:
    """Where a call leaves its item."""
    item.attempts += 1
    if closed := _CLOSES_ITEM.get(call.result):
        item.state = closed
    elif call.result == Result.CALL_BACK:
        item.call_after = call.call_after
    else:
        item.call_after = call.at + _AGAIN_AFTER
    if item.state == CallItem.State.WAITING and item.attempts >= MOST_ATTEMPTS:
        item.state = CallItem.State.UNREACHED
    return item


def _hold(item: CallItem, by: User, now: datetime) -> None:
    item.taken_by, item.taken_until = by, now + TAKEN_FOR
    item.save(update_fields=["taken_by", "taken_until"])


def _faults(result: str, words: str, call_after: datetime | None, now: datetime) -> list[FieldError]:
    errors: list[FieldError] = []
    if result not in Result.values:
        errors.append(
            {"pointer": "/result", "code": "required", "detail": _("Elija qué pasó en la llamada.")}
        )
    if result == Result.NEGATIVE and not words:
        detail = _("Escriba qué dijo la persona: la dependencia debe leerlo.")
        errors.append({"pointer": "/words", "code": "required", "detail": detail})
    if len(words) > WORDS_MAX_LENGTH or "\0" in words:
        detail = _("El texto es demasiado largo o tiene caracteres que no se pueden guardar.")
        errors.append({"pointer": "/words", "code": "invalid", "detail": detail})
    if result == Result.CALL_BACK and (call_after is None or not now < call_after < now + _CALL_BACK_AT_MOST):
        detail = _("Elija cuándo llamar, de aquí a sesenta días.")
        errors.append({"pointer": "/call_after", "code": "required", "detail": detail})
    return errors
