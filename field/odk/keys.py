"""Whose tablet an address under ``/odk/key/`` is."""

from __future__ import annotations

import datetime as dt
from enum import Enum

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from field.authentication import find_device, note_seen
from field.models import Device
from field.services.devices import EnrolmentRefused, enrol_device_by_odk_key
from geo.problems import NotAllowed


class Standing(Enum):
    """What a key is good for."""

    IN_USE = "in_use"
    #: Revoked of late: what the tablet still held is kept for a person, and nothing is told to it.
    GRACE = "grace"
    REVOKED = "revoked"


class KeyRefused(NotAllowed):
    """The key is nobody's, or was revoked."""

    code = "key_refused"


def device_of(key: str) -> Device:
    """The tablet of a key, revoked or not. One fresh from its QR enrols it. Raises KeyRefused."""
    device = find_device(key)
    if device is None:
        try:
            device = enrol_device_by_odk_key(key=key)
        except EnrolmentRefused as refused:
            # Collect's first requests come at once: another may have enrolled it a moment ago.
            device = find_device(key)
            if device is None:
                detail = _("La clave de esta tableta no sirve. Pida en la oficina un código QR nuevo.")
                raise KeyRefused(detail) from refused
    if standing_of(device, timezone.now()) is Standing.IN_USE:
        note_seen(device)
    return device


def standing_of(device: Device, now: dt.datetime) -> Standing:
    if device.revoked_at is None and device.user.is_active:
        return Standing.IN_USE
    since = device.revoked_at or device.last_seen_at or device.enrolled_at
    grace = dt.timedelta(days=settings.ODK_GRACE_DAYS)
    return Standing.GRACE if now - since < grace else Standing.REVOKED


def refuse_unless(device: Device, *standings: Standing) -> None:
    """Raise KeyRefused for a key that is not in one of ``standings``."""
    if standing_of(device, timezone.now()) not in standings:
        raise KeyRefused(_("Esta tableta fue dada de baja. Lo capturado sigue en ella; avise en la oficina."))
