"""What the office's pages ask: tours in a list, the doors and petitions of a tour, crews."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db.models import Exists, OuterRef, Q

from campaigns.figures import Figures, figures_by
from campaigns.models import Crew, Encounter, Tour, Visit
from campaigns.querysets import EncounterQuerySet, VisitQuerySet
from field.models import Petition
from field.querysets import PetitionQuerySet

MOST_PLACES_NAMED = 3


@dataclass(frozen=True, slots=True)
class TourSummary:
    """A tour as a line of a list: where it goes, with whom, and what came of it so far."""

    tour: Tour
    places: Sequence[str] = ()
    crews: Sequence[str] = ()
    visits: int = 0
    figures: Figures = field(default_factory=Figures)

    @property
    def places_named(self) -> Sequence[str]:
        return self.places[:MOST_PLACES_NAMED]

    @property
    def places_more(self) -> int:
        return max(len(self.places) - MOST_PLACES_NAMED, 0)


def summarise(tours: Sequence[Tour], user: AbstractUser) -> list[TourSummary]:
    """The tours with the visits that the user sees of each. Three queries, however many tours."""
    shown = (
        Visit.objects.visible_to(user)
        .filter(tour__in=[tour.pk for tour in tours])
        .exclude(stage=Visit.Stage.CANCELLED)
    )
    places: dict[UUID, dict[str, None]] = defaultdict(dict)
    crews: dict[UUID, dict[str, None]] = defaultdict(dict)
    visits: dict[UUID, int] = defaultdict(int)
    rows = shown.order_by("date", "place__name").values_list("tour", "place__name", "crew__name")
    for tour_id, place, crew in rows:
        visits[tour_id] += 1
        places[tour_id][place] = None
        if crew:
            crews[tour_id][crew] = None
    figures = figures_by(Encounter.objects.filter(visit__in=shown.order_by().values("pk")), "visit__tour")
    return [
        TourSummary(
            tour,
            list(places[tour.pk]),
            list(crews[tour.pk]),
            visits[tour.pk],
            figures.get(tour.pk, Figures()),
        )
        for tour in tours
    ]


def next_visits(user: AbstractUser, today: dt.date) -> list[Visit]:
    """The visits that the user sees on the nearest day that has any, from today (at most 50)."""
    coming = Visit.objects.visible_to(user).standing().filter(date__gte=today)
    nearest = list(coming.with_names().order_by("date", "place__name")[:50])
    return [visit for visit in nearest if visit.date == nearest[0].date]


def encounters_of(visits: VisitQuerySet) -> EncounterQuerySet:
    """The doors of the visits, but for those withdrawn."""
    return Encounter.objects.standing().filter(visit__in=visits.order_by().values("pk"))


def doors_withdrawn(visits: VisitQuerySet) -> int:
    """How many doors were undone by who recorded them."""
    withdrawn = Encounter.objects.filter(withdrawn_at__isnull=False)
    return withdrawn.filter(visit__in=visits.order_by().values("pk")).count()


def doors_without_boleta(encounters: EncounterQuerySet) -> int:
    """Doors that said there was a petition and name none that has come."""
    return encounters.filter(outcome=Encounter.Outcome.PETITION, petitions__isnull=True).count()


def petitions_of(visits: VisitQuerySet, user: AbstractUser) -> PetitionQuerySet:
    """The petitions that the visits' doors gave, as far as the user may read them, newest first.

    The office reads all; a supervisor those of crews that they lead, and a planner those of tours
    that they made; a promotor their own. Sensitive ones only those who may see these.
    """
    doors = Encounter.objects.standing().filter(petitions=OuterRef("pk"))
    petitions = Petition.objects.filter(Exists(doors.filter(visit__in=visits.order_by().values("pk"))))
    if not user.has_perm("casework.see_sensitive"):
        petitions = petitions.filter(category__sensitive=False)
    if not user.has_perm("casework.see_office"):
        of_their_crews = doors.filter(
            Q(visit__crew__supervisor=user.pk) | Q(visit__tour__created_by=user.pk),
            visit__in=visits.order_by().values("pk"),
        )
        petitions = petitions.filter(Q(captured_by=user.pk) | Exists(of_their_crews))
    return petitions.order_by("-captured_at", "pk")


def crews_for(user: AbstractUser) -> list[Crew]:
    """The crews that the user sees, the active first, with their people. Two queries."""
    crews = Crew.objects.visible_to(user).select_related("supervisor").prefetch_related("members")
    return list(crews.order_by("-active", "name"))
