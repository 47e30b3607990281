"""How long personal data is kept, by rule, and what each month's tidying did."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class RetentionRule(models.Model):
    """After how many months one kind of data goes. A rule that is not in force does nothing.

    That of blocked data says whether data are blocked before they are suppressed, and for how long; each
    block keeps the day that it was given, whatever the rule says later.
    """

    class Kind(models.TextChoices):
        CLOSED = "closed", _("Datos de quien pidió, en boletas terminadas")
        HELD = "held", _("Registros por componer que nadie reclamó")
        LOOKS = "looks", _("Quién consultó datos")
        LETTERS = "letters", _("Oficios con particulares que no llevan boleta")
        ARCO = "arco", _("Datos de quien hizo solicitudes ARCO ya cerradas")
        BLOCKED = "blocked", _("Bloqueo antes de suprimir")

    kind = models.CharField(max_length=8, choices=Kind.choices, primary_key=True)
    months = models.PositiveSmallIntegerField(
        _("meses"), validators=[MinValueValidator(6), MaxValueValidator(600)]
    )
    in_force = models.BooleanField(_("en vigor"), default=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    edited_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("regla de conservación")
        verbose_name_plural = _("reglas de conservación")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(months__gte=6), name="retention_is_half_a_year_or_more"
            ),
        ]


class RetentionRun(models.Model):
    """What one rule did once: how many it erased, of those that were its to erase. Appended."""

    kind = models.CharField(max_length=8, choices=RetentionRule.Kind.choices)
    months = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    erased = models.PositiveIntegerField()

    class Meta:
        ordering = ("-at", "-id")
