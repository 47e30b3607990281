"""Who looked at whose data, and what for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.privacy.querysets import LookQuerySet


class Look(models.Model):
    """One look of a person of the staff at what a petitioner gave: at a boleta, at a held record, or at
    a letter of no boleta.

    Appended, never rewritten: the database refuses it (``geo.append_only``), and lets rows go only to
    retention. It outlasts what was looked at, so nothing binds it to the row.
    """

    at = models.DateTimeField(_("cuándo"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("quién"), db_index=False
    )
    petition = models.ForeignKey(
        "field.Petition",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        verbose_name=_("boleta"),
        db_constraint=False,
        db_index=False,
    )
    #: The inbox record, where it is not a boleta yet.
    record = models.ForeignKey(
        "field.InboxRecord",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    #: The letter, where it was of no boleta when it was looked at.
    letter = models.ForeignKey(
        "letters.Letter",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    purpose = models.CharField(_("para qué"), max_length=16)

    objects: ClassVar[LookQuerySet] = LookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("consulta de datos personales")
        verbose_name_plural = _("consultas de datos personales")
        indexes = [
            models.Index(fields=["-at", "-id"], name="look_newest"),
            models.Index(fields=["user", "-at", "-id"], name="look_of_person"),
            models.Index(
                fields=["petition", "-at", "-id"],
                name="look_of_petition",
                condition=models.Q(petition__isnull=False),
            ),
            models.Index(
                fields=["record", "-at", "-id"],
                name="look_of_record",
                condition=models.Q(record__isnull=False),
            ),
            models.Index(
                fields=["letter", "-at", "-id"],
                name="look_of_letter",
                condition=models.Q(letter__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(petition__isnull=False, record=None, letter=None)
                | models.Q(petition=None, record__isnull=False, letter=None)
                | models.Q(petition=None, record=None, letter__isnull=False),
                name="look_is_of_one_thing",
            ),
        ]
