"""The commands say plainly what is wrong before they do anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR


def _run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "mil"], "de 1 a 65535"),
        (["--port", "70000"], "de 1 a 65535"),
        (["--port"], "de 1 a 65535"),
        (["--host="], "Falta la dirección"),
        (["--puerto", "1"], "Opción desconocida"),
    ],
)
def test_a_wrong_option_is_named(arguments: list[str], said: str, clean_environment: dict[str, str]) -> None:
    answer = _run("bin/run", *arguments, **clean_environment)
    assert answer.returncode == 1
    assert said in answer.stderr


def test_help_is_given(clean_environment: dict[str, str]) -> None:
    answer = _run("bin/run", "--help", **clean_environment)
    assert answer.returncode == 0
    assert all(option in answer.stdout for option in ("--port", "--host", "--no-demo"))


def test_manage_says_how_to_start_what_never_was(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    answer = _run(sys.executable, "manage.py", "migrate", **clean_environment, ALDABA_VAR=str(tmp_path))
    assert answer.returncode == 1
    assert "bin/run" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_manage_says_how_to_start_what_has_stopped(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    (tmp_path / "embedded.env").write_text(
        f"ALDABA_EMBEDDED=true\nDATABASE_URL=postgis://aldaba@/{tmp_path}/aldaba\nSECRET_KEY={'x' * 50}\n"
    )
    answer = _run(sys.executable, "manage.py", "migrate", **clean_environment, ALDABA_VAR=str(tmp_path))
    assert answer.returncode == 1
    assert "bin/run" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_manage_finds_its_own_python(clean_environment: dict[str, str]) -> None:
    if not (ROOT / ".venv").exists():
        pytest.skip("no environment has been made in this checkout")
    bare = _run(sys.executable, "-c", "import sys; print(sys._base_executable)", **clean_environment)
    answer = _run(bare.stdout.strip(), "manage.py", "--version", **clean_environment)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("5.2")
