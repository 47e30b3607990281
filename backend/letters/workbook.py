"""The register of letters as a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from backend.letters.models import Letter
from backend.letters.selectors import ReservedNumber
from field.folio import format_folio
from geo.sheets import Column, sheet_of


def register_sheet(letters: Iterable[Letter | ReservedNumber]) -> bytes:
    """One row a letter, in the order given; of a reserved number, nothing but that."""
    return sheet_of(name=_("Oficios"), columns=_columns(), rows=map(_cells, letters))


def _columns() -> list[Column]:
    return [
        Column(_("Número"), 18),
        Column(_("Tipo"), 22),
        Column(_("Estado"), 12),
        Column(_("Fecha"), 12),
        Column(_("Recibido el"), 12),
        Column(_("Número del remitente"), 20),
        Column(_("Nombre"), 28),
        Column(_("Cargo"), 24),
        Column(_("Institución"), 28),
        Column(_("Asunto"), 48),
        Column(_("Boletas"), 20),
        Column(_("Respuesta a más tardar"), 14),
        Column(_("Contestado el"), 12),
        Column(_("Entregado el"), 12),
        Column(_("Cómo se entregó"), 18),
        Column(_("Quién lo recibió"), 24),
        Column(_("Quién firma"), 24),
        Column(_("Elaboró"), 20),
        Column(_("Motivo"), 30),
        Column(_("SHA-256 del documento"), 40),
    ]


def _cells(letter: Letter | ReservedNumber) -> tuple[Any, ...]:
    if isinstance(letter, ReservedNumber):
        return (letter.number, _("Reservado"))
    return (
        letter.number,
        str(letter.get_kind_display()),
        str(letter.get_state_display()),
        letter.date,
        letter.received_on,
        letter.their_number,
        letter.party_name,
        letter.party_post,
        letter.party_institution,
        letter.subject,
        " ".join(format_folio(petition.folio) for petition in letter.petitions.all()),
        letter.answer_due_on,
        letter.answered_on,
        letter.delivered_on,
        str(letter.get_delivery_display()) if letter.delivery else "",
        letter.delivered_to,
        letter.signer_name,
        str(letter.prepared_by),
        letter.reason,
        letter.pdf_id or "",
    )
