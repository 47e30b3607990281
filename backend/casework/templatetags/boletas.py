"""How a boleta's days and promises read."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.casework.timeline import in_words
from field import whereabouts
from field.models import OPEN_STATUSES, Petition
from geo.clock import local_day, local_today

register = template.Library()


@register.filter
def day_in_words(moment: date | datetime) -> str:
    """``20 de noviembre``, local; with the year where it is not this one."""
    return in_words(local_day(moment) if isinstance(moment, datetime) else moment)


@register.filter
def where_in_words(petition: Petition) -> str:
    """``Juárez 118, Esperanza``: address and place in a line."""
    return whereabouts.where_in_words(petition.address, petition.place.name if petition.place else "")


@register.filter
def due_in_words(petition: Petition) -> str:
    """How long until it is due, or since: ``vence mañana``, ``venció hace 3 días``; else nothing."""
    if petition.due_on is None or petition.status not in OPEN_STATUSES:
        return ""
    days = (petition.due_on - local_today()).days
    if days == 0:
        return _("vence hoy")
    if days == 1:
        return _("vence mañana")
    if days > 0:
        return ngettext("en %(n)s día", "en %(n)s días", days) % {"n": days}
    return ngettext("hace %(n)s día", "hace %(n)s días", -days) % {"n": -days}
