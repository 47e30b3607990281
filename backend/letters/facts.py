"""What is known of petitions, under the names by which templates call it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from backend.casework.models import StatusChange
from field.folio import format_folio
from field.models import Petition
from geo.clock import local_zone
from geo.models import Municipality

#: Steps whose note tells what came of a petition.
_OUTCOMES: Final = ("attend", "not_proceed", "close", "close_unreachable")
#: How much of a citizen's words goes in a letter about one petition, and about each of several.
_WORDS_ALONE, _WORDS_OF_EACH = 4000, 240


def facts_of(petitions: Sequence[Petition], *, institution: str = "", name: bool = True) -> dict[str, str]:
    """The value of each placeholder that has one. Several petitions are listed where a list makes sense.

    ``name`` False leaves out who asked: another institution is not told.
    """
    municipality = Municipality.current()
    facts = {"institucion": institution, "municipio": municipality.name if municipality else ""}
    if not petitions:
        return facts
    facts |= {
        "folio": listed([format_folio(petition.folio) for petition in petitions]),
        "asunto": listed(_once([_lower_first(petition.category.name) for petition in petitions])),
        "colonia": listed(_once([petition.place.name for petition in petitions if petition.place])),
        "lugar": listed(_once([_where(petition) for petition in petitions])),
        "peticion": "\n".join(_words(petition, alone=len(petitions) == 1) for petition in petitions),
    }
    if len(petitions) > 1:
        return facts
    [petition] = petitions
    received = petition.received_at.astimezone(local_zone()).date()
    person = getattr(petition, "petitioner", None) if name else None
    return facts | {
        "fecha": day_of(received),
        "dependencia": petition.department.name if petition.department else "",
        "vence": day_of(petition.due_on) if petition.due_on else "",
        "nombre": person.name if person else "",
        "resultado": _outcome(petition),
    }


def day_of(day: object) -> str:
    """``29 de noviembre de 2026``: a letter always names the year."""
    return date_format(day, r"j \d\e F \d\e Y").lower()  # type: ignore[arg-type]


def listed(parts: Sequence[str]) -> str:
    """``a, b y c``."""
    parts = [part for part in parts if part]
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s y %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def _once(parts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(parts))


def _lower_first(text: str) -> str:
    """A category in the middle of a sentence; an abbreviation such as CFE stays as it is."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _where(petition: Petition) -> str:
    place = (
        _("colonia %s") % petition.place.name if petition.place and petition.place.kind == "colonia" else ""
    )
    place = place or (petition.place.name if petition.place else "")
    return ", ".join(filter(None, (petition.address.strip(), place, petition.reference.strip())))


def _words(petition: Petition, *, alone: bool) -> str:
    limit = _WORDS_ALONE if alone else _WORDS_OF_EACH
    words = Truncator(" ".join(petition.description.split())).chars(limit)
    return words if alone else f"{format_folio(petition.folio)}: {words}"


def _outcome(petition: Petition) -> str:
    notes = StatusChange.objects.filter(petition=petition, move__in=_OUTCOMES).order_by("-at", "-id")
    return str(notes.values_list("note", flat=True).first() or "")
