"""The form that ODK Collect fills: made from the catalogue and the privacy notice by pyxform.

Its nodes say what they hold, so that a submission is read without its form at hand: ``c_CODE`` is
a category's group of questions, and in it ``t_``, ``n_``, ``o_`` or ``b_`` before a question's key
tells a text, a number, an option or a yes or no (``field.odk.names`` writes codes and keys as names).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from field.models import Category, PrivacyNotice
from field.odk.names import name_of
from field.odk.versions import version_of

FORM_ID = "aldaba"
FORM_NAME = "Aldaba: puerta y petición"
#: The list of visits that the form chooses from, beside it on the tablet.
VISITS_FILE = "visitas.csv"
PHOTOS = ("photo1", "photo2", "photo3")
#: The longer side to which Collect shrinks a photo, in pixels.
PHOTO_PIXELS = 1600

#: What comes before a question's key, by its type.
MARKS = {"text": "t_", "number": "n_", "choice": "o_", "yes_no": "b_"}
_TYPES = {"text": "text", "number": "decimal", "yes_no": "select_one yes_no"}

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is handed out: ``xml`` is its very bytes, ``md5`` their digest in hexadecimal."""

    version: str
    xml: bytes
    md5: str


def current_form() -> Form | None:
    """The form of the catalogue as it stands; None while the catalogue is empty. Two queries."""
    categories = list(Category.objects.filter(active=True))
    if not categories:
        return None
    notice = PrivacyNotice.objects.order_by("-published_at").first()
    return _made(json.dumps(_sheets(categories, notice), sort_keys=True))


@lru_cache(maxsize=4)
def _made(content: str) -> Form:
    """Converted once in each process, for it takes up to a second."""
    # Dear to import, and wanted by no command nor worker.
    from pyxform.xls2xform import convert

    sheets = json.loads(content)
    version = version_of(content)
    sheets["settings"] = [{"form_title": FORM_NAME, "form_id": FORM_ID, "version": version} | _INSTANCE_NAME]
    xml = convert(sheets, form_name="data", pretty_print=False).xform.encode()
    return Form(version, xml, hashlib.md5(xml, usedforsecurity=False).hexdigest())


#: What Collect calls a filled form in its lists.
_INSTANCE_NAME = {
    "instance_name": "if(${category} != '', jr:choice-name(${category}, '${category}'), ${outcome})"
}


def _sheets(categories: list[Category], notice: PrivacyNotice | None) -> dict[str, list[Row]]:
    return {
        "survey": [
            {"type": "start", "name": "start"},
            {"type": "end", "name": "end"},
            *_door(),
            {
                "type": "begin_group",
                "name": "petition",
                "label": _("Petición"),
                "relevant": "${visit} = '' or ${outcome} = 'petition'",
            },
            *_what(categories),
            *_where(),
            *_photos(),
            *_who(notice),
            {"type": "end_group"},
        ],
        "choices": _choices(categories),
    }


def _door() -> list[Row]:
    return [
        {"type": "begin_group", "name": "door", "label": _("Puerta"), "appearance": "field-list"},
        {
            "type": f"select_one_from_file {VISITS_FILE}",
            "name": "visit",
            "label": _("¿En qué visita del recorrido está?"),
            "hint": _("Déjelo en blanco si no es parte de un recorrido."),
            "appearance": "minimal autocomplete",
        },
        {
            "type": "select_one outcomes",
            "name": "outcome",
            "label": _("¿Qué pasó en esta puerta?"),
            "relevant": "${visit} != ''",
            "required": "yes",
        },
        {
            "type": "text",
            "name": "note",
            "label": _("Nota para la brigada"),
            "relevant": "${outcome} != '' and ${outcome} != 'petition'",
        },
        {
            "type": "geopoint",
            "name": "door_location",
            "label": _("¿Dónde está la puerta a la que hay que volver?"),
            "relevant": "${outcome} = 'come_back'",
        },
        {"type": "end_group"},
    ]


def _what(categories: list[Category]) -> list[Row]:
    rows = []
    if len({category.group for category in categories}) > 1:
        rows.append(
            {"type": "select_one groups", "name": "group", "label": _("¿De qué trata?"), "required": "yes"}
        )
    rows.append(
        {
            "type": "select_one categories",
            "name": "category",
            "label": _("¿Cuál es el problema?"),
            "required": "yes",
        }
        | ({"choice_filter": "group = ${group}"} if rows else {})
    )
    for category in categories:
        if category.questions:
            rows += _questions(category)
    rows.append(
        {
            "type": "text",
            "name": "description",
            "label": _("¿Qué pide? Con sus palabras"),
            "appearance": "multiline",
        }
    )
    return rows


def _questions(category: Category) -> Iterable[Row]:
    code = name_of(category.code)
    yield {
        "type": "begin_group",
        "name": f"c_{code}",
        "label": _plain(category.name),
        "appearance": "field-list",
        "relevant": f"${{category}} = '{code}'",
    }
    for question in category.questions:
        kind = str(question.get("type", "text"))
        yield {
            "type": f"select_one {_options_of(category, question)}" if kind == "choice" else _TYPES[kind],
            "name": MARKS[kind] + name_of(str(question["key"])),
            "label": _plain(str(question.get("label") or question["key"])),
        } | ({"required": "yes"} if question.get("required") else {})
    yield {"type": "end_group"}


def _where() -> list[Row]:
    return [
        {
            "type": "geopoint",
            "name": "location",
            "label": _("¿Dónde es? Tome la ubicación o márquela en el mapa"),
            "appearance": "placement-map",
        },
        {
            "type": "text",
            "name": "address",
            "label": _("Calle y número"),
            "hint": _("Obligatorio si no hay ubicación."),
            "required": "${location} = ''",
        },
        {
            "type": "text",
            "name": "reference",
            "label": _("Referencia: entre qué calles, color de la fachada…"),
        },
        {
            "type": "text",
            "name": "echo_of",
            "label": _("Folio de la petición a la que suma su voz"),
            "hint": _("Sólo si alguien ya pidió lo mismo y tiene su folio a la mano."),
        },
    ]


def _photos() -> list[Row]:
    return [
        {"type": "image", "name": name, "label": label, "parameters": f"max-pixels={PHOTO_PIXELS}"}
        | ({"relevant": f"${{{PHOTOS[position - 1]}}} != ''"} if position else {})
        for position, (name, label) in enumerate(
            zip(PHOTOS, (_("Foto"), _("Otra foto"), _("Otra más")), strict=True)
        )
    ]


def _who(notice: PrivacyNotice | None) -> list[Row]:
    named, agreed = {"relevant": "${who} = 'named'"}, {"relevant": "${who} = 'named' and ${consent} = 'si'"}
    rows = [{"type": "select_one who", "name": "who", "label": _("¿Quién lo pide?"), "required": "yes"}]
    if notice:
        version = notice.version.replace("'", "")
        rows += [
            {"type": "note", "name": "privacy", "label": _plain(notice.text)} | named,
            {"type": "calculate", "name": "notice", "calculation": f"'{version}'"},
        ]
    consent = _("Lea o muestre el aviso de privacidad. ¿Acepta dar sus datos?")
    return [
        *rows,
        {"type": "select_one yes_no", "name": "consent", "label": consent, "required": "yes"} | named,
        {"type": "text", "name": "name", "label": _("Nombre")} | agreed,
        {"type": "text", "name": "phone", "label": _("Teléfono"), "appearance": "numbers"} | agreed,
        {"type": "text", "name": "email", "label": _("Correo electrónico")} | agreed,
    ]


def _choices(categories: list[Category]) -> list[Row]:
    named = [
        ("outcomes", "petition", _("Hubo petición")),
        ("outcomes", "nobody_home", _("No había nadie")),
        ("outcomes", "refused", _("No quiso atender")),
        ("outcomes", "nothing_to_ask", _("Nada que pedir")),
        ("outcomes", "come_back", _("Volver después")),
        ("who", "named", _("Una persona que da sus datos")),
        ("who", "anonymous", _("Alguien que prefiere no dar sus datos")),
        ("yes_no", "si", _("Sí")),
        ("yes_no", "no", _("No")),
    ]
    groups = dict.fromkeys(category.group for category in categories)
    if len(groups) > 1:
        named += [("groups", _group(group), _plain(group or _("Otros asuntos"))) for group in groups]
    for category in categories:
        for question in category.questions:
            if question.get("type") == "choice":
                options = dict.fromkeys(str(option) for option in question.get("options", ()) if option)
                named += [(_options_of(category, question), name_of(text), _plain(text)) for text in options]
    rows = [{"list_name": list_name, "name": name, "label": label} for list_name, name, label in named]
    return rows + [
        {
            "list_name": "categories",
            "name": name_of(one.code),
            "label": _plain(one.name),
            "group": _group(one.group),
        }
        for one in categories
    ]


def _group(group: str) -> str:
    return f"g_{name_of(group)}"


def _options_of(category: Category, question: dict[str, Any]) -> str:
    return f"o_{name_of(category.code)}_{name_of(str(question['key']))}"


def _plain(text: str) -> str:
    """A text of the office as a label: ``${`` would be read as another question's answer."""
    return text.replace("${", "$ {") or "…"
