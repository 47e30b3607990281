"""System checks: what is missing or unsafe in the settings of a production deployment.

They run with ``manage.py check`` and before ``migrate``. The embedded mode has safe values of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

SECRET_KEY_LENGTH = 50  # Django's own measure


@register("settings")
def production_settings(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """Everything that this deployment lacks or leaves open; empty in the embedded mode."""
    if settings.EMBEDDED:
        return []
    return [*_missing(), *_unsafe()]


@register("settings")
def ports_of_messages(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """The ports for messages that the settings name and that are not there."""
    found: list[CheckMessage] = []
    for way, named in settings.NOTIFICATION_PORTS.items():
        try:
            import_string(named)
        except ImportError as error:
            hint = f"{error}. Revise {way.upper()}_PORT: es el nombre entero de una clase de Python."
            found.append(Error(f"No existe el puerto «{named}».", hint=hint, id="aldaba.E009"))
    return found


@register("settings")
def file_store_settings(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """What is half said of the bucket for photos and papers; empty where they lie in a folder."""
    endpoint = urlsplit(settings.MEDIA_S3_ENDPOINT_URL)
    found: list[CheckMessage] = []
    if not settings.MEDIA_S3_BUCKET:
        if settings.MEDIA_S3_ENDPOINT_URL or settings.MEDIA_S3_KEY_ID or settings.MEDIA_S3_SECRET_KEY:
            hint = "Ponga MEDIA_S3_BUCKET para guardar los archivos en S3, o vacíe las demás MEDIA_S3_…"
            found.append(Error("Falta MEDIA_S3_BUCKET.", hint=hint, id="aldaba.E005"))
        return found
    if bool(settings.MEDIA_S3_KEY_ID) != bool(settings.MEDIA_S3_SECRET_KEY):
        hint = "Van las dos, o ninguna si la máquina tiene identidad propia ante el almacén."
        found.append(
            Error("Sólo hay una de MEDIA_S3_KEY_ID y MEDIA_S3_SECRET_KEY.", hint=hint, id="aldaba.E006")
        )
    if not settings.MEDIA_S3_REGION:
        hint = "P. ej. MEDIA_S3_REGION=us-west-1; o, con un servidor propio, MEDIA_S3_ENDPOINT_URL."
        found.append(Error("Falta MEDIA_S3_REGION.", hint=hint, id="aldaba.E007"))
    if settings.MEDIA_S3_ENDPOINT_URL and (endpoint.scheme not in ("http", "https") or not endpoint.hostname):
        hint = "P. ej. MEDIA_S3_ENDPOINT_URL=https://s3.municipio.gob.mx"
        found.append(Error("MEDIA_S3_ENDPOINT_URL no es una dirección web.", hint=hint, id="aldaba.E008"))
    elif endpoint.scheme == "http" and endpoint.hostname not in ("127.0.0.1", "::1", "localhost"):
        message = "MEDIA_S3_ENDPOINT_URL empieza con http://: las fotos viajan sin cifrar hasta el almacén."
        hint = "Use https://, salvo que la red entre ambos sea privada."
        found.append(Warning(message, hint=hint, id="aldaba.W006"))
    return found


def _secret_key() -> str:
    try:
        return str(settings.SECRET_KEY)
    except ImproperlyConfigured:  # Django's word for an empty one
        return ""


def _missing() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not _secret_key():
        found.append(
            Error("Falta SECRET_KEY.", hint="Genere una con: openssl rand -base64 48", id="aldaba.E001")
        )
    if not settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "Falta ALLOWED_HOSTS.",
                hint="Ponga el nombre con que se entra, p. ej. ALLOWED_HOSTS=aldaba.municipio.gob.mx",
                id="aldaba.E002",
            )
        )
    address = urlsplit(settings.PUBLIC_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        found.append(
            Error(
                "Falta PUBLIC_URL, o no es una dirección web.",
                hint="Ponga la dirección que usan las tabletas, p. ej. https://aldaba.municipio.gob.mx",
                id="aldaba.E003",
            )
        )
    if not settings.REDIS_URL_GIVEN:
        found.append(
            Error("Falta REDIS_URL.", hint="P. ej. REDIS_URL=redis://redis:6379/0", id="aldaba.E004")
        )
    return found


def _unsafe() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if 0 < len(_secret_key()) < SECRET_KEY_LENGTH:
        found.append(
            Warning(
                f"SECRET_KEY es corta: conviene que tenga {SECRET_KEY_LENGTH} caracteres o más.",
                hint="Genere una con: openssl rand -base64 48; la anterior va en SECRET_KEY_FALLBACKS.",
                id="aldaba.W001",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Warning(
                "ALLOWED_HOSTS acepta cualquier nombre.",
                hint="Nombre sólo los de esta instalación.",
                id="aldaba.W002",
            )
        )
    if not settings.BEHIND_TLS:
        found.append(
            Warning(
                "BEHIND_TLS está apagado: las contraseñas y los datos personales viajan sin cifrar.",
                hint="Ponga un servidor con HTTPS por delante (véase docs/operation.md).",
                id="aldaba.W003",
            )
        )
    elif settings.PUBLIC_URL.startswith("http://"):
        found.append(
            Warning(
                "PUBLIC_URL empieza con http:// aunque BEHIND_TLS está encendido.",
                hint="Escríbala con https://",
                id="aldaba.W004",
            )
        )
    if settings.DEBUG:
        found.append(
            Warning(
                "ALDABA_DEBUG está encendido: los errores muestran datos a quien los provoque.",
                hint="Apáguelo: ALDABA_DEBUG=false",
                id="aldaba.W005",
            )
        )
    return found
