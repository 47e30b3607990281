"""A production deployment is told what it lacks; the embedded mode is left in peace."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from backend.config.checks import file_store_settings, ports_of_messages, production_settings


@pytest.fixture
def production(settings: Settings) -> Settings:
    """Settings with nothing to find fault with."""
    settings.EMBEDDED = settings.DEBUG = False
    settings.BEHIND_TLS = settings.REDIS_URL_GIVEN = True
    settings.SECRET_KEY = "x" * 64
    settings.ALLOWED_HOSTS = ["aldaba.municipio.gob.mx"]
    settings.PUBLIC_URL = "https://aldaba.municipio.gob.mx"
    return settings


def _found() -> list[str]:
    return [str(message.id).removeprefix("aldaba.") for message in production_settings()]


def test_nothing_is_said_of_a_whole_deployment(production: Settings) -> None:
    assert _found() == []


def test_the_embedded_mode_needs_nothing(production: Settings) -> None:
    production.EMBEDDED, production.SECRET_KEY, production.ALLOWED_HOSTS = True, "", []
    assert _found() == []


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("SECRET_KEY", "", "E001"),
        ("ALLOWED_HOSTS", [], "E002"),
        ("PUBLIC_URL", "", "E003"),
        ("PUBLIC_URL", "aldaba.municipio.gob.mx", "E003"),
        ("REDIS_URL_GIVEN", False, "E004"),
        ("SECRET_KEY", "short", "W001"),
        ("ALLOWED_HOSTS", ["*"], "W002"),
        ("BEHIND_TLS", False, "W003"),
        ("PUBLIC_URL", "http://aldaba.municipio.gob.mx", "W004"),
        ("DEBUG", True, "W005"),
    ],
)
def test_each_lack_and_each_risk_is_named(
    production: Settings, name: str, value: object, finding: str
) -> None:
    setattr(production, name, value)
    assert _found() == [finding]


@pytest.mark.parametrize(
    ("given", "findings"),
    [
        ({}, []),
        ({"BUCKET": "fotos", "REGION": "us-west-1"}, []),
        ({"BUCKET": "fotos", "REGION": "x", "KEY_ID": "a", "SECRET_KEY": "b"}, []),
        ({"BUCKET": "fotos", "REGION": "x", "ENDPOINT_URL": "http://127.0.0.1:9000"}, []),
        ({"BUCKET": "fotos"}, ["E007"]),
        ({"KEY_ID": "a", "SECRET_KEY": "b"}, ["E005"]),
        ({"ENDPOINT_URL": "https://s3.municipio.gob.mx"}, ["E005"]),
        ({"BUCKET": "fotos", "REGION": "x", "KEY_ID": "a"}, ["E006"]),
        ({"BUCKET": "fotos", "REGION": "x", "SECRET_KEY": "b"}, ["E006"]),
        ({"BUCKET": "fotos", "REGION": "x", "ENDPOINT_URL": "s3.municipio.gob.mx"}, ["E008"]),
        ({"BUCKET": "fotos", "REGION": "x", "ENDPOINT_URL": "http://s3.municipio.gob.mx"}, ["W006"]),
    ],
)
def test_a_bucket_half_told_of_is_named(
    settings: Settings, given: dict[str, str], findings: list[str]
) -> None:
    for name in ("BUCKET", "ENDPOINT_URL", "REGION", "KEY_ID", "SECRET_KEY", "PREFIX"):
        setattr(settings, f"MEDIA_S3_{name}", given.get(name, ""))
    assert [str(found.id).removeprefix("aldaba.") for found in file_store_settings()] == findings


@pytest.mark.parametrize("port", ["no.such.Port", "backend.notifications.ports.file.NoPort", "Port", ""])
def test_a_port_for_messages_that_is_not_there_is_named(settings: Settings, port: str) -> None:
    assert ports_of_messages() == []
    settings.NOTIFICATION_PORTS = settings.NOTIFICATION_PORTS | {"whatsapp": port}
    [found] = ports_of_messages()
    assert found.id == "aldaba.E009"
    assert "WHATSAPP_PORT" in str(found.hint)
