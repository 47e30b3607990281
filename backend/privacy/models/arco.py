"""ARCO requests: a person asks to see, correct, erase or object to what the office keeps of them."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

#: Some four pages: more comes on paper, and is summed up.
ASKED_MAX_LENGTH: Final = 10_000


class ArcoRequest(models.Model):
    """One request under the Ley General de Protección de Datos Personales en Posesión de Sujetos Obligados
    (DOF 20-03-2025), with what article 46 lets it be asked to say, its days, and how it was resolved.

    ``number`` is what the office calls it: ``ARCO-2026-0007``. Once ``forgotten_at``, it says nothing of the
    person any more; ``seal`` then tells whether it was of who comes with that number and a name.
    """

    class Right(models.TextChoices):
        ACCESS = "access", _("Acceso: saber qué datos se tienen")
        RECTIFICATION = "rectification", _("Rectificación: corregir sus datos")
        CANCELLATION = "cancellation", _("Cancelación: que se supriman")
        OBJECTION = "objection", _("Oposición: que no se le contacte")

    class Means(models.TextChoices):
        DESK = "modulo", _("En el módulo")
        LETTER = "oficio", _("Por escrito")
        EMAIL = "correo", _("Por correo")
        PLATFORM = "plataforma", _("Por la Plataforma Nacional de Transparencia")

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Procede")
        REFUSED = "refused", _("No procede")
        DROPPED = "dropped", _("Se tuvo por no presentada")

    class Cause(models.TextChoices):
        """The only causes for which a request may be refused: article 49, fractions I to XII, in order."""

        IDENTITY = "identity", _("I. La persona o su representante no acreditó quién es")
        ABSENT = "absent", _("II. El municipio no tiene esos datos")
        IMPEDIMENT = "impediment", _("III. Hay un impedimento legal")
        THIRD_PARTY = "third_party", _("IV. Se lesionarían derechos de otra persona")
        PROCEEDINGS = "proceedings", _("V. Se obstaculizarían actuaciones judiciales o administrativas")
        RESOLUTION = "resolution", _("VI. Una resolución de autoridad competente lo restringe")
        ALREADY = "already", _("VII. La cancelación u oposición ya se hizo antes")
        COMPETENCE = "competence", _("VIII. El municipio no es competente")
        PROTECTION = "protection", _("IX. Los datos hacen falta para proteger intereses de la propia persona")
        OBLIGATION = "obligation", _("X. Los datos hacen falta para cumplir obligaciones de la persona")
        STATE = "state", _("XI. Su manejo es necesario para la estabilidad y permanencia del Estado")
        MONITORING = "monitoring", _("XII. Los entregó una entidad financiera a quien la supervisa")

    number = models.CharField(_("número"), max_length=14, unique=True)
    right = models.CharField(_("qué derecho ejerce"), max_length=14, choices=Right.choices)
    holder = models.CharField(_("de quién son los datos"), max_length=200)
    representative = models.CharField(_("representante, si lo hay"), max_length=200, blank=True)
    identity_shown = models.CharField(_("cómo se identificó"), max_length=200)
    contact = models.CharField(_("dónde recibir la respuesta"), max_length=300)
    means = models.CharField(_("cómo llegó"), max_length=10, choices=Means.choices)
    asked = models.TextField(_("qué pide, en sus palabras"), max_length=ASKED_MAX_LENGTH)
    received_on = models.DateField(_("recibida el"))
    due_on = models.DateField(_("responder a más tardar"))
    extended = models.BooleanField(default=False)
    extension_reason = models.TextField(_("por qué se amplió"), blank=True, default="", db_default="")
    #: What the person was asked, once, to complete; by when; and when they did (article 46).
    missing = models.TextField(_("qué le falta"), blank=True, default="", db_default="")
    complete_by = models.DateField(null=True)
    completed_on = models.DateField(null=True)
    outcome = models.CharField(_("resolución"), max_length=8, choices=Outcome.choices, blank=True)
    cause = models.CharField(_("causa"), max_length=12, choices=Cause.choices, blank=True)
    letter = models.TextField(_("texto de la respuesta"), blank=True)
    resolved_at = models.DateTimeField(null=True)
    #: The last day to make a granted request effective.
    effective_by = models.DateField(null=True)
    fulfilled_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    seal = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("solicitud ARCO")
        verbose_name_plural = _("solicitudes ARCO")
        ordering = ("due_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=True, outcome="")
                | (models.Q(resolved_at__isnull=False) & ~models.Q(outcome="")),
                name="arco_resolved_says_how",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="refused") | ~models.Q(cause=""), name="arco_refusal_has_cause"
            ),
            models.CheckConstraint(
                condition=models.Q(forgotten_at=None)
                | models.Q(holder="", representative="", identity_shown="", contact="", asked="", letter=""),
                name="arco_forgotten_says_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def who(self) -> str:
        """Whose request it is, or that nobody knows any more."""
        return str(_("Persona suprimida")) if self.forgotten_at else self.holder

    @property
    def waits_for_person(self) -> bool:
        """Whether the person was asked to complete it and has not: the office's days do not run."""
        return bool(self.missing and self.completed_on is None and self.resolved_at is None)

    @property
    def open(self) -> bool:
        """Whether something is still owed: an answer, or what the answer granted."""
        return self.resolved_at is None or (
            self.outcome == self.Outcome.GRANTED and self.fulfilled_at is None
        )


class ArcoSubject(models.Model):
    """A boleta, a held record, or a letter of no boleta that a person of the office ticked as being of who
    asks; or, where ``named``, as being of somebody else and naming who asks: all else in it is not theirs."""

    request = models.ForeignKey(ArcoRequest, models.CASCADE, related_name="subjects")
    petition = models.ForeignKey("field.Petition", models.PROTECT, null=True, related_name="+")
    record = models.ForeignKey("field.InboxRecord", models.PROTECT, null=True, related_name="+")
    letter = models.ForeignKey("letters.Letter", models.PROTECT, null=True, related_name="+")
    named = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["request", "petition"], name="arco_petition_once"),
            models.UniqueConstraint(fields=["request", "record"], name="arco_record_once"),
            models.UniqueConstraint(fields=["request", "letter"], name="arco_letter_once"),
            models.CheckConstraint(
                condition=models.Q(petition__isnull=False, record=None, letter=None)
                | models.Q(petition=None, record__isnull=False, letter=None)
                | models.Q(petition=None, record=None, letter__isnull=False),
                name="arco_subject_is_one_thing",
            ),
        ]


class ArcoStep(models.Model):
    """What was done about a request, by whom, when and why. The database lets nobody rewrite it."""

    request = models.ForeignKey(ArcoRequest, models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(max_length=16)
    #: Never a person's data: those that were corrected are ``OldValue``.
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("id",)


class OldValue(models.Model):
    """What a rectified value said before; a later cancellation takes it away."""

    step = models.ForeignKey(ArcoStep, models.PROTECT, related_name="old_values")
    petition = models.ForeignKey("field.Petition", models.PROTECT, related_name="+")
    label = models.CharField(max_length=40)
    before = models.TextField()

    class Meta:
        ordering = ("id",)
