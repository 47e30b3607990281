"""What is known of petitions, under the names by which templates call it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from backend.casework.models import StatusChange
from field.folio import format_folio
from field.models import Petition
from geo.clock import local_day
from geo.models import Municipality

#: Steps whose note tells what came of a petition.
_OUTCOMES: Final = ("attend", "not_proceed", "close", "close_unreachable")
#: How much of a citizen's words goes in a letter about one petition, and about each of several.
_WORDS_ALONE, _WORDS_OF_EACH = 4000, 240
#: Of more folios than these a sentence names the first and counts the rest; each is told further down.
_LISTED: Final = 3


def facts_of(petitions: Sequence[Petition], *, institution: str = "", name: bool = True) -> dict[str, str]:
    """The value of each placeholder that has one. Several petitions are listed where a list makes sense.

    ``name`` False leaves out who asked: another institution is not told.
    """
    municipality = Municipality.current()
    facts = {"institucion": institution, "municipio": municipality.name if municipality else ""}
    if not petitions:
        return facts
    days = [petition.asked_earlier or local_day(petition.received_at) for petition in petitions]
    facts |= {
        "folio": listed([format_folio(petition.folio) for petition in petitions], _("%(first)s y %(n)s más")),
        "asunto": listed(
            _once([_lower_first(petition.category.name) for petition in petitions]), _("varios asuntos")
        ),
        "colonia": listed(
            _once([petition.place.name for petition in petitions if petition.place]), _("varias colonias")
        ),
        "lugar": listed(_once([_where(petition) for petition in petitions]), _("varios lugares")),
        "peticion": "\n".join(_words(petition, alone=len(petitions) == 1) for petition in petitions),
        "fecha": _from_to(min(days), max(days)),
    }
    if len(petitions) > 1:
        return facts
    [petition] = petitions
    person = getattr(petition, "petitioner", None) if name else None
    return facts | {
        "dependencia": petition.department.name if petition.department else "",
        "vence": day_of(petition.due_on) if petition.due_on else "",
        "nombre": person.name if person else "",
        "resultado": _outcome(petition),
    }


def day_of(day: date) -> str:
    """``29 de noviembre de 2026``: a letter always names the year."""
    return date_format(day, r"j \d\e F \d\e Y").lower()


def listed(parts: Sequence[str], many: str) -> str:
    """``a, b y c``; of more than a sentence bears, what ``many`` says."""
    parts = [part for part in parts if part]
    if len(parts) > _LISTED:
        return many % {"first": parts[0], "n": len(parts) - 1}
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s y %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def _from_to(first: date, last: date) -> str:
    return day_of(first) if first == last else f"{day_of(first)} al {day_of(last)}"


def _once(parts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(parts))


def _lower_first(text: str) -> str:
    """A category in the middle of a sentence; an abbreviation such as CFE stays as it is."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _where(petition: Petition) -> str:
    """Address, colonia and reference; the colonia once, though the address names it too."""
    address, place = petition.address.strip(), petition.place
    named = ""
    if place and place.name.casefold() not in address.casefold():
        named = _("colonia %s") % place.name if place.kind == place.Kind.COLONIA else place.name
    return ", ".join(filter(None, (address, named, petition.reference.strip())))


def _words(petition: Petition, *, alone: bool) -> str:
    limit = _WORDS_ALONE if alone else _WORDS_OF_EACH
    words = Truncator(" ".join(petition.description.split())).chars(limit)
    if alone:
        return words
    head = ", ".join(filter(None, (format_folio(petition.folio), _where(petition))))
    return f"{head}: {words}"


def _outcome(petition: Petition) -> str:
    notes = StatusChange.objects.filter(petition=petition, move__in=_OUTCOMES).order_by("-at", "-id")
    return str(notes.values_list("note", flat=True).first() or "")
