"""What was taken out of everything about a person, gathered so that it can be kept apart for a while."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from field.models import Attachment, InboxRecord
from field.persons import Passage, PassageKind
from field.stores import file_store


@dataclass(slots=True)
class Kept:
    """Each thing said before it went, in the order in which it went; and the files, by hash, with where each
    lies until the erasure is committed."""

    said: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.said or self.files)

    def passages(self, where: object, passages: Iterable[Passage]) -> None:
        """Keep what these passages said; a file with its bytes."""
        for passage in passages:
            self.words(where, passage.label, passage.text)
            if passage.kind is PassageKind.FILE:
                self._file(passage.text)

    def words(self, where: object, what: object, says: str) -> None:
        if says:
            self.said.append({"where": str(where), "what": str(what), "says": says})

    def record(self, record: InboxRecord) -> None:
        """Keep a record as it came, with what was corrected in it."""
        where = _("Registro recibido %(n)s") % {"n": record.pk}
        self.words(where, _("Como llegó"), record.raw)
        for correction in record.corrections.all():
            self.words(where, _("Corrección"), json.dumps(correction.changes, ensure_ascii=False))
            self.words(where, _("Motivo de la corrección"), correction.reason)

    def _file(self, sha256: str) -> None:
        if attachment := Attachment.objects.filter(pk=sha256).first():
            self.files[sha256] = attachment.file.name or ""

    def as_zip(self, told: str) -> bytes:
        """``datos.html`` to read, the same as ``datos.json``, and ``archivos/``."""
        context = {"told": told, "made_at": timezone.localtime(), "said": self.said}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("datos.html", render_to_string("privacy/blocked_contents.html", context))
            archive.writestr("datos.json", json.dumps(self.said, ensure_ascii=False, indent=2))
            for sha256, name in self.files.items():
                try:
                    stored = file_store().stream(name)
                except FileNotFoundError:  # it never came, or is gone: the page still has its hash
                    continue
                with stored as file:
                    archive.writestr(f"archivos/{sha256[:12]}{Path(name).suffix}", file.read())
        return out.getvalue()
