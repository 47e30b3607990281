"""Reads of the territory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Coalesce

if TYPE_CHECKING:
    from geo.models import Place  # noqa: F401


def first_shape(*fields: str) -> Coalesce:
    """The first of some geometry columns that holds anything, whatever kinds of geometry they are."""
    return Coalesce(*(Cast(field, models.GeometryField(srid=4326)) for field in fields))


class PlaceQuerySet(models.QuerySet["Place"]):
    """Places: lists never carry boundaries unless a map asks for them."""

    def without_geometry(self) -> Self:
        return self.defer("boundary", "simple_boundary")

    def search(self, words: str) -> Self:
        """Places whose code begins so, or with these words in their name or another of their names.

        Neither accents nor capitals matter: people type neither.
        """
        joined = Func(
            F("other_names"), Value(" "), function="array_to_string", output_field=models.TextField()
        )
        found = self.annotate(names=joined)
        for word in words.split():
            found = found.filter(
                Q(name__unaccent__icontains=word)
                | Q(names__unaccent__icontains=word)
                | Q(code__istartswith=word)
            )
        return found

    def with_shape(self, detail: str) -> models.QuerySet[Any]:
        """Each place's shape as GeoJSON text in ``shape``: ``full``, ``simple`` or ``none``.

        A comunidad known only as a point has that point; decimals are of centimetres or of metres.
        """
        places = self.without_geometry()
        if detail == "none":
            return places.annotate(shape=Value(None, output_field=models.TextField()))
        fields = ("boundary",) if detail == "full" else ("simple_boundary", "boundary")
        shape = first_shape(*fields, "centre")
        return places.annotate(shape=AsGeoJSON(shape, precision=7 if detail == "full" else 5))
