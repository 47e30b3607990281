"""Which work lists a person sees, and what of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.casework.backlog import due_in_words
from backend.casework.selectors import for_reading, visible_to
from backend.casework.worklists.models import WorkList, Yard
from field.folio import format_folio
from field.models import OPEN_STATUSES, Petition, Petitioner
from field.whereabouts import where_in_words
from geo.problems import NotFound
from geo.visiting import LonLat, leg_lengths

#: Either lets a person make and work off lists.
SEES_LISTS: Final = ("casework.see_office", "casework.see_department")


@dataclass(frozen=True, slots=True)
class ShownStop:
    """A stop as the person who looks may see it. ``metres`` come from the one before, as the crow flies."""

    id: int
    number: int
    petition: Petition
    metres: float | None

    @property
    def folio(self) -> str:
        return format_folio(self.petition.folio)

    @property
    def done(self) -> bool:
        """Whether the office no longer owes an answer on it."""
        return self.petition.status not in OPEN_STATUSES

    @property
    def due(self) -> str:
        return "" if self.done else due_in_words(self.petition.due_on)

    @property
    def address(self) -> str:
        """Where it is, in words."""
        place = self.petition.place
        return where_in_words(self.petition.address, place.name if place else "")

    @property
    def lon_lat(self) -> LonLat | None:
        point = self.petition.location
        return (point.x, point.y) if point else None

    @property
    def lat(self) -> str:
        """As a ``geo:`` address writes it, whatever the language of the page."""
        return f"{self.lon_lat[1]:.6f}" if self.lon_lat else ""

    @property
    def lon(self) -> str:
        return f"{self.lon_lat[0]:.6f}" if self.lon_lat else ""

    @property
    def distance(self) -> str:
        return "" if self.metres is None else metres_in_words(self.metres)


@dataclass(frozen=True)
class Sheet:
    """A work list before one person: the stops that they see, and how many they do not."""

    work_list: WorkList
    stops: list[ShownStop]
    hidden: int

    @cached_property
    def done(self) -> int:
        return sum(stop.done for stop in self.stops)

    @cached_property
    def way(self) -> str:
        """How long the whole way is, in words; nothing when there is no way to speak of."""
        metres = sum(stop.metres or 0 for stop in self.stops)
        return metres_in_words(metres) if metres else ""

    @property
    def start(self) -> LonLat | None:
        point = self.work_list.start
        return (point.x, point.y) if point else None


def lists_of(user: User) -> QuerySet[WorkList]:
    """The lists that a person may open: the office all, a liaison those of the own department."""
    lists = WorkList.objects.select_related("department", "made_by")
    if user.has_perm("casework.see_office"):
        return lists
    if user.has_perm("casework.see_department"):
        return lists.filter(department_id=user.department_id or 0)
    return lists.none()


def with_progress(lists: QuerySet[WorkList], user: User) -> QuerySet[WorkList]:
    """Newest first, with ``seen`` and ``seen_done``: of its boletas, those one sees, and of them the done."""
    seen = Q(stops__petition__in=visible_to(user).order_by().values("pk"))
    done = seen & ~Q(stops__petition__status__in=OPEN_STATUSES)
    counted = lists.annotate(
        seen=Count("stops", filter=seen, distinct=True), seen_done=Count("stops", filter=done, distinct=True)
    )
    return counted.order_by("-made_at", "-pk")  # a query that groups leaves the model's own order aside


def find_list(user: User, pk: int) -> WorkList:
    """One of the lists that the person may open; raises NotFound."""
    found = lists_of(user).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("No hay una lista de trabajo con esa dirección a su alcance."))
    return found


def sheet_of(work_list: WorkList, user: User) -> Sheet:
    """The list as the person may see it today: what left their reach is counted and not shown."""
    order = list(work_list.stops.order_by("position").values_list("pk", "petition_id"))
    seen = for_reading(visible_to(user)).in_bulk([petition for _stop, petition in order])
    kept = [(stop, seen[petition]) for stop, petition in order if petition in seen]
    legs = _legs([petition for _stop, petition in kept], work_list)
    stops = [
        ShownStop(stop, number, petition, metres)
        for number, ((stop, petition), metres) in enumerate(zip(kept, legs, strict=True), 1)
    ]
    return Sheet(work_list, stops, hidden=len(order) - len(stops))


def _legs(petitions: list[Petition], work_list: WorkList) -> list[float | None]:
    """Metres to each from the one before it that has a point; None where there are none to count."""
    placed = [(one.location.x, one.location.y) for one in petitions if one.location]
    start = (work_list.start.x, work_list.start.y) if work_list.start else None
    lengths = iter(leg_lengths(placed, start))
    legs: list[float | None] = [next(lengths) if one.location else None for one in petitions]
    first = next((index for index, one in enumerate(petitions) if one.location), None)
    if start is None and first is not None:
        legs[first] = None
    return legs


def petitioners_of(petitions: Iterable[Petition]) -> dict[UUID, Petitioner]:
    """Who asked in each; the caller has made sure that the reader may know."""
    return Petitioner.objects.in_bulk([one.pk for one in petitions], field_name="petition_id")


def yard_of(work_list: WorkList) -> Yard | None:
    """Where the crews of the list's department set out from, if somebody said."""
    return Yard.objects.filter(department_id=work_list.department_id or 0).first()


def metres_in_words(metres: float) -> str:
    """``350 m``, ``4.2 km``."""
    if metres < 950:
        return _("%s m") % f"{round(metres, -1):.0f}"
    return _("%s km") % f"{metres / 1000:.1f}"
