"""``manage.py check_files``: try the store of photos and papers before people need it."""

from __future__ import annotations

import urllib.error
import urllib.request
import uuid
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from field.services.scratch import room_on_disk, scratch_file
from field.stores import file_store
from geo.problems import Problem


class Command(BaseCommand):
    help = "Guarda, lee y borra un archivo de prueba, y ve que un extraño no pueda leerlo."

    def handle(self, *args: Any, **options: Any) -> None:
        name, content = f"check/{uuid.uuid4()}", uuid.uuid4().bytes
        try:
            with room_on_disk(), scratch_file() as scratch:
                scratch.write(content)
                scratch.flush()
                file_store().put(name, scratch)
            try:
                with file_store().stream(name) as file:
                    if file.read() != content:
                        raise CommandError(_("Lo que se lee no es lo que se guardó."))
                if settings.MEDIA_S3_BUCKET and _strangers_can_read(name):
                    message = _("Cualquiera puede leer los archivos. Quite el acceso público al bucket.")
                    raise CommandError(message)
            finally:
                file_store().delete(name)
        except (Problem, OSError) as error:
            detail = error.detail if isinstance(error, Problem) else str(error)
            raise CommandError(detail) from error
        self.stdout.write(self.style.SUCCESS(_("Se guarda, se lee y se borra; ningún extraño puede leer.")))


def _strangers_can_read(name: str) -> bool:
    """Whether the bucket gives a file to someone without a signature."""
    plain = urlunsplit(urlsplit(default_storage.url(name))._replace(query=""))
    try:
        with urllib.request.urlopen(plain, timeout=10):  # noqa: S310 - the address is the store's own
            return True
    except urllib.error.HTTPError:
        return False
