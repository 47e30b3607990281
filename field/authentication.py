"""Who is calling: a tablet, by its bearer token."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from field.models import Device

#: ``last_seen_at`` is no finer than this, so that a busy tablet does not rewrite its row all day.
SEEN_EVERY = dt.timedelta(minutes=1)


def token_digest(token: str) -> bytes:
    """The 32 bytes by which a token of 256 random bits is kept and found."""
    return hashlib.sha256(token.encode()).digest()


def find_device(token: str) -> Device | None:
    """The tablet that was given a token, with who carries it. One query."""
    statement, own, holders = _asked()
    with connection.cursor() as cursor:
        cursor.execute(statement, [token_digest(token)])
        row = cursor.fetchone()
    if row is None:
        return None
    device = Device.from_db(connection.alias, own, row[: len(own)])
    device.user = get_user_model().from_db(connection.alias, holders, row[len(own) :])
    return device


@cache
def _asked() -> tuple[str, list[str], list[str]]:
    """The query of ``find_device``, and what its columns are called in a tablet and in who carries it.

    Each call of each tablet asks it: to have it composed anew would cost four times what running it does.
    """
    holder = get_user_model()
    own, holders = Device._meta.concrete_fields, holder._meta.concrete_fields
    columns = [f'device."{one.column}"' for one in own] + [f'holder."{one.column}"' for one in holders]
    statement = f"""
        SELECT {", ".join(columns)} FROM {Device._meta.db_table} AS device
          JOIN {holder._meta.db_table} AS holder ON holder.id = device.user_id
         WHERE device.token_digest = %s
    """  # noqa: S608 (names of this program)
    return statement, [one.attname for one in own], [one.attname for one in holders]


class DeviceAuthentication(BaseAuthentication):
    """``Authorization: Bearer TOKEN``: ``request.user`` is the holder, ``request.auth`` the `Device`.

    Unknown, revoked and orphaned tokens (an inactive holder) all get the same 401. One query; another
    at most once a minute, to note that the tablet was seen.
    """

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[object, Device] | None:
        scheme, _space, credentials = get_authorization_header(request).strip().partition(b" ")
        if scheme.lower() != self.keyword:
            return None
        token = credentials.strip().decode("latin-1")
        device = find_device(token)
        if device is None or device.revoked_at is not None or not device.user.is_active:
            raise exceptions.AuthenticationFailed(
                _("Esta tableta no está dada de alta o fue dada de baja. Lo capturado sigue en ella.")
            )
        note_seen(device)
        return device.user, device

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="aldaba"'


def note_seen(device: Device) -> None:
    """Note that a tablet called, once a minute at most."""
    now = timezone.now()
    if device.last_seen_at is not None and now - device.last_seen_at < SEEN_EVERY:
        return
    # Guarded again in SQL: of many requests at once only the first writes.
    stale = Q(last_seen_at=None) | Q(last_seen_at__lte=now - SEEN_EVERY)
    Device.objects.filter(stale, pk=device.pk).update(last_seen_at=now)
    device.last_seen_at = now


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names the tablet's token."""

    target_class = DeviceAuthentication
    name = "tableta"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
