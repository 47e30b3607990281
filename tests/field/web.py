"""The program as it is served: gunicorn with the settings of production, on the tests' database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def gunicorn(log: Path) -> Iterator[str]:
    """Its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = settings.DATABASES["default"]
    named = f"postgis://{database['USER']}@/{database['HOST']}/{database['NAME']}"
    command = [sys.executable, "-m", "gunicorn", "-c", "python:backend.config.gunicorn"]
    with log.open("wb") as output:
        web = subprocess.Popen(
            [*command, "-b", f"127.0.0.1:{port}", "backend.config.wsgi"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": named, "WEB_PROCESSES": "1", "WEB_THREADS": "8"},
            stdout=output,
            stderr=output,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _until_up(url, log)
        yield url
    finally:
        web.terminate()
        web.wait(30)


def _until_up(url: str, log: Path) -> None:
    for _ in range(1200):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())
