"""Somebody whose data are looked for everywhere, and the desks and the tablet that they are handed in at."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any, Final

import pikepdf
from django.test import Client
from PIL import ExifTags, Image

from campaigns.models import Crew, Visit
from tests.campaigns.rows import VisitFactory
from tests.casework.conftest import Office
from tests.factories import DeviceFactory

FIRST, LAST, EMAIL = "Ximena", "Ahuactzin", "ximena.ah@correo.test"
NAME: Final = f"{FIRST} {LAST}"
#: The same telephone as people write it.
PHONES: Final = ("669 987 1234", "+52 1 (669) 987-1234", "987-1234")
STREET: Final = "Privada Tecomate 418"
#: What a dump of everything is searched for; digits are compared without what stands between them.
WORDS: Final = (FIRST, LAST, EMAIL, STREET, "Tecomate")
DIGITS: Final = "9871234"
TOKEN: Final = "puerta-" + "c" * 36


def picture(colour: str) -> bytes:
    """A photo whose metadata name the person."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = NAME
    exif[ExifTags.Base.ImageDescription] = f"Casa de {NAME}, tel. {PHONES[0]}"
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def paper() -> bytes:
    """A scan whose metadata name the person."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = NAME
        pdf.save(out)
    return out.getvalue()


class Doors:
    """Whoever works here, each with a browser of their own, and a tablet."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.tablet = DeviceFactory(user=office.staff["promotor"], token=TOKEN)
        self.visit: Visit = VisitFactory(crew=Crew.objects.get())
        self.desks: dict[str, Client] = {}

    def desk(self, name: str) -> Client:
        if name not in self.desks:
            self.desks[name] = Client()
            self.desks[name].force_login(self.office.staff[name], "backend.accounts.backends.RoleBackend")
        return self.desks[name]

    def post(self, path: str, body: dict[str, Any], by: str = "jefe") -> Any:
        """Send a form of a page; it is taken."""
        answer = self.desk(by).post(path, body)
        assert answer.status_code in (200, 302), (path, answer.status_code, _errors(answer))
        return answer

    def hand_in(self, *records: dict[str, Any]) -> list[dict[str, Any]]:
        """What a tablet hands in, over its address."""
        answer = Client().post(
            "/api/v1/sync",
            json.dumps({"records": records}),
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {TOKEN}",
        )
        assert answer.status_code == 200, answer.content
        return list(answer.json()["receipts"])

    def send_file(self, data: bytes) -> dict[str, Any]:
        sha256 = hashlib.sha256(data).hexdigest()
        answer = Client().put(
            f"/api/v1/attachments/{sha256}",
            data,
            content_type="image/jpeg",
            HTTP_AUTHORIZATION=f"Bearer {TOKEN}",
        )
        assert answer.status_code in (200, 201), answer.content
        return {"sha256": sha256, "content_type": "image/jpeg"}


def _errors(answer: Any) -> object:
    form = answer.context and answer.context.get("form")
    return form.errors if form else answer.content[:300]


def who(phone: str) -> dict[str, Any]:
    return {"name": NAME, "phone": phone, "email": EMAIL, "consent": True, "notice": "2026-1"}
