"""PDF papers are cleaned by a program of its own, with bounded memory and time.

A PDF is a thing of many layers, and one made to do harm must not take the web server along.
"""

from __future__ import annotations

import subprocess
import sys
from enum import IntEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
PROGRAM = "field.services.paper_cleaning"


class Result(IntEnum):
    """What became of a paper; the program's exit status."""

    CLEAN = 0
    SIGNED = 10
    LOCKED = 11
    BROKEN = 12


def clean_paper(source: Path, result: Path) -> Result:
    """Write a paper without metadata to ``result``, unless it is signed, locked by a password or broken."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, two files of ours
            [sys.executable, "-m", PROGRAM, str(source), str(result)],
            cwd=ROOT,
            env={"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
            capture_output=True,
            timeout=SECONDS * 2,
        )
    except subprocess.TimeoutExpired:
        return Result.BROKEN
    try:
        return Result(done.returncode)
    except ValueError:  # out of memory or time, or worse
        return Result.BROKEN
