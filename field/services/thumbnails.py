"""Small pictures for lists, made after the photo is safe."""

from __future__ import annotations

import datetime as dt
import io

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageOps

from field.models import Attachment
from field.services.attachments import attachment_name
from field.services.scratch import scratch_file
from field.stores import file_store

LONGEST_SIDE = 480
#: A photo that could not be drawn for so long is left without a thumbnail.
TRIED_FOR = dt.timedelta(days=3)


@transaction.atomic
def make_thumbnail(*, sha256: str) -> bool:
    """Draw a picture's thumbnail once, however often asked; False where there is none to draw.

    Raises Unavailable while the store of files is away.
    """
    attachment = Attachment.objects.select_for_update().filter(pk=sha256, width__isnull=False).first()
    if attachment is None:
        return False
    if attachment.thumbnail:
        return True
    drawn = _draw(attachment)
    if drawn is None:
        return False
    name = attachment_name(sha256, "thumb.jpg")
    with scratch_file() as scratch:
        scratch.write(drawn)
        scratch.flush()
        file_store().put(name, scratch)
    attachment.thumbnail.name = name
    attachment.save(update_fields=["thumbnail"])
    return True


def lacking_thumbnails(*, limit: int = 500) -> list[str]:
    """Hashes of recent pictures whose thumbnail was never made: the queue was down, or a worker died."""
    now = timezone.now()
    return list(
        Attachment.objects.filter(
            thumbnail="",
            width__isnull=False,
            received_at__gt=now - TRIED_FOR,
            received_at__lt=now - dt.timedelta(minutes=2),
        )
        .order_by("received_at")
        .values_list("pk", flat=True)[:limit]
    )


def _draw(attachment: Attachment) -> bytes | None:
    """The thumbnail's JPEG, upright, or None for a photo that nothing can read."""
    try:
        with (
            file_store().open(attachment.file.name or "") as file,
            Image.open(file, formats=["JPEG", "PNG", "WEBP"]) as image,
        ):
            # JPEG is decoded at a fraction of its size: a photo of 60 megapixels costs 1.
            image.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            out = io.BytesIO()
            _on_white(upright).save(out, "JPEG", quality=80, optimize=True)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
