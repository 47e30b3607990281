"""The words under which letters are kept: what they are, where they stand, how they are handed over."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """To whom a letter goes, or that it came."""

    ANSWER = "respuesta", _("Respuesta a quien pidió")
    INSTITUTION = "institucion", _("A otra institución")
    DEPARTMENT = "dependencia", _("A una dependencia")
    INCOMING = "recibido", _("Recibido")


class State(models.TextChoices):
    """Where a letter stands. Numbers are given on leaving ``DRAFT``, and at once to what comes in."""

    DRAFT = "borrador", _("Borrador")
    DISCARDED = "descartado", _("Descartado")
    ISSUED = "expedido", _("Expedido")
    SENT = "enviado", _("Enviado")
    DELIVERED = "entregado", _("Entregado")
    RECEIVED = "recibido", _("Recibido")
    ANSWERED = "contestado", _("Contestado")
    CANCELLED = "cancelado", _("Cancelado")


class Delivery(models.TextChoices):
    """How a letter was handed over."""

    BY_HAND = "en_mano", _("En mano, con acuse")
    MESSENGER = "mensajeria", _("Mensajería")
    REGISTERED_POST = "correo_certificado", _("Correo certificado")
    EMAIL = "correo_electronico", _("Correo electrónico")
    NOTICE_BOARD = "estrados", _("Estrados")


#: Without a number: not yet, or never.
UNNUMBERED: Final = (State.DRAFT, State.DISCARDED)
#: Issued, and still to be followed.
UNDER_WAY: Final = (State.ISSUED, State.SENT, State.DELIVERED)
#: What is written here and is out: how it was handed over may still be noted.
OUT: Final = (*UNDER_WAY, State.ANSWERED)
#: An answer to these may be owed.
AWAITING: Final = (*UNDER_WAY, State.RECEIVED)
