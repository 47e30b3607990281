"""Reads of what was handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.gis.db import models
from django.utils import timezone

from field.vocabulary import OPEN_STATUSES

if TYPE_CHECKING:
    from field.models import Device, Enrolment, Petition  # noqa: F401


class PetitionQuerySet(models.QuerySet["Petition"]):
    """Petitions."""

    def open(self) -> Self:
        """Those on which the department owes an answer."""
        return self.filter(status__in=OPEN_STATUSES)


class DeviceQuerySet(models.QuerySet["Device"]):
    """Tablets."""

    def in_office_order(self) -> Self:
        """With who carries each; those in use first, the last seen on top."""
        return self.select_related("user").order_by(
            models.F("revoked_at").asc(nulls_first=True),
            models.F("last_seen_at").desc(nulls_last=True),
            "name",
        )


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """One-time codes."""

    def open(self) -> Self:
        """Those that may still be used, with for whom, the soonest to expire first."""
        waiting = self.filter(used_at=None, expires_at__gt=timezone.now())
        return waiting.select_related("user").order_by("expires_at")
