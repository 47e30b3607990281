"""What was acknowledged is there after kill -9 of everything, and a retry doubles nothing."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from field.folio import make_folio
from tests.factories import SIDE, SOUTH, WEST

ROOT = Path(__file__).resolve().parents[2]
CLUSTER = """
source bin/steps/embedded.sh
account=$(choose_account)
data=$(make_data_dir "$account" "$FOLDER")
sockets=$(make_socket_dir "$account" "$data")
make_cluster "$account" "$data"
echo "$account $data $sockets"
"""
SEED = """
import hashlib
from django.contrib.auth import get_user_model
from field.models import Category, Department, Device, FolioSeries
from tests.factories import PlaceFactory, CategoryFactory
PlaceFactory(column=0)
CategoryFactory(code="bache")
user = get_user_model().objects.create(username="promotora", role="promotor")
for n in range(4):
    series = FolioSeries.objects.create(code=f"D0{n}")
    digest = hashlib.sha256(f"token-{n}".encode()).digest()
    Device.objects.create(name=f"{n}", user=user, series=series, token_digest=digest)
"""


class House:
    """A cluster with fsync on and a web server, which can be killed and started again."""

    def __init__(self, folder: str, log: Path) -> None:
        self.log = log.open("ab")
        made = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", CLUSTER],
            cwd=ROOT,
            env={**os.environ, "FOLDER": folder},
            check=True,
            capture_output=True,
            text=True,
        )
        self.account, self.data, self.sockets = made.stdout.split()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.dsn = f"host={self.sockets} user=postgres dbname=aldaba"
        self.env = {
            **os.environ,
            "DATABASE_URL": f"postgis://postgres@/{self.sockets}/aldaba",
            "WEB_THREADS": "8",
            "LOG_LEVEL": "ERROR",
        }
        self.database = self.web = None

    def start_database(self) -> None:
        command = [ROOT / "bin/steps/postgres", self.account, self.data, self.sockets, "on"]
        self.database = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        self._until(lambda: psycopg.connect(self.dsn.replace("dbname=aldaba", "dbname=postgres")).close())

    def manage(self, *words: str, **more) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            **more,
        )

    def start_web(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "-c", "backend/config/gunicorn.py"]
        self.web = subprocess.Popen(
            [*command, "-b", f"127.0.0.1:{self.port}", "backend.config.wsgi"],
            cwd=ROOT,
            env=self.env,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill_everything(self) -> None:
        """kill -9 of the web's processes and of every process of PostgreSQL."""
        children = Path(f"/proc/{self.database.pid}/task/{self.database.pid}/children").read_text().split()
        os.killpg(self.web.pid, signal.SIGKILL)
        for pid in (self.database.pid, *map(int, children)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.web.wait()
        self.database.wait()

    def stop(self) -> None:
        for process, how in ((self.web, signal.SIGTERM), (self.database, signal.SIGINT)):
            if process and process.poll() is None:
                process.send_signal(how)
                process.wait(60)
        self.log.close()
        clean = f'source bin/steps/embedded.sh; remove_test_folder {self.account} "$VAR/{self.data_name}"'
        subprocess.run(["bash", "-c", clean], cwd=ROOT, check=False)

    def _until(self, attempt) -> None:
        for _ in range(1200):
            try:
                return attempt()
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise AssertionError("PostgreSQL did not start")


@pytest.fixture
def house(tmp_path):
    name = f"test/kill-{uuid.uuid4().hex[:6]}"
    house = House(f"{name}/data", tmp_path / "log")
    house.data_name = name
    try:
        house.start_database()
        with psycopg.connect(house.dsn.replace("dbname=aldaba", "dbname=postgres"), autocommit=True) as admin:
            admin.execute("CREATE DATABASE aldaba")
        house.manage("migrate", "--verbosity", "0")
        house.manage("shell", "-c", SEED)
        house.start_web()
        yield house
    finally:
        house.stop()


def batch(series: str, start: int) -> list[dict]:
    now = datetime.now(UTC)
    return [
        {
            "kind": "petition",
            "id": str(uuid.uuid4()),
            "folio": make_folio(now.year % 100, series, start + n),
            "captured_at": now.isoformat(),
            "category": "bache",
            "description": f"Bache {start + n}",
            "location": {"type": "Point", "coordinates": [WEST + SIDE / 2, SOUTH + SIDE / 2]},
        }
        for n in range(20)
    ]


class Tablet(threading.Thread):
    """Hands batches in, each again and again until it is acknowledged."""

    def __init__(self, house: House, number: int) -> None:
        super().__init__()
        self.house, self.number = house, number
        self.acknowledged: set[str] = set()
        self.retries, self.over = 0, False

    def run(self) -> None:
        start = 1
        while not self.over:
            records = batch(f"D0{self.number}", start)
            start += len(records)
            while not self._hand_in(records):
                self.retries += 1
                time.sleep(0.1)

    def _hand_in(self, records: list[dict]) -> bool:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.house.port}/api/v1/sync",
            json.dumps({"records": records}).encode(),
            {"Authorization": f"Bearer token-{self.number}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                receipts = json.load(answer)["receipts"]
        except (OSError, http.client.HTTPException, ValueError):
            return False
        assert {receipt["outcome"] for receipt in receipts} <= {"stored", "repeated"}, receipts
        self.acknowledged |= {receipt["id"] for receipt in receipts}
        return True


def wait_for_more(tablets: list[Tablet], count: int) -> None:
    """Until the tablets together were acknowledged ``count`` more records."""
    target = sum(len(tablet.acknowledged) for tablet in tablets) + count
    for _ in range(3000):
        if sum(len(tablet.acknowledged) for tablet in tablets) >= target:
            return
        time.sleep(0.1)
    raise AssertionError("the house did not come back")


def test_what_was_acknowledged_survives_kill_9_of_everything(house):
    tablets = [Tablet(house, number) for number in range(4)]
    for tablet in tablets:
        tablet.start()
    for _round in range(3):
        wait_for_more(tablets, 200)
        house.kill_everything()
        house.start_database()
        house.start_web()
    wait_for_more(tablets, 200)
    for tablet in tablets:
        tablet.over = True
    for tablet in tablets:
        tablet.join(60)
    acknowledged = set.union(*(tablet.acknowledged for tablet in tablets))
    with psycopg.connect(house.dsn) as db:
        there = [str(row[0]) for row in db.execute("SELECT id FROM field_petition").fetchall()]
        parts = db.execute(
            "SELECT (SELECT count(*) FROM field_inboxrecord), (SELECT count(*) FROM casework_statuschange),"
            " (SELECT count(*) FROM casework_referral)"
        ).fetchone()
    assert sum(tablet.retries for tablet in tablets) > 0, "nothing was killed in the middle"
    assert set(there) == acknowledged
    assert parts == (len(there),) * 3
