"""What is done after the answer, by a worker."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from field.models import Attachment
from field.services.attachments import sweep_scratch
from field.services.thumbnails import lacking_thumbnails, make_thumbnail
from field.sync.inbox import refile_stranded

logger = logging.getLogger(__name__)


@shared_task(name="field.draw_thumbnail")  # type: ignore[untyped-decorator]
def draw_thumbnail(sha256: str) -> None:
    make_thumbnail(sha256=sha256)


@shared_task(name="field.tidy_attachments")  # type: ignore[untyped-decorator]
def tidy_attachments() -> None:
    """Make up for what was missed: thumbnails never drawn, uploads never finished."""
    for sha256 in lacking_thumbnails():
        make_thumbnail(sha256=sha256)
    sweep_scratch()


@shared_task(name="field.refile_stranded")  # type: ignore[untyped-decorator]
def refile_stranded_records() -> None:
    refile_stranded()


def ask_for_thumbnail(sender: object, *, attachment: Attachment, **kwargs: object) -> None:
    """Once a picture is committed, have its thumbnail drawn; without a queue ``tidy_attachments`` will."""
    if not attachment.width:
        return

    def ask() -> None:
        try:
            draw_thumbnail.delay(attachment.pk)
        except OperationalError:
            logger.warning("The queue is down; the thumbnail is left to the next tidying.")

    transaction.on_commit(ask)
