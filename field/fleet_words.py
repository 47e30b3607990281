"""How each tablet stands, for the office's page of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from field.models import Device
from field.querysets import CLOCK_SKEW_S, SILENT_AFTER

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

LOW_BATTERY = 20
_MINUTE, _HOUR, _DAY = 60, 3600, 86400

#: The page's filters: ``querysets.fleet_standings`` by their names in the address, and as people call them.
FILTERS: Final[dict[str, tuple[str, StrPromise]]] = {
    "al-dia": ("up_to_date", gettext_lazy("Al día")),
    "pendientes": ("with_waiting", gettext_lazy("Con pendientes")),
    "calladas": ("silent", gettext_lazy("Calladas")),
    "reloj": ("skewed", gettext_lazy("Con el reloj mal")),
    "bajas": ("retired", gettext_lazy("Dadas de baja")),
}


class Standing(NamedTuple):
    """How a tablet stands in one word, with the tone and icon that say the same."""

    label: str
    tone: str
    icon: str


class FleetRow(NamedTuple):
    """A tablet as the page shows it."""

    device: Device
    standing: Standing
    clock: str
    low_battery: bool
    in_use: bool


def filters_of(counts: dict[str, int]) -> list[tuple[str, StrPromise, int]]:
    """Each filter that leaves any tablet: its name, what it is called, and how many."""
    return [
        (name, label, counts[standing]) for name, (standing, label) in FILTERS.items() if counts[standing]
    ]


def fleet_rows(devices: Iterable[Device]) -> list[FleetRow]:
    """Tablets as the page shows them; their holders are loaded."""
    now = timezone.now()
    return [
        FleetRow(
            device,
            standing_of(device, now),
            clock_words(device.clock_offset_s),
            device.battery is not None and device.battery <= LOW_BATTERY,
            device.revoked_at is None and device.user.is_active,
        )
        for device in devices
    ]


def standing_of(device: Device, now: dt.datetime) -> Standing:
    """The one thing that the office should know of a tablet first."""
    if device.revoked_at is not None:
        return Standing(_("Dada de baja"), "improcedente", "slash-circle")
    if not device.user.is_active:
        return Standing(_("Su responsable ya no está"), "inconformidad", "person-slash")
    if device.last_seen_at is None:
        return Standing(_("Aún no se conecta"), "por_verificar", "circle")
    silence = now - device.last_seen_at
    if silence >= SILENT_AFTER:
        days = ngettext("Callada hace %(n)s día", "Callada hace %(n)s días", silence.days) % {
            "n": silence.days
        }
        return Standing(days, "vencida", "wifi-off")
    if device.waiting:
        return Standing(_("Con pendientes"), "programada", "hourglass-split")
    return Standing(_("Al día"), "atendida", "check-circle")


def clock_words(offset_s: int | None) -> str:
    """How far a tablet's clock is out, where it is far enough to matter."""
    if offset_s is None or abs(offset_s) <= CLOCK_SKEW_S:
        return ""
    size = abs(offset_s)
    if size < _HOUR:
        much = ngettext("%(n)s minuto", "%(n)s minutos", size // _MINUTE) % {"n": size // _MINUTE}
    elif size < _DAY:
        much = ngettext("%(n)s hora", "%(n)s horas", size // _HOUR) % {"n": size // _HOUR}
    else:
        much = ngettext("%(n)s día", "%(n)s días", size // _DAY) % {"n": size // _DAY}
    said = _("adelantado %(much)s") if offset_s > 0 else _("atrasado %(much)s")
    return said % {"much": much}
