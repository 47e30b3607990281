"""What this room calls things in front of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: What a look was for, by the purpose that ``people_seen`` carries; another is shown as it came.
PURPOSES: Final[dict[str, StrPromise]] = {
    "boleta": _("Abrió la boleta"),
    "api": _("Otro programa la leyó con su cuenta"),
    "search": _("La encontró en una búsqueda"),
    "photo": _("Abrió una foto o un archivo suyo"),
    "list": _("La vio en una lista"),
    "export": _("La bajó en un archivo"),
    "print": _("La imprimió"),
    "tray": _("Abrió un registro por componer"),
    "call": _("Le llamó para validar"),
    "letter": _("Leyó un oficio"),
    "letter_draft": _("Redactó un oficio"),
    "letter_paper": _("Abrió el documento o el escaneo de un oficio"),
    "paper": _("Imprimió su boleta o su acuse"),
    "message": _("Leyó un aviso que se le envió"),
    "arco": _("Atendió una solicitud ARCO"),
}


def purpose_in_words(purpose: str) -> str:
    return str(PURPOSES.get(purpose, purpose))


#: What was done about an ARCO request.
ACTS: Final[dict[str, StrPromise]] = {
    "registered": _("Se registró la solicitud"),
    "ticked": _("Se marcaron datos como suyos"),
    "named": _("Se marcaron palabras de otras personas que la nombran"),
    "unticked": _("Se quitó una marca puesta por error"),
    "prevented": _("Se le pidió completar su solicitud"),
    "completed": _("La completó: el plazo volvió a empezar"),
    "dropped": _("No la completó a tiempo: se tuvo por no presentada"),
    "extended": _("Se amplió el plazo diez días hábiles"),
    "granted": _("Se respondió que procede"),
    "refused": _("Se respondió que no procede"),
    "exported": _("Se bajaron los datos para entregarlos"),
    "rectified": _("Se corrigieron datos"),
    "fulfilled": _("Se hizo efectiva"),
    "objected": _("Se anotó que no se le contacte"),
    "anonymised": _("Se suprimieron sus datos"),
    "blocked": _("Se bloquearon sus datos"),
}


def act_in_words(act: str) -> str:
    return str(ACTS.get(act, act))
