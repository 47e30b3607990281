"""A message's words: an event's text, filled in for one petition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.casework.models import StatusChange
from backend.casework.timeline import in_words
from backend.notifications.defaults import usual_text
from backend.notifications.models import Message, MessageTemplate
from backend.notifications.vocabulary import Way
from field.folio import format_folio
from field.models import OPEN_STATUSES, Petition, Status
from geo.clock import local_today
from geo.models import Municipality
from geo.placeholders import fill

_SALT = "notifications.opt-out"
#: What the 7-bit alphabet of SMS holds (3GPP TS 23.038), besides what takes two places.
_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = set("^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Written:
    """A message as its reader gets it."""

    subject: str
    body: str


def text_in_use(event: str, way: str) -> Written:
    """The subject and the text that the office has for an event and a way, with its placeholders."""
    newest = MessageTemplate.objects.filter(event=event, way=way).order_by("-id").first()
    return Written(newest.subject, newest.body) if newest else Written(*usual_text(event, way))


def write(message: Message, petition: Petition, step: StatusChange | None) -> Written:
    """What a message says now; by e-mail, with how to get no more."""
    text = text_in_use(message.event, message.way)
    written = fill_in(text, values_of(petition, step))
    if message.way != Way.EMAIL:
        return written
    ending = _("Si no quiere recibir más avisos: %(link)s") % {"link": opt_out_link(message.pk)}
    return Written(written.subject, f"{written.body}\n\n--\n{ending}\n")


def fill_in(text: Written, values: dict[str, str]) -> Written:
    """A text with a petition's values in it."""
    return Written(" ".join(fill(text.subject, values).split()), fill(text.body, values))


def values_of(petition: Petition, step: StatusChange | None) -> dict[str, str]:
    """Every placeholder's value. Of a reserved petition nothing is said of what it is about: others may read
    the message over a shoulder."""
    person = getattr(petition, "petitioner", None)
    reserved = petition.category.sensitive
    department = step.department if step else petition.department
    return {
        "nombre": (person.name if person else "") or _("buen día"),
        "folio": format_folio(petition.folio),
        "asunto": _("atención ciudadana") if reserved else petition.category.name,
        "lugar": petition.place.name if petition.place else petition.address or _("su colonia"),
        "dependencia": _("la dependencia responsable") if reserved or not department else department.name,
        "vence": _due(petition.due_on) or _("plazo que marca la ley"),
        "avance": _("Pregunte en la oficina con su folio.") if reserved else _standing(petition, step),
        "fecha": _day(step.scheduled_for if step else None) or _("una fecha por confirmar"),
        "motivo": _("pregunte en la oficina con su folio")
        if reserved
        else (step.note if step else "") or "—",
        "institucion": (step.institution if step else "") or _("otra institución"),
        "liga": f"{settings.PUBLIC_URL}/publico/folio/",
        "municipio": Municipality.objects.values_list("name", flat=True).first() or _("el municipio"),
    }


def _standing(petition: Petition, step: StatusChange | None) -> str:
    """Where the petition stands now, in a sentence: who has it, and for when."""
    department, day = petition.department, step.scheduled_for if step else None
    if petition.status == Status.SCHEDULED and department and day:
        return _("%(department)s la programó para el %(day)s.") % {
            "department": department.name,
            "day": in_words(day),
        }
    if petition.status in OPEN_STATUSES and department and petition.due_on:
        return _("La atiende %(department)s, que debe responder a más tardar el %(day)s.") % {
            "department": department.name,
            "day": _due(petition.due_on),
        }
    if petition.status == Status.TO_VERIFY:
        return _("La oficina la está revisando.")
    return _("Está como «%(status)s».") % {"status": petition.get_status_display().lower()}


def opt_out_link(message_id: int) -> str:
    """The address at which whoever got the message asks for no more; it tells nothing of the person."""
    token = signing.Signer(salt=_SALT).sign_object(message_id)
    return f"{settings.PUBLIC_URL}{reverse('notifications:opt-out', args=[token])}"


def message_of_link(token: str) -> int | None:
    """The message whose link it is; None for a link that this program did not write."""
    try:
        return int(signing.Signer(salt=_SALT).unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def sms_parts(text: str) -> int:
    """How many SMS a text takes: 160 characters of the GSM alphabet or 70 of any, fewer each when joined."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        length, alone, joined = sum(1 + (sign in _GSM_TWICE) for sign in text), 160, 153
    else:
        length, alone, joined = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // joined)


def _due(day: date | None) -> str:
    """Until when an answer is owed; of a day that has gone the reader is not told as if it were to come."""
    if day and day < local_today():
        return _("%(day)s, fecha que ya pasó") % {"day": in_words(day)}
    return _day(day)


def _day(day: date | None) -> str:
    return in_words(day) if day else ""
