"""The durable inbox: every record as it came, before and whatever else happens to it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from field.querysets import InboxQuerySet


class InboxRecord(models.Model):
    """One version of one record as a device or the office handed it in.

    ``raw`` is the record's canonical JSON; ``digest`` its SHA-256. The first version to come under
    an id has ``first`` true; another content under the same id is kept beside it, held.
    """

    class State(models.TextChoices):
        FILED = "filed", _("Archivado")
        HELD = "held", _("Retenido")
        #: A person read it and decided that it is not to be filed; it can be taken back.
        ASIDE = "aside", _("Apartado")

    record_id = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=32)
    first = models.BooleanField(default=True)
    kind = models.CharField(max_length=40)
    raw = models.TextField()
    state = models.CharField(max_length=5, choices=State.choices)
    errors = models.JSONField(default=list)
    #: Ids of the records (visits, petitions) that this one waits for.
    waiting_for = ArrayField(models.CharField(max_length=100), default=list)
    device = models.ForeignKey("field.Device", models.PROTECT, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    received_at = models.DateTimeField()

    objects: ClassVar[InboxQuerySet] = InboxQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("registro recibido")
        constraints = [
            models.UniqueConstraint(fields=["record_id", "digest"], name="inbox_version_once"),
            models.UniqueConstraint(
                fields=["record_id"], condition=models.Q(first=True), name="inbox_first_once"
            ),
        ]
        indexes = [
            GinIndex(
                fields=["waiting_for"],
                name="inbox_waiting",
                condition=models.Q(state="held"),
            ),
            models.Index(
                fields=["received_at"],
                name="inbox_held",
                condition=models.Q(state="held"),
            ),
            models.Index(
                fields=["-received_at"],
                name="inbox_aside",
                condition=models.Q(state="aside"),
            ),
            # Forms of ODK Collect, from the petition that was made of one.
            models.Index(
                fields=["device", "received_at"],
                name="inbox_forms",
                condition=models.Q(kind="odk"),
            ),
            # Doors undone, of which one of many tells of a door.
            models.Index(
                fields=["device", "received_at"],
                name="inbox_undone",
                condition=models.Q(kind="encounter_undo"),
            ),
        ]


class Correction(models.Model):
    """One thing that a person did with a held record. Appended, never rewritten.

    ``changes`` is a list of ``{"pointer", "before", "after"}``, RFC 6901 into the record; the record as
    corrected is its ``raw`` with every change applied in order.
    """

    class Act(models.TextChoices):
        MENDED = "mended", _("Se corrigió")
        JOINED = "joined", _("Se agregó a la petición como nota")
        KEPT_FIRST = "kept_first", _("Se dejó la primera versión")
        REPLACED = "replaced", _("Se archivó otra versión")
        SET_ASIDE = "set_aside", _("Se apartó")
        TAKEN_BACK = "taken_back", _("Se devolvió a la bandeja")

    record = models.ForeignKey(InboxRecord, models.PROTECT, related_name="corrections")
    act = models.CharField(max_length=10, choices=Act.choices)
    changes = models.JSONField(default=list)
    reason = models.TextField(_("motivo"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("corrección")
        ordering = ("id",)
