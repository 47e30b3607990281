"""What a cell says: a moment, a number, a status, a channel."""

from __future__ import annotations

import datetime as dt
import math
import re
import zoneinfo
from collections.abc import Iterable

from django.utils.translation import gettext as _

from field.models import Channel, Status
from field.services.history.columns import fold

_YEAR_LAST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[ T,]+(\S.*))?\Z")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T,]+(\S.*))?\Z")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?\s*m\.?)?\Z", re.IGNORECASE)


class RowRefused(ValueError):
    """A row that cannot be taken: a code for programs and a reason for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def _words(*groups: tuple[Status | Channel, Iterable[str]]) -> dict[str, str]:
    return {
        fold(str(word)): str(member.value)
        for member, others in groups
        for word in (member.value, member.label, *others)
    }


STATUSES = _words(
    (Status.TO_VERIFY, ("por revisar", "nueva", "nuevo", "recibida", "recibido", "capturada")),
    (
        Status.NOT_PROCEEDING,
        ("no procede", "no procedente", "cancelada", "cancelado", "rechazada", "rechazado", "descartada"),
    ),
    (
        Status.UNREAD,
        ("pendiente", "canalizada", "canalizado", "turnada", "turnado", "abierta", "abierto", "sin leer"),
    ),
    (
        Status.IN_HAND,
        (
            "seguimiento",
            "en proceso",
            "proceso",
            "en tramite",
            "tramite",
            "en atencion",
            "asignada",
            "asignado",
        ),
    ),
    (Status.SCHEDULED, ("programado", "agendada", "agendado")),
    (
        Status.ATTENDED,
        ("atendido", "resuelta", "resuelto", "solucionada", "solucionado", "terminada", "terminado"),
    ),
    (
        Status.CLOSED,
        ("concluido", "cerrada", "cerrado", "finalizada", "finalizado", "validada", "positiva"),
    ),
    (Status.DISPUTED, ("inconforme", "negativa", "reabierta", "reabierto", "no resuelta", "no resuelto")),
    (Status.EXTERNAL, ("externo", "otra instancia", "no competencia", "fuera de competencia")),
)
CHANNELS = _words(
    (Channel.TOUR, ("recorridos", "visita", "brigada", "gira", "campo")),
    (Channel.DESK, ("ventanilla", "presencial", "personal", "oficina", "mostrador")),
    (Channel.AUDIENCE, ("audiencia", "audiencias", "martes ciudadano", "miercoles ciudadano")),
    (Channel.PHONE, ("telefonico", "llamada", "llamada telefonica", "tel")),
    (Channel.CALL_CENTRE, ("073", "call center", "centro de llamadas")),
    (Channel.EMAIL, ("correo", "correo electronico", "email", "e mail")),
    (Channel.SOCIAL, ("facebook", "twitter", "x", "whatsapp", "instagram", "red social", "redes")),
    (Channel.PRESS, ("radio", "television", "tv", "periodico", "medios")),
    (Channel.APP, ("aplicacion", "app movil", "web", "portal", "internet", "pagina web")),
    (Channel.LETTER, ("escrito", "carta", "documento")),
)


def read_moment(text: str, zone: zoneinfo.ZoneInfo, *, month_first: bool = False) -> dt.datetime:
    """A date, or date and time, as people and programs write them; without an offset, in ``zone``.

    ISO 8601, or day/month/year (month/day/year on request), 24 hours or *a. m.* and *p. m.*
    Raises RowRefused.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        moment = _written_moment(text, month_first=month_first)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def read_time(text: str) -> dt.time:
    """A time of day. Raises RowRefused."""
    if not (found := _TIME.match(text.strip())):
        raise RowRefused("bad_date", _("«%(text)s» no es una hora.") % {"text": text[:40]})
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    try:
        return dt.time(hour, minute, second)
    except ValueError:
        raise RowRefused("bad_date", _("«%(text)s» no es una hora.") % {"text": text[:40]}) from None


def read_number(text: str) -> float | None:
    """A number with a decimal point or comma; None for an empty cell. Raises RowRefused."""
    if not text:
        return None
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RowRefused("bad_number", _("«%(text)s» no es un número.") % {"text": text[:40]})
    return number


def _written_moment(text: str, *, month_first: bool) -> dt.datetime:
    if found := _YEAR_LAST.match(text):
        first, second, year, time = found.groups()
        day, month = (second, first) if month_first else (first, second)
    elif found := _YEAR_FIRST.match(text):
        year, month, day, time = found.groups()
    else:
        raise RowRefused("bad_date", _("«%(text)s» no es una fecha.") % {"text": text[:40]})
    if len(year) == 2:
        year = f"20{year}"
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        detail = _("«%(text)s» no es una fecha. ¿Viene como mes/día/año? Use --dates mdy.")
        if int(month) <= 12 or month_first:
            detail = _("«%(text)s» no es una fecha.")
        raise RowRefused("bad_date", detail % {"text": text[:40]}) from None
    return dt.datetime.combine(date, read_time(time) if time else dt.time())
