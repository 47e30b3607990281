"""What is measured, and how each figure is counted in words: the page, the lists and the sheet read this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.reports.capacity.steps import (
    ATTENDED_BIT,
    DISPUTED_BIT,
    NEGATIVE_BIT,
    POSITIVE_BIT,
    RECEIVED_BIT,
    REOPENED_BIT,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """``key`` is its word in an address; ``column`` what ``counting`` calls it; ``when`` is the heading
    of the day on which it happened.
    """

    key: str
    column: str
    title: Promise
    when: Promise
    counted: Promise
    #: What ``steps`` marks it with; without one it is as of now.
    bit: int = 0

    @property
    def now(self) -> bool:
        """Whether it is as of this moment, whatever the period."""
        return not self.bit


RECEIVED: Final = Measure(
    "recibidas",
    "received",
    _("Recibidas"),
    _("Le llegó"),
    _(
        "Las que le llegaron a la dependencia en el periodo: al registrarse, porque la oficina verificó que "
        "proceden o porque la oficina se las canalizó después. Lo que otro sistema entregó ya resuelto no se "
        "cuenta."
    ),
    RECEIVED_BIT,
)
ATTENDED: Final = Measure(
    "atendidas",
    "attended",
    _("Atendidas"),
    _("Atendida"),
    _("Las que la dependencia dio por atendidas en el periodo, aunque le hayan llegado antes."),
    ATTENDED_BIT,
)
IN_TIME: Final = Measure(
    "a-tiempo",
    "in_time",
    _("A tiempo"),
    _("Atendida"),
    _(
        "De las atendidas, las que lo fueron a más tardar el día en que vencían según la canalización "
        "vigente entonces, también si el calendario la recorrió. Una sin plazo no cuenta como a tiempo."
    ),
    ATTENDED_BIT,
)
DISPUTED: Final = Measure(
    "inconformidades",
    "disputed",
    _("Inconformidades"),
    _("Inconformidad"),
    _("Aquéllas de las que en el periodo un ciudadano dijo que no quedaron, por su cuenta o al validar."),
    DISPUTED_BIT,
)
REOPENED: Final = Measure(
    "reabiertas",
    "reopened",
    _("Reabiertas"),
    _("Reabierta"),
    _(
        "Las que estaban atendidas o concluidas y en el periodo volvieron a quedar pendientes, también "
        "porque la oficina las canalizó a otra dependencia. Se anotan a quien las tenía como atendidas."
    ),
    REOPENED_BIT,
)
POSITIVE: Final = Measure(
    "positivas",
    "positive",
    _("Validación positiva"),
    _("Validada"),
    _("Aquéllas de las que el ciudadano confirmó en el periodo que quedaron resueltas."),
    POSITIVE_BIT,
)
NEGATIVE: Final = Measure(
    "negativas",
    "negative",
    _("Validación negativa"),
    _("Validada"),
    _("Aquéllas de las que el ciudadano dijo, al validar, que no quedaron. También son inconformidades."),
    NEGATIVE_BIT,
)
OPEN_NOW: Final = Measure(
    "pendientes",
    "open",
    _("Pendientes hoy"),
    _("Capturada"),
    _("Las que la dependencia debe en este momento, sean del periodo o no: las mismas del rezago."),
)
OVERDUE_NOW: Final = Measure(
    "vencidas",
    "overdue",
    _("Vencidas hoy"),
    _("Capturada"),
    _("De las pendientes hoy, las que pasaron de su día de vencimiento."),
)

MEASURES: Final = (
    RECEIVED,
    ATTENDED,
    IN_TIME,
    DISPUTED,
    REOPENED,
    POSITIVE,
    NEGATIVE,
    OPEN_NOW,
    OVERDUE_NOW,
)
BY_KEY: Final = {measure.key: measure for measure in MEASURES}
#: Those that are counted from the steps of the period.
OF_PERIOD: Final = tuple(measure for measure in MEASURES if not measure.now)
