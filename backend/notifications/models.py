"""Messages to citizens: what each event's says, which were made, and who wants none."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.notifications.vocabulary import Event, Mode, Reason, State, Way


class EventRule(models.Model):
    """Whether citizens hear of an event. One row for each; the first day's come with the migration."""

    event = models.CharField(max_length=16, choices=Event.choices, primary_key=True)
    mode = models.CharField(_("modo"), max_length=8, choices=Mode.choices, default=Mode.AUTO)

    class Meta:
        verbose_name = _("regla de aviso")


class MessageTemplate(models.Model):
    """What an event's messages say. The newest of an event and way is in use; earlier ones stay."""

    event = models.CharField(max_length=16, choices=Event.choices)
    way = models.CharField(max_length=8, choices=Way.choices)
    subject = models.CharField(_("asunto"), max_length=150, blank=True)
    body = models.TextField(_("texto"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("texto de aviso")
        indexes = [models.Index(fields=["event", "way", "-id"], name="message_template_newest")]


class Message(models.Model):
    """One message to one person about one step of one petition; there is never a second.

    What it says and to whom is written when it leaves. ``reference`` is the sender's own id of it.
    """

    petition = models.ForeignKey("field.Petition", models.CASCADE, related_name="messages")
    event = models.CharField(_("aviso"), max_length=16, choices=Event.choices)
    #: The step that is told; null for the receipt.
    step = models.ForeignKey(
        "casework.StatusChange", models.CASCADE, null=True, related_name="+", db_index=False
    )
    way = models.CharField(_("medio"), max_length=8, choices=Way.choices)
    state = models.CharField(_("estado"), max_length=8, choices=State.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("se preparó"))
    send_after = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("salió"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.CharField(max_length=300, blank=True, default="", db_default="")
    reference = models.CharField(max_length=200, blank=True, default="", db_default="")
    address = models.CharField(_("a"), max_length=254, blank=True, default="", db_default="")
    subject = models.CharField(_("asunto"), max_length=300, blank=True, default="", db_default="")
    body = models.TextField(_("texto"), blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("aviso")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "event"], condition=models.Q(step=None), name="message_receipt_once"
            ),
            models.UniqueConstraint(
                fields=["step"], condition=models.Q(step__isnull=False), name="message_step_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["way", "send_after"],
                name="message_waiting",
                condition=models.Q(state__in=("waiting", "sending")),
            ),
            models.Index(fields=["state", "-id"], name="message_state"),
        ]


class Carrier(models.Model):
    """Whoever carries a way's messages: whether a run is at it, and since when it does not answer."""

    way = models.CharField(max_length=8, choices=Way.choices, primary_key=True)
    #: Which run has its turn, by when that ends at the latest; null where none has.
    running_until = models.DateTimeField(null=True)
    #: The database session of that run (its process id): where it has ended, so has the turn.
    session = models.PositiveIntegerField(null=True)
    resting_until = models.DateTimeField(null=True)
    silent_since = models.DateTimeField(null=True)
    #: How often in a row it was silent.
    silences = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("medio de salida")


class OptOut(models.Model):
    """An address that wants no messages: an e-mail in lower case, or a telephone's digits, of a Mexican one
    the last ten (``addresses.py``)."""

    address = models.CharField(max_length=254, primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
    #: Who noted it in the office; null where the person did it by the link.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("baja de avisos")
