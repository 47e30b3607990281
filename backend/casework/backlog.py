"""The backlog: open petitions by how late they are, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.casework.map_filters import Question, keep
from backend.casework.selectors import visible_to
from field.folio import format_folio
from field.models import Petition
from field.querysets import PetitionQuerySet
from geo.clock import local_today
from geo.maps.classes import MapClass
from geo.models import Place

#: A petition that is due within so many days is due soon.
SOON: Final = timedelta(days=7)
ON_TIME, DUE_SOON, OVERDUE = range(3)
_LISTED: Final = 25


@dataclass(frozen=True, slots=True)
class PlaceBacklog:
    """One row of the table. ``id`` is 0 for petitions that lie in no place."""

    id: int
    name: str
    open: int
    overdue: int
    soon: int
    unplaced: int = 0

    @property
    def share(self) -> float:
        """Overdue per hundred open."""
        return 100 * self.overdue / self.open if self.open else 0.0


def backlog(user: User, question: Question) -> PetitionQuerySet:
    """The open petitions that the reader may see and the question is about, one for each work item."""
    return keep(visible_to(user).open().work_items(), question)


def is_overdue(today: date | None = None) -> Q:
    """Owed after the day that was promised."""
    return Q(due_on__lt=today or local_today())


def is_due_soon() -> Q:
    today = local_today()
    return Q(due_on__gte=today, due_on__lte=today + SOON)


def lateness() -> Case:
    """Each petition's class: ``ON_TIME``, ``DUE_SOON`` or ``OVERDUE``; without a date, on time."""
    return Case(
        When(is_overdue(), then=Value(OVERDUE)),
        When(is_due_soon(), then=Value(DUE_SOON)),
        default=Value(ON_TIME),
        output_field=IntegerField(),
    )


def lateness_classes() -> list[MapClass]:
    """Colour, shape and word of each, in the order of ``lateness`` (colours are ``tokens.css``'s)."""
    return [
        MapClass("#0a6068", _("A tiempo"), "circle"),
        MapClass("#875818", _("Vence en siete días"), "ring"),
        MapClass("#b23a00", _("Vencida"), "diamond"),
    ]


def count_places(petitions: PetitionQuerySet) -> list[PlaceBacklog]:
    """Every place with its backlog, in one ``GROUP BY``; those without any too."""
    counted = {
        place or 0: figures
        for place, *figures in petitions.order_by()
        .values("place_id")
        .annotate(
            every=Count("*"),
            overdue=Count(Value(1), filter=is_overdue()),
            soon=Count(Value(1), filter=is_due_soon()),
            unplaced=Count(Value(1), filter=Q(location=None)),
        )
        .values_list("place_id", "every", "overdue", "soon", "unplaced")
    }
    names = [*Place.objects.order_by("name").values_list("pk", "name"), (0, _("Fuera de todo lugar"))]
    rows = [PlaceBacklog(pk, name, *counted.get(pk, (0, 0, 0, 0))) for pk, name in names]
    return [row for row in rows if row.id or row.open]


def listed(petitions: PetitionQuerySet) -> dict[str, Any]:
    """The petitions of a place or a cell as the map's details list them, the latest first."""
    rows = list(
        petitions.order_by(F("due_on").asc(nulls_last=True), "captured_at").values_list(
            "folio", "category__name", "due_on"
        )[:_LISTED]
    )
    totals = petitions.order_by().aggregate(every=Count("*"), overdue=Count(Value(1), filter=is_overdue()))
    rest = totals["every"] - len(rows)
    return {
        "lines": [
            _("%(every)s sin resolver · %(overdue)s vencidas")
            % {name: f"{number:,}" for name, number in totals.items()}
        ],
        "items": [
            {
                "label": format_folio(folio),
                "href": _address(folio),
                "text": f"{category} · {due_in_words(due_on)}",
            }
            for folio, category, due_on in rows
        ],
        "note": ngettext("y %s más", "y %s más", rest) % f"{rest:,}" if rest > 0 else "",
    }


def due_in_words(due_on: date | None) -> str:
    """How far a promised day is."""
    if due_on is None:
        return _("sin fecha")
    days = (due_on - local_today()).days
    if days < 0:
        return ngettext("venció hace %s día", "venció hace %s días", -days) % f"{-days:,}"
    if days == 0:
        return _("vence hoy")
    return ngettext("vence en %s día", "vence en %s días", days) % f"{days:,}"


def one(petition: Petition) -> dict[str, Any]:
    """What a click on a point shows."""
    folio = format_folio(petition.folio)
    return {
        "title": petition.category.name,
        "lines": [str(petition.get_status_display()), due_in_words(petition.due_on)],
        "items": [{"label": folio, "href": _address(petition.folio), "text": str(petition.place or "")}],
    }


def _address(folio: str) -> str:
    return reverse("casework:boleta", args=[format_folio(folio)])
