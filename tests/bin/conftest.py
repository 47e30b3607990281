"""A checkout of its own for each test of ``bin/``, with nothing in it but ``bin/``."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings


@dataclass
class Checkout:
    """A folder with ``bin/``, and the processes that a test started from it."""

    root: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def bash(self, script: str) -> subprocess.CompletedProcess[str]:
        """Runs a script that knows the functions of ``bin/steps/embedded.sh``."""
        whole = f'set -euo pipefail\nsource "{self.root}/bin/steps/embedded.sh"\nmkdir -p "$VAR"\n{script}'
        return subprocess.run(
            ["bash", "-c", whole],
            capture_output=True,
            text=True,
            timeout=300,
            env=_environment(),
            check=False,
        )

    def step(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts a step and leaves it running."""
        command = [str(self.root / "bin/steps" / name), *arguments]
        process = subprocess.Popen(
            command, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.started.append(process)
        return process


def _environment() -> dict[str, str]:
    ours = ("ALDABA_", "DATABASE_", "REDIS_", "SECRET_", "DJANGO_", "PUBLIC_", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture
def clean_environment() -> dict[str, str]:
    """The environment without what ``bin/test`` or a developer put there for Aldaba."""
    return _environment()


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    """A checkout that any account may enter, as a clone usually is; its servers end with the test."""
    with TemporaryDirectory(prefix="aldaba-bin-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # pytest's own temporary folders are closed to other accounts
        made = Checkout(Path(folder) / "aldaba")
        shutil.copytree(settings.BASE_DIR / "bin", made.root / "bin")
        yield made
        for process in made.started:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
            process.wait(60)
        data = made.root / "var/embedded"
        if data.is_symlink():
            shutil.rmtree(data.resolve().parent)
