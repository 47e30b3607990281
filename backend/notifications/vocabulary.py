"""What a citizen hears of, how, and what became of each message."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """What happened to a petition that its citizen is told of."""

    RECEIVED = "received", _("Se recibió")
    REFERRED = "referred", _("Se canalizó a una dependencia")
    SCHEDULED = "scheduled", _("Se programó")
    ATTENDED = "attended", _("Se atendió")
    NOT_PROCEEDING = "not_proceeding", _("No procede")
    EXTERNAL = "external", _("Se gestiona con otra institución")
    ANSWERED = "answered", _("La otra institución respondió")
    JOINED = "joined", _("Se juntó con otra petición igual")
    PARTED = "parted", _("Se separó de otra petición")


#: The moves of casework's table that are told, and as what.
EVENT_OF_MOVE: Final = {
    "proceed": Event.REFERRED,
    "refer_again": Event.REFERRED,
    "schedule": Event.SCHEDULED,
    "attend": Event.ATTENDED,
    "not_proceed": Event.NOT_PROCEEDING,
    "external": Event.EXTERNAL,
    "close": Event.ANSWERED,
}


class Way(models.TextChoices):
    """How a message reaches a person."""

    EMAIL = "email", _("Correo")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")


class Mode(models.TextChoices):
    """What the office does with an event."""

    OFF = "off", _("No se avisa")
    REVIEW = "review", _("Alguien lo revisa antes")
    AUTO = "auto", _("Se avisa solo")


class State(models.TextChoices):
    """Where a message stands."""

    REVIEW = "review", _("Por revisar")
    WAITING = "waiting", _("Por salir")
    SENDING = "sending", _("Saliendo")
    SENT = "sent", _("Enviado")
    FAILED = "failed", _("No salió")
    #: It was on its way when the program was cut: whether it left is not known, and it is not sent again.
    UNSURE = "unsure", _("No se sabe si salió")
    DROPPED = "dropped", _("No se envió")


#: What somebody in the office may let go, and what may yet be kept from going.
RELEASABLE: Final = (State.REVIEW, State.FAILED)
WITHDRAWABLE: Final = (*RELEASABLE, State.WAITING, State.UNSURE)


class Reason(models.TextChoices):
    """Why a message was not sent."""

    OPTED_OUT = "opted_out", _("la persona pidió que no se le avise")
    NO_ADDRESS = "no_address", _("ya no hay a dónde enviarlo")
    SUPERSEDED = "superseded", _("la boleta siguió adelante antes de que saliera")
    FORGOTTEN = "forgotten", _("se suprimieron los datos de la persona")
    WITHDRAWN = "withdrawn", _("la oficina decidió no enviarlo")
    UNTAKEN = "untaken", _("en cinco días no hubo servidor que lo aceptara")


#: What a message's text may name.
FIELDS: Final = {
    "nombre": _("quien lo pidió"),
    "folio": _("folio de la boleta"),
    "asunto": _("qué pidió; en las reservadas, «su petición»"),
    "lugar": _("colonia o comunidad"),
    "dependencia": _("quién la tiene"),
    "vence": _("último día prometido"),
    "avance": _("cómo va: quién la tiene, y para cuándo"),
    "fecha": _("día para el que se programó"),
    "motivo": _("lo que se anotó en el paso: por qué no procede, qué se hizo"),
    "institucion": _("con qué institución se gestiona"),
    "liga": _("dirección donde se consulta el folio"),
    "municipio": _("nombre del municipio"),
}
