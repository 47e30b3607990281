"""Reads of what was handed in that no single queryset owns."""

from __future__ import annotations

from collections.abc import Collection

from field.models import Attachment


def missing_attachments(sha256s: Collection[str]) -> set[str]:
    """Those of the named files that have not come yet."""
    if not sha256s:
        return set()
    here = Attachment.objects.filter(sha256__in=sha256s).values_list("sha256", flat=True)
    return set(sha256s) - set(here)
