"""A petition: the facts of its intake, and where it stands now."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from field.querysets import PetitionQuerySet, folio_number
from field.vocabulary import OPEN_STATUSES, Channel, LocationMethod, Status
from geo.clock import local_day
from geo.models import Certainty


class Petition(models.Model):
    """What one citizen asked for at one moment.

    The intake columns change after filing only where the office corrects them (``services.corrections``);
    ``status``, ``department``, ``due_on``, ``status_at`` and ``echo_of`` are written by ``casework`` alone.
    ``cell`` is the H3 index at resolution 10 as a signed 64-bit integer.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    folio = models.CharField(_("folio"), max_length=11)  # YYDDDNNNNNC, no dashes
    source_id = models.CharField(max_length=80, null=True)  # another system's own id
    captured_at = models.DateTimeField(_("capturada"))
    received_at = models.DateTimeField(_("recibida"))
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="petitions",
        verbose_name=_("capturó"),
    )
    device = models.ForeignKey(
        "field.Device", models.PROTECT, null=True, related_name="petitions", db_index=False
    )
    channel = models.CharField(_("canal"), max_length=12, choices=Channel.choices)
    category = models.ForeignKey(
        "field.Category",
        models.PROTECT,
        related_name="petitions",
        verbose_name=_("categoría"),
        db_index=False,
    )
    description = models.TextField(_("petición"), blank=True)
    #: The organised group or the colonia that asks together, if one does; it may name a person.
    on_behalf_of = models.CharField(_("grupo que lo pide"), max_length=200, blank=True)
    answers = models.JSONField(_("respuestas"), default=dict)
    location = models.PointField(_("ubicación"), srid=4326, null=True, spatial_index=False)
    accuracy_m = models.FloatField(_("precisión (m)"), null=True)
    location_method = models.CharField(max_length=8, choices=LocationMethod.choices, blank=True)
    address = models.CharField(_("dirección"), max_length=300, blank=True)
    reference = models.CharField(_("referencia"), max_length=300, blank=True)
    place = models.ForeignKey(
        "geo.Place",
        models.PROTECT,
        null=True,
        related_name="petitions",
        verbose_name=_("lugar"),
        db_index=False,
    )
    certainty = models.CharField(_("certeza"), max_length=10, choices=Certainty.choices)
    candidates = ArrayField(models.CharField(max_length=40), default=list)  # codes of places in doubt
    cell = models.BigIntegerField(null=True)

    status = models.CharField(_("estado"), max_length=14, choices=Status.choices, default=Status.TO_VERIFY)
    status_at = models.DateTimeField(_("desde"))
    department = models.ForeignKey(
        "field.Department",
        models.PROTECT,
        null=True,
        related_name="petitions",
        verbose_name=_("dependencia"),
        db_index=False,
    )
    due_on = models.DateField(_("vence"), null=True)
    #: The petition at whose head this one is worked: about the same thing, never itself an echo.
    echo_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="echoes",
        verbose_name=_("se suma a"),
        db_index=False,
    )

    objects: ClassVar[PetitionQuerySet] = PetitionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("petición")
        verbose_name_plural = _("peticiones")
        indexes = [
            models.Index(fields=["-captured_at", "id"], name="petition_newest"),
            # What is read off a paper, or said: the number alone.
            models.Index(folio_number(), models.F("captured_at").desc(), name="petition_folio_number"),
            models.Index(fields=["category", "-captured_at"], name="petition_category"),
            models.Index(fields=["place", "-captured_at"], name="petition_place"),
            models.Index(fields=["department", "-captured_at"], name="petition_department"),
            # What waits is counted and listed by work item: echoes are not in these two. That none is one is
            # said in the index too: PostgreSQL would look it up in the table, whatever the condition says.
            models.Index(
                fields=["department", "status", "due_on"],
                include=["echo_of"],
                name="petition_open",
                condition=models.Q(status__in=OPEN_STATUSES, echo_of=None),
            ),
            # The backlog's figures are read from this index alone, the table untouched.
            models.Index(
                fields=["department", "place", "due_on"],
                include=["category", "status", "channel", "captured_at", "cell", "location", "echo_of"],
                name="petition_backlog",
                condition=models.Q(status__in=OPEN_STATUSES, echo_of=None),
            ),
            GistIndex(
                fields=["location"],
                name="petition_open_location",
                condition=models.Q(status__in=OPEN_STATUSES),
            ),
            models.Index(
                fields=["echo_of"], name="petition_echoes", condition=models.Q(echo_of__isnull=False)
            ),
            # What came since the density's last snapshot, wherever in the table it lies.
            models.Index(fields=["received_at"], name="petition_received"),
        ]
        # Named here and not on the fields, which would each cost a second index for LIKE.
        constraints = [
            models.UniqueConstraint(fields=["folio"], name="petition_folio_once"),
            models.UniqueConstraint(fields=["source_id"], name="petition_source_once"),
            models.CheckConstraint(
                condition=~models.Q(echo_of=models.F("id")), name="petition_not_its_own_echo"
            ),
        ]

    def __str__(self) -> str:
        return self.folio

    @property
    def asked_earlier(self) -> date | None:
        """The local day on which it was asked, where the office took it down on a later one.

        A tablet's clock, and another system's dates, say no such thing.
        """
        if self.device_id is not None or self.source_id is not None:
            return None
        asked_on = local_day(self.captured_at)
        return asked_on if asked_on < local_day(self.received_at) else None
