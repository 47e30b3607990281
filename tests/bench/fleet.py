"""A fleet coming back on line at once, through links that drop, stall, double and reorder.

Each tablet holds records and photos and sends until the office has acknowledged all of them; then every
one is looked for in the office: none may be lost, none doubled, each under the folio that was given at the
door, each photo on disk. The second table does the same while web, worker, PostgreSQL and Redis are killed
with -9 in turn; the tablets take on new records until all kills are done.

``BENCH_TABLETS`` (500), ``BENCH_RECORDS`` (40) and ``BENCH_PHOTOS`` (20) each, ``BENCH_PHOTO_BYTES``
(200000), ``BENCH_KILLS`` (20 of each part; 0 leaves the second table out). Tablets, web, worker and database
share the machine's cores. A request's time is the tablet's: what its link stalled (up to 3 s, one in ten)
is in it. Memory counts pages that processes share once for each.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
import json
import os
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import django
import psycopg
from PIL import Image

from tests.bench.house import PARTS, House, private_house
from tests.bench.links import Answer, Link, LinkFailed

TABLETS = int(os.environ.get("BENCH_TABLETS", "500"))
RECORDS = int(os.environ.get("BENCH_RECORDS", "40"))
PHOTOS = int(os.environ.get("BENCH_PHOTOS", "20"))
PHOTO_BYTES = int(os.environ.get("BENCH_PHOTO_BYTES", "200000"))
KILLS = int(os.environ.get("BENCH_KILLS", "20"))
BATCH = 10
SERIES = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SEED = """
import hashlib
from django.contrib.auth import get_user_model
from field.models import Device, FolioSeries
from tests.bench.fleet import SERIES, series_of
from tests.bench.town import build_town
build_town()
user = get_user_model().objects.create(username="promotor", role="promotor")
for n in range({tablets}):
    series = FolioSeries.objects.create(code=series_of(n))
    digest = hashlib.sha256(f"token-{{n}}".encode()).digest()
    Device.objects.create(name=f"Tableta {{n}}", user=user, series=series, token_digest=digest)
"""


def main() -> None:
    django.setup()
    with private_house(SEED.format(tablets=TABLETS)) as house:
        asyncio.run(_measure(house, kills=0))
    if KILLS:
        with private_house(SEED.format(tablets=TABLETS)) as house:
            asyncio.run(_measure(house, kills=KILLS))


def series_of(number: int) -> str:
    """The n-th tablet's folio series."""
    return f"F{SERIES[number // 32]}{SERIES[number % 32]}"


@dataclass
class Tablet:
    """What one tablet holds, and what the office acknowledged of it."""

    number: int
    link: Link
    picture: bytes
    folios: dict[str, str] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    photos: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    async def come_back(self, go_on: Callable[[], bool]) -> None:
        """Send all of it; then take on as much again for as long as ``go_on`` says."""
        for wave in itertools.count():
            await self._send_all(wave)
            if not go_on():
                return

    async def _send_all(self, wave: int) -> None:
        chance = self.link.chance
        records = [self._record(wave * RECORDS + n) for n in range(RECORDS)]
        pictures = [self._picture(wave, n) for n in range(PHOTOS)]
        for record, (sha256, data) in zip(records, pictures, strict=False):
            record["attachments"] = [{"sha256": sha256, "content_type": "image/jpeg", "bytes": len(data)}]
        errands = [("records", records[n : n + BATCH]) for n in range(0, RECORDS, BATCH)]
        errands += [("photo", picture) for picture in pictures]
        chance.shuffle(errands)
        while errands:
            name, load = errands.pop(0)
            done = await (self._hand_in(load) if name == "records" else self._upload(*load))
            if not done:
                errands.insert(chance.randrange(len(errands) + 1), (name, load))
                await asyncio.sleep(chance.uniform(0.1, 1.5))

    async def _hand_in(self, records: list[dict[str, object]]) -> bool:
        body = json.dumps({"records": records, "device_state": {"waiting": len(records)}}).encode()
        answer = await self._ask("POST", "/api/v1/sync", body, "application/json")
        if answer is None or answer.status != 200:
            return False
        for receipt in answer.json()["receipts"]:
            if receipt["outcome"] in ("stored", "repeated"):
                self.acknowledged.add(receipt["id"])
            else:
                self.wrong.append(f"{receipt['outcome']}: {receipt['errors']}")
        return True

    async def _upload(self, sha256: str, data: bytes) -> bool:
        answer = await self._ask("PUT", f"/api/v1/attachments/{sha256}", data, "image/jpeg")
        if answer is None or answer.status not in (200, 201):
            return False
        self.photos.add(sha256)
        return True

    async def _ask(self, method: str, path: str, body: bytes, content_type: str) -> Answer | None:
        try:
            answer = await self.link.send(method, path, body, content_type)
        except LinkFailed:
            return None
        # 400: the link was cut in the middle of a body. The rest is the office being away for a moment.
        if answer.status not in (200, 201, 400, 408, 429, 500, 502, 503):
            self.wrong.append(f"HTTP {answer.status}: {answer.body[:200]!r}")
        return answer

    def _record(self, number: int) -> dict[str, object]:
        from field.folio import make_folio
        from tests.bench.town import random_point

        chance, now = self.link.chance, datetime.now(UTC)
        id_ = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        self.folios[id_] = make_folio(now.year % 100, series_of(self.number), number + 1)
        return {
            "kind": "petition",
            "id": id_,
            "folio": self.folios[id_],
            "captured_at": now.isoformat(),
            "category": f"c{chance.randrange(40)}",
            "description": f"{self.number}-{number}: la lámpara frente a la tienda no enciende",
            "location": {"type": "Point", "coordinates": list(random_point(chance))},
            "accuracy_m": 8.5,
            "location_method": "gps",
            "petitioner": {"name": "Nombre Apellido", "phone": "6690000000", "consent": True, "notice": "1"},
        }

    def _picture(self, wave: int, number: int) -> tuple[str, bytes]:
        """A picture like no other: a comment of its own behind the JPEG's first marker."""
        comment = f"{self.number}-{wave}-{number}".encode().ljust(32)
        data = self.picture[:2] + b"\xff\xfe\x00\x22" + comment + self.picture[2:]
        return hashlib.sha256(data).hexdigest(), data


def _base_picture(wanted: int) -> bytes:
    """A JPEG of about so many bytes: noise does not shrink."""
    side = 64
    while True:
        made = io.BytesIO()
        Image.frombytes("RGB", (side, side), random.Random(side).randbytes(side * side * 3)).save(
            made, "JPEG"
        )
        if made.tell() >= wanted:
            return made.getvalue()
        side = max(side + 16, int(side * (wanted / made.tell()) ** 0.5))


async def _measure(house: House, *, kills: int) -> None:
    await _answers(house)
    picture = _base_picture(PHOTO_BYTES)
    tablets = [
        Tablet(n, Link(house.port, f"token-{n}", random.Random(n + 1000 * kills)), picture)
        for n in range(TABLETS)
    ]
    peaks = dict.fromkeys(("web", "worker"), 0.0)
    watching = asyncio.create_task(_watch(house, peaks))
    killing = asyncio.create_task(_kill_in_turn(house, kills))
    begun = time.monotonic()
    await asyncio.gather(*(tablet.come_back(lambda: not killing.done()) for tablet in tablets))
    took = time.monotonic() - begun
    await killing
    watching.cancel()
    _report(house, tablets, took, peaks, kills)


async def _answers(house: House) -> None:
    for _attempt in range(300):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise SystemExit("the web server did not start")


async def _watch(house: House, peaks: dict[str, float]) -> None:
    while True:
        for part, peak in peaks.items():
            peaks[part] = max(peak, house.memory_mb(part))
        await asyncio.sleep(0.5)


async def _kill_in_turn(house: House, kills: int) -> None:
    for part in [part for _round in range(kills) for part in PARTS]:
        await asyncio.sleep(random.uniform(1, 3))
        await asyncio.to_thread(house.kill, part)
        await asyncio.sleep(random.uniform(0, 0.5))
        await asyncio.to_thread(house.start, part)


def _report(house: House, tablets: list[Tablet], took: float, peaks: dict[str, float], kills: int) -> None:
    folios = {id_: folio for tablet in tablets for id_, folio in tablet.folios.items()}
    acknowledged = set().union(*(tablet.acknowledged for tablet in tablets))
    photos = set().union(*(tablet.photos for tablet in tablets))
    with psycopg.connect(house.dsn) as db:
        there = dict(db.execute("SELECT id::text, folio FROM field_petition").fetchall())
        texts = db.execute("SELECT count(*) - count(DISTINCT description) FROM field_petition").fetchone()
        held = db.execute("SELECT count(*) FROM field_inboxrecord WHERE state <> 'filed'").fetchone()
        named = db.execute("SELECT count(DISTINCT sha256) FROM field_petitionattachment").fetchone()
        files = dict(db.execute("SELECT sha256, file FROM field_attachment").fetchall())
    lost = folios.keys() - there.keys()
    on_disk = {sha for sha, name in files.items() if (house.media / name).is_file()}
    waits = sorted(wait for tablet in tablets for wait in tablet.link.waits)
    p50, p95 = (waits[int(len(waits) * q)] for q in (0.5, 0.95))
    wrong = [text for tablet in tablets for text in tablet.wrong]
    print(
        f"{len(tablets)} tablets, {kills} kills of each of {', '.join(PARTS)}\n"
        f"  {len(folios)} petitions and {len(photos)} photos of {PHOTO_BYTES // 1000} kB in {took:.0f} s: "
        f"{len(folios) / took:.0f} petitions/s, {len(photos) / took:.0f} photos/s\n"
        f"  lost {len(lost)}, unacknowledged {len(folios.keys() - acknowledged)}, "
        f"doubled {texts[0] if texts else '?'} and {len(there.keys() - folios.keys())} unknown, "
        f"held {held[0] if held else '?'}, "
        f"other folio {sum(there[id_] != folio for id_, folio in folios.items() if id_ in there)}\n"
        f"  photos lost {len(photos - on_disk)}, named {named[0] if named else '?'}\n"
        f"  requests {len(waits)}, lost on the way {sum(tablet.link.failures for tablet in tablets)}, "
        f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms\n"
        f"  peak memory: web {peaks['web']:.0f} MB, worker {peaks['worker']:.0f} MB",
        flush=True,
    )
    for text in sorted(set(wrong))[:10]:
        print(f"  unexpected: {text}", flush=True)
