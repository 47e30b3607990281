"""A correction in words: for the boleta's history, and for who has to decide between two."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.casework.corrections import WHERE, Said, asked_of
from backend.casework.questions import ANSWER, QuestionField
from field.models import Category
from geo.models import Place

#: Whose values are told neither as they were nor as they are: which were corrected, and no more.
PERSONAL: Final = {
    "name": _lazy("nombre"),
    "phone": _lazy("teléfono"),
    "email": _lazy("correo"),
    "on_behalf_of": _lazy("grupo que lo pide"),
    "address": _lazy("calle y número"),
    "reference": _lazy("referencia"),
}
_LABELS: Final = {"category": _lazy("categoría"), WHERE: _lazy("lugar"), "description": _lazy("qué pide")}


@dataclass(frozen=True, slots=True)
class Both:
    """A part that two people corrected: as the boleta says it now, and as the second would have it."""

    part: str
    label: str
    now: str
    mine: str


def told(before: Said, after: Said, *, words: bool) -> str:
    """A change as the history keeps it, a line each; ``words`` tells also what the citizen's said before."""
    changed = before.differing(after)
    answered = any(name.startswith(ANSWER) for name in changed)
    lines = [*_facts(before, after)]
    private = [str(label) for name, label in PERSONAL.items() if name in changed]
    if words and "description" in changed:
        lines.append(_line(_("Qué pide"), f"«{before.description}»", f"«{after.description}»"))
    elif "description" in changed:
        private.append(_("lo que pide"))
    if words and answered:
        lines += _answers(before, after)
    elif answered:
        private.append(_("lo que se contestó"))
    if private:
        lines.append(_("Se corrigió, sin guardar lo que decía: %(what)s.") % {"what": ", ".join(private)})
    return "\n".join(lines)


def labels_of(parts: Collection[str], *says: Said) -> dict[str, str]:
    """What these parts are called; an answer by the question that one of those asks. A query each of them."""
    labels = {name: str(label) for name, label in {**_LABELS, **PERSONAL}.items()}
    labels |= {one.name: one.label for said in says for one in asked_of(said)}
    return {name: label for name, label in labels.items() if name in parts}


def both_in_words(parts: Collection[str], *, now: Said, mine: Said) -> list[Both]:
    """These parts as they are now and as somebody else would have them, for that one to decide."""
    labels = labels_of(parts, now, mine)
    return [
        Both(name, label[:1].upper() + label[1:], _in_words(name, now), _in_words(name, mine))
        for name, label in labels.items()
    ]


def _facts(before: Said, after: Said) -> Iterator[str]:
    """The lines of what names nobody."""
    if before.category != after.category:
        yield _line(_("Categoría"), _category(before), _category(after))
    if before.place != after.place:
        yield _line(_("Colonia o comunidad"), _place(before), _place(after))
    if before.lon_lat != after.lon_lat:
        yield _line(_("Punto en el mapa"), _point(before), _point(after))


def _answers(before: Said, after: Said) -> Iterator[str]:
    """Each answer that changed, under the words that asked; what another category does not ask is so told."""
    kept = before.category == after.category
    then, now = asked_of(before), asked_of(after)

    def same(one: QuestionField, other: QuestionField) -> bool:
        return one.name == other.name and (kept or one.same_as(other))

    for was in then:
        becomes = next((one for one in now if same(one, was)), None)
        if becomes and becomes.value != was.value:
            yield _line(was.label, _answer(was), _answer(becomes))
        elif becomes is None and was.value:
            yield _line(was.label, _answer(was), _("sin respuesta") if kept else _("ya no se pregunta"))
    for one in now:
        if one.value and not any(same(one, was) for was in then):
            yield _line(one.label, _("sin respuesta"), _answer(one))


def _line(label: str, before: str, after: str) -> str:
    asks = label if label.endswith("?") else f"{label}:"
    return _("%(label)s %(before)s → %(after)s") % {"label": asks, "before": before, "after": after}


def _in_words(part: str, said: Said) -> str:
    if part == "category":
        return _category(said)
    if part == WHERE:
        return _("%(place)s; punto en el mapa: %(point)s") % {"place": _place(said), "point": _point(said)}
    if part.startswith(ANSWER):
        return next((_answer(one) for one in asked_of(said) if one.name == part), _("sin respuesta"))
    text: str = getattr(said, part)
    return text or _("nada")


def _answer(one: QuestionField) -> str:
    return one.in_words(one.value) or _("sin respuesta")


def _category(said: Said) -> str:
    return Category.objects.values_list("name", flat=True).get(pk=said.category)


def _place(said: Said) -> str:
    return Place.objects.filter(code=said.place).values_list("name", flat=True).first() or _("ninguna")


def _point(said: Said) -> str:
    return _("ninguno") if said.lon_lat is None else f"{said.lon_lat[1]:.6f}, {said.lon_lat[0]:.6f}"
