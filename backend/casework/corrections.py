"""What a boleta says and may be corrected in: as it stands, as it is to be, and how a change is told."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from field.models import Category, Petition
from geo.legible import legible
from geo.models import Place

#: Whose values are told neither as they were nor as they are: which were corrected, and no more.
PERSONAL: Final = {
    "name": _lazy("nombre"),
    "phone": _lazy("teléfono"),
    "email": _lazy("correo"),
    "address": _lazy("calle y número"),
    "reference": _lazy("referencia"),
}
_LABELS: Final = {
    "category": _lazy("Categoría"),
    "place": _lazy("Colonia o comunidad"),
    "lon_lat": _lazy("Punto en el mapa"),
    "description": _lazy("Qué pide"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a boleta says: ``category`` is a key, ``place`` a code, ``lon_lat`` degrees; empty if nothing."""

    category: int
    description: str = ""
    lon_lat: tuple[float, float] | None = None
    place: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    reference: str = ""

    @property
    def mark(self) -> str:
        """What tells this from whatever else the boleta may say, for a form to carry."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:32]

    def differing(self, other: Said) -> list[str]:
        """The names of what the other says otherwise."""
        return [name for name, value in asdict(self).items() if value != getattr(other, name)]


def said_by(petition: Petition) -> Said:
    """What a boleta says now. Its petitioner and place may cost a query each."""
    person = getattr(petition, "petitioner", None)
    point = petition.location
    said = Said(
        category=petition.category_id,
        description=legible(petition.description),
        lon_lat=(point.x, point.y) if point else None,
        place=petition.place.code if petition.place else "",
        address=legible(petition.address),
        reference=legible(petition.reference),
    )
    if person is None:
        return said
    name, phone, email = (legible(text) for text in (person.name, person.phone, person.email))
    return replace(said, name=name, phone=phone, email=email)


def told(before: Said, after: Said, *, words: bool) -> str:
    """A change as the history keeps it, a line each; ``words`` tells also what the citizen's said before."""
    changed = before.differing(after)
    lines = [
        _("%(label)s: %(before)s → %(after)s")
        % {"label": _LABELS[name], "before": _in_words(name, before), "after": _in_words(name, after)}
        for name in _LABELS
        if name in changed and (words or name != "description")
    ]
    private = [str(label) for name, label in PERSONAL.items() if name in changed]
    if "description" in changed and not words:
        private.append(_("lo que pide"))
    if private:
        lines.append(_("Se corrigió, sin guardar lo que decía: %(what)s.") % {"what": ", ".join(private)})
    return "\n".join(lines)


def values_in_words(said: Said, names: list[str]) -> list[tuple[str, str]]:
    """What a boleta says of these, under their labels, for who was about to write over it."""
    labels = {**_LABELS, **PERSONAL}
    return [(str(labels[name]).capitalize(), _in_words(name, said)) for name in labels if name in names]


def _in_words(name: str, said: Said) -> str:
    if name == "category":
        return Category.objects.values_list("name", flat=True).get(pk=said.category)
    if name == "place":
        return Place.objects.filter(code=said.place).values_list("name", flat=True).first() or _("ninguna")
    if name == "lon_lat":
        return _("ninguno") if said.lon_lat is None else f"{said.lon_lat[1]:.6f}, {said.lon_lat[0]:.6f}"
    text: str = getattr(said, name)
    if name == "description":
        return f"«{text}»"
    return text or _("nada")
