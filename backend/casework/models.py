"""What the office did with each petition. History is appended, never rewritten: see ``geo.append_only``."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.casework.worklists.models import Stop, WorkList, Yard
from field.models import Status
from geo.plain import plain_index

#: The steps by which a boleta is promised anew, or may come to stand again as it stood: the same for queries
#: and for the index that answers them.
TURNING: Final = """(
    move IN ('proceed', 'refer_again', 'dispute', 'validate_negative', 'join', 'split')
    OR from_status IN ('atendida', 'concluida') AND NOT to_status IN ('atendida', 'concluida')
)"""
_TURNING = models.Q(
    move__in=["proceed", "refer_again", "dispute", "validate_negative", "join", "split"]
) | models.Q(from_status__in=["atendida", "concluida"]) & ~models.Q(to_status__in=["atendida", "concluida"])

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
    #: What the step promised, where it promised anything anew.
    due_on = models.DateField(_("vence"), null=True)

    class Meta:
        verbose_name = _("cambio de estado")
        ordering = ("at", "id")
        indexes = [
            # Steps lie in the order of their time, for they are only appended: a note on each stretch of the
            # table finds a month's, and costs a write nothing to speak of.
            BrinIndex(fields=["at"], name="status_change_at", pages_per_range=32, autosummarize=True),
            # By which a promise changed without anybody being asked anew: few.
            models.Index(
                fields=["petition", "at"], name="status_change_altered", condition=models.Q(move="calendar")
            ),
            # By which a boleta does not go straight from its arrival to an answer: a few in a hundred.
            models.Index(
                fields=["at"], include=["petition"], name="status_change_turning", condition=_TURNING
            ),
            plain_index("note", name="status_change_note"),
        ]


class Referral(models.Model):
    """A referral (*canalización*) of a petition to a department, with the date it promised."""

    petition = models.ForeignKey("field.Petition", models.CASCADE, related_name="referrals", db_index=False)
    department = models.ForeignKey(
        "field.Department", models.PROTECT, related_name="+", verbose_name=_("dependencia"), db_index=False
    )
    at = models.DateTimeField(_("cuándo"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    working_days = models.PositiveSmallIntegerField(_("días hábiles"))
    #: The day after which they are counted, where that is not the day of the referral.
    counted_from = models.DateField(_("se cuentan desde"), null=True)
    due_on = models.DateField(_("vence"))
    reason = models.TextField(_("motivo"), blank=True)

    class Meta:
        verbose_name = _("canalización")
        verbose_name_plural = _("canalizaciones")
        ordering = ("at", "id")
        indexes = [
            # The foreign key's own, and what was promised at some moment is read from it alone.
            models.Index(fields=["petition", "-at"], include=["due_on"], name="referral_in_force"),
            plain_index("reason", name="referral_reason"),
        ]


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


class CalendarChange(models.Model):
    """That somebody added days to the calendar or took them away, and what became of the due dates."""

    at = models.DateTimeField(_("cuándo"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("quién"), db_index=False
    )
    added = models.BooleanField()
    first = models.DateField(_("desde"))
    last = models.DateField(_("hasta"))
    name = models.CharField(_("motivo"), max_length=120)
    #: How many open boletas' due dates were moved; null where they were left as they stood.
    moved = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("cambio del calendario")
        verbose_name_plural = _("cambios del calendario")
        ordering = ("-at", "-id")


class RuleSet(models.Model):
    """A version of the office's referral rules. The highest number is in force; none is ever changed."""

    number = models.PositiveIntegerField(_("versión"))
    at = models.DateTimeField(_("cuándo"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("quién"), db_index=False
    )

    class Meta:
        verbose_name = _("reglas de canalización")
        verbose_name_plural = _("reglas de canalización")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["number"], name="rule_set_number_once")]


class ReferralRule(models.Model):
    """A row of a version: what a petition must be for a department to get it; what is empty asks nothing."""

    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="rules", db_index=False)
    position = models.PositiveSmallIntegerField()
    category = models.ForeignKey(
        "field.Category", models.PROTECT, null=True, related_name="+", db_index=False
    )
    group = models.CharField(_("grupo"), max_length=60, blank=True)
    place = models.ForeignKey("geo.Place", models.PROTECT, null=True, related_name="+", db_index=False)
    district = models.CharField(_("distrito"), max_length=80, blank=True)
    sensitive = models.BooleanField(_("reservada"), null=True)
    department = models.ForeignKey("field.Department", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("regla de canalización")
        verbose_name_plural = _("reglas de canalización")
        ordering = ("rule_set", "position")
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "position"], name="referral_rule_position_once"),
            models.CheckConstraint(
                condition=models.Q(category=None) | models.Q(group=""), name="referral_rule_category_or_group"
            ),
            models.CheckConstraint(
                condition=models.Q(place=None) | models.Q(district=""), name="referral_rule_place_or_district"
            ),
        ]


class SavedView(models.Model):
    """Filters of the inbox under a name: its owner's, or shared with the office or with a department.

    ``query`` is what stands in the address. One that was deleted stays a while, to be taken back.
    """

    class Audience(models.TextChoices):
        OWN = "own", _("Solo para mí")
        OFFICE = "office", _("Para toda la oficina")
        DEPARTMENT = "department", _("Para los enlaces de una dependencia")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("nombre"), max_length=60)
    query = models.CharField(max_length=1000)
    audience = models.CharField(
        _("para quién"), max_length=10, choices=Audience.choices, default=Audience.OWN
    )
    department = models.ForeignKey(
        "field.Department",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dependencia"),
        db_index=False,
    )
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("vista guardada")
        verbose_name_plural = _("vistas guardadas")
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(audience="department", department__isnull=False)
                | (~models.Q(audience="department") & models.Q(department__isnull=True)),
                name="saved_view_department_is_its_audience",
            ),
            models.UniqueConstraint(
                fields=["owner", "name"], condition=models.Q(deleted_at=None), name="saved_view_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BulkMove(models.Model):
    """One move prepared for many boletas, previewed, and made once however often it is confirmed.

    ``chosen`` has ``[id, folio, status_at]`` of each boleta as the person saw it; ``given`` what the move
    asks for; ``outcome`` what became of each.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulk_moves")
    created_at = models.DateTimeField(auto_now_add=True)
    chosen = models.JSONField()
    query = models.CharField(max_length=1000, blank=True)
    move = models.CharField(max_length=24, blank=True)
    given = models.JSONField(default=dict)
    evidence = models.ForeignKey(
        "field.Attachment", models.PROTECT, null=True, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)


class Unlike(models.Model):
    """Two petitions of which somebody said that they are not about the same thing: not proposed again.

    ``one`` is the lesser id, so that a pair is kept once.
    """

    one = models.ForeignKey("field.Petition", models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("field.Petition", models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("cuándo"), auto_now_add=True)

    class Meta:
        verbose_name = _("par distinto")
        verbose_name_plural = _("pares distintos")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="unlike_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="unlike_in_one_order"),
        ]
