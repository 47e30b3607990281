"""The words with which the office calls: a text with names in braces, filled in for each boleta."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

#: What may stand in braces, and what it becomes.
FIELDS: Final = {
    "nombre": _lazy("el nombre de la persona"),
    "folio": _lazy("el folio de la boleta"),
    "asunto": _lazy("qué pidió"),
    "lugar": _lazy("la colonia o comunidad"),
    "dependencia": _lazy("quién la atendió"),
    "fecha": _lazy("qué día se dio por atendida"),
    "municipio": _lazy("el nombre del municipio"),
    "quien_llama": _lazy("el nombre de usted"),
}
#: In use until the office writes its own.
USUAL: Final = _lazy(
    "Buenos días. ¿Hablo con {nombre}? Le llama {quien_llama}, de Atención Ciudadana de {municipio}.\n\n"
    "El reporte {folio}, «{asunto}», en {lugar}, aparece como atendido por {dependencia} el {fecha}.\n\n"
    "¿Quedó resuelto? ¿Quiere agregar algún comentario?\n\n"
    "Muchas gracias por su tiempo."
)


def list_of_fields() -> Iterable[tuple[str, str]]:
    """Each field as it is written, with what it becomes."""
    return [(f"{{{name}}}", str(words)) for name, words in FIELDS.items()]


def sample_values() -> dict[str, str]:
    """Values that show what the text will read like."""
    return {
        "nombre": _("María Peña"),
        "folio": "26-A7F-00042-K",
        "asunto": _("Luminaria apagada"),
        "lugar": _("Centro"),
        "dependencia": _("Alumbrado Público"),
        "fecha": _("4 de diciembre"),
        "municipio": _("su municipio"),
        "quien_llama": _("su nombre"),
    }
