"""Where the settings' values come from, and where the program writes."""

from __future__ import annotations

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[3]

env = environ.Env()
#: Everything that the program writes; ``bin/test`` gives each of its runs a folder of its own.
VAR_DIR = Path(env.str("ALDABA_VAR", default=str(BASE_DIR / "var")))
if "DATABASE_URL" not in env.ENVIRON:
    env.read_env(VAR_DIR / "embedded.env")
# The file says so itself, for the processes that inherit its values.
EMBEDDED = env.bool("ALDABA_EMBEDDED", default="DATABASE_URL" not in env.ENVIRON)
