"""Photos and other files, kept once by the SHA-256 of what was sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """A stored file. ``sha256`` names the bytes as they were sent.

    What is served is ``file``: the same bytes when they carry no metadata, else a copy of the same
    pixels without it. ``thumbnail`` is made after commit.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    content_type = models.CharField(max_length=60)
    bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    file = models.FileField(max_length=200)
    thumbnail = models.FileField(max_length=200, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    device = models.ForeignKey("field.Device", models.PROTECT, null=True, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("archivo")


class PetitionAttachment(models.Model):
    """A petition names a file by its hash; the file may come before or after."""

    petition = models.ForeignKey("field.Petition", models.CASCADE, related_name="attachments")
    sha256 = models.CharField(max_length=64, db_index=True)
    content_type = models.CharField(max_length=60, blank=True)
    bytes = models.PositiveBigIntegerField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["petition", "sha256"], name="petition_attachment_once"),
        ]
