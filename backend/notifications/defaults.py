"""What the office's messages say until it writes its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backend.notifications.vocabulary import Event, Way

_CLOSING = _("\n\nPuede ver cómo va en {liga} con el folio {folio}.\n\nAtención Ciudadana de {municipio}")

_SUBJECTS = {
    Event.RECEIVED: _("Recibimos su petición {folio}"),
    Event.REFERRED: _("Su petición {folio} se canalizó"),
    Event.SCHEDULED: _("Su petición {folio} tiene fecha"),
    Event.ATTENDED: _("Su petición {folio} se atendió"),
    Event.NOT_PROCEEDING: _("Sobre su petición {folio}"),
    Event.EXTERNAL: _("Su petición {folio} se gestiona con otra institución"),
    Event.ANSWERED: _("Respuesta a su petición {folio}"),
    Event.JOINED: _("Su petición {folio} se atiende junto con otra igual"),
    Event.PARTED: _("Su petición {folio} se lleva por separado"),
}
_LETTERS = {
    Event.RECEIVED: _(
        "Hola, {nombre}:\n\n"
        "Recibimos su petición «{asunto}». Su folio es {folio}. "
        "La respuesta debe darse a más tardar el {vence}."
    ),
    Event.REFERRED: _(
        "Hola, {nombre}:\n\n"
        "Su petición «{asunto}» la atiende ahora {dependencia}, "
        "que debe responder a más tardar el {vence}."
    ),
    Event.SCHEDULED: _("Hola, {nombre}:\n\n{dependencia} programó su petición «{asunto}» para el {fecha}."),
    Event.ATTENDED: _(
        "Hola, {nombre}:\n\n"
        "{dependencia} informa que atendió su petición «{asunto}».\n\n"
        "Lo que se hizo: {motivo}\n\n"
        "Si no quedó resuelta, díganoslo con su folio y se retoma."
    ),
    Event.NOT_PROCEEDING: _(
        "Hola, {nombre}:\n\n"
        "Revisamos su petición «{asunto}» y no es posible darle curso.\n\n"
        "Por qué: {motivo}\n\n"
        "Si tiene algo que agregar, con gusto la revisamos de nuevo."
    ),
    Event.EXTERNAL: _(
        "Hola, {nombre}:\n\n"
        "Su petición «{asunto}» no le corresponde al municipio. "
        "La gestionamos con {institucion} y le diremos qué responde."
    ),
    Event.ANSWERED: _(
        "Hola, {nombre}:\n\n"
        "Ya hay respuesta a su petición «{asunto}», que gestionamos con otra institución.\n\n"
        "Qué respondió: {motivo}\n\n"
        "Si no quedó resuelta, díganoslo con su folio y se retoma."
    ),
    Event.JOINED: _(
        "Hola, {nombre}:\n\n"
        "Su petición «{asunto}» se atiende ahora junto con otra igual, para resolverlas de una vez. "
        "{avance}\n\n"
        "Su folio {folio} sigue siendo suyo: le avisaremos igual de lo que se haga."
    ),
    Event.PARTED: _(
        "Hola, {nombre}:\n\n"
        "Su petición «{asunto}» ya no va junto con otra: desde ahora se lleva por separado. {avance}\n\n"
        "Su folio es el mismo: {folio}."
    ),
}
_SHORT = {
    Event.RECEIVED: _("Recibimos su petición. Folio {folio}. Vea cómo va: {liga}"),
    Event.REFERRED: _(
        "Su petición {folio} la atiende {dependencia}. Responde a más tardar el {vence}. {liga}"
    ),
    Event.SCHEDULED: _("Su petición {folio} se programó para el {fecha}. {liga}"),
    Event.ATTENDED: _("{dependencia} informa que atendió su petición {folio}. ¿No quedó? Díganos. {liga}"),
    Event.NOT_PROCEEDING: _("Su petición {folio} no procede. Consulte por qué: {liga}"),
    Event.EXTERNAL: _("Su petición {folio} se gestiona con {institucion}. {liga}"),
    Event.ANSWERED: _("Ya hay respuesta de la otra institución a su petición {folio}. Véala: {liga}"),
    Event.JOINED: _(
        "Su petición {folio} se atiende ahora junto con otra igual. Le avisaremos de lo que se haga. {liga}"
    ),
    Event.PARTED: _("Su petición {folio} ya no va junto con otra: se lleva por separado. {liga}"),
}


def usual_text(event: str, way: str) -> tuple[str, str]:
    """The subject and the text of an event's messages by a way; an SMS has no subject."""
    if way == Way.EMAIL:
        return str(_SUBJECTS[Event(event)]), f"{_LETTERS[Event(event)]}{_CLOSING}"
    return "", str(_SHORT[Event(event)])
