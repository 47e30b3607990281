"""Files in an S3 bucket, private, reached by this program alone.

django-storages does the talking. Left to itself it would send a file in parts held in memory (and leave the
parts behind when killed), read a file whole before its first byte is handed on, and make each thread a
client of its own; here is what is done instead.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import IO, Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.utils.translation import gettext as _
from storages.backends.s3 import S3Storage

from geo.problems import Unavailable

logger = logging.getLogger(__name__)

#: More than any file: each goes in one PUT, which is there whole or not at all.
_ONE_PUT = 5 * 2**30
_CONNECT_S, _ANSWER_S, _TRIES = 5, 30, 3
#: What is read again and again (by whoever draws a thumbnail) is kept in memory up to this size.
_IN_MEMORY = 2 * 2**20


class Bucket(S3Storage):  # type: ignore[misc]
    """`field.stores.Store` in a bucket.

    The options are those of django-storages; ``connections`` is how many of this process's threads may
    talk at once.
    """

    def __init__(self, *, connections: int = 32, **options: Any) -> None:
        # With a server of one's own a bucket has no host name.
        style = "path" if options.get("endpoint_url") else "auto"
        super().__init__(
            client_config=Config(
                signature_version="s3v4",
                # The body's SHA-256 is signed: the server refuses what arrives otherwise. Checksums in
                # trailers, boto3's newer way, are beyond many servers that are not Amazon's.
                s3={"addressing_style": style, "payload_signing_enabled": True},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=_CONNECT_S,
                read_timeout=_ANSWER_S,
                retries={"mode": "standard", "total_max_attempts": _TRIES},
                max_pool_connections=connections,
            ),
            transfer_config=TransferConfig(multipart_threshold=_ONE_PUT, use_threads=False),
            max_memory_size=_IN_MEMORY,
            file_overwrite=False,
            default_acl=None,
            **options,
        )
        self._connections = SimpleNamespace()
        self._connecting = threading.Lock()

    @property
    def connection(self) -> Any:
        """One for the process: its client is made for many threads, and making one takes 0.1 s and 10 MB."""
        with self._connecting:
            return super().connection

    def put(self, name: str, scratch: IO[bytes]) -> None:
        scratch.seek(0)
        with _answered():
            self.bucket.Object(self._normalize_name(name)).upload_fileobj(
                File(scratch), ExtraArgs=self._get_write_parameters(name), Config=self.transfer_config
            )

    def stream(self, name: str) -> File[bytes]:
        with _answered():
            answer = self.bucket.Object(self._normalize_name(name)).get()
        file: File[bytes] = File(answer["Body"], name=name)
        file.size = answer["ContentLength"]
        return file

    def delete(self, name: str) -> None:
        with _answered():
            super().delete(name)

    def names_under(self, folder: str) -> Iterator[tuple[str, dt.datetime]]:
        prefix = self._normalize_name(folder) + "/"
        inside = len(self._normalize_name("x")) - 1
        with _answered():
            for found in self.bucket.objects.filter(Prefix=prefix):
                yield found.key[inside:], found.last_modified

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with _answered():
            file: File[bytes] = super()._open(name, mode)
            if "r" in mode:
                file.open()  # fetched now, and not where nobody expects the network
        return file

    def _save(self, name: str, content: File[bytes]) -> str:
        with _answered():
            return str(super()._save(name, content))


@contextmanager
def _answered() -> Iterator[None]:
    """A bucket that is away, full or closed to us is a delay for whoever asked, who keeps what is theirs."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
            raise FileNotFoundError from error
        raise _unavailable(error) from error
    except BotoCoreError as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> Unavailable:
    logger.error("The bucket of attachments: %s", error)
    return Unavailable(_("El almacén de archivos no responde. Nada se perdió: vuelva a intentarlo."))
