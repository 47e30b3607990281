"""The referral rules as an office fills them in: one line each, in order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.casework.models import ReferralRule
from backend.casework.petition_forms import place_label, plain
from backend.casework.rules import MOST_RULES, fault_of
from field.models import Category, Department
from geo.models import Place

if TYPE_CHECKING:
    _FormSet = forms.BaseFormSet["RuleForm"]
else:
    _FormSet = forms.BaseFormSet

_GROUP, _CATEGORY = "grupo:", "categoria:"
_RESERVED = {"": None, "si": True, "no": False}


class Choices:
    """What every line of the form offers, read once for all of them. Four queries."""

    def __init__(self, control: int | None) -> None:
        self.control = control
        self.categories = {
            category.pk: category for category in Category.objects.select_related("department")
        }
        self.departments = Department.objects.filter(active=True)
        self.department_choices = [("", _("Elija una")), *((row.pk, row.name) for row in self.departments)]
        self.what = self._what()
        self.where: dict[str, tuple[str, int | str]] = {}
        self.place_names: dict[int, str] = {}
        self._read_places()

    def _what(self) -> list[Any]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for category in self.categories.values():
            groups.setdefault(category.group, []).append((f"{_CATEGORY}{category.pk}", category.name))
        options: list[Any] = [("", _("Cualquier categoría"))]
        for group, categories in groups.items():
            whole = [(f"{_GROUP}{group}", _("Todo «%(group)s»") % {"group": group})] if group else []
            options.append((group or _("Sin grupo"), whole + categories))
        return options

    def _read_places(self) -> None:
        places = list(Place.objects.order_by("name", "code").values_list("pk", "code", "name", "district"))
        for district in sorted({district for *_place, district in places if district}):
            self.where[_("Distrito %(name)s") % {"name": district}] = "district", district
        names = [name for _pk, _code, name, _district in places]
        twice = {name for name in names if names.count(name) > 1}
        for pk, code, name, _district in places:
            label = place_label(code, name) if name in twice else name
            self.where[label] = "place", pk
            self.place_names[pk] = label

    def find_where(self, typed: str) -> tuple[str, int | str] | None:
        """What was typed: a district or a place; None for neither."""
        wanted = plain(typed)
        return next((found for label, found in self.where.items() if plain(label) == wanted), None)


class RuleForm(forms.Form):
    """One rule. ``decided`` is how many petitions of the past it would have sent, once it was tried."""

    decided: int | None = None

    what = forms.ChoiceField(label=gettext_lazy("Qué pide"), required=False)
    where = forms.CharField(
        label=gettext_lazy("Dónde"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "list": "donde",
                "autocomplete": "off",
                "placeholder": gettext_lazy("En todo el municipio"),
            }
        ),
    )
    reserved = forms.ChoiceField(
        label=gettext_lazy("Reservada"),
        required=False,
        choices=[
            ("", gettext_lazy("Da igual")),
            ("no", gettext_lazy("Solo no reservadas")),
            ("si", gettext_lazy("Solo reservadas")),
        ],
    )
    department = forms.ChoiceField(
        label=gettext_lazy("Va a"), error_messages={"required": gettext_lazy("Elija la dependencia.")}
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        self.fields["what"].choices = choices.what  # type: ignore[attr-defined]
        self.fields["department"].choices = choices.department_choices  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Whether anything was filled in; the place in the order says nothing by itself."""
        return any(name != "ORDER" for name in self.changed_data)

    def clean(self) -> dict[str, Any]:
        """Turn the line into an unsaved row, or say what is wrong with it."""
        data = self.cleaned_data
        if self.errors:
            return data
        row = ReferralRule(
            department_id=int(data["department"]), sensitive=_RESERVED[data.get("reserved", "")]
        )
        what = data.get("what", "")
        if what.startswith(_GROUP):
            row.group = what.removeprefix(_GROUP)
        elif what:
            row.category = self.choices.categories[int(what.removeprefix(_CATEGORY))]
        if typed := data.get("where", ""):
            found = self.choices.find_where(typed)
            if found is None:
                self.add_error(
                    "where", _("No hay una colonia ni un distrito con ese nombre: elija de la lista.")
                )
                return data
            kind, value = found
            setattr(row, "district" if kind == "district" else "place_id", value)
        if fault := fault_of(row, self.choices.control):
            self.add_error("department", fault)
        data["row"] = row
        return data


class BaseRuleFormSet(_FormSet):
    """The rules in order; lines left blank are no rules."""

    def rows(self) -> list[ReferralRule]:
        """The unsaved rows in the order given; call once the forms are valid."""
        kept = [form for form in self.ordered_forms if "row" in form.cleaned_data]
        return [form.cleaned_data["row"] for form in kept]


RuleFormSet = cast(
    "type[BaseRuleFormSet]",
    forms.formset_factory(
        RuleForm,
        formset=BaseRuleFormSet,
        extra=1,
        can_order=True,
        can_delete=True,
        max_num=MOST_RULES,
        absolute_max=MOST_RULES + 50,
        validate_max=True,
    ),
)


def lines_of(rows: Iterable[ReferralRule], choices: Choices) -> list[dict[str, Any]]:
    """Saved rows as the form shows them."""
    return [
        {
            "what": f"{_CATEGORY}{row.category_id}"
            if row.category_id
            else (f"{_GROUP}{row.group}" if row.group else ""),
            "where": choices.place_names.get(row.place_id, "")
            if row.place_id
            else (_("Distrito %(name)s") % {"name": row.district} if row.district else ""),
            "reserved": {None: "", True: "si", False: "no"}[row.sensitive],
            "department": row.department_id,
        }
        for row in rows
    ]


def digest_of(rows: Sequence[ReferralRule], based_on: int) -> str:
    """What a draft is recognised by: what is saved must be what was tried."""
    facts = [
        (row.category_id, row.group, row.place_id, row.district, row.sensitive, row.department_id)
        for row in rows
    ]
    return hashlib.sha256(json.dumps([based_on, facts]).encode()).hexdigest()
