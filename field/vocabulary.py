"""The words of a petition: its statuses, channels and ways of being placed."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """Mazatlán's SAC statuses. The moves between them are ``casework.workflow``'s."""

    TO_VERIFY = "por_verificar", _("Por verificar")
    NOT_PROCEEDING = "improcedente", _("Improcedente")
    UNREAD = "no_leida", _("No leída")
    IN_HAND = "en_seguimiento", _("En seguimiento")
    SCHEDULED = "programada", _("Programada")
    ATTENDED = "atendida", _("Atendida")
    CLOSED = "concluida", _("Concluida")
    DISPUTED = "inconformidad", _("Inconformidad")
    EXTERNAL = "externa", _("Externa")


#: The department owes an answer while a petition is in one of these.
OPEN_STATUSES = (Status.TO_VERIFY, Status.UNREAD, Status.IN_HAND, Status.SCHEDULED, Status.DISPUTED)


class Channel(TextChoices):
    TOUR = "recorrido", _("Recorrido")
    DESK = "modulo", _("Módulo")
    AUDIENCE = "audiencia", _("Audiencia pública")
    PHONE = "telefono", _("Teléfono")
    CALL_CENTRE = "073", _("Línea 073")
    EMAIL = "correo", _("Correo oficial")
    SOCIAL = "redes", _("Redes sociales")
    PRESS = "prensa", _("Prensa")
    APP = "app", _("Aplicación móvil")
    LETTER = "oficio", _("Oficio")


class LocationMethod(TextChoices):
    GPS = "gps", _("GPS")
    MAP = "map", _("Mapa")
    ADDRESS = "address", _("Dirección")


class Trouble(IntegerChoices):
    """What is wrong with a held record, in the order in which the tray shows it."""

    CHANGED = 1, _("Llegó otra versión de lo mismo")
    TIME = 2, _("La hora no es posible")
    FOLIO = 3, _("El folio no sirve o ya es de otra petición")
    CATEGORY = 4, _("La categoría no existe")
    PLACE = 5, _("Falta el lugar")
    OTHER = 6, _("Algún dato no es como debe")
    WAITING = 7, _("Esperan a que llegue otra parte")
