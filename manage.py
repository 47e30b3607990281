#!/usr/bin/env python3
"""Django's command line for Aldaba."""

import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VAR = Path(os.environ.get("ALDABA_VAR", ROOT / "var"))
NOT_STARTED = "La base de datos de Aldaba no está en marcha. Iníciela en otra terminal con: bin/run"


def use_own_python() -> None:
    """Starts over with the virtual environment's Python when this one lacks Django."""
    try:
        import django  # noqa: F401
    except ImportError:
        python = ROOT / ".venv" / "bin" / "python"
        if not python.exists():
            sys.exit("Aldaba no se ha preparado en esta carpeta. Prepárela con: bin/run")
        if Path(sys.prefix).resolve() == python.parent.parent.resolve():
            sys.exit("Las bibliotecas de Aldaba no están completas. Repárelas con: bin/run")
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 -- no shell is wanted


def database_answers() -> bool:
    """Whether anyone listens at the embedded database's socket."""
    from django.conf import settings

    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(f"{settings.DATABASES['default']['HOST']}/.s.PGSQL.5432")
        except OSError:
            return False
    return True


def main() -> None:
    """Runs the command; says plainly that the embedded database is not there, when it is not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    embedded = "DATABASE_URL" not in os.environ
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured:
        if not os.environ.get("SECRET_KEY") and not embedded:
            sys.exit("Falta SECRET_KEY. Genere una con: openssl rand -base64 48 (véase .env.example)")
        if not embedded or (VAR / "embedded.env").exists():
            raise
        sys.exit(NOT_STARTED)  # the file holds the embedded secret key
    except OperationalError:
        if not embedded or database_answers():
            raise
        sys.exit(NOT_STARTED)


if __name__ == "__main__":
    use_own_python()
    main()
