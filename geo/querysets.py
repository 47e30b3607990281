"""Reads of the territory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.gis.db import models

if TYPE_CHECKING:
    from geo.models import Place  # noqa: F401


class PlaceQuerySet(models.QuerySet["Place"]):
    """Places: lists never carry boundaries unless a map asks for them."""

    def without_geometry(self) -> Self:
        return self.defer("boundary", "simple_boundary")
