"""The script of the calls, which the office writes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.validation.models import Script
from backend.validation.script import FIELDS, USUAL
from geo.placeholders import check_placeholders
from geo.problems import Invalid

TEXT_MAX_LENGTH = 4000


def script_in_use() -> str:
    """The newest script, or the usual one where the office has written none."""
    newest = Script.objects.order_by("-id").values_list("text", flat=True).first()
    return newest or str(USUAL)


@transaction.atomic
def write_script(*, text: str, by: User) -> Script:
    """Keep a new script; earlier ones stay. Raises NotAllowed, or Invalid with a pointer to ``text``."""
    require(by, "validation.draw")
    text = text.strip()
    if not text or len(text) > TEXT_MAX_LENGTH or "\0" in text:
        detail = _("Escriba el guion, en 4,000 letras o menos.")
    elif wrong := check_placeholders(text, FIELDS):
        detail = " ".join([*wrong, _("Use los nombres de la lista.")])
    else:
        return Script.objects.create(text=text, by=by)
    raise Invalid(_("Revise el guion."), errors=[{"pointer": "/text", "code": "invalid", "detail": detail}])
