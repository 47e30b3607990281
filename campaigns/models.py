"""Where crews go: programmes, tours, visits and the doors knocked."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.querysets import CrewQuerySet, EncounterQuerySet, TourQuerySet, VisitQuerySet
from campaigns.wording import days_in_words, weekday_in_words
from geo.plain import plain_index


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

    objects: ClassVar[CrewQuerySet] = CrewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("brigada")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Tour(models.Model):
    """A dated outing of a programme, with one or more visits.

    Cancelling touches the tour alone: its visits keep their own stages, so that restoring it
    brings them back as they were.
    """

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

    objects: ClassVar[TourQuerySet] = TourQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("recorrido")
        ordering = ("-starts_on", "name")
        indexes = [models.Index(fields=["-ends_on", "id"], name="tour_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="tour_ends_after_start"),
            models.CheckConstraint(condition=~Q(name=""), name="tour_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaigns:tour", args=[self.pk])

    @property
    def cancelled(self) -> bool:
        return self.stage == self.Stage.CANCELLED

    @property
    def days(self) -> str:
        """Its dates as a person says them."""
        return days_in_words(self.starts_on, self.ends_on)


class Visit(models.Model):
    """A colonia or comunidad on a tour, on one day, by one crew.

    Without a crew it is everybody's: every tablet carries it. The first door that arrives opens it.
    """

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
    date = models.DateField(_("fecha"))
    stage = models.CharField(_("etapa"), max_length=10, choices=Stage.choices, default=Stage.PLANNED)
    closed_at = models.DateTimeField(_("cerrada"), null=True, blank=True)

    objects: ClassVar[VisitQuerySet] = VisitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("visita")
        ordering = ("date", "place__name", "id")
        indexes = [models.Index(fields=["date", "crew"], name="visit_of_day")]
        constraints = [
            # One that was cancelled does not stand in the way of making it again.
            models.UniqueConstraint(
                fields=["tour", "place", "date", "crew"],
                condition=~Q(stage="cancelada"),
                nulls_distinct=False,
                name="visit_once",
            ),
            models.CheckConstraint(
                condition=Q(stage="cerrada", closed_at__isnull=False)
                | (~Q(stage="cerrada") & Q(closed_at__isnull=True)),
                name="visit_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} ({self.date:%Y-%m-%d})"

    @property
    def cancelled(self) -> bool:
        return self.stage == self.Stage.CANCELLED

    @property
    def closed(self) -> bool:
        return self.stage == self.Stage.CLOSED

    @property
    def knocked(self) -> bool:
        """Whether anybody knocked at a door on it, and did not undo that. One query."""
        return Encounter.objects.standing().filter(visit=self).exists()

    @property
    def stage_now(self) -> Visit.Stage:
        """Its stage as it stands: one still planned on a tour that was called off is off too."""
        planned = self.stage == self.Stage.PLANNED
        return self.Stage.CANCELLED if planned and self.tour.cancelled else self.Stage(self.stage)

    @property
    def day(self) -> str:
        """Its date as a person says it."""
        return weekday_in_words(self.date)


class Encounter(models.Model):
    """One door knocked on a visit, and what came of it.

    ``at`` is when the tablet says it happened, ``received_at`` when it reached the office.
    ``follows`` is the earlier encounter at the same door that this one goes back to; it may name
    one that has not arrived yet, so the database does not insist on it. A petition that two doors
    share (neighbours asking together) is counted once. A door tapped by mistake is withdrawn by who
    recorded it: kept, and counted nowhere.
    """

    class Outcome(models.TextChoices):
        PETITION = "petition", _("Hubo petición")
        NOBODY_HOME = "nobody_home", _("No había nadie")
        REFUSED = "refused", _("No quiso atender")
        NOTHING_TO_ASK = "nothing_to_ask", _("Nada que pedir")
        COME_BACK = "come_back", _("Volver después")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(
        Visit, models.PROTECT, related_name="encounters", verbose_name=_("visita"), db_index=False
    )
    outcome = models.CharField(_("resultado"), max_length=14, choices=Outcome.choices)
    at = models.DateTimeField(_("hora"))
    received_at = models.DateTimeField(_("recibido"))
    location = models.PointField(_("ubicación"), srid=4326, null=True, spatial_index=False)
    accuracy_m = models.FloatField(_("precisión (m)"), null=True)
    note = models.TextField(_("nota"), blank=True)
    follows = models.ForeignKey(
        "self",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="followers",
        verbose_name=_("regreso a"),
        db_index=False,
    )
    device = models.ForeignKey("field.Device", models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="encounters", db_index=False
    )
    petitions = models.ManyToManyField("field.Petition", related_name="encounters", blank=True)
    withdrawn_at = models.DateTimeField(_("deshecha"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_why = models.TextField(_("por qué se deshizo"), blank=True)

    objects: ClassVar[EncounterQuerySet] = EncounterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("puerta")
        ordering = ("at", "id")
        indexes = [
            # A visit's doors by outcome are counted from the index alone.
            models.Index(fields=["visit", "outcome"], include=["withdrawn_at"], name="encounter_visit"),
            models.Index(fields=["follows"], name="encounter_follows", condition=Q(follows__isnull=False)),
            plain_index("note", name="encounter_note"),
            plain_index("withdrawn_why", name="encounter_withdrawn_why"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["petition", "nobody_home", "refused", "nothing_to_ask", "come_back"]
                ),
                name="encounter_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(accuracy_m__isnull=True) | Q(accuracy_m__gte=0),
                name="encounter_accuracy_is_metres",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.at:%Y-%m-%d %H:%M}"
