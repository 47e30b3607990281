"""The monthly validation by telephone: lists drawn from attended boletas, and the calls made.

Source: Mazatlán's manual. Whether it was resolved is a move of casework's table; a call is kept here.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.validation.querysets import CallItemQuerySet
from geo.plain import plain_index


class Result(models.TextChoices):
    """What came of one call."""

    POSITIVE = "positive", _("Positiva")
    NEGATIVE = "negative", _("Negativa")
    NO_ANSWER = "no_answer", _("No contestó")
    CALL_BACK = "call_back", _("Pidió que le llamen después")
    WRONG_NUMBER = "wrong_number", _("Número equivocado")
    DECLINED = "declined", _("No quiso responder")


class CallList(models.Model):
    """A list of boletas to call about, drawn once and never redrawn.

    It holds every boleta attended from ``since`` to ``until`` (local days) that stood as attended at
    ``drawn_at`` and had somebody to call, or a sample of ``size`` of them, stratified by department.
    ``seed`` and the boletas' ids decide which: the same question gives the same list.
    """

    month = models.DateField(_("mes"))
    since = models.DateField(_("atendidas desde"))
    until = models.DateField(_("atendidas hasta"))
    size = models.PositiveIntegerField(_("tamaño de la muestra"), null=True, blank=True)
    seed = models.CharField(_("semilla"), max_length=40)
    #: What asked for it: sent twice, it is drawn once.
    request = models.UUIDField(null=True, editable=False)
    #: What a sample was drawn from: the ids of the boletas by the department that attended them.
    frame = models.JSONField(null=True, editable=False, encoder=DjangoJSONEncoder)
    #: How many there were to choose from, and how many more had nobody to call.
    eligible = models.PositiveIntegerField()
    unreachable = models.PositiveIntegerField()
    drawn_at = models.DateTimeField(_("se sacó"))
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("lista de validación")
        verbose_name_plural = _("listas de validación")
        ordering = ("-month", "-id")
        constraints = [
            models.CheckConstraint(condition=models.Q(since__lte=models.F("until")), name="call_list_days"),
            models.UniqueConstraint(fields=["request"], name="call_list_drawn_once"),
        ]


class CallItem(models.Model):
    """A boleta of a list: waiting to be called about, or what came of it.

    ``taken_by`` has it on the screen until ``taken_until``: nobody else is given it meanwhile.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Por llamar")
        POSITIVE = "positive", _("Positiva")
        NEGATIVE = "negative", _("Negativa")
        WRONG_NUMBER = "wrong_number", _("Número equivocado")
        DECLINED = "declined", _("No quiso responder")
        UNREACHED = "unreached", _("No se le encontró")
        #: It was moved on from *atendida* by other ways before anybody called.
        MOVED_ON = "moved_on", _("Ya no está por validar")
        #: Since the list was drawn the person objected, or their consent was withdrawn.
        OBJECTED = "objected", _("Pidió que no se le contacte")

    call_list = models.ForeignKey(CallList, models.PROTECT, related_name="items")
    petition = models.ForeignKey("field.Petition", models.PROTECT, related_name="call_items")
    #: The stratum: who attended it.
    department = models.ForeignKey("field.Department", models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    call_after = models.DateTimeField(_("llamar después de"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    taken_until = models.DateTimeField(null=True)

    objects: ClassVar[CallItemQuerySet] = CallItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("boleta por validar")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["call_list", "petition"], name="call_item_once"),
            models.UniqueConstraint(
                fields=["petition"],
                condition=models.Q(state="waiting"),
                name="call_item_waits_in_one_list",
            ),
        ]
        indexes = [
            models.Index(
                fields=["call_list", "position"],
                name="call_item_waiting",
                condition=models.Q(state="waiting"),
            ),
        ]


class Call(models.Model):
    """One call, or one validation noted without a list. Appended, never rewritten (``geo.append_only``)."""

    petition = models.ForeignKey("field.Petition", models.PROTECT, related_name="validation_calls")
    item = models.ForeignKey(CallItem, models.PROTECT, null=True, related_name="calls")
    #: Whose work was asked about.
    department = models.ForeignKey(
        "field.Department", models.PROTECT, null=True, related_name="+", db_index=False
    )
    result = models.CharField(_("resultado"), max_length=12, choices=Result.choices)
    words = models.TextField(_("comentarios"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("cuándo"))
    call_after = models.DateTimeField(_("llamar después de"), null=True)

    class Meta:
        verbose_name = _("llamada de validación")
        verbose_name_plural = _("llamadas de validación")
        ordering = ("at", "id")
        indexes = [
            models.Index(fields=["at"], name="validation_call_at"),
            plain_index("words", name="validation_call_words"),
        ]


class Script(models.Model):
    """What whoever calls says; the newest is in use, earlier ones stay."""

    text = models.TextField(_("guion"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("guion de llamada")
        get_latest_by = "id"
