"""What the office did with each petition. History is appended, never rewritten."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.casework.worklists.models import Stop, WorkList, Yard
from field.models import Status

__all__ = ["Holiday", "Referral", "SearchEntry", "StatusChange", "Stop", "WorkList", "Yard"]


class StatusChange(models.Model):
    """One step of a petition's life: from which status to which, who, when and why.

    ``move`` names a row of ``workflow``'s table, or one of the steps beside it: with which the history
    begins, or by which petitions about the same thing were joined or split.
    """

    petition = models.ForeignKey("field.Petition", models.CASCADE, related_name="status_changes")
    move = models.CharField(max_length=24)
    from_status = models.CharField(max_length=14, choices=Status.choices, blank=True)
    to_status = models.CharField(max_length=14, choices=Status.choices)
    at = models.DateTimeField(_("cuándo"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("quién"),
        db_index=False,
    )
    #: Who had it after the step; null while the office has it.
    department = models.ForeignKey(
        "field.Department", models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.TextField(_("nota"), blank=True)
    scheduled_for = models.DateField(_("fecha programada"), null=True)
    #: A photo of the work done.
    evidence = models.ForeignKey(
        "field.Attachment", models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: Which other institution was asked, and how: by a letter, or by telephone.
    institution = models.CharField(_("institución"), max_length=160, blank=True, default="", db_default="")
    by_letter = models.BooleanField(_("por oficio"), default=False, db_default=False)

    #: The other petition of a step that came about by two: joined to, split from, or moved along with.
    other_folio = models.CharField(_("la otra boleta"), max_length=11, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("cambio de estado")
        ordering = ("at", "id")


class Referral(models.Model):
    """A referral (*canalización*) of a petition to a department, with the date it promised."""

    petition = models.ForeignKey("field.Petition", models.CASCADE, related_name="referrals")
    department = models.ForeignKey(
        "field.Department", models.PROTECT, related_name="+", verbose_name=_("dependencia"), db_index=False
    )
    at = models.DateTimeField(_("cuándo"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    working_days = models.PositiveSmallIntegerField(_("días hábiles"))
    due_on = models.DateField(_("vence"))
    reason = models.TextField(_("motivo"), blank=True)

    class Meta:
        verbose_name = _("canalización")
        verbose_name_plural = _("canalizaciones")
        ordering = ("at", "id")


class Holiday(models.Model):
    """A day that the municipality adds to the official rest days."""

    date = models.DateField(_("fecha"), unique=True)
    name = models.CharField(_("motivo"), max_length=120)

    class Meta:
        verbose_name = _("día inhábil")
        verbose_name_plural = _("días inhábiles")
        ordering = ("date",)


class SearchEntry(models.Model):
    """What a petition is found by: its words, who asked (weight A), and marks of its week, department,
    category and place. ``services.referrals`` writes it as the petition arrives, triggers keep it true.
    """

    petition = models.OneToOneField(
        "field.Petition", models.CASCADE, primary_key=True, related_name="search_entry"
    )
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_entry_words")]
