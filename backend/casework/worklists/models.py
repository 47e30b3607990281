"""A work list, its stops, and where a department's crews set out from."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Deferrable
from django.utils.translation import gettext_lazy as _


class WorkList(models.Model):
    """Boletas that a crew goes to in the street, in order.

    ``department`` is the one that has them all, or null for a list of the office's across departments.
    ``start`` is where the order was last counted from.
    """

    class StartFrom(models.TextChoices):
        """Whence the order was counted."""

        NOWHERE = "", _("Sin punto de salida")
        POSITION = "position", _("Desde donde estaba la cuadrilla")
        MAP = "map", _("Desde el punto elegido en el mapa")
        YARD = "yard", _("Desde el patio de la dependencia")

    name = models.CharField(_("nombre"), max_length=120)
    department = models.ForeignKey(
        "field.Department", models.PROTECT, null=True, related_name="+", verbose_name=_("dependencia")
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("cuándo"))
    #: How many more there were than a list carries.
    left_out = models.PositiveIntegerField(default=0)
    start = models.PointField(srid=4326, null=True, spatial_index=False)
    start_from = models.CharField(max_length=8, choices=StartFrom.choices, blank=True, default="")
    #: When somebody put it away; it can be taken out again.
    put_away_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("lista de trabajo")
        verbose_name_plural = _("listas de trabajo")
        ordering = ("-made_at", "-id")
        indexes = [models.Index(fields=["department", "-made_at"], name="worklist_newest")]

    def __str__(self) -> str:
        return self.name


class Stop(models.Model):
    """One boleta of a work list, and its place in the order, from 0."""

    work_list = models.ForeignKey(WorkList, models.CASCADE, related_name="stops", db_index=False)
    petition = models.ForeignKey("field.Petition", models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(_("lugar"))

    class Meta:
        verbose_name = _("parada")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["work_list", "petition"], name="stop_once_in_a_list"),
            models.UniqueConstraint(
                fields=["work_list", "position"],
                name="stop_position_once",
                deferrable=Deferrable.DEFERRED,
            ),
        ]


class Yard(models.Model):
    """Where a department's crews set out from in the morning."""

    department = models.OneToOneField("field.Department", models.CASCADE, primary_key=True, related_name="+")
    location = models.PointField(srid=4326, spatial_index=False)

    class Meta:
        verbose_name = _("patio")
