"""Correcting a boleta in the office: what it says changes, and its history keeps what stood before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.corrections import WHERE, Said, clashes, said_by
from backend.casework.corrections_told import told
from backend.casework.given import Given
from backend.casework.models import StatusChange
from backend.casework.questions import question_fields, read_answer
from backend.casework.refusals import out_of_sight
from backend.casework.rules import reads_reserved, rules_in_force
from backend.casework.selectors import visible_to
from backend.casework.services.intake import contradiction
from backend.casework.services.moving import make_move
from backend.casework.services.work_items import WorkItem, lock_items
from backend.casework.signals import boletas_moved
from backend.casework.workflow import CORRECTED, MOVES
from field.models import OPEN_STATUSES, Category, Department, Petition, PrivacyNotice
from field.services.corrections import CORRECTABLE, IDENTITY, correct_facts, correct_personal_data
from field.sync.records import field_error
from geo.models import Place
from geo.problems import Conflict, Invalid

_REFER: Final = MOVES["refer_again"]
#: Who asked, and with whom.
_WHO: Final = (*IDENTITY, "on_behalf_of")


@transaction.atomic
def correct_boleta(
    *,
    petition: Petition,
    to: Said,
    by: User,
    seen: Said,
    consent: bool = False,
    opens: bool = False,
) -> StatusChange | None:
    """Have a boleta say what ``to`` says otherwise than ``seen``; one step of its history tells what changed.

    ``seen`` is what the person was looking at: what somebody else changed since stands, but for what both
    would have say two things. ``consent`` is that of somebody of whom it said nothing before, ``opens`` that
    whoever works in the office may read what was reserved. Department and due date stay: only what becomes
    reserved leaves a department that may not read it. None where nothing changed. Raises NotAllowed,
    NotFound, Conflict, or Invalid with pointers.
    """
    require(by, "casework.correct")
    items = lock_items([petition.pk])
    if petition.pk not in items or not visible_to(by).filter(pk=petition.pk).exists():
        raise out_of_sight(petition.pk).as_problem()
    held = next(member for member in items[petition.pk].members if member.pk == petition.pk)
    before = said_by(held)
    if clashes(seen=seen, to=to, now=before):
        raise Conflict(_("Alguien corrigió lo mismo mientras usted escribía. No se guardó nada todavía."))
    to = before.taking(seen.differing(to), to)
    category = Category.objects.get(pk=to.category)
    if to.category != before.category:
        asked = {one.key for one in question_fields(category)}
        to = replace(to, answers={key: text for key, text in to.answers.items() if key in asked})
    if not before.differing(to):
        return None
    opened = held.category.sensitive and not category.sensitive
    _check(held, items[petition.pk], before, to, category, consent=consent, opens=opens)
    _write(held, before, to, category)
    reader = _other_reader(held) if before.category != to.category else None
    step = _tell(held, before, by, words=not opened)
    if step:
        boletas_moved.send(StatusChange, changes=[step])
    if reader:
        given = Given(note=_("Su categoría corregida es reservada."), department=reader)
        make_move([held], _REFER, by, given, items)
    return step


def better_department(petition: Petition) -> Department | None:
    """The department to which the rules would send an open boleta now, where another has it."""
    if petition.department_id is None or petition.status not in _REFER.sources & set(OPEN_STATUSES):
        return None
    better = rules_in_force().department_for(petition.category, petition.place_id)
    return Department.objects.filter(pk=better, active=True).exclude(pk=petition.department_id).first()


def _check(
    petition: Petition,
    item: WorkItem,
    before: Said,
    to: Said,
    category: Category,
    *,
    consent: bool,
    opens: bool,
) -> None:
    """Raise what stands against the correction."""
    errors = []
    if before.category != to.category:
        if len(item.members) > 1:
            raise Conflict(
                _(
                    "Se atiende junto con otras que piden lo mismo: sepárela primero "
                    "y luego cambie su categoría."
                )
            )
        if petition.category.sensitive and not category.sensitive and not opens:
            detail = _("Dejaría de ser reservada: marque que así debe ser.")
            errors.append(field_error("/opens", "required", detail))
        if not _may_become(petition, category):
            raise Conflict(
                _(
                    "Esa categoría es reservada y %(department)s no podría leerla. Como ya no está abierta, "
                    "vuelva a abrirla primero y luego corrija la categoría."
                )
                % {"department": petition.department}
            )
    if not (to.lon_lat or to.place or to.address) and (before.lon_lat or before.place or before.address):
        detail = _("Diga dónde: toque el mapa, elija la colonia o escriba la dirección.")
        errors.append(field_error("/place", "nowhere", detail))
    elif to.lon_lat and to.place and (before.lon_lat, before.place) != (to.lon_lat, to.place):
        accuracy_m = petition.accuracy_m if to.lon_lat == before.lon_lat else None
        errors += contradiction(to.lon_lat, accuracy_m, to.place)
    person = getattr(petition, "petitioner", None)
    if person is None and not consent and any(getattr(to, name) for name in IDENTITY):
        detail = _("Sin consentimiento no se guardan sus datos: márquelo o bórrelos.")
        errors.append(field_error("/consent", "no_consent", detail))
    if person is not None and person.erased_at and any(getattr(to, name) for name in _WHO):
        detail = _("Los datos de quien lo pidió se suprimieron: no se anotan de nuevo.")
        errors.append(field_error("/name", "erased", detail))
    if errors:
        raise Invalid(_("Revise los datos marcados."), errors=errors)


def _may_become(petition: Petition, category: Category) -> bool:
    """Whether a boleta may be of a category: whoever has what is reserved reads it, or gives it up now."""
    department = petition.department
    if department is None or not category.sensitive or reads_reserved(department, category):
        return True
    return petition.status in _REFER.sources & set(OPEN_STATUSES)


def _write(petition: Petition, before: Said, to: Said, category: Category) -> None:
    changed = before.differing(to)
    private: dict[str, str] = {name: getattr(to, name) for name in CORRECTABLE if name in changed}
    if private:
        notice = PrivacyNotice.objects.order_by("-published_at").values_list("version", flat=True).first()
        correct_personal_data(petition_id=petition.pk, values=private, notice=notice or "")
    facts: dict[str, object] = {}
    if "category" in changed:
        facts["category"] = category
    if "description" in changed:
        facts["description"] = to.description
    if before.answers != to.answers:
        facts["answers"] = _answers(petition, before, to, category)
    if WHERE in changed:
        place_id = Place.objects.filter(code=to.place).values_list("pk", flat=True).first()
        facts |= {"lon_lat": to.lon_lat, "place_id": place_id}
    if facts:
        correct_facts(petition=petition, facts=facts)


def _answers(petition: Petition, before: Said, to: Said, category: Category) -> dict[str, Any]:
    """The answers as they are kept: those that stay as they are, as they came."""
    kinds = {one.key: one.kind for one in question_fields(category)}
    return {
        key: petition.answers[key]
        if before.category == to.category and before.answers.get(key) == text
        else read_answer(kinds.get(key, "text"), text)
        for key, text in to.answers.items()
    }


def _tell(petition: Petition, before: Said, by: User, *, words: bool) -> StatusChange | None:
    """The step of the history, of what the boleta says now; None where it is what it said before."""
    now = Petition.objects.select_related("petitioner", "place").get(pk=petition.pk)
    note = told(before, said_by(now), words=words)
    if not note:
        return None
    return StatusChange.objects.create(
        petition=petition,
        move=CORRECTED,
        from_status=petition.status,
        to_status=petition.status,
        at=timezone.now(),
        by=by,
        department_id=petition.department_id,
        note=note,
    )


def _other_reader(petition: Petition) -> Department | None:
    """To whom the rules send what became reserved, where the department that has it may not read it.

    Raises Conflict where that one is no longer active.
    """
    department, category = petition.department, petition.category
    if department is None or not category.sensitive or reads_reserved(department, category):
        return None
    key = rules_in_force().department_for(category, petition.place_id)
    reader = Department.objects.get(pk=key)
    if not reader.active:
        raise Conflict(
            _(
                "Esa categoría es reservada y le tocaría a %(department)s, que ya no está activa. "
                "No se guardó nada: pida que la activen o elija otra categoría."
            )
            % {"department": reader}
        )
    return reader
