"""The list of visits and follow-ups that the form chooses from, as an entity list of Collect's.

Collect keeps an entity's row until one of the same ``name`` and a higher ``__version`` comes. What
tablets are told of a visit has no version of its own, so its digest is part of the name instead: a
row that changes is another entity, and the one that is no longer listed goes.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from field.models import Device
from field.signals import visits_requested

COLUMNS = ("name", "label", "__version", "kind", "place", "date", "geometry")
_LONGEST_NOTE = 80


def visits_csv(*, device: Device) -> bytes:
    """The tablet's visits, each followed by the doors to go back to there; UTF-8, RFC 4180."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    visits: list[dict[str, Any]] = []
    visits_requested.send(sender=Device, device=device, visits=visits)
    for visit in visits:
        writer.writerow(_named(visit["id"], _visit(visit)))
        for follow_up in visit["follow_ups"]:
            writer.writerow(_named(f"{visit['id']}.{follow_up['encounter']}", _follow_up(visit, follow_up)))
    return out.getvalue().encode()


def read_choice(name: str) -> tuple[str, str | None]:
    """The visit that a row's name tells, and the earlier encounter that it goes back to, if any."""
    parts = name.split(".")
    return parts[0], parts[1] if len(parts) > 2 and _is_uuid(parts[1]) else None


def _named(identity: str, row: Mapping[str, str]) -> dict[str, str]:
    digest = hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()[:8]
    return {"name": f"{identity}.{digest}", "__version": "1", **row}


def _visit(visit: Mapping[str, Any]) -> dict[str, str]:
    told = [visit["place_name"], visit["date"], visit["programme"], visit["crew"] or ""]
    return {
        "label": _line(told),
        "kind": "visit",
        "place": visit["place"],
        "date": visit["date"],
    }


def _follow_up(visit: Mapping[str, Any], follow_up: Mapping[str, Any]) -> dict[str, str]:
    at = parse_datetime(follow_up["at"])
    since = _("desde el %(day)s") % {"day": date_format(at, "j b")} if at else ""
    row = {
        "label": _line([_("Volver: %(place)s") % {"place": visit["place_name"]}, since, follow_up["note"]]),
        "kind": "follow_up",
        "place": visit["place"],
        "date": visit["date"],
    }
    if follow_up["location"]:
        longitude, latitude = follow_up["location"]["coordinates"]
        row["geometry"] = f"{latitude} {longitude} 0 0"
    return row


def _line(parts: list[str]) -> str:
    """One line of what there is to say; Collect reads a label as it stands."""
    short: Iterator[str] = (" ".join(str(part).split())[:_LONGEST_NOTE] for part in parts)
    return " · ".join(part for part in short if part)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
