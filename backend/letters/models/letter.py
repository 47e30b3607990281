"""A letter, out or in, and the steps of its life."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.letters.querysets import LetterQuerySet
from backend.letters.vocabulary import AWAITING, UNNUMBERED, Delivery, Kind, State


class Letter(models.Model):
    """An *oficio*: written here, or come from outside.

    ``party_…`` is the other side: who is written to, or who wrote. Numbered when it leaves the draft; from
    then on its text is what ``pdf`` says, and only what becomes of it is still written: the database refuses
    the rest (migration ``0002_append_only``).
    """

    kind = models.CharField(_("tipo"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("estado"), max_length=10, choices=State.choices, default=State.DRAFT)
    series = models.ForeignKey(
        "letters.LetterSeries",
        models.PROTECT,
        related_name="letters",
        verbose_name=_("serie"),
        db_index=False,
    )
    year = models.PositiveSmallIntegerField(null=True)
    sequence = models.PositiveIntegerField(null=True)
    number = models.CharField(_("número"), max_length=60, blank=True)
    #: The day it was issued; of one that came, the day that is written on it.
    date = models.DateField(_("fecha"), null=True)
    received_on = models.DateField(_("recibido el"), null=True)
    their_number = models.CharField(_("número del remitente"), max_length=60, blank=True)
    party_name = models.CharField(_("nombre"), max_length=200, blank=True)
    party_post = models.CharField(_("cargo"), max_length=200, blank=True)
    party_institution = models.CharField(_("institución"), max_length=200, blank=True)
    subject = models.CharField(_("asunto"), max_length=300)
    body = models.TextField(_("texto"), blank=True)
    copies = models.TextField(_("con copia para"), blank=True)
    signer_name = models.CharField(_("quién firma"), max_length=120, blank=True)
    signer_post = models.CharField(_("su cargo"), max_length=120, blank=True)
    with_map = models.BooleanField(_("con croquis del lugar"), default=False)
    #: Seen only by those who see reserved petitions, whatever it is linked to.
    reserved = models.BooleanField(_("reservado"), default=False)
    petitions = models.ManyToManyField("field.Petition", related_name="letters", verbose_name=_("boletas"))
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="answered_by", verbose_name=_("contesta a")
    )
    answer_due_on = models.DateField(_("respuesta a más tardar"), null=True)
    answered_on = models.DateField(_("contestado el"), null=True)
    delivery = models.CharField(_("cómo se entregó"), max_length=20, choices=Delivery.choices, blank=True)
    delivered_on = models.DateField(_("entregado el"), null=True)
    delivered_to = models.CharField(_("quién lo recibió"), max_length=200, blank=True)
    reason = models.TextField(_("motivo"), blank=True)
    #: The paper as it was issued, byte for byte; its key is the SHA-256.
    pdf = models.ForeignKey("field.Attachment", models.PROTECT, null=True, related_name="+", db_index=False)
    #: What came, or our own with the stamp of who received it.
    scan = models.ForeignKey("field.Attachment", models.PROTECT, null=True, related_name="+", db_index=False)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("elaboró"), db_index=False
    )
    #: When it was drafted; once numbered, when that was: the order of the register.
    entered_at = models.DateTimeField(_("registrado"))
    edited_at = models.DateTimeField()
    #: When personal data was last taken out of it; see ``services.forgetting``.
    forgotten_at = models.DateTimeField(_("datos suprimidos"), null=True)
    #: What asked for it to be registered: sent twice, it takes one number.
    request = models.UUIDField(null=True, unique=True, editable=False)
    #: What is searched, accents and case apart: see ``querysets.fold``.
    words = models.TextField(blank=True, editable=False)

    objects: ClassVar[LetterQuerySet] = LetterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("oficio")
        indexes = [
            models.Index(fields=["-entered_at", "-id"], name="letter_newest"),
            models.Index(
                fields=["answer_due_on"],
                name="letter_awaiting",
                condition=models.Q(state__in=AWAITING, answered_on=None),
            ),
            GinIndex(fields=["words"], opclasses=["gin_trgm_ops"], name="letter_words"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "sequence"], name="letter_number_once"),
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="letter_number_text_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=UNNUMBERED, sequence=None, year=None, number="")
                | (
                    ~models.Q(state__in=UNNUMBERED, number="")
                    & models.Q(sequence__isnull=False, year__isnull=False)
                ),
                name="letter_numbered_once_issued",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=Kind.INCOMING, received_on=None),
                name="letter_incoming_has_a_day",
            ),
            # Article 8 owes an answer to who petitions, not to who answers.
            models.CheckConstraint(
                condition=~models.Q(kind=Kind.INCOMING)
                | models.Q(answers=None)
                | models.Q(answer_due_on=None),
                name="letter_that_answers_owes_nothing",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=(State.CANCELLED, State.DISCARDED), reason=""),
                name="letter_set_aside_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Sin número"))

    @property
    def incoming(self) -> bool:
        """Whether it came, and was not written here."""
        return self.kind == Kind.INCOMING

    @property
    def party(self) -> str:
        """The other side in one line."""
        return ", ".join(filter(None, (self.party_name, self.party_post, self.party_institution)))


class LetterStep(models.Model):
    """One step of a letter's life; appended, never rewritten (``geo.append_only``)."""

    class Step(models.TextChoices):
        DRAFTED = "draft", _("Se elaboró")
        EDITED = "edit", _("Se corrigió")
        DISCARDED = "discard", _("Se descartó")
        ISSUED = "issue", _("Se expidió")
        RECEIVED = "receive", _("Se recibió")
        LINKED = "link", _("Se ligó a una boleta")
        HANDED_OVER = "deliver", _("Se entregó")
        SENT = "send", _("Se envió")
        ANSWERED = "answer", _("Se contestó")
        UNANSWERED = "unanswer", _("Quedó sin contestar: se canceló su respuesta")
        CANCELLED = "cancel", _("Se canceló")
        FORGOTTEN = "forget", _("Se suprimieron datos personales")

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=10, choices=Step.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("at", "id")


class LetterCapture(models.Model):
    """A petition that is being taken down from a letter: ``id`` is the one that the petition will have."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.ForeignKey(Letter, models.CASCADE, related_name="captures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
