"""A person who came in by every door is, once erased, in no table, no file, no cache, no queue and no log."""

from __future__ import annotations

import base64
import io
import logging
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.apps import apps
from django.conf import settings as configured
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.db import models
from redis import Redis

from backend.privacy.models import ArcoRequest, BlockedData
from backend.privacy.services import retention
from geo.clock import local_today
from tests.casework.conftest import Office, office
from tests.privacy.doors import plant
from tests.privacy.somebody import DIGITS, EMAIL, NAME, PHONES, WORDS, Doors
from tests.privacy.test_forgetting import tables

__all__ = ["office"]


FLOORS = {"backend", "campaigns", "field", "geo"}
TEXTS = (models.CharField, models.TextField, models.JSONField, ArrayField, models.FileField)


@pytest.fixture
def everything(settings: Any, tmp_path: Path, transactional_db: None, empty_cache: None) -> Path:
    """Where the program keeps files."""
    settings.NOTIFICATION_FOLDER = tmp_path / "messages"
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def redis_says() -> Iterator[tuple[str, str]]:
    """Every key and value of Redis: the cache, and the queue with the arguments of its tasks."""
    redis = Redis.from_url(configured.REDIS_URL)
    for key in redis.keys("*"):
        value = redis.dump(key) or b""
        yield f"redis {key!r}", f"{key!r} {value!r} {_unpacked(redis, key)}"


def _unpacked(redis: Any, key: bytes) -> str:
    """A queue's messages with their bodies, which are in base 64."""
    if redis.type(key) != b"list":
        return ""
    told = [text.decode(errors="replace") for text in redis.lrange(key, 0, -1)]
    bodies = [base64.b64decode(body) for text in told for body in re.findall(r'"body": "([^"]+)"', text)]
    return " ".join([*told, *(body.decode(errors="replace") for body in bodies)])


def files_say(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file byte for byte; of a PDF also its text and what it says of itself."""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            said = data.decode("latin-1") + " " + data.decode("utf-8", errors="ignore")
            if data.startswith(b"%PDF"):
                reader = pypdf.PdfReader(io.BytesIO(data))
                said += " ".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
            yield path.suffix + " " + path.name[:12], said


def sessions_say() -> Iterator[tuple[str, str]]:
    for row in Session.objects.all():
        packed = row.session_data.split(":")[0].lstrip(".")
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        yield "sessions", (zlib.decompress(raw) if row.session_data.startswith(".") else raw).decode()


def tells(text: str) -> bool:
    """Whether a text says the name, the address or the e-mail, or the telephone however it is spelt."""
    folded = text.casefold()
    spelt = re.sub(r"[\s().+-]", "", folded)
    return any(word.casefold() in folded for word in WORDS) or DIGITS in spelt


def told_where(folder: Path, logged: str) -> set[str]:
    said = [*tables(), *files_say(folder), *redis_says(), *sessions_say(), ("log", logged)]
    return {place for place, text in said if tells(text)}


def erase(doors: Doors) -> ArcoRequest:
    """What the chief of the office does at the pages, ticking what the program proposes."""
    doors.post("/privacidad/nueva/", {
        "right": "cancellation", "holder": NAME, "identity_shown": f"INE de {NAME}", "means": "modulo",
        "contact": f"{EMAIL}, {PHONES[0]}", "received_on": str(local_today()), "asked": f"Soy {NAME}.",
    })  # fmt: skip
    arco = ArcoRequest.objects.latest("pk")
    address = f"/privacidad/{arco.pk}/"
    found = doors.desk("jefe").get(f"{address}buscar/", {"name": NAME, "phone": PHONES[0], "email": EMAIL})
    ticks: dict[str, list[Any]] = {}
    for rows, name, value in (
        ("found", "folio", "folio"),
        ("held", "record", "pk"),
        ("letters", "letter", "pk"),
    ):
        for one in found.context[rows]:
            ticks.setdefault(name if one.asked else f"named-{name}", []).append(getattr(one.row, value))
    doors.post(f"{address}buscar/", ticks)
    doors.post(f"{address}responder/", {"outcome": "granted", "letter": f"Estimada {NAME}: procede."})
    assert doors.desk("jefe").get(f"{address}suprimir/").status_code == 200
    doors.post(f"{address}suprimir/", {"typed": arco.number})
    arco.refresh_from_db()
    assert arco.forgotten_at
    return arco


def silent_columns() -> set[str]:
    """The columns of the program's own tables that tell nothing of the person now."""
    ours = [app for app in apps.get_app_configs() if app.name.split(".")[0] in FLOORS]
    silent = set()
    for model in (model for app in ours for model in app.get_models(include_auto_created=True)):
        for field in model._meta.local_concrete_fields:
            values = model._base_manager.values_list(field.attname, flat=True)
            if isinstance(field, TEXTS) and not field.choices and not any(tells(str(one)) for one in values):
                silent.add(f"{model._meta.db_table}.{field.column}")
    return silent


def said_to_be_silent() -> set[str]:
    lines = Path(__file__).with_name("silent.txt").read_text().splitlines()
    return {column for line in lines if not line.startswith("#") for column in line.split()}


@pytest.mark.parametrize("blocks", [False, True])
def test_nothing_is_left_of_who_came_in_by_every_door(
    everything: Path, office: Office, caplog: Any, blocks: bool
) -> None:
    caplog.set_level(logging.INFO)
    if blocks:
        retention.edit_rule(kind="blocked", months=84, in_force=True, by=office.staff["jefe"])
    doors = plant(office)
    # Else the rest would prove nothing.
    assert silent_columns() == said_to_be_silent()
    before = told_where(everything, caplog.text)
    assert before >= {".jsonl sms.jsonl", "casework_searchentry"}
    assert any(place.startswith(".pdf") for place in before)
    assert not before & {"log", "sessions", "axes_accessattempt"}
    assert not any(place.startswith(("redis", ".jpg", ".jpeg")) for place in before)
    erase(doors)
    assert told_where(everything, caplog.text) == set()
    if blocks:
        with zipfile.ZipFile(io.BytesIO(bytes(BlockedData.objects.get().contents or b""))) as archive:
            said = archive.read("datos.json").decode()
        assert all(word in said for word in (*WORDS, *PHONES))
