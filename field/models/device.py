"""Tablets and the folio series they issue from."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from field.querysets import DeviceQuerySet, EnrolmentQuerySet


class FolioSeries(models.Model):
    """Three characters of a folio: one series for each device; the office's own have no device."""

    code = models.CharField(
        max_length=3, primary_key=True, validators=[RegexValidator(r"^[0-9A-HJKMNP-TV-Z]{3}\Z")]
    )
    office = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("serie de folios")

    def __str__(self) -> str:
        return self.code


class FolioCounter(models.Model):
    """The last folio number that the server itself issued in a series and year."""

    series = models.ForeignKey(FolioSeries, models.PROTECT, related_name="counters")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="folio_counter_once"),
            models.CheckConstraint(condition=models.Q(last__lte=99_999), name="folio_counter_fits"),
        ]


class Device(models.Model):
    """An enrolled tablet, bound to a member of staff and revocable.

    Only the SHA-256 of its bearer token is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("nombre"), max_length=80)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="devices", verbose_name=_("responsable")
    )
    series = models.OneToOneField(FolioSeries, models.PROTECT, related_name="device")
    token_digest = models.BinaryField(max_length=32, unique=True)
    enrolled_at = models.DateTimeField(_("alta"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revocada"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    last_seen_at = models.DateTimeField(_("última conexión"), null=True, blank=True)
    # What the tablet last said of itself, and when: docs/sync.md.
    state_at = models.DateTimeField(null=True, blank=True)
    app_version = models.CharField(_("versión"), max_length=40, blank=True)
    waiting = models.PositiveIntegerField(_("por enviar"), null=True, blank=True)
    battery = models.PositiveSmallIntegerField(_("batería (%)"), null=True, blank=True)
    #: The tablet's clock minus the server's, in seconds.
    clock_offset_s = models.IntegerField(_("desfase del reloj (s)"), null=True, blank=True)

    objects: ClassVar[DeviceQuerySet] = DeviceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("tableta")

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """A one-time code with which a tablet enrols.

    A code is short enough to type, so what is kept is its HMAC under ``SECRET_KEY``: a copy of the
    table alone does not let it be guessed.
    """

    code_digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    name = models.CharField(_("nombre de la tableta"), max_length=80)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    device = models.OneToOneField(Device, models.PROTECT, null=True, related_name="enrolment")
    #: The tablet's earlier enrolment, which is revoked once this one is used.
    replaces = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+", db_index=False)

    objects: ClassVar[EnrolmentQuerySet] = EnrolmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("alta de tableta")
