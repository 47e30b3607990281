"""A whole checkout, from nothing to a running program and through everything that may befall it.

Takes minutes and the package registries: ``bin/test -m machine tests/bin``.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from django.conf import settings

pytestmark = pytest.mark.machine
READY = re.compile(r"Aldaba está en marcha: http")


class Program:
    """One ``bin/run`` and its output."""

    def __init__(self, root: Path, port: int, environment: dict[str, str]) -> None:
        self.root, self.port = root, port
        self.log = root / "output.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [root / "bin/run", "--no-demo", "--port", str(port)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float) -> float:
        """How long it took; fails with the output when it does not come."""
        start = time.monotonic()
        while not READY.search(self.log.read_text(errors="replace")):
            assert self.process.poll() is None, self.log.read_text(errors="replace")
            assert time.monotonic() - start < seconds, self.log.read_text(errors="replace")
            time.sleep(0.1)
        return time.monotonic() - start

    def health(self) -> int:
        """The status of ``/healthz``, or 0 when nobody answers."""
        try:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        except OSError:
            return 0

    def processes(self, pattern: str = "") -> list[psutil.Process]:
        """Everything that runs from this checkout, oldest first."""
        found = []
        for process in psutil.process_iter(["cmdline", "cwd", "create_time"]):
            words = " ".join(process.info["cmdline"] or [])
            here = str(self.root) in words or str(process.info["cwd"]).startswith(str(self.root))
            if here and re.search(pattern, words):
                found.append(process)
        return sorted(found, key=lambda process: process.info["create_time"])

    def replaced(self, pattern: str, killed: psutil.Process) -> bool:
        """Whether another process does what a killed one did."""
        oldest = self.processes(pattern)[:1]
        return oldest != [] and oldest[0].pid != killed.pid


def _eventually(true: Callable[[], bool], seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.2)
    return False


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A copy of what git would clone, and of work not committed yet."""
    with TemporaryDirectory(prefix="aldaba-whole-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        names = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"],
            cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
        ).stdout.splitlines()  # fmt: skip
        for name in names:
            source, target = settings.BASE_DIR / name, Path(folder) / "aldaba" / name
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        yield Path(folder) / "aldaba"


def test_it_starts_heals_stops_and_starts_again(root: Path, clean_environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        refused = Program(root, port, clean_environment)
        taken.listen()
        assert refused.process.wait(600) == 1
        assert "ocupado" in refused.log.read_text()

    first = Program(root, port, clean_environment)
    first.wait_until_ready(600)
    assert first.health() == 200
    secret = re.findall("SECRET_KEY=.+", (root / "var/embedded.env").read_text())
    assert (root / "var/embedded.env").stat().st_mode & 0o077 == 0

    second = subprocess.run(
        [root / "bin/run", "--port", str(port + 1)],
        env=clean_environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert "ya está en marcha" in second.stderr
    assert first.health() == 200

    for part in (
        "^/usr/lib/postgresql.*postgres",
        "redis-server",
        "gunicorn",
        "celery.*worker",
        "celery.*beat",
    ):
        victim = first.processes(part)[0]
        victim.kill()
        assert _eventually(lambda part=part, victim=victim: victim not in first.processes(part)[:1] != []), (
            part
        )
        assert _eventually(lambda: first.health() == 200), part

    os.killpg(first.process.pid, signal.SIGINT)
    assert first.process.wait(60) == 130
    assert _eventually(lambda: first.processes("run|var") == [], 5)

    again = Program(root, port, clean_environment)
    assert again.wait_until_ready(60) < 15
    assert re.findall("SECRET_KEY=.+", (root / "var/embedded.env").read_text()) == secret
    for process in again.processes():
        process.kill()
    again.process.kill()

    after = Program(root, port, clean_environment)
    after.wait_until_ready(60)
    assert after.health() == 200
    after.process.terminate()
    assert after.process.wait(60) == 143
