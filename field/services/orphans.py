"""Files that no row names: their upload was killed when the file was put and its row not yet committed."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from field.models import Attachment
from field.services.attachments import lock_digest
from field.stores import file_store

#: Long enough to notice that a database was restored from before its files, and to do something about it.
KEPT_FOR = dt.timedelta(days=30)
#: The store is looked through a part at a time; a file's part is the first byte of its hash.
PARTS = 256

_NAMED_BY_HASH = re.compile(r"/([0-9a-f]{64})\.[a-z.]+\Z")


def sweep_orphans(*, part: int) -> int:
    """Remove the old files of one part (0 to 255) that no row names; how many. Raises Unavailable."""
    before = timezone.now() - KEPT_FOR
    names: dict[str, list[str]] = defaultdict(list)
    for name, changed in file_store().names_under(f"attachments/{part:02x}"):
        named = _NAMED_BY_HASH.search(name)
        if named and changed < before:
            names[named[1]].append(name)
    known = set(Attachment.objects.filter(pk__in=names).values_list("pk", flat=True))
    return sum(remove_unnamed(digest, names[digest]) for digest in names.keys() - known)


@transaction.atomic
def remove_unnamed(digest: str, names: list[str]) -> int:
    """Remove a file's stored names unless a row names it again; how many. Raises Unavailable."""
    lock_digest(digest)
    if Attachment.objects.filter(pk=digest).exists():  # sent again meanwhile
        return 0
    for name in names:
        file_store().delete(name)
    return len(names)
