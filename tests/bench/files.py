"""Files of 80 MB, four at once, to the store and back: how fast, and how much memory the program takes.

Once into a folder and once into a bucket of a real Swift on loopback, through gunicorn, the database with
fsync on. Clients, web, database and Swift share the machine's cores; Swift is Python too and keeps up with
less than the program does. Memory is what the web takes at most over what it takes at rest.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import boto3
import django
import httpx

from tests.bench.house import House, private_house
from tests.field.papers import bulky
from tests.field.swift import BUCKET, KEY_ID, SECRET, Swift

FILES = int(os.environ.get("BENCH_FILES", "4"))
MEGABYTES = int(os.environ.get("BENCH_FILE_MB", "79"))
PASSWORD = "una-clave-larga"
SEED = f"""
import hashlib
from django.contrib.auth import get_user_model
from field.models import Device, FolioSeries
from tests.factories import CategoryFactory, PlaceFactory
PlaceFactory(column=0)
CategoryFactory(code="bache")
user = get_user_model().objects.create_user("directora", password="{PASSWORD}", role="director")
series = FolioSeries.objects.create(code="D00")
Device.objects.create(
    name="1", user=user, series=series, token_digest=hashlib.sha256(b"token").digest()
)
"""


def main() -> None:
    django.setup()
    print(f"{FILES} files of {MEGABYTES} MB at once")
    measure("folder", {})
    folder = Path(tempfile.mkdtemp(prefix="aldaba-swift-", dir="/var/tmp"))
    swift = Swift(folder)
    try:
        swift.start()
        key = {"aws_access_key_id": KEY_ID, "aws_secret_access_key": SECRET}
        client = boto3.client("s3", endpoint_url=swift.url, region_name="us-east-1", **key)
        client.create_bucket(Bucket=BUCKET)
        told = {"BUCKET": BUCKET, "ENDPOINT_URL": swift.url, "KEY_ID": KEY_ID, "SECRET_KEY": SECRET}
        measure("bucket", {f"MEDIA_S3_{name}": value for name, value in told.items()})
    finally:
        swift.stop()
        shutil.rmtree(folder, ignore_errors=True)


def measure(store: str, env: dict[str, str]) -> None:
    """Print MB a second in and out, and the web's memory, with files in ``store``."""
    files = {hashlib.sha256(data).hexdigest(): data for data in _papers()}
    with private_house(SEED, WEB_PROCESSES="1", **env) as house:
        base = f"http://127.0.0.1:{house.port}"
        tablet = httpx.Client(base_url=base, headers={"Authorization": "Bearer token"}, timeout=300)
        office = httpx.Client(base_url=base, timeout=300, follow_redirects=True)
        _until_up(office)
        folio = _hand_in(tablet, files)
        _sign_in(office)
        at_rest = house.memory_mb("web")
        for way, work in (
            ("in", lambda name: _send(tablet, name, files[name])),
            ("out", lambda name: _fetch(office, folio, name)),
        ):
            seconds, peak = _timed(house, lambda work=work: _at_once(list(files), work))
            speed = FILES * MEGABYTES / seconds
            print(f"{store:8}{way:5}{speed:6.0f} MB/s  {at_rest:6.0f} MB at rest {peak - at_rest:+6.0f} MB")


def _papers() -> list[bytes]:
    return [bulky(MEGABYTES) for _ in range(FILES)]


def _at_once(names: list[str], work: Callable[[str], None]) -> None:
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(work, names))


def _timed(house: House, work: Callable[[], None]) -> tuple[float, float]:
    """How long it took, in seconds, and the web's most memory meanwhile."""
    seen, over = [house.memory_mb("web")], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            seen.append(house.memory_mb("web"))

    watching = threading.Thread(target=watch)
    watching.start()
    started = time.monotonic()
    try:
        work()
    finally:
        seconds = time.monotonic() - started
        over.set()
        watching.join()
    return seconds, max(seen)


def _hand_in(tablet: httpx.Client, files: dict[str, bytes]) -> str:
    """A petition that names the files; its folio."""
    from field.folio import make_folio
    from tests.factories import SIDE, SOUTH, WEST

    now = datetime.now(UTC)
    record = {
        "kind": "petition",
        "id": str(uuid.uuid4()),
        "folio": make_folio(now.year % 100, "D00", 1),
        "captured_at": now.isoformat(),
        "category": "bache",
        "description": "Bache",
        "location": {"type": "Point", "coordinates": [WEST + SIDE / 2, SOUTH + SIDE / 2]},
        "attachments": [
            {"sha256": name, "content_type": "application/pdf", "bytes": len(data)}
            for name, data in files.items()
        ],
    }
    answer = tablet.post("/api/v1/sync", json={"records": [record]}).json()
    assert answer["receipts"][0]["outcome"] == "stored", answer
    return record["folio"]


def _sign_in(office: httpx.Client) -> None:
    page = office.get("/entrar/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token, page
    form = {"csrfmiddlewaretoken": token[1], "username": "directora", "password": PASSWORD}
    assert office.post("/entrar/", data=form).status_code == 200


def _send(tablet: httpx.Client, name: str, data: bytes) -> None:
    answer = tablet.put(f"/api/v1/attachments/{name}", content=data)
    assert answer.status_code == 201, answer.text


def _fetch(office: httpx.Client, folio: str, name: str) -> None:
    size = 0
    with office.stream("GET", f"/boletas/{folio}/archivos/{name}/") as answer:
        assert answer.headers["Content-Type"] == "application/pdf", answer.status_code
        for piece in answer.iter_raw():
            size += len(piece)
    assert size >= MEGABYTES << 20


def _until_up(client: httpx.Client) -> None:
    for _ in range(300):
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("the web did not start")
