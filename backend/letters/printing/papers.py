"""The three papers: the boleta, its acknowledgement (acuse), and a letter (oficio)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.casework.timeline import attended_of, promise_of
from backend.letters.models import Letter, Letterhead, State
from backend.letters.printing.pictures import (
    BOLETA_MM,
    LETTER_MM,
    emblem_of,
    look_up_address,
    qr_of,
    sketch_of,
)
from backend.letters.printing.sheets import Picture, draw
from backend.letters.wording import paragraphs
from field.models import Petition
from geo.clock import local_today
from geo.models import Municipality

#: What stands across a paper that nobody may take for a letter in force.
_MARKS: Final = {
    State.DRAFT.value: gettext_lazy("BORRADOR"),
    State.DISCARDED.value: gettext_lazy("BORRADOR"),
    State.CANCELLED.value: gettext_lazy("CANCELADO"),
}


def draw_boleta(petition: Petition, *, knows: bool, answers: list[tuple[str, Any]]) -> bytes:
    """The boleta as a department's crew carries it. ``knows`` shows who asked."""
    done = attended_of(petition) if knows else None
    context = _petition_context(petition, knows=knows) | {"answers": answers, "done": done}
    return draw("letters/paper/boleta.html", context, _pictures(context, [petition], sketch_mm=BOLETA_MM))


def draw_receipt(petition: Petition, *, knows: bool) -> bytes:
    """The acknowledgement that a citizen takes home."""
    context = _petition_context(petition, knows=knows)
    return draw("letters/paper/acuse.html", context, _pictures(context, [petition]))


def draw_letter(letter: Letter, *, forgotten: bool = False) -> bytes:
    """A letter as it stands; one that was not issued, or does not count any more, says so across the page.
    ``forgotten`` is of one whose paper went with somebody's data: it says that it is not what was issued."""
    petitions = list(letter.petitions.select_related("category", "place").order_by("folio"))
    context = letter_context(letter) | {
        "petitions": petitions,
        "mark": _MARKS.get(letter.state),
        "forgotten": forgotten,
    }
    return draw(
        "letters/paper/oficio.html",
        context,
        _pictures(context, petitions, sketch_mm=LETTER_MM if letter.with_map else None),
    )


def letter_context(letter: Letter) -> dict[str, Any]:
    """What the paper of a letter says, also on the screen while it is written."""
    day = letter.date or local_today()
    return _heading() | {
        "letter": letter,
        "day": day,
        "dated": dated(day),
        "subject": letter.subject,
        "paragraphs": paragraphs(letter.body),
        "copies": paragraphs(letter.copies),
    }


def dated(day: date) -> str:
    """Where and when a paper is written: ``Puerto Aldaba, Sinaloa, a 29 de noviembre de 2026``."""
    municipality = Municipality.current()
    where = ", ".join(filter(None, (municipality.name, municipality.state))) if municipality else ""
    when = date_format(day, r"j \d\e F \d\e Y").lower()
    return _("%(where)s, a %(when)s") % {"where": where, "when": when} if where else when


def _heading() -> dict[str, Any]:
    letterhead, municipality = Letterhead.current(), Municipality.current()
    name = municipality.name if municipality else ""
    return {
        "letterhead": letterhead,
        "government": letterhead.government or _("H. Ayuntamiento de %(name)s") % {"name": name},
    }


def _petition_context(petition: Petition, *, knows: bool) -> dict[str, Any]:
    return _heading() | {
        "petition": petition,
        "group": petition.on_behalf_of if knows else "",
        "petitioner": getattr(petition, "petitioner", None) if knows else None,
        "description": paragraphs(petition.description),
        "promise": promise_of(petition),
        "dated": dated(local_today()),
        "look_up": look_up_address(petition),
        "office_phone": settings.OFFICE_PHONE,
    }


def _pictures(
    context: dict[str, Any], petitions: list[Petition], *, sketch_mm: tuple[float, float] | None = None
) -> dict[str, Picture]:
    pictures: dict[str, Picture] = {}
    if emblem := emblem_of(context["letterhead"]):
        pictures["emblem"] = emblem
    if len(petitions) == 1:
        pictures["qr"] = qr_of(look_up_address(petitions[0]))
    if sketch_mm and (sketch := sketch_of(petitions, sketch_mm)):
        pictures["map"] = sketch
    return pictures
