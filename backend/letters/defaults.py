"""What an office finds on its first day, all of it to be edited: two series and a text for each occasion."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from backend.letters.models import LetterSeries, LetterTemplate
from backend.letters.vocabulary import Kind

SERIES: Final = (
    {"code": "DAC", "name": "Oficios de Atención Ciudadana", "incoming": False},
    {"code": "DAC-R", "name": "Correspondencia recibida", "incoming": True},
)

_RIGHT: Final = (
    "En atención a la petición que usted presentó el {fecha}, registrada con el folio {folio}, y con "
    "fundamento en el artículo 8.º de la Constitución Política de los Estados Unidos Mexicanos, "
)

TEMPLATES: Final[tuple[tuple[str, str, str, str], ...]] = (
    (
        Kind.ANSWER,
        "Se atendió",
        "Respuesta a su petición {folio}: {asunto}",
        _RIGHT + "me permito informarle que fue atendida por {dependencia}.\n\n"
        "Lo que se hizo: {resultado}\n\n"
        "Si a su juicio no quedó resuelta, le ruego comunicarlo a esta oficina con el folio señalado, para "
        "que la dependencia responsable la retome.",
    ),
    (
        Kind.ANSWER,
        "No procede",
        "Respuesta a su petición {folio}: {asunto}",
        _RIGHT + "le comunico que, una vez revisada, no es posible darle curso por lo siguiente:\n\n"
        "{resultado}\n\n"
        "Quedan a salvo sus derechos para presentar una nueva petición o aportar mayores elementos.",
    ),
    (
        Kind.ANSWER,
        "Está en trámite",
        "Estado de su petición {folio}: {asunto}",
        _RIGHT + "le informo que está en manos de {dependencia}, que tiene como fecha límite para atenderla "
        "el {vence}.\n\n"
        "Puede consultar en todo momento cómo va con el folio señalado, o con el código impreso al pie.",
    ),
    (
        Kind.ANSWER,
        "La atiende otra institución",
        "Respuesta a su petición {folio}: {asunto}",
        _RIGHT
        + "le comunico que lo solicitado no es competencia de este Ayuntamiento, por lo que se turnó a "
        "{institucion}, que puede resolverlo.\n\n"
        "Esta oficina dará seguimiento y le hará saber la respuesta que reciba.",
    ),
    (
        Kind.INSTITUTION,
        "Turnar una petición",
        "Se turna petición ciudadana {folio}: {asunto}",
        "Por este conducto, y de la manera más atenta, hago de su conocimiento la petición ciudadana "
        "recibida el {fecha} por esta oficina, registrada con el folio {folio}, relativa a {asunto}, en "
        "{lugar}:\n\n"
        "«{peticion}»\n\n"
        "Toda vez que su atención no es competencia de este Ayuntamiento, le solicito su valiosa "
        "intervención y que tenga a bien informarnos lo que se determine, para comunicarlo a quien lo "
        "solicitó.",
    ),
    (
        Kind.DEPARTMENT,
        "Pedir que se atienda",
        "Petición ciudadana {folio}: {asunto}",
        "Le remito la petición ciudadana recibida el {fecha}, con folio {folio}, relativa a {asunto}, en "
        "{lugar}:\n\n«{peticion}»\n\n"
        "Le solicito girar sus instrucciones para que se atienda a más tardar el {vence}, e informar a esta "
        "oficina el resultado con la evidencia correspondiente.",
    ),
    (
        Kind.DEPARTMENT,
        "Pedir informe de una petición vencida",
        "Se solicita informe de la petición {folio}",
        "La petición ciudadana con folio {folio}, relativa a {asunto}, en {lugar}, debía atenderse a más "
        "tardar el {vence} y a la fecha no se tiene registro de su atención.\n\n"
        "Le solicito informar por escrito, en un plazo de tres días hábiles, el estado que guarda y la fecha "
        "en que quedará atendida.",
    ),
)


def furnish(**_signal: Any) -> None:
    """Give an office that has none its series and its texts; what it already has is left alone."""
    if LetterTemplate._meta.db_table not in connection.introspection.table_names():
        return  # migrated backwards
    if not LetterSeries.objects.exists():
        LetterSeries.objects.bulk_create([LetterSeries(**row) for row in SERIES])
    if not LetterTemplate.objects.exists():
        LetterTemplate.objects.bulk_create(
            LetterTemplate(kind=kind, name=name, subject=subject, body=body, position=position)
            for position, (kind, name, subject, body) in enumerate(TEMPLATES)
        )
