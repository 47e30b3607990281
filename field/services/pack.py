"""The pack: all that a tablet needs to work an afternoon without signal."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.models import AbstractUser

from field.folio import format_folio
from field.models import Category, Department, Device, Petition, PrivacyNotice
from field.services.basemap import current_basemap
from field.signals import pack_requested
from geo.clock import local_day
from geo.models import Municipality

#: The newest of the open petitions around are enough to see that a neighbour asked before.
MOST_NEARBY = 2000


def build_pack(*, device: Device) -> dict[str, Any]:
    """The pack of one tablet, but for ``server_time``.

    ``visits``, ``places`` and ``nearby`` are empty, and ``staff`` its holder alone, until a listener of
    ``pack_requested`` adds to them.
    """
    pack: dict[str, Any] = {
        "catalogue": _catalogue(),
        "visits": [],
        "places": {"type": "FeatureCollection", "features": []},
        "nearby": [],
        "staff": describe_staff([device.user]),
        "notice": _notice(),
        "limits": {
            "records": settings.SYNC_MAX_RECORDS,
            "sync_bytes": settings.SYNC_MAX_BYTES,
            "attachment_bytes": settings.ATTACHMENT_MAX_BYTES,
            "attachment_pixels": settings.ATTACHMENT_MAX_PIXELS,
            "attachment_types": ["image/jpeg", "image/png", "image/webp", "application/pdf"],
        },
        "municipality": _municipality(),
        "basemap": _basemap(),
        "device": {
            "id": str(device.pk),
            "name": device.name,
            "folio_prefix": device.series_id,
            "user": describe_staff([device.user])[0],
        },
    }
    pack_requested.send(sender=Device, device=device, pack=pack)
    return pack


def pack_etag(pack: dict[str, Any]) -> str:
    """A weak ETag by content: the same pack answers 304 though its ``server_time`` moved on."""
    content = orjson.dumps(pack, option=orjson.OPT_SORT_KEYS)
    return f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'


def describe_staff(users: Iterable[AbstractUser]) -> list[dict[str, str]]:
    """People as a tablet knows them: ``{username, name}``."""
    return [{"username": user.get_username(), "name": user.get_full_name()} for user in users]


def petitions_nearby(*, places: Collection[int]) -> list[dict[str, Any]]:
    """The open petitions of some places, newest first, for a neighbour to add their voice to.

    ``{folio, category, location, captured_on}`` and nothing that anybody said; reserved categories stay out,
    and of those that are one work item only its head is told.
    """
    rows = (
        Petition.objects.open()
        .work_items()
        .filter(place__in=places, location__isnull=False, category__sensitive=False)
        .order_by("-captured_at", "pk")
        .values_list("folio", "category__code", "location", "captured_at")[:MOST_NEARBY]
    )
    return [
        {
            "folio": format_folio(folio),
            "category": category,
            "location": {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]},
            "captured_on": local_day(captured_at).isoformat(),
        }
        for folio, category, point, captured_at in rows
        if point is not None
    ]


def _catalogue() -> dict[str, Any]:
    return {
        "categories": [
            {
                "code": category.code,
                "name": category.name,
                "group": category.group,
                "department": category.department.code,
                "working_days": category.working_days,
                "questions": category.questions,
                "icon": category.icon,
                "sensitive": category.sensitive,
            }
            for category in Category.objects.filter(active=True).select_related("department")
        ],
        "departments": [
            {"code": code, "name": name}
            for code, name in Department.objects.filter(active=True).values_list("code", "name")
        ],
    }


def _notice() -> dict[str, str] | None:
    notice = PrivacyNotice.objects.order_by("-published_at").first()
    return {"version": notice.version, "text": notice.text} if notice else None


def _basemap() -> dict[str, Any] | None:
    """The street map that a tablet may hold; its address is made of the version."""
    basemap = current_basemap()
    if basemap is None:
        return None
    return {"version": basemap.version, "bytes": basemap.size, "attribution": basemap.attribution}


def _municipality() -> dict[str, Any] | None:
    municipality = Municipality.current()
    if municipality is None:
        return None
    return {
        "name": municipality.name,
        "time_zone": municipality.time_zone,
        "centre": {"type": "Point", "coordinates": list(municipality.centre.coords)},
    }
