"""Reads of what was handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.gis.db import models

from field.vocabulary import OPEN_STATUSES

if TYPE_CHECKING:
    from field.models import Petition  # noqa: F401


class PetitionQuerySet(models.QuerySet["Petition"]):
    """Petitions."""

    def open(self) -> Self:
        """Those on which the department owes an answer."""
        return self.filter(status__in=OPEN_STATUSES)
