"""Where a petition stands, in a citizen's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from field.models import Status


@dataclass(frozen=True, slots=True)
class Standing:
    """A status as the citizen reads it: a word, and what it means for them."""

    word: Promise
    meaning: Promise
    icon: str
    #: The status whose colour it takes in ``tokens.css``.
    tone: str


STANDINGS: Final[dict[str, Standing]] = {
    Status.TO_VERIFY: Standing(
        _("Recibida"),
        _("El municipio la recibió y la está revisando."),
        "envelope-check",
        Status.TO_VERIFY,
    ),
    Status.NOT_PROCEEDING: Standing(
        _("No procede"),
        _("La oficina revisó su petición y no puede darle curso. Llame y le dirán por qué."),
        "slash-circle",
        Status.NOT_PROCEEDING,
    ),
    Status.UNREAD: Standing(
        _("Enviada a la dependencia"),
        _("Ya está en manos de la dependencia que debe resolverla."),
        "send-check",
        Status.UNREAD,
    ),
    Status.IN_HAND: Standing(
        _("En atención"), _("La dependencia la está atendiendo."), "arrow-repeat", Status.IN_HAND
    ),
    Status.SCHEDULED: Standing(
        _("Programada"),
        _("La dependencia ya puso fecha para el trabajo."),
        "calendar-event",
        Status.SCHEDULED,
    ),
    Status.ATTENDED: Standing(
        _("Atendida"),
        _("La dependencia informó que ya la resolvió. Si no fue así, llame y dígalo: se vuelve a abrir."),
        "check-lg",
        Status.ATTENDED,
    ),
    Status.CLOSED: Standing(
        _("Concluida"), _("La oficina confirmó que quedó resuelta."), "check-circle-fill", Status.CLOSED
    ),
    Status.DISPUTED: Standing(
        _("Abierta otra vez"),
        _("Se informó que no quedó resuelta y la dependencia debe retomarla."),
        "exclamation-octagon-fill",
        Status.DISPUTED,
    ),
    Status.EXTERNAL: Standing(
        _("La atiende otra institución"),
        _("No le corresponde al municipio. La oficina la turnó a la institución que puede resolverla."),
        "box-arrow-up-right",
        Status.EXTERNAL,
    ),
}

#: A reserved petition says this whatever its status, as others do on their first day: folios follow one
#: another, and words of its own would tell whoever tries them which are complaints, and when they were made.
RESERVED: Final = STANDINGS[Status.TO_VERIFY]
