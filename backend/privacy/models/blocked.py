"""What is kept apart of a person, taken out of everything else, until nobody answers for it any more."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.privacy.models.arco import ArcoRequest
from backend.privacy.models.retention import RetentionRule


class BlockedData(models.Model):
    """Data that no page, list, search or export shows any more, kept only to establish who answers for how
    they were treated, and suppressed after ``until``: the *bloqueo* of articles 3 (fraction V) and 17.

    ``told`` says what they were taken out of, and nobody's name. ``contents`` is a ZIP; nothing of it stays
    once ``suppressed_at``.
    """

    told = models.CharField(_("de qué"), max_length=80)
    request = models.ForeignKey(ArcoRequest, models.PROTECT, null=True, related_name="blocked")
    #: The rule of retention that let them go, where no request did.
    kind = models.CharField(max_length=8, choices=RetentionRule.Kind.choices, blank=True)
    blocked_at = models.DateTimeField(_("desde cuándo"))
    until = models.DateField(_("hasta cuándo"))
    contents = models.BinaryField(null=True)
    suppressed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("datos bloqueados")
        verbose_name_plural = _("datos bloqueados")
        ordering = ("until", "id")
        indexes = [
            models.Index(fields=["until", "id"], name="blocked_until", condition=Q(suppressed_at=None)),
            models.Index(fields=["-suppressed_at", "-id"], name="blocked_suppressed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(suppressed_at=None, contents__isnull=False)
                | Q(suppressed_at__isnull=False, contents=None),
                name="blocked_suppressed_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.told


class BlockedOpening(models.Model):
    """One time that blocked data were opened: by whom, when, and who asked for it. The database lets nobody
    rewrite it."""

    blocked = models.ForeignKey(BlockedData, models.PROTECT, related_name="openings")
    at = models.DateTimeField(_("cuándo"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    #: The authority and the number of its paper; never a person's data.
    reason = models.CharField(_("quién lo pide y con qué documento"), max_length=500)

    class Meta:
        ordering = ("id",)
