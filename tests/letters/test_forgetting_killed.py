"""Erasing somebody from letters is whole or not at all, wherever the program is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from backend.letters.models import Letter
from field.models import Attachment
from field.services import orphans
from tests.letters.people import ADDRESS, WHO, cancellation, files_that_tell, letters_of_her, rows_that_tell

ROOT = Path(__file__).resolve().parents[2]
#: Erases, and kills itself where it is told to.
ERASE = """
import os, signal, sys, django
django.setup()
from backend.accounts.models import User
from backend.privacy.models import ArcoRequest
from backend.privacy.services import fulfilment
from field.services import persons
die = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "before the commit":
    fulfilment.add_step = die
else:
    persons.remove_unnamed = die
asked = ArcoRequest.objects.get()
fulfilment.anonymise(request=asked, choices={}, typed=asked.number, by=User.objects.get(username="jefe"))
"""


@pytest.fixture
def erase_and_die(transactional_db, office, receive, tmp_path):
    petition = receive(petitioner=WHO, address=ADDRESS)
    letters_of_her(petition, receive(), office.staff["director"])
    cancellation(petition, office.staff["jefe"])

    def _erase_and_die(moment: str) -> None:
        told = connection.settings_dict
        address = f"postgis://{told['USER']}@/{told['HOST']}/{told['NAME']}"
        env = {**os.environ, "DATABASE_URL": address, "MEDIA_ROOT": str(tmp_path), "PYTHONPATH": str(ROOT)}
        env.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
        command = [sys.executable, "-c", ERASE, moment]
        ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr

    return _erase_and_die


def test_killed_before_the_commit_nothing_is_missing(erase_and_die, tmp_path):
    rows, files = rows_that_tell(), files_that_tell(tmp_path)
    assert len(files) == 6
    erase_and_die("before the commit")
    assert (rows_that_tell(), files_that_tell(tmp_path)) == (rows, files)
    assert not Letter.objects.exclude(forgotten_at=None).exists()


def test_killed_after_it_no_row_names_her_and_the_files_are_swept_away(erase_and_die, tmp_path, monkeypatch):
    erase_and_die("after the commit")
    assert rows_that_tell() == set()
    left = files_that_tell(tmp_path)
    assert left
    assert not Attachment.objects.filter(pk__in=[name.split(".")[0] for name in left]).exists()
    monkeypatch.setattr(orphans, "KEPT_FOR", timedelta(0))
    assert sum(orphans.sweep_orphans(part=part) for part in range(orphans.PARTS)) >= len(left)
    assert files_that_tell(tmp_path) == set()
