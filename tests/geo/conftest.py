"""How these tests run an import and read what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

Answer = dict[str, Any]


@pytest.fixture
def bring() -> Callable[..., Answer]:
    """Run ``import_territory FILE OPTIONS --json`` and give back its JSON, whether or not it failed."""

    def run(path: Path | str, *options: str) -> Answer:
        out = StringIO()
        try:
            call_command("import_territory", str(path), *options, "--json", stdout=out)
        except CommandError as error:
            return (json.loads(out.getvalue()) if out.getvalue() else {}) | {"failed": str(error)}
        answer: Answer = json.loads(out.getvalue())
        return answer

    return run
