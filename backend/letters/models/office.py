"""What the office sets once: its letterhead, and the texts with which letters begin."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.letters.vocabulary import Kind


class Letterhead(models.Model):
    """How the office's papers are headed and signed (a single row, ``id`` 1)."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    government = models.CharField(
        _("ayuntamiento"),
        max_length=120,
        blank=True,
        help_text=_("Vacío: «H. Ayuntamiento de» y el nombre del municipio."),
    )
    office = models.CharField(_("oficina"), max_length=120, default="Dirección de Atención Ciudadana")
    address = models.CharField(_("domicilio"), max_length=200, blank=True)
    phone = models.CharField(_("teléfono"), max_length=60, blank=True)
    motto = models.CharField(
        _("lema"), max_length=160, blank=True, help_text=_("Va sobre la firma, después de «Atentamente».")
    )
    signer_name = models.CharField(_("quién firma"), max_length=120, blank=True)
    signer_post = models.CharField(_("su cargo"), max_length=120, blank=True)
    emblem = models.ForeignKey(
        "field.Attachment", models.PROTECT, null=True, related_name="+", verbose_name=_("escudo")
    )
    #: Article 8 says "en breve término"; the office says how long that is.
    answer_days = models.PositiveSmallIntegerField(
        _("días hábiles para contestar"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("Lo que se espera por la respuesta a un oficio, y lo que se toma para contestar uno."),
    )

    class Meta:
        verbose_name = _("membrete")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="letterhead_is_one")]

    @classmethod
    def current(cls) -> Self:
        """The office's, or a plain one before it is set."""
        return cls.objects.select_related("emblem").first() or cls()


class LetterTemplate(models.Model):
    """A text with which a letter of some kind begins; see ``wording`` for its placeholders."""

    kind = models.CharField(
        _("para"), max_length=12, choices=[choice for choice in Kind.choices if choice[0] != Kind.INCOMING]
    )
    name = models.CharField(_("nombre"), max_length=80)
    subject = models.CharField(_("asunto"), max_length=300)
    body = models.TextField(_("texto"), max_length=20_000)
    active = models.BooleanField(_("en uso"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    edited_at = models.DateTimeField(auto_now=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("plantilla de oficio")
        verbose_name_plural = _("plantillas de oficio")
        ordering = ("kind", "position", "id")
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="letter_template_once")]

    def __str__(self) -> str:
        return self.name
