"""``.env.example`` names every variable that the program or docker-compose.yml reads, and no other."""

from __future__ import annotations

import re

from django.conf import settings

ROOT = settings.BASE_DIR


def _settings() -> str:
    return "".join(file.read_text() for file in sorted((ROOT / "backend/config/settings").glob("*.py")))


def _read_by_the_program() -> set[str]:
    code = _settings() + (ROOT / "backend/config/gunicorn.py").read_text()
    return set(re.findall(r'(?:\benv\.\w+|os\.environ\.get)\(\s*"(\w+)"', code))


def _read_by_compose() -> set[str]:
    return set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))


def _explained() -> list[str]:
    return re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_every_variable_is_explained_once() -> None:
    assert sorted(_explained()) == sorted(_read_by_the_program() | _read_by_compose())


#: What the image itself says, and what has no place in production.
_NOT_BY_COMPOSE = {
    "ALDABA_DEBUG",
    "ALDABA_EMBEDDED",
    "ALDABA_VAR",
    "CELERY_BROKER_URL",
    "FORWARDED_ALLOW_IPS",
    "MEDIA_ROOT",
    "NOTIFICATION_FOLDER",
}


def test_compose_hands_every_variable_to_the_program() -> None:
    assert _read_by_the_program() - _read_by_compose() - {"DATABASE_URL", "REDIS_URL"} == _NOT_BY_COMPOSE


def test_compose_supposes_what_the_program_does() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    supposed = dict(re.findall(r"^    (\w+): \$\{\w+:?-(.+)\}$", compose, re.MULTILINE))
    usual = dict(re.findall(r'env\.\w+\("(\w+)", default="?((?<=")[^"]+|\d+)"?\)', _settings()))
    both = supposed.keys() & usual.keys()
    assert {"INTERNAL_CONTROL_DEPARTMENT", "PACK_DAYS", "NOTIFY_PHONES_BY"} <= both
    assert {name: supposed[name] for name in both} == {name: usual[name] for name in both}


def test_compose_has_no_secret_of_its_own() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "ALDABA_DB_PASSWORD"):
        assert f"{name}: ${{{name}:?}}" in compose


def test_no_variable_has_a_secret_as_its_example() -> None:
    example = (ROOT / ".env.example").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "ALDABA_DB_PASSWORD", "DATABASE_URL"):
        assert re.search(rf"^{name}=$", example, re.MULTILINE)


def test_no_lock_names_an_address() -> None:
    for lock in ROOT.glob("requirements*.txt"):
        assert "://" not in lock.read_text(), lock.name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
