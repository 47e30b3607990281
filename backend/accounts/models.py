"""Who works here."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _


class StaffManager(UserManager["User"]):
    """Staff, found by username in any case: a phone's keyboard writes the first letter large."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractUser):
    """A member of staff: one role, and for a liaison (*enlace*) one department."""

    class Role(models.TextChoices):
        PROMOTOR = "promotor", _("Promotor")
        SUPERVISOR = "supervisor", _("Supervisor de brigada")
        AUXILIAR = "auxiliar", _("Auxiliar de atención")
        ASESOR = "asesor", _("Asesor jurídico")
        JEFE = "jefe", _("Jefe de departamento")
        DIRECTOR = "director", _("Director")
        ENLACE = "enlace", _("Enlace de dependencia")

    role = models.CharField(_("rol"), max_length=12, choices=Role.choices)
    department = models.ForeignKey(
        "field.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("dependencia"),
    )

    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        verbose_name = _("persona del equipo")
        verbose_name_plural = _("equipo")
        constraints = [
            models.UniqueConstraint(Upper("username"), name="user_name_once_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(role="enlace", department__isnull=False)
                | (~models.Q(role="enlace") & models.Q(department__isnull=True)),
                name="user_department_is_of_liaison",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username
