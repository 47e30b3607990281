"""A whole house of a benchmark's own: PostgreSQL and Redis with fsync on, web and worker, each of which can
be killed with -9 and started again while the others go on."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("web", "worker", "postgres", "redis")
_CLUSTER = """
source bin/steps/embedded.sh
account=$(choose_account)
data=$(make_data_dir "$account" "$FOLDER/data")
sockets=$(make_socket_dir "$account" "$data")
make_cluster "$account" "$data"
echo "$account $data $sockets"
"""
_REMOVE = 'source bin/steps/embedded.sh; remove_test_folder "$ACCOUNT" "$VAR/$FOLDER"'


class House:
    """Its parts by name in ``processes``; ``dsn`` and ``port`` are where it is found."""

    def __init__(self, scratch: Path, **env: str) -> None:
        self.folder = f"test/bench-{uuid.uuid4().hex[:6]}"
        self.media = scratch / "media"
        self.log = (scratch / "log").open("ab")
        made = self._shell(_CLUSTER, FOLDER=self.folder)
        self.account, self.data, self.sockets = made.split()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.dsn = f"host={self.sockets} user=postgres dbname=aldaba"
        self.env = {
            **os.environ,
            "DATABASE_URL": f"postgis://postgres@/{self.sockets}/aldaba",
            "REDIS_URL": f"unix://{self.sockets}/redis.sock",
            "MEDIA_ROOT": str(self.media),
            "LOG_LEVEL": "ERROR",
        } | env
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, part: str) -> None:
        """Start a part, and wait until PostgreSQL or Redis answers; web and worker wait for nobody."""
        servers = [self.account, self.data, self.sockets, "on"]
        web = [sys.executable, "-m", "gunicorn", "-c", "python:backend.config.gunicorn"]
        web += ["--access-logfile", "/dev/null"]
        worker = [sys.executable, "-m", "celery", "--quiet", "-A", "backend.config", "worker"]
        commands = {
            "postgres": [str(ROOT / "bin/steps/postgres"), *servers],
            "redis": [str(ROOT / "bin/steps/redis"), *servers],
            "web": [
                *web,
                "--access-logfile",
                "/dev/null",
                "-b",
                f"127.0.0.1:{self.port}",
                "backend.config.wsgi",
            ],
            "worker": [*worker, "--concurrency", "1", "--loglevel", "ERROR"],
        }
        self.processes[part] = subprocess.Popen(
            commands[part], cwd=ROOT, env=self.env, stdout=self.log, stderr=self.log, start_new_session=True
        )
        if part == "postgres":
            postgres = self.dsn.replace("dbname=aldaba", "dbname=postgres")
            _until(lambda: psycopg.connect(postgres).close(), psycopg.OperationalError)
        elif part == "redis":
            _until(self._ping, OSError)

    def kill(self, part: str) -> None:
        """kill -9 of a part and of every process that it started."""
        process = self.processes[part]
        for pid in (*_descendants(process.pid), process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()

    def manage(self, *words: str, code: str = "") -> None:
        command = [sys.executable, "manage.py", *words, *([code] if code else [])]
        subprocess.run(command, cwd=ROOT, env=self.env, check=True, stdout=self.log, stderr=self.log)

    def memory_mb(self, part: str) -> float:
        """Resident memory of a part's processes, in MB."""
        page, pages = os.sysconf("SC_PAGE_SIZE"), 0
        process = self.processes[part]
        for pid in (process.pid, *_descendants(process.pid)):
            try:
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
        return pages * page / 2**20

    def stop(self) -> None:
        for part in ("worker", "web", "redis", "postgres"):
            process = self.processes.get(part)
            if process and process.poll() is None:
                process.send_signal(signal.SIGINT if part == "postgres" else signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    self.kill(part)
        self.log.close()
        self._shell(_REMOVE, FOLDER=self.folder, ACCOUNT=self.account)

    def _ping(self) -> None:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"{self.sockets}/redis.sock")

    def _shell(self, script: str, **env: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT,
            env={**os.environ, **env},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout


@contextmanager
def private_house(seed: str, **env: str) -> Iterator[House]:
    """A house with every migration and what ``seed`` writes, running; nothing of it is left behind.

    ``env`` are settings of its own.
    """
    scratch = Path(tempfile.mkdtemp(prefix="aldaba-bench-"))
    house = House(scratch, **env)
    try:
        house.start("postgres")
        house.start("redis")
        with psycopg.connect(house.dsn.replace("dbname=aldaba", "dbname=postgres"), autocommit=True) as admin:
            admin.execute("CREATE DATABASE aldaba")
        house.manage("migrate", "--verbosity", "0")
        house.manage("shell", "-c", code=seed)
        house.start("web")
        house.start("worker")
        yield house
    finally:
        house.stop()
        shutil.rmtree(scratch, ignore_errors=True)


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [one for child in children for one in (child, *_descendants(child))]


def _until(attempt: Callable[[], None], error: type[Exception]) -> None:
    for _ in range(300):
        try:
            return attempt()
        except error:
            time.sleep(0.1)
    raise SystemExit("a part of the house did not start")
