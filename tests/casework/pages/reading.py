"""Where a boleta's page is, and what a page says."""

from __future__ import annotations

import re

from django.urls import reverse

from field.folio import format_folio
from field.models import Petition

INBOX = "/boletas/"
CAPTURE = "/boletas/nueva/"


def page_of(petition: Petition) -> str:
    return reverse("casework:boleta", args=[format_folio(petition.folio)])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())
