"""The pack: all that a tablet needs to work an afternoon without signal."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from django.conf import settings

from field.models import Category, Department, Device, PrivacyNotice
from field.signals import pack_requested
from geo.models import Municipality


def build_pack(*, device: Device) -> dict[str, Any]:
    """The pack of one tablet, but for ``server_time``.

    ``visits`` and ``places`` are empty until a listener of ``pack_requested`` fills them.
    """
    pack: dict[str, Any] = {
        "catalogue": _catalogue(),
        "visits": [],
        "places": {"type": "FeatureCollection", "features": []},
        "notice": _notice(),
        "limits": {
            "records": settings.SYNC_MAX_RECORDS,
            "sync_bytes": settings.SYNC_MAX_BYTES,
            "attachment_bytes": settings.ATTACHMENT_MAX_BYTES,
            "attachment_pixels": settings.ATTACHMENT_MAX_PIXELS,
            "attachment_types": ["image/jpeg", "image/png", "image/webp", "application/pdf"],
        },
        "municipality": _municipality(),
        "device": {
            "id": str(device.pk),
            "name": device.name,
            "folio_prefix": device.series_id,
            "user": {"username": device.user.get_username(), "name": device.user.get_full_name()},
        },
    }
    pack_requested.send(sender=Device, device=device, pack=pack)
    return pack


def pack_etag(pack: dict[str, Any]) -> str:
    """A weak ETag by content: the same pack answers 304 though its ``server_time`` moved on."""
    content = orjson.dumps(pack, option=orjson.OPT_SORT_KEYS)
    return f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'


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


def _municipality() -> dict[str, Any] | None:
    municipality = Municipality.current()
    if municipality is None:
        return None
    return {
        "name": municipality.name,
        "time_zone": municipality.time_zone,
        "centre": {"type": "Point", "coordinates": list(municipality.centre.coords)},
    }
