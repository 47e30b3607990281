"""The queue of a tablet, handed in as a file: the last resort where the tablet cannot send.

``{format: "aldaba-queue", version: 1, device: {id, name, series}, exported_at, records: […], photos:
[{sha256, content_type, bytes, base64}]}``, as the app at ``/campo/`` writes it. Its records go through the
same inbox as if they had been sent, so that a file taken in twice, or beside the tablet itself, doubles
nothing.
"""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.utils import timezone
from django.utils.translation import gettext as _

from field.models import Device
from field.services.attachments import store_attachment
from field.sync.inbox import Receipt, Sender, receive_records
from field.sync.records import NotJson, read_json
from geo.problems import Problem

FORMAT = "aldaba-queue"


class NotAQueue(Problem):
    """The file is not a tablet's queue, or not of any tablet here."""

    code, title = "not_a_queue", "No es la cola de una tableta"


@dataclass(slots=True)
class Report:
    """What became of a file: records by outcome, photos, and what a person has to look at."""

    outcomes: Counter[str] = field(default_factory=Counter)
    photos: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    problems: list[str] = field(default_factory=list)


def receive_queue_file(*, content: bytes, user: AbstractUser | None = None) -> Report:
    """File the records of a queue file and keep its photos. Raises NotAQueue.

    The tablet that it names is its sender, revoked or not; ``user`` hands in that of a tablet unknown here.
    """
    queue = _read(content)
    device = _device(queue)
    if device is None and user is None:
        raise NotAQueue(_("La tableta que lo hizo no está en este sistema: diga de quién es con --user."))
    report = Report(unreadable=len(_list(queue, "unreadable")))
    for photo in _list(queue, "photos"):
        _keep_photo(photo, device, user, report)
    sender = Sender(device, device.user_id if device else user.pk if user else None, timezone.now())
    for batch in _batches(_list(queue, "records")):
        for receipt in receive_records(records=batch, sender=sender):
            _note(receipt, report)
    return report


def _read(content: bytes) -> dict[str, Any]:
    try:
        queue = read_json(content)
    except NotJson as error:
        raise NotAQueue(_("El archivo no es JSON, o está incompleto.")) from error
    if not isinstance(queue, dict) or queue.get("format") != FORMAT or queue.get("version") != 1:
        raise NotAQueue(_("El archivo no lo hizo la aplicación de campo, o es de otra versión."))
    return queue


def _list(queue: dict[str, Any], name: str) -> list[Any]:
    value = queue.get(name)
    return value if isinstance(value, list) else []


def _device(queue: dict[str, Any]) -> Device | None:
    told = queue.get("device") or {}
    try:
        known = UUID(str(told["id"]))
    except (KeyError, TypeError, ValueError):
        return None
    return Device.objects.select_related("user").filter(pk=known).first()


def _batches(records: Sequence[Any]) -> Iterator[Sequence[Any]]:
    size = settings.SYNC_MAX_RECORDS
    return (records[start : start + size] for start in range(0, len(records), size))


def _keep_photo(photo: Any, device: Device | None, user: AbstractUser | None, report: Report) -> None:
    sha256 = str(photo.get("sha256", "")) if isinstance(photo, dict) else ""
    try:
        content = base64.b64decode(str(photo["base64"]), validate=True)
    except (KeyError, TypeError, ValueError):
        report.photos["refused"] += 1
        report.problems.append(_("La foto %(name)s no se puede leer.") % {"name": sha256[:12] or "?"})
        return
    owner = device.user if device else user
    try:
        stored = store_attachment(source=io.BytesIO(content), sha256=sha256, device=device, user=owner)
    except Problem as problem:
        report.photos["refused"] += 1
        report.problems.append(f"{sha256[:12]}: {problem.detail}")
    else:
        report.photos["stored" if stored.created else "repeated"] += 1


def _note(receipt: Receipt, report: Report) -> None:
    report.outcomes[receipt["outcome"]] += 1
    report.photos["missing"] += len(receipt["missing_attachments"])
    # Pointers and codes, never what a citizen said.
    wrong = ", ".join(f"{error['pointer']} {error['code']}".strip() for error in receipt["errors"])
    if wrong:
        report.problems.append(f"{receipt['id']}: {wrong}")
