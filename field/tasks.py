"""What is done after the answer, by a worker."""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from field.models import Attachment
from field.services.orphans import PARTS, sweep_orphans
from field.services.scratch import sweep_scratch
from field.services.thumbnails import lacking_thumbnails, make_thumbnail
from field.sync.inbox import refile_stranded
from geo.problems import Unavailable

logger = logging.getLogger(__name__)

TIDYING_S = 600


@shared_task(name="field.draw_thumbnail")  # type: ignore[untyped-decorator]
def draw_thumbnail(sha256: str) -> None:
    try:
        make_thumbnail(sha256=sha256)
    except Unavailable:
        logger.warning("The store of files is away; the thumbnail is left to the next tidying.")


@shared_task(name="field.tidy_attachments")  # type: ignore[untyped-decorator]
def tidy_attachments() -> None:
    """Make up for what was missed: thumbnails never drawn, uploads never finished."""
    sweep_scratch()
    try:
        for sha256 in lacking_thumbnails():
            make_thumbnail(sha256=sha256)
        # Another part each time: all of the store in two days, and never much at once.
        sweep_orphans(part=int(time.time()) // TIDYING_S % PARTS)
    except Unavailable:
        logger.warning("The store of files is away; the rest is left to the next tidying.")


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
