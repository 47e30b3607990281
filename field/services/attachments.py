"""Photos and papers: taken in by their hash, kept once, handed out safely."""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, NamedTuple, Protocol

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.utils.translation import gettext as _

from field.models import Attachment, Device
from field.services.papers import Result, clean_paper
from field.services.scratch import room_on_disk, scratch_file
from field.services.stripping import CHUNK, BrokenFile, Contents, examine, write_pieces
from field.signals import attachment_stored
from field.stores import file_store
from geo.problems import Invalid, NotFound, Problem, TooLarge

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class CutShort(Problem):
    """The connection ended before the file did; it may be sent again."""

    code, title = "cut_short", "El archivo llegó incompleto"


class Source(Protocol):
    """What a file is read from."""

    def read(self, size: int, /) -> bytes: ...


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
    source: Source,
    sha256: str | None = None,
    announced_bytes: int = 0,
    device: Device | None = None,
    user: AbstractUser | None = None,
    ours: bool = False,
    whole: bool = False,
) -> Stored:
    """Take a file in from a stream, a chunk at a time, and keep it once by the SHA-256 of its bytes.

    The file is in its store to last before the row that names it is committed. What is kept carries no
    metadata, unless it is a paper of ``ours``: drawn by the program itself, it is kept byte for byte. One
    that was cut short is kept as far as it goes, for a tablet has no other, unless it must be ``whole``.
    Raises Invalid for a hash that does not match or a type that is not taken, TooLarge for too many bytes
    or pixels, CutShort for fewer bytes than announced, Unavailable while the store is full or away; then
    nothing of it stays.
    """
    if sha256 is not None and not _SHA256.match(sha256):
        raise _invalid("sha256", _("El nombre del archivo debe ser su SHA-256: 64 cifras hexadecimales."))
    with room_on_disk(), scratch_file() as taken:
        digest, size = _drain(source, taken)
        if size < announced_bytes:
            raise cut_short()
        if sha256 is not None and digest != sha256:
            raise _invalid("sha256", _("El archivo no es el que se anunció: su SHA-256 no coincide."))
        if found := Attachment.objects.filter(pk=digest).first():
            return Stored(found, created=False)
        if not size:
            raise _invalid("empty", _("El archivo está vacío."))
        with _stripped(taken, ours=ours, whole=whole) as (clean, contents):
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
        file = file_store().stream(wanted.name or "")
    except FileNotFoundError as error:
        raise NotFound(_("El archivo está registrado, pero no se encuentra en el almacén.")) from error
    return Opened(file, content_type, f"{sha256[:12]}{Path(wanted.name or '').suffix}")


def attachment_name(sha256: str, suffix: str) -> str:
    return f"attachments/{sha256[:2]}/{sha256[2:4]}/{sha256}.{suffix}"


def _drain(source: Source, to: IO[bytes]) -> tuple[str, int]:
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
def _stripped(taken: IO[bytes], *, ours: bool, whole: bool) -> Iterator[tuple[IO[bytes], Contents]]:
    """The file to keep: as it came where nothing has to be cut, else a copy without metadata."""
    with mmap.mmap(taken.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            contents = examine(data)
        except BrokenFile as error:
            raise _broken() from error
        if contents is None:
            raise _invalid("type", _("Solo se reciben fotos JPEG, PNG o WebP y documentos PDF."))
        if whole and contents.cut_short:
            raise _invalid(
                "cut", _("Al archivo le falta el final: se cortó al copiarlo. Cópielo o escanéelo otra vez.")
            )
        if contents.width * contents.height > settings.ATTACHMENT_MAX_PIXELS:
            raise TooLarge(_("La foto tiene demasiados píxeles. Tómela con menor resolución."))
        if contents.content_type == "application/pdf" and not ours:
            with _clean_paper(taken) as clean:
                yield clean, contents
            return
        if contents.is_whole(len(data)):
            yield taken, contents
            return
        with scratch_file() as clean:
            write_pieces(data, contents, clean)
            clean.flush()
            yield clean, contents


@contextmanager
def _clean_paper(taken: IO[bytes]) -> Iterator[IO[bytes]]:
    result = Path(f"{taken.name}.clean")
    try:
        told = clean_paper(Path(taken.name), result)
        if told is Result.LOCKED:
            raise _invalid("locked", _("El PDF pide contraseña: nadie en la oficina podría abrirlo."))
        if told is Result.BROKEN:
            raise _broken()
        if told is Result.SIGNED:
            yield taken
            return
        with result.open("rb") as clean:
            yield clean
    finally:
        result.unlink(missing_ok=True)


def _keep(
    clean: IO[bytes],
    contents: Contents,
    *,
    digest: str,
    size: int,
    device: Device | None,
    user: AbstractUser | None,
) -> Stored:
    width, height = contents.shown_size() or (None, None)
    with transaction.atomic():
        # The same file from several connections at once: one keeps it, the others find it kept.
        lock_digest(digest)
        if found := Attachment.objects.filter(pk=digest).first():
            return Stored(found, created=False)
        name = attachment_name(digest, contents.suffix)
        file_store().put(name, clean)
        attachment = Attachment.objects.create(
            sha256=digest,
            content_type=contents.content_type,
            bytes=size,
            width=width,
            height=height,
            file=name,
            device=device,
            uploaded_by_id=user.pk if user else None,
        )
        attachment_stored.send(sender=Attachment, attachment=attachment)
    return Stored(attachment, created=True)


def lock_digest(digest: str) -> None:
    """Until the transaction ends nobody else stores the file of that hash, or tidies it away."""
    with connection.cursor() as cursor:
        key = int.from_bytes(bytes.fromhex(digest[:16]), signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _broken() -> Invalid:
    return _invalid("broken", _("El archivo está dañado: no se puede leer."))


def too_large() -> TooLarge:
    limit = settings.ATTACHMENT_MAX_BYTES >> 20
    return TooLarge(_("El archivo pasa de %(limit)s MB.") % {"limit": limit})


def cut_short() -> CutShort:
    return CutShort(_("El envío se cortó antes de terminar. Vuelva a enviarlo."))


def _invalid(code: str, detail: str) -> Invalid:
    return Invalid(detail, errors=[{"pointer": "", "code": code, "detail": detail}])
