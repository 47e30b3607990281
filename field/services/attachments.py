"""Photos and papers: taken in by their hash, kept once, handed out safely."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _

from field.models import Attachment, Device
from field.services.stripping import CHUNK, BrokenFile, Contents, examine, write_pieces
from field.signals import attachment_stored
from geo.problems import Invalid, NotFound, Problem, TooLarge, Unavailable

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
#: An upload that has not grown for this long was given up.
ABANDONED_S = 3600


class CutShort(Problem):
    """The connection ended before the file did; it may be sent again."""

    code, title = "cut_short", "El archivo llegó incompleto"


class Stored(NamedTuple):
    """An attachment, and whether it was not here before."""

    attachment: Attachment
    created: bool


class Opened(NamedTuple):
    """A stored file ready to be read; ``filename`` says nothing of the citizen."""

    file: File[bytes]
    content_type: str
    filename: str


def store_attachment(
    *,
    source: IO[bytes] | File[bytes],
    sha256: str | None = None,
    announced_bytes: int = 0,
    device: Device | None = None,
    user: AbstractUser | None = None,
) -> Stored:
    """Take a file in from a stream, a chunk at a time, and keep it once by the SHA-256 of its bytes.

    The file is on disk, fsynced, before the row that names it is committed. What is kept carries no
    metadata. Raises Invalid for a hash that does not match or a type that is not taken, TooLarge for
    too many bytes or pixels, CutShort for fewer bytes than announced; then nothing of it stays.
    """
    if sha256 is not None and not _SHA256.match(sha256):
        raise _invalid("sha256", _("El nombre del archivo debe ser su SHA-256: 64 cifras hexadecimales."))
    with _room_on_disk(), _scratch_file() as taken:
        digest, size = _drain(source, taken)
        if size < announced_bytes:
            raise cut_short()
        if sha256 is not None and digest != sha256:
            raise _invalid("sha256", _("El archivo no es el que se anunció: su SHA-256 no coincide."))
        if found := Attachment.objects.filter(pk=digest).first():
            return Stored(found, created=False)
        if not size:
            raise _invalid("empty", _("El archivo está vacío."))
        with _stripped(taken) as (clean, contents):
            return _keep(clean, contents, digest=digest, size=size, device=device, user=user)


def missing_attachments(sha256s: Iterable[str]) -> set[str]:
    """Those of the hashes whose file is not here yet; one query."""
    named = set(sha256s)
    if not named:
        return named
    return named - set(Attachment.objects.filter(pk__in=named).values_list("pk", flat=True))


def open_attachment(*, sha256: str, size: Literal["full", "thumb"] = "full") -> Opened:
    """Open a stored file, or its thumbnail; a picture whose thumbnail is not made yet is opened whole.

    Raises NotFound. Whoever calls has made sure that the reader may see the petition it belongs to.
    """
    attachment = Attachment.objects.filter(pk=sha256).first()
    if attachment is None:
        raise NotFound(_("Ese archivo no está aquí; quizá la tableta aún no lo envía."))
    wanted, content_type = attachment.file, attachment.content_type
    if size == "thumb" and attachment.thumbnail:
        wanted, content_type = attachment.thumbnail, "image/jpeg"
    elif size == "thumb" and not attachment.width:
        raise NotFound(_("Este archivo no tiene miniatura."))
    try:
        file = default_storage.open(wanted.name or "", "rb")
    except FileNotFoundError as error:
        raise NotFound(_("El archivo está registrado, pero no se encuentra en el almacén.")) from error
    return Opened(file, content_type, f"{sha256[:12]}{Path(wanted.name or '').suffix}")


def sweep_scratch() -> int:
    """Remove what uploads that were cut off left behind; how many."""
    given_up = time.time() - ABANDONED_S
    removed = 0
    for path in _scratch_folder().iterdir():
        if path.stat().st_mtime < given_up:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def settle(storage: Storage, name: str) -> None:
    """Make a stored file's name last through a power cut, where the storage is a folder of ours."""
    try:
        path = Path(storage.path(name))
    except NotImplementedError:  # object storage answers for itself
        return
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def attachment_name(sha256: str, suffix: str) -> str:
    return f"attachments/{sha256[:2]}/{sha256[2:4]}/{sha256}.{suffix}"


def _scratch_folder() -> Path:
    """Beside the files, so that a finished upload is moved and not copied."""
    folder = Path(settings.MEDIA_ROOT, "incoming")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _room_on_disk() -> Iterator[None]:
    """A full disk is a delay: the tablet keeps the photo and sends it again."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Unavailable(_("No queda espacio para guardar archivos. Avise al área de sistemas.")) from error


@contextmanager
def _scratch_file() -> Iterator[IO[bytes]]:
    """A file that is gone afterwards, unless it was moved away."""
    file = tempfile.NamedTemporaryFile(dir=_scratch_folder(), delete=False)  # noqa: SIM115
    try:
        yield file
    finally:
        file.close()
        Path(file.name).unlink(missing_ok=True)


def _drain(source: IO[bytes] | File[bytes], to: IO[bytes]) -> tuple[str, int]:
    """Write the stream to ``to``; its SHA-256 and size in bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > settings.ATTACHMENT_MAX_BYTES:
            raise too_large()
        digest.update(chunk)
        to.write(chunk)
    to.flush()
    return digest.hexdigest(), size


@contextmanager
def _stripped(taken: IO[bytes]) -> Iterator[tuple[IO[bytes], Contents]]:
    """The file to keep: as it came where nothing has to be cut, else a copy without metadata."""
    with mmap.mmap(taken.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            contents = examine(data)
        except BrokenFile as error:
            raise _invalid("broken", _("El archivo está dañado: no se puede leer.")) from error
        if contents is None:
            raise _invalid("type", _("Solo se reciben fotos JPEG, PNG o WebP y documentos PDF."))
        if contents.width * contents.height > settings.ATTACHMENT_MAX_PIXELS:
            raise TooLarge(_("La foto tiene demasiados píxeles. Tómela con menor resolución."))
        if contents.is_whole(len(data)):
            yield taken, contents
            return
        with _scratch_file() as clean:
            write_pieces(data, contents, clean)
            clean.flush()
            yield clean, contents


def _keep(
    clean: IO[bytes],
    contents: Contents,
    *,
    digest: str,
    size: int,
    device: Device | None,
    user: AbstractUser | None,
) -> Stored:
    os.fsync(clean.fileno())
    width, height = contents.shown_size() or (None, None)
    with transaction.atomic():
        # The same file from several connections at once: one keeps it, the others find it kept.
        _lock(digest)
        if found := Attachment.objects.filter(pk=digest).first():
            return Stored(found, created=False)
        attachment = Attachment.objects.create(
            sha256=digest,
            content_type=contents.content_type,
            bytes=size,
            width=width,
            height=height,
            file=_save(attachment_name(digest, contents.suffix), clean.name),
            device=device,
            uploaded_by_id=user.pk if user else None,
        )
        attachment_stored.send(sender=Attachment, attachment=attachment)
    return Stored(attachment, created=True)


def _lock(digest: str) -> None:
    with connection.cursor() as cursor:
        key = int.from_bytes(bytes.fromhex(digest[:16]), signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


class _ScratchFile(File):  # type: ignore[type-arg]
    """A file that a storage in the same file system may move instead of copying."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def _save(name: str, path: str) -> str:
    """Put a file of ours under ``name``; without a row of that hash, one already there is a leftover."""
    default_storage.delete(name)
    with open(path, "rb") as file:
        saved = default_storage.save(name, _ScratchFile(file, name=path))
    settle(default_storage, saved)
    return saved


def too_large() -> TooLarge:
    limit = settings.ATTACHMENT_MAX_BYTES >> 20
    return TooLarge(_("El archivo pasa de %(limit)s MB.") % {"limit": limit})


def cut_short() -> CutShort:
    return CutShort(_("El envío se cortó antes de terminar. Vuelva a enviarlo."))


def _invalid(code: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[{"pointer": "", "code": code, "detail": detail}])
