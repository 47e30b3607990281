"""Where crews go: programmes, tours, visits and the doors knocked."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Programme(models.Model):
    """A standing programme, such as *El Alcalde toca tu puerta*."""

    code = models.SlugField(_("clave"), max_length=40, unique=True)
    name = models.CharField(_("nombre"), max_length=120)
    active = models.BooleanField(_("activo"), default=True)

    class Meta:
        verbose_name = _("programa")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Crew(models.Model):
    """A crew (*brigada*): staff who go out together, led by a supervisor."""

    name = models.CharField(_("nombre"), max_length=80, unique=True)
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="led_crews", verbose_name=_("supervisor")
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="crews", verbose_name=_("integrantes"), blank=True
    )
    active = models.BooleanField(_("activa"), default=True)

    class Meta:
        verbose_name = _("brigada")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Tour(models.Model):
    """A dated outing of a programme, with one or more visits."""

    class Stage(models.TextChoices):
        PLANNED = "planeado", _("Planeado")
        CONFIRMED = "confirmado", _("Confirmado")
        CLOSED = "cerrado", _("Cerrado")
        CANCELLED = "cancelado", _("Cancelado")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="tours", verbose_name=_("programa"))
    name = models.CharField(_("nombre"), max_length=160)
    starts_on = models.DateField(_("empieza"))
    ends_on = models.DateField(_("termina"))
    stage = models.CharField(_("etapa"), max_length=12, choices=Stage.choices, default=Stage.PLANNED)
    notes = models.TextField(_("notas"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("recorrido")
        ordering = ("-starts_on", "name")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="tour_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """A colonia or comunidad on a tour, on one day, by one crew."""

    class Stage(models.TextChoices):
        PLANNED = "planeada", _("Planeada")
        OPEN = "en_curso", _("En curso")
        CLOSED = "cerrada", _("Cerrada")
        CANCELLED = "cancelada", _("Cancelada")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tour = models.ForeignKey(Tour, models.CASCADE, related_name="visits", verbose_name=_("recorrido"))
    place = models.ForeignKey("geo.Place", models.PROTECT, related_name="visits", verbose_name=_("lugar"))
    crew = models.ForeignKey(
        Crew, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("brigada")
    )
    date = models.DateField(_("fecha"), db_index=True)
    stage = models.CharField(_("etapa"), max_length=10, choices=Stage.choices, default=Stage.PLANNED)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("visita")
        ordering = ("date", "place__name")
        constraints = [
            models.UniqueConstraint(fields=["tour", "place", "date", "crew"], name="visit_once"),
        ]


class Encounter(models.Model):
    """One door knocked on a visit, and what came of it."""

    class Outcome(models.TextChoices):
        PETITION = "petition", _("Hubo petición")
        NOBODY_HOME = "nobody_home", _("No había nadie")
        REFUSED = "refused", _("No quiso")
        NOTHING_TO_ASK = "nothing_to_ask", _("Sin petición")
        COME_BACK = "come_back", _("Volver después")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="encounters", verbose_name=_("visita"))
    outcome = models.CharField(_("resultado"), max_length=14, choices=Outcome.choices)
    at = models.DateTimeField(_("hora"))
    received_at = models.DateTimeField(_("recibido"))
    location = models.PointField(_("ubicación"), srid=4326, null=True)
    accuracy_m = models.FloatField(_("precisión (m)"), null=True)
    note = models.TextField(_("nota"), blank=True)
    device = models.ForeignKey("field.Device", models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="encounters"
    )
    petitions = models.ManyToManyField("field.Petition", related_name="encounters", blank=True)

    class Meta:
        verbose_name = _("puerta")
        ordering = ("at",)
