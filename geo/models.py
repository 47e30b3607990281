"""The territory: one municipality and its places."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from geo.querysets import PlaceQuerySet


class Certainty(models.TextChoices):
    """How sure a point's place is; see ``geo.services.locate``."""

    CERTAIN = "certain", _("Segura")
    UNCERTAIN = "uncertain", _("Dudosa")
    NEAREST = "nearest", _("La más cercana")
    OUTSIDE = "outside", _("Fuera")


class Municipality(models.Model):
    """The one municipality of this deployment (a single row, ``id`` 1)."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("nombre"), max_length=120)
    state = models.CharField(_("estado"), max_length=60, blank=True)
    boundary = models.MultiPolygonField(_("límite"), srid=4326, null=True, blank=True)
    #: Nobody gave a boundary: it is the union of the places, and grows with them.
    boundary_is_derived = models.BooleanField(default=False, editable=False)
    centre = models.PointField(_("centro"), srid=4326)
    time_zone = models.CharField(_("zona horaria"), max_length=60, default="America/Mexico_City")

    class Meta:
        verbose_name = _("municipio")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="municipality_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Self | None:
        """The municipality without its boundary, or None before one is loaded."""
        return cls.objects.defer("boundary").first()


class Place(models.Model):
    """A colonia or a comunidad: where people say they live.

    ``boundary`` is absent for a comunidad known only as a point. ``simple_boundary`` is the same
    coverage simplified as a whole, for maps. Areas are square metres on the ellipsoid.
    """

    class Kind(models.TextChoices):
        COLONIA = "colonia", _("Colonia")
        COMUNIDAD = "comunidad", _("Comunidad")

    code = models.CharField(_("clave"), max_length=40, unique=True)
    kind = models.CharField(_("tipo"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("nombre"), max_length=160)
    other_names = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    district = models.CharField(_("distrito"), max_length=80, blank=True)
    boundary = models.MultiPolygonField(_("límite"), srid=4326, null=True, blank=True)
    simple_boundary = models.MultiPolygonField(srid=4326, null=True, blank=True, editable=False)
    centre = models.PointField(_("centro"), srid=4326)
    area_m2 = models.FloatField(null=True, editable=False)
    population = models.PositiveIntegerField(_("población"), null=True, blank=True)
    households = models.PositiveIntegerField(_("viviendas"), null=True, blank=True)
    #: CONAPO's normalised index, 0 to 1: higher is *less* marginalised.
    marginalisation = models.FloatField(_("índice de marginación"), null=True, blank=True)
    source = models.CharField(_("fuente"), max_length=200, blank=True)

    objects: ClassVar[PlaceQuerySet] = PlaceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("lugar")
        verbose_name_plural = _("lugares")
        ordering = ("name", "code")
        indexes = [
            GinIndex(OpClass(Lower("name"), "gin_trgm_ops"), name="place_name_trgm"),
            # What a place is known by, boundary or point: geo.services.locate searches it.
            GistIndex(
                Coalesce("boundary", "centre", output_field=models.GeometryField(srid=4326)),
                name="place_reach",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(boundary__isnull=False) | models.Q(kind="comunidad"),
                name="place_colonia_has_boundary",
            ),
            models.CheckConstraint(
                condition=models.Q(marginalisation__isnull=True)
                | models.Q(marginalisation__gte=0, marginalisation__lte=1),
                name="place_marginalisation_is_normalised",
            ),
        ]

    def __str__(self) -> str:
        return self.name
