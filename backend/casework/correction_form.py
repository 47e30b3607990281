"""What a boleta says, as a form to be put right: of what is sent, what the person changed counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from django import forms
from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.casework.corrections import WHERE, Said, asked_of, said_by
from backend.casework.petition_forms import PetitionForm, place_label
from backend.casework.questions import ANSWER, QuestionField, in_one_line, question_fields
from field.models import Category, Petition
from field.services.corrections import CORRECTABLE, IDENTITY
from geo.legible import legible
from geo.models import Place

#: Before a part's name: which holds of what two people corrected, ``THEIRS`` or the person's own.
KEEP: Final = "keep-"
THEIRS: Final = "theirs"
_WHERE: Final = frozenset({"lon", "lat", "place"})
_WORDS: Final = ("category", "description", "place", *CORRECTABLE)
_SALT: Final = "casework.correct"
#: Degrees, a tenth of a metre: less is how a number was written.
_SAME_POINT: Final = 1e-6


class CorrectionForm(PetitionForm):
    """A petition as it stands, to be put right. ``seen`` has what the page showed, signed.

    A field that comes as it was shown, or not at all, says what the boleta says now.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    opens = forms.BooleanField(
        label=_lazy("Si la categoría nueva no es reservada: la verá toda la oficina, con su historia"),
        required=False,
    )

    def __init__(self, data: Any = None, *, petition: Petition) -> None:
        self.petition, self.stands = petition, said_by(petition)
        self.saw: Said | None = self.stands
        initial = _shown(self.stands)
        if data is not None:
            self.saw = _said_in(data)
            data = data.dict() | _as_it_stands(data, self.saw, initial)
        self.sealed = _signed(self.stands)
        super().__init__(data, initial=initial | {"seen": self.sealed})
        self.fields["description"].required = bool(self.stands.description)
        self.fields["category"].help_text = _(
            "Cambiarla no manda la boleta a otra dependencia ni mueve su fecha: eso se hace al canalizarla."
        )
        person = getattr(petition, "petitioner", None)
        gone = ["consent"] if person is not None else []
        gone += [*IDENTITY, "on_behalf_of"] if person is not None and person.erased_at else []
        gone += [] if petition.category.sensitive else ["opens"]
        for name in gone:
            del self.fields[name]

    def categories(self) -> QuerySet[Category]:
        """Those in use, and its own though it be no more."""
        return Category.objects.filter(Q(active=True) | Q(pk=self.petition.category_id))

    def clean_category(self) -> Category:
        """Its own as it was shown, though another be called the same."""
        same = self.cleaned_data["category"] == self.initial["category"]
        return self.petition.category if same else super().clean_category()

    def clean(self) -> dict[str, Any]:
        if self.saw is None:
            self.show_now()
            detail = _("No se sabe qué decía la boleta cuando abrió esta página: revise y guarde otra vez.")
            self.add_error(None, detail)
        return super().clean()

    def show_now(self) -> None:
        """Have the page that this form goes back to show what stands now beside what the person changed."""
        self.data = {**self.data, "seen": self.sealed}

    @property
    def needs_a_place(self) -> bool:
        """Not where nobody knew it when it came."""
        return any((self.stands.lon_lat, self.stands.place, self.stands.address))

    @property
    def questions(self) -> list[QuestionField]:
        """Those of the category that is written, with what is answered; none where none is of that name."""
        category = self.cleaned_data.get("category") if self.is_bound else self.petition.category
        own = asked_of(self.stands)
        if not isinstance(category, Category):
            return []
        if category.pk != self.stands.category:
            answered = {one.name: one for one in own}
            asked = question_fields(category)
            own = [answered[one.name] if _same(one, answered.get(one.name)) else one for one in asked]
        return [replace(one, value=in_one_line(self.data.get(one.name, one.value))) for one in own]

    @property
    def parting(self) -> str:
        """What becomes of the answers that its new category does not ask; empty if none are so."""
        asked = {one.key for one in self.questions}
        if not self.stands.answers.keys() - asked:
            return ""
        category = self.cleaned_data.get("category")
        if isinstance(category, Category) and self.petition.category.sensitive and not category.sensitive:
            return _("Lo que se había contestado y ya no se pregunta era reservado: no se guarda.")
        return _("Lo que se había contestado y ya no se pregunta queda en la historia de la boleta.")

    @property
    def said(self) -> Said:
        """What a valid form has the boleta say; a point that was not moved is the very same."""
        data = self.cleaned_data
        point = (data["lon"], data["lat"]) if self.has_point else None
        was = self.stands.lon_lat
        if point and was and max(abs(point[0] - was[0]), abs(point[1] - was[1])) < _SAME_POINT:
            point = was
        return Said(
            category=data["category"].pk,
            lon_lat=point,
            answers={one.key: one.value for one in self.questions if one.value},
            **{name: data.get(name) or "" for name in ("description", "place", *CORRECTABLE)},
        )


def words_in(data: Mapping[str, Any]) -> str:
    """What somebody wrote in a form that cannot be saved any more, to be copied. It reads no boleta."""
    seen = _said_in(data)
    changed = _changed_in(data, _shown(seen) if seen else {})
    named = Q(name__iexact=data.get("category", ""))
    categories = Category.objects.filter(named | Q(pk=seen.category) if seen else named)
    labels = {name: PetitionForm.base_fields[name].label for name in _WORDS}
    labels |= {one.name: one.label for category in categories for one in question_fields(category)}
    said = ((label, legible(data[name])) for name, label in labels.items() if name in changed)
    return "\n".join(f"{label}: {text}" for label, text in said if text)


def _shown(said: Said) -> dict[str, str]:
    """What a boleta says, as the form's fields have it. Two queries."""
    place = Place.objects.filter(code=said.place).values_list("code", "name").first()
    lon, lat = said.lon_lat or ("", "")
    return {
        "category": Category.objects.values_list("name", flat=True).get(pk=said.category),
        "place": place_label(*place) if place else "",
        "lon": str(lon),
        "lat": str(lat),
        **{name: getattr(said, name) for name in ("description", *CORRECTABLE)},
        **{f"{ANSWER}{key}": text for key, text in said.answers.items()},
    }


def _signed(said: Said) -> str:
    return signing.dumps(asdict(said), salt=_SALT, compress=True)


def _said_in(data: Mapping[str, Any]) -> Said | None:
    """What the page showed; None where that cannot be read."""
    try:
        values = signing.loads(data.get("seen", ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return Said(**values | {"lon_lat": tuple(values["lon_lat"]) if values["lon_lat"] else None})


def _changed_in(data: Mapping[str, Any], shown: Mapping[str, str]) -> set[str]:
    """The fields that come otherwise than the page showed them."""
    names = [name for name in data if name in (*_WORDS, *_WHERE) or name.startswith(ANSWER)]
    clean = {name: legible if name == "description" else in_one_line for name in names}
    return {name for name in names if clean[name](data[name]) != shown.get(name, "")}


def _as_it_stands(data: Mapping[str, Any], seen: Said | None, now: Mapping[str, str]) -> dict[str, str]:
    """The fields that the person did not change, or leaves to who did meanwhile, as they stand now."""
    then = _shown(seen) if seen else now
    changed = _changed_in(data, then)
    posted = {name for name in data if name.startswith(ANSWER)}
    left = {name.removeprefix(KEEP) for name in data if name.startswith(KEEP) and data[name] == THEIRS}
    answered = {name for name in changed if name.startswith(ANSWER)}
    changed -= left | (_WHERE if WHERE in left else set()) | (answered if "category" in left else set())
    if any(name.startswith(ANSWER) for name in changed):
        changed.add("category")  # under which it was asked
        changed |= posted if then["category"] != now["category"] else set()
    if changed & _WHERE:
        changed |= _WHERE
    plain = {name for name in now if not name.startswith(ANSWER)}
    return {name: now.get(name, "") for name in (posted | plain) - (changed & data.keys())}


def _same(one: QuestionField, other: QuestionField | None) -> bool:
    return other is not None and one.same_as(other)
