"""What the tablet's app keeps to open without signal."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.staticfiles import finders

from field import offline

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh():
    offline.app_shell.cache_clear()
    yield
    offline.app_shell.cache_clear()


def told(response) -> dict:
    match = re.match(r"self\.SHELL = (.+);\n", response.content.decode())
    assert match
    return json.loads(match[1])


def test_the_worker_is_told_the_page_and_every_file_that_it_needs(client, fresh):
    response = client.get("/campo/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    shell = told(response)
    assert shell["page"] == "/campo/"
    named = " ".join(shell["files"])
    for part in ("campo/app", "engine/index.js", "engine/vault.js", "vendor/idb/build/index.js", ".woff2"):
        assert part in named
    assert len(set(shell["files"])) == len(shell["files"])


def test_every_file_that_is_kept_is_there(client, fresh):
    for path in offline.app_shell().files:
        assert client.get(path).status_code == 200, path


def test_no_module_of_the_app_is_left_out(fresh):
    files = set(offline.app_shell().files)
    entry = "campo/app.js"
    modules = [
        str(path)
        for path, _storage in finders.get_finder(
            "django.contrib.staticfiles.finders.AppDirectoriesFinder"
        ).list([])
        if str(path).startswith("campo/") and str(path).endswith(".js") and path not in (entry, "campo/sw.js")
    ]
    assert len(modules) > 25
    assert [path for path in modules if f"/static/{path}" not in files] == []


def test_another_version_of_any_file_is_another_version_of_the_app(fresh, monkeypatch):
    before = offline.app_shell().version
    read = offline._read

    def edited(name: str) -> bytes:
        return read(name) + (b" " if name == "campo/engine/folio.js" else b"")

    monkeypatch.setattr(offline, "_read", edited)
    offline.app_shell.cache_clear()
    assert offline.app_shell().version != before


def test_the_apps_page_is_the_same_for_everybody_and_may_be_kept(client):
    response = client.get("/campo/")
    assert response.status_code == 200
    assert "Cookie" not in response.get("Vary", "")
    assert "nonce" not in response.content.decode()
    assert not response.cookies
