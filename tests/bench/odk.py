"""Submissions a second through ``POST /odk/key/…/submission``: real HTTP, real gunicorn.

1, 4, 16 and 32 connections, each a tablet of its own; a form of about 1 kB alone, and with a photo
of 270 kB that nobody sent before. The floor is what such a submission cannot do without: its rows
into the same tables by psycopg, one transaction each, and its photo written and fsynced, by as many
connections, nobody checking or placing anything. Clients, web and database share the machine.
"""

from __future__ import annotations

import hashlib
import http.client
import multiprocessing as mp
import os
import random
import shutil
import signal
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.sync import _free_port, _rss_mb, _start_web, _wait_for
from tests.bench.throwaway import throwaway_database
from tests.bench.town import build_town, random_point

CONNECTIONS = (1, 4, 16, 32)
PHOTO_BYTES = 270_000
SECONDS = float(os.environ.get("BENCH_SECONDS", "60")) / 4
BOUNDARY = "----aldaba"
fork = mp.get_context("fork")


def main() -> None:
    media = tempfile.mkdtemp(prefix="aldaba-bench-media-")
    os.environ["MEDIA_ROOT"] = media
    try:
        with throwaway_database("odk") as dsn:
            keys, version = _build_office()
            port = _free_port()
            web = _start_web(port)
            try:
                _wait_for(port)
                for photo in (False, True):
                    for connections in CONNECTIONS:
                        _measure(connections, keys, version, port, web.pid, photo=photo)
            finally:
                web.send_signal(signal.SIGTERM)
                web.wait()
            _check(dsn)
            for photo in (False, True):
                for connections in CONNECTIONS:
                    _floor(dsn, connections, media, photo=photo)
    finally:
        shutil.rmtree(media)


def _build_office() -> tuple[list[str], str]:
    from django.contrib.auth import get_user_model
    from django.db import connections

    from field.models import Device, FolioSeries
    from field.odk.xform import current_form

    build_town()
    user = get_user_model().objects.create(username="promotor", role="promotor")
    keys = []
    for n in range(max(CONNECTIONS)):
        key = f"key-{n}"
        series = FolioSeries.objects.create(code=f"B{n // 10}{n % 10}")
        digest = hashlib.sha256(key.encode()).digest()
        Device.objects.create(name=key, user=user, series=series, token_digest=digest)
        keys.append(key)
    form = current_form()
    connections.close_all()
    if form is None:
        raise SystemExit("the town has no catalogue")
    return keys, form.version


def _submission(chance: random.Random, version: str) -> bytes:
    lon, lat = random_point(chance)
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return f"""<?xml version='1.0' ?><data id="aldaba" version="{version}" \
xmlns:ev="http://www.w3.org/2001/xml-events" xmlns:orx="http://openrosa.org/xforms" \
xmlns:odk="http://www.opendatakit.org/xforms" xmlns:h="http://www.w3.org/1999/xhtml" \
xmlns:jr="http://openrosa.org/javarosa" xmlns:xsd="http://www.w3.org/2001/XMLSchema">\
<start>{now}</start><end>{now}</end><door><visit/></door><petition><group>g_Grupo.20.1</group>\
<category>c{chance.randrange(40)}</category>\
<description>La lámpara frente a la tienda no enciende desde hace dos semanas y está oscuro.</description>\
<location>{lat} {lon} 0.0 8.5</location><address>Calle Mar Caribe 118</address>\
<reference>Portón verde</reference><photo1>1700000000000.jpg</photo1><who>named</who>\
<notice>2026-1</notice><consent>si</consent><name>Nombre Apellido</name><phone>6690000000</phone></petition>\
<orx:meta><orx:instanceID>uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}</orx:instanceID>\
</orx:meta></data>""".encode()


def _photo(chance: random.Random) -> bytes:
    """A JPEG with noise at the end of its picture: a comment's would be stripped."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(out, "JPEG", quality=60)
    whole = out.getvalue()
    # Never a marker: bytes under 0xFF.
    noise = bytes(byte % 255 for byte in chance.randbytes(PHOTO_BYTES - len(whole)))
    return whole[:-2] + noise + whole[-2:]


def _part(name: str, filename: str, kind: str, data: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
    return f"{head}Content-Type: {kind}\r\n\r\n".encode() + data + b"\r\n"


def _send(key: str, version: str, port: int, until: float, seed: int, photo: bool) -> tuple[int, list[float]]:
    """One tablet: bodies are made between requests, and the time for that is the client's."""
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-OpenRosa-Version": "1.0"}
    picture = _photo(chance) if photo else b""
    stored, waits = 0, []
    while time.time() < until:
        body = _part("xml_submission_file", "form.xml", "text/xml", _submission(chance, version))
        if photo:
            fresh = chance.getrandbits(48).to_bytes(6).replace(b"\xff", b"\x00")
            body += _part(
                "1700000000000.jpg", "1700000000000.jpg", "image/jpeg", picture[:-8] + fresh + picture[-2:]
            )
        body += f"--{BOUNDARY}--\r\n".encode()
        begun = time.perf_counter()
        connection.request("POST", f"/odk/key/{key}/submission", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        waits.append(time.perf_counter() - begun)
        if answer.status != 201:
            raise RuntimeError(f"HTTP {answer.status}: {text[:300]!r}")
        stored += 1
    return stored, waits


def _measure(connections: int, keys: list[str], version: str, port: int, pid: int, *, photo: bool) -> None:
    with fork.Pool(connections) as pool:

        def run(length: float, seed: int) -> list[tuple[int, list[float]]]:
            until = time.time() + length
            jobs = [
                pool.apply_async(_send, (keys[n], version, port, until, seed + n, photo))
                for n in range(connections)
            ]
            return [job.get() for job in jobs]

        seed = connections * 10_000 + photo * 1_000_000
        run(2, seed)
        before, begun = _rss_mb(pid), time.time()
        results = run(SECONDS, seed + 1000)
        took = time.time() - begun
    waits = sorted(wait for result in results for wait in result[1])
    p50, p95 = (waits[int(len(waits) * q)] * 1000 for q in (0.5, 0.95))
    print(
        f"{_name(connections, photo):32} {len(waits) / took:6.0f} submissions/s  p50 {p50:5.0f} ms  "
        f"p95 {p95:5.0f} ms  web memory {before:.0f} → {_rss_mb(pid):.0f} MB",
        flush=True,
    )


def _name(connections: int, photo: bool) -> str:
    return f"{connections:2} connections, {'1 kB + 270 kB' if photo else '1 kB'}"


def _check(dsn: str) -> None:
    """Every submission is a petition of its own, every photo a petition's, and nothing is held."""
    with psycopg.connect(dsn) as db:
        row = db.execute("""
            SELECT (SELECT count(*) FROM field_inboxrecord WHERE kind = 'odk'),
                   (SELECT count(*) FROM field_petition),
                   (SELECT count(DISTINCT folio) FROM field_petition),
                   (SELECT count(*) FROM field_inboxrecord WHERE kind = 'attachment'),
                   (SELECT count(*) FROM field_petitionattachment JOIN field_attachment USING (sha256)),
                   (SELECT count(*) FROM field_inboxrecord WHERE state = 'held')
        """).fetchone()
    print("submissions {}, petitions {}, folios {}; photos {}, joined {}; held {}".format(*(row or ())))


# --- the floor ---------------------------------------------------------------------------------

#: A submission's rows: how each table names the petition that they are of.
_OF = {
    "field_inboxrecord": "record_id IN (%(id)s::text, 'uuid:' || %(id)s)",
    "field_petition": "id = %(id)s",
    "field_petitioner": "petition_id = %(id)s",
    "casework_statuschange": "petition_id = %(id)s",
    "casework_referral": "petition_id = %(id)s",
}
_PHOTO_OF = {
    "field_petitionattachment": "petition_id = %(id)s",
    "field_attachment": "sha256 IN (SELECT sha256 FROM field_petitionattachment WHERE petition_id = %(id)s)",
}


def _floor(dsn: str, connections: int, media: str, *, photo: bool) -> None:
    seconds = SECONDS / 3
    with fork.Pool(connections) as pool:
        until = time.time() + seconds
        jobs = [pool.apply_async(_write, (dsn, media, until, photo)) for n in range(connections)]
        written = sum(job.get() for job in jobs)
    print(f"floor, {_name(connections, photo):25} {written / seconds:6.0f} submissions/s", flush=True)


def _write(dsn: str, media: str, until: float, photo: bool) -> int:
    """The product's own rows for one submission, read back and written again under new keys."""
    data, written = random.randbytes(PHOTO_BYTES), 0
    tables = _OF | (_PHOTO_OF if photo else {})
    with psycopg.connect(dsn) as db:
        named = "IN" if photo else "NOT IN"
        pattern = db.execute(
            f"SELECT id FROM field_petition WHERE id {named} "
            "(SELECT petition_id FROM field_petitionattachment) LIMIT 1"
        ).fetchone()
        if pattern is None:
            raise SystemExit("nothing was submitted")
        rows = [
            (table, _columns(db, table), _rows(db, table, where, pattern[0]))
            for table, where in tables.items()
        ]
        while time.time() < until:
            fresh = uuid.uuid4()
            if photo:
                _keep(Path(media, "floor", f"{fresh.hex[:2]}"), fresh.hex, data)
            for table, columns, found in rows:
                marks = ", ".join(["%s"] * len(columns))
                statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
                db.cursor().executemany(statement, [_renewed(row, str(pattern[0]), fresh) for row in found])
            db.commit()
            written += 1
    return written


def _keep(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _columns(db: psycopg.Connection, table: str) -> list[str]:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'"
    return [row[0] for row in db.execute(query, [table])]


def _rows(db: psycopg.Connection, table: str, where: str, id_: uuid.UUID) -> list[dict[str, Any]]:
    columns = _columns(db, table)
    names = ", ".join(f"{name}::text" if name in ("errors", "answers") else name for name in columns)
    found = db.execute(f"SELECT {names} FROM {table} WHERE {where}", {"id": str(id_)}).fetchall()
    return [dict(zip(columns, row, strict=True)) for row in found]


def _renewed(row: dict[str, Any], old: str, fresh: uuid.UUID) -> list[Any]:
    own = {"folio": fresh.hex[:11], "sha256": fresh.hex * 2, "digest": fresh.bytes * 2}
    values = row | {name: value for name, value in own.items() if name in row}
    return [
        str(value).replace(old, str(fresh))
        if isinstance(value, str | uuid.UUID) and old in str(value)
        else value
        for value in values.values()
    ]
