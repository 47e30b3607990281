"""Reads of where crews go and what they found there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.gis.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from campaigns.models import Crew, Encounter, Tour, Visit  # noqa: F401

#: The verb of those who see every crew's work; everybody else sees that of their own crews.
SEE_ALL = "campaigns.see_all"


class CrewQuerySet(models.QuerySet["Crew"]):
    """Crews."""

    def active(self) -> Self:
        return self.filter(active=True)

    def visible_to(self, user: AbstractUser) -> Self:
        """Every crew to those who see all; else those that the user leads or is in."""
        if user.has_perm(SEE_ALL):
            return self
        return self.filter(
            Q(supervisor=user.pk)
            | Exists(self.model._base_manager.filter(pk=OuterRef("pk"), members=user.pk))
        )


class TourQuerySet(models.QuerySet["Tour"]):
    """Tours."""

    def visible_to(self, user: AbstractUser) -> Self:
        """Every tour to those who see all; else those made by the user or with a visit of theirs."""
        if user.has_perm(SEE_ALL):
            return self
        theirs = self.model._base_manager.filter(
            Q(visits__crew__supervisor=user.pk) | Q(visits__crew__members=user.pk), pk=OuterRef("pk")
        )
        open_to_all = self.model._base_manager.filter(
            visits__isnull=False, visits__crew__isnull=True, pk=OuterRef("pk")
        )
        return self.filter(Q(created_by=user.pk) | Exists(theirs) | Exists(open_to_all))

    def coming(self, today: dt.date) -> Self:
        """Under way or still to come, the nearest first."""
        return self.filter(ends_on__gte=today).order_by("starts_on", "name", "pk")

    def past(self, today: dt.date) -> Self:
        """Over, the latest first."""
        return self.filter(ends_on__lt=today).order_by("-ends_on", "pk")


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits."""

    def visible_to(self, user: AbstractUser) -> Self:
        """Every visit to those who see all.

        To anyone else those of crews that they lead or are in, those without a crew, and those on
        tours that they made.
        """
        if user.has_perm(SEE_ALL):
            return self
        # By key: joining the crew's members would repeat rows.
        theirs = self.model._base_manager.filter(
            Q(crew__isnull=True)
            | Q(crew__supervisor=user.pk)
            | Q(crew__members=user.pk)
            | Q(tour__created_by=user.pk)
        )
        return self.filter(pk__in=theirs.values("pk"))

    def standing(self) -> Self:
        """Neither cancelled themselves nor on a tour that was."""
        return self.exclude(stage=self.model.Stage.CANCELLED).exclude(tour__stage="cancelado")

    def to_do(self, *, today: dt.date, days: int) -> Self:
        """Standing, not closed, from today to ``days`` days ahead."""
        return (
            self.standing()
            .exclude(stage=self.model.Stage.CLOSED)
            .filter(date__gte=today, date__lte=today + dt.timedelta(days=days))
        )

    def with_names(self) -> Self:
        """With tour, programme, place and crew at hand, and no boundary."""
        return self.select_related("tour__programme", "place", "crew__supervisor").defer(
            "place__boundary", "place__simple_boundary"
        )


class EncounterQuerySet(models.QuerySet["Encounter"]):
    """Doors knocked."""

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def to_come_back(self) -> Self:
        """Doors that were promised another visit and have not had it.

        A return that found nobody home leaves the promise standing; one that says to come back
        again carries it on in its own stead.
        """
        outcome = self.model.Outcome
        answered = self.model._base_manager.filter(follows=OuterRef("pk"), withdrawn_at=None).exclude(
            outcome=outcome.NOBODY_HOME
        )
        return self.standing().filter(outcome=outcome.COME_BACK).exclude(Exists(answered))
