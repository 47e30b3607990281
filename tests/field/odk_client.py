"""What ODK Collect would fill in and send, for tests."""

from __future__ import annotations

import uuid
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import httpx
from django.utils import timezone

from field.odk.xform import FORM_ID, current_form
from tests.factories import SIDE, SOUTH, WEST


def point(accuracy: float = 6.5) -> str:
    """In the town's first colonia, as Collect writes one."""
    return f"{SOUTH + SIDE / 2} {WEST + SIDE / 2} 0.0 {accuracy}"


def filled(**changes: Any) -> dict[str, Any]:
    """A form's answers: a petition by a named person, at no visit."""
    now = timezone.localtime().isoformat(timespec="milliseconds")
    return {
        "start": now,
        "end": now,
        "door": {},
        "petition": {
            "category": "bache",
            "c_bache": {"o_tamano": "Muy.20.grande", "b_agua": "si", "n_metros": "2.5", "t_color": "gris"},
            "description": "Un bache frente a la escuela.",
            "location": point(),
            "reference": "Portón verde",
            "who": "named",
            "notice": "2026-1",
            "consent": "si",
            "name": "María Peña",
            "phone": "669 123 4567",
        },
    } | changes


def submission(answers: dict[str, Any] | None = None, **meta: Any) -> bytes:
    """The XML of a filled form. ``instance``, ``edits``, ``form`` and ``version`` may be given."""
    form = current_form()
    known = {"instance": f"uuid:{uuid.uuid4()}", "form": FORM_ID, "version": form and form.version} | meta
    tags = {"instanceID": known["instance"], "deprecatedID": known.get("edits")}
    told = _nodes({name: text for name, text in tags.items() if text})
    body = _nodes(filled() if answers is None else answers)
    return (
        f'<?xml version="1.0"?><data id={quoteattr(known["form"])} version={quoteattr(known["version"])} '
        f'xmlns:orx="http://openrosa.org/xforms">{body}<orx:meta>'
        f"{told.replace('<', '<orx:').replace('<orx:/', '</orx:')}</orx:meta></data>"
    ).encode()


def _nodes(answers: dict[str, Any]) -> str:
    return "".join(
        f"<{name}>{_nodes(value) if isinstance(value, dict) else escape(str(value))}</{name}>"
        for name, value in answers.items()
    )


def send(client: httpx.Client, xml: bytes, **files: bytes) -> httpx.Response:
    """POST a submission as Collect does; files by the name of their part, as JPEG."""
    parts: list[Any] = [("xml_submission_file", ("form.xml", xml, "text/xml"))]
    parts += [(f"{name}.jpg", (f"{name}.jpg", data, "image/jpeg")) for name, data in files.items()]
    return client.post("submission", files=parts, headers={"X-OpenRosa-Version": "1.0"})
