"""What tablets carry: departments, categories and the privacy notice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """A municipal department (*dependencia*) that answers petitions."""

    code = models.SlugField(_("clave"), max_length=40, unique=True)
    name = models.CharField(_("nombre"), max_length=120)
    email = models.EmailField(_("correo"), blank=True)
    active = models.BooleanField(_("activa"), default=True)

    class Meta:
        verbose_name = _("dependencia")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A kind of petition: who answers it, within how many working days, and what to ask.

    ``questions`` is a list of ``{"key", "label", "type", "options"?, "required"?}`` with type one
    of ``text``, ``number``, ``choice``, ``yes_no``.
    """

    code = models.SlugField(_("clave"), max_length=60, unique=True)
    name = models.CharField(_("nombre"), max_length=120)
    group = models.CharField(_("grupo"), max_length=60, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="categories", verbose_name=_("dependencia")
    )
    working_days = models.PositiveSmallIntegerField(_("días hábiles"), default=10)
    questions = models.JSONField(_("preguntas"), default=list, blank=True)
    icon = models.CharField(_("icono"), max_length=40, blank=True)
    #: Complaints against servants and the like: seen only by those meant, never on public maps.
    sensitive = models.BooleanField(_("reservada"), default=False)
    #: The office checks these before they are referred (*por verificar*).
    needs_check = models.BooleanField(_("requiere verificación"), default=False)
    active = models.BooleanField(_("activa"), default=True)

    class Meta:
        verbose_name = _("categoría")
        ordering = ("group", "name")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(working_days__gte=1), name="category_promises_a_day_or_more"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PrivacyNotice(models.Model):
    """A version of the privacy notice that a citizen is shown before giving personal data."""

    version = models.CharField(_("versión"), max_length=20, unique=True)
    text = models.TextField(_("texto"))
    published_at = models.DateTimeField(_("publicado"))

    class Meta:
        verbose_name = _("aviso de privacidad")
        get_latest_by = "published_at"

    def __str__(self) -> str:
        return self.version
