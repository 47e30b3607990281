"""Enrolling tablets by a one-time code, and revoking them."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from field.authentication import token_digest
from field.models import Device, Enrolment
from field.services.folios import allocate_series
from geo.problems import Conflict, Invalid, NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

#: Crockford's base 32: nothing in it is taken for something else. Ten of them are 50 bits: at the
#: thousand guesses an hour that ``field.api.guessing`` lets through, a hundred open codes are hit
#: once in about a million years.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
_LOOKALIKES = str.maketrans("OIL", "011", " -–—.\t\r\n")


class EnrolmentRefused(NotAllowed):
    """The code is wrong, used or expired; which of them is nobody's business."""

    code = "enrolment_refused"


class OpenedEnrolment(NamedTuple):
    """An enrolment with what is shown once and kept nowhere."""

    enrolment: Enrolment
    code: str
    url: str
    odk: dict[str, Any]


@transaction.atomic
def open_enrolment(
    *, user: AbstractUser, name: str, by: AbstractUser | None, replaces: Device | None = None
) -> OpenedEnrolment:
    """Open a one-time enrolment of a tablet called ``name`` for ``user``; ``by`` is who asked for it.

    The device that it ``replaces`` is revoked when the code is used, not before: the tablet goes on
    handing in until then.
    """
    name = " ".join(name.split())
    if not name or len(name) > 80:
        detail = _("El nombre de la tableta lleva de 1 a 80 letras.")
        raise Invalid(detail, errors=[{"pointer": "/name", "code": "length", "detail": detail}])
    if not user.is_active:
        raise Conflict(_("Esa persona ya no trabaja aquí: su cuenta está desactivada."))
    if not user.has_perm("field.capture"):
        raise Conflict(_("El papel de esa persona no captura peticiones: no puede llevar una tableta."))
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    enrolment = Enrolment.objects.create(
        code_digest=_code_digest(code),
        user_id=user.pk,
        name=name,
        opened_by_id=by.pk if by else None,
        replaces=replaces,
        expires_at=timezone.now() + dt.timedelta(hours=settings.ENROLMENT_HOURS),
    )
    shown = f"{code[:5]}-{code[5:]}"
    # After the #, so that neither a proxy nor our own log ever holds a code that still works.
    url = f"{settings.PUBLIC_URL}/campo/#alta={shown}"
    return OpenedEnrolment(enrolment, shown, url, _odk_settings(enrolment))


def reopen_enrolment(*, device: Device, by: AbstractUser) -> OpenedEnrolment:
    """Open an enrolment of the same tablet for the same person: its data were wiped, or it was revoked.

    Codes opened before for the same purpose are made worthless. Raises Conflict if the person left.
    """
    with transaction.atomic():
        Enrolment.objects.filter(replaces=device, used_at=None).update(expires_at=timezone.now())
        return open_enrolment(user=device.user, name=device.name, by=by, replaces=device)


@transaction.atomic
def enrol_device(*, code: str, name: str | None = None) -> tuple[Device, str]:
    """Spend a code: the new tablet and its bearer token, which is kept nowhere.

    Of several at once with one code only the first succeeds. Raises EnrolmentRefused.
    """
    token = secrets.token_urlsafe(32)
    enrolment = _lock_open(Q(code_digest=_code_digest(code.upper().translate(_LOOKALIKES))))
    return _spend(enrolment, token=token, name=name), token


@transaction.atomic
def enrol_device_by_odk_key(*, key: str) -> Device:
    """Spend an enrolment by the key in its ODK settings, which from then on is the tablet's token.

    ODK Collect cannot exchange a code for a token, so its QR carries a key from the start: the
    enrolment's id, signed. Nothing of it is stored until it is first used. Raises EnrolmentRefused.
    """
    try:
        enrolment_id = int(_odk_keys().unsign(key))
    except (BadSignature, ValueError):
        raise _refused() from None
    return _spend(_lock_open(Q(pk=enrolment_id)), token=key, name=None)


@transaction.atomic
def cancel_enrolment(*, enrolment: Enrolment) -> None:
    """Make an unused code worthless."""
    Enrolment.objects.filter(pk=enrolment.pk, used_at=None).update(expires_at=timezone.now())


@transaction.atomic
def revoke_device(*, device: Device, by: AbstractUser | None) -> Device:
    """Refuse a tablet's token from now on; what it still holds stays on it. Revoking twice is harmless."""
    device = Device.objects.select_for_update().get(pk=device.pk)
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by_id = timezone.now(), by.pk if by else None
        device.save(update_fields=["revoked_at", "revoked_by"])
    return device


def _code_digest(code: str) -> bytes:
    return salted_hmac("field.enrolment", code, algorithm="sha256").digest()


def _lock_open(which: Q) -> Enrolment:
    """The enrolment, locked, so that of two at once the second finds it used."""
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(which, used_at=None, expires_at__gt=timezone.now(), user__is_active=True)
        .first()
    )
    if enrolment is None:
        raise _refused()
    return enrolment


def _spend(enrolment: Enrolment, *, token: str, name: str | None) -> Device:
    device = Device.objects.create(
        name=" ".join((name or "").split())[:80] or enrolment.name,
        user=enrolment.user,
        series=allocate_series(),
        token_digest=token_digest(token),
    )
    enrolment.used_at, enrolment.device = timezone.now(), device
    enrolment.save(update_fields=["used_at", "device"])
    if enrolment.replaces is not None:
        revoke_device(device=enrolment.replaces, by=enrolment.opened_by)
    return device


def _refused() -> EnrolmentRefused:
    return EnrolmentRefused(_("El código no sirve: revíselo o pida uno nuevo en la oficina."))


def _odk_keys() -> Signer:
    """Made when needed: without a SECRET_KEY the system checks, not this module, say what is missing."""
    return Signer(salt="field.odk.key", sep=".")


def _odk_settings(enrolment: Enrolment) -> dict[str, Any]:
    """What ODK Collect's settings QR encodes (docs.getodk.org/collect-import-export)."""
    key = _odk_keys().sign(str(enrolment.pk))
    return {
        "admin": {},
        "project": {"name": "Aldaba", "icon": "A", "color": "#8a5a2b"},
        "general": {
            "protocol": "odk_default",
            "server_url": f"{settings.PUBLIC_URL}/odk/key/{key}",
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
    }
