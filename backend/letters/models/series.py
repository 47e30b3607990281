"""Series of numbers, and the counters that give each number once."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterSeries(models.Model):
    """A series in which letters are numbered anew each year, such as ``DAC/0123/2026``.

    ``format`` is the office's own; ``wording.check_number_format`` says what it must hold.
    """

    code = models.CharField(
        _("clave"),
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9](-?[A-Z0-9])*\Z", _("Use mayúsculas, cifras y guiones."))],
        help_text=_("Las siglas con que empieza el número, por ejemplo DAC."),
    )
    name = models.CharField(_("nombre"), max_length=120)
    format = models.CharField(
        _("formato del número"),
        max_length=60,
        default="{serie}/{numero}/{año}",
        help_text=_("Lleva {serie}, {numero} y {año}, separados; por ejemplo {serie}/{numero}/{año}."),
    )
    incoming = models.BooleanField(_("para lo que se recibe"), default=False)
    active = models.BooleanField(_("en uso"), default=True)

    class Meta:
        verbose_name = _("serie de oficios")
        verbose_name_plural = _("series de oficios")
        ordering = ("incoming", "id")

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"


class LetterCounter(models.Model):
    """The last number given in a series and year. Its row is locked by whoever takes the next."""

    series = models.ForeignKey(LetterSeries, models.PROTECT, related_name="counters", db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="letter_counter_once"),
        ]
