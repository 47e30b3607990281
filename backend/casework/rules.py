"""Referral rules: which department a new petition goes to, by its category, its place, and if it is reserved.

The rows are read in order and the first that fits decides; where none does, the category's own department.
Two things no rule can do: take a complaint against a servant from the internal control department, or put a
reserved petition where nobody who gets it may read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.casework.models import ReferralRule
from field.models import Category, Channel, Department
from geo.models import Place

MOST_RULES = 200
# Asked once by every batch: to have it composed anew would cost eight times what running it does.
_IN_FORCE = """
    SELECT rule.department_id, rule.category_id, rule."group",
           CASE WHEN rule.place_id IS NOT NULL THEN ARRAY[rule.place_id]
                WHEN rule.district <> ''
                THEN ARRAY(SELECT place.id FROM geo_place AS place WHERE place.district = rule.district) END,
           rule.sensitive, (SELECT id FROM field_department WHERE code = %s)
      FROM casework_referralrule AS rule
      JOIN field_department AS department ON department.id = rule.department_id AND department.active
     WHERE rule.rule_set_id = (SELECT id FROM casework_ruleset ORDER BY number DESC LIMIT 1)
     ORDER BY rule.position
"""
#: Petitions that come by these have been checked by nobody: they wait when the category asks for it.
_UNCHECKED_CHANNELS = frozenset({Channel.TOUR.value, Channel.APP.value})
#: Why what is reserved does not go somewhere: by a rule, or by a move.
NOBODY_READS = gettext_lazy(
    "Ahí nadie podría leerla: lo reservado solo lo leen el órgano de control interno "
    "y la dependencia de su propia categoría."
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a petition must be, and the department that then gets it; None and "" ask nothing."""

    department: int
    category: int | None = None
    group: str = ""
    places: frozenset[int] | None = None
    sensitive: bool | None = None

    def fits(self, category: Category, place: int | None) -> bool:
        """Whether a petition of this category from this place is what the rule asks for."""
        return (
            (self.category is None or self.category == category.pk)
            and (not self.group or self.group == category.group)
            and (self.sensitive is None or self.sensitive == category.sensitive)
            and (self.places is None or place in self.places)
        )


@dataclass(frozen=True)
class Rules:
    """Rows in order, with the internal control department's key (None where there is none)."""

    rows: tuple[Rule, ...] = ()
    control: int | None = None

    @cached_property
    def _known(self) -> dict[tuple[int, int | None], int | None]:
        return {}

    def department_for(self, category: Category, place: int | None) -> int:
        """The key of the department to which such a petition goes."""
        row = self.row_for(category, place)
        return category.department_id if row is None else self.rows[row].department

    def row_for(self, category: Category, place: int | None) -> int | None:
        """The index of the row that decides, or None where the category's own department gets it."""
        if not self.rows or category.department_id == self.control:
            return None
        key = category.pk, place
        if key not in self._known:
            self._known[key] = self._first(category, place)
        return self._known[key]

    def _first(self, category: Category, place: int | None) -> int | None:
        readers = (self.control, category.department_id)
        for index, row in enumerate(self.rows):
            if row.fits(category, place) and (not category.sensitive or row.department in readers):
                return index
        return None


def rules_in_force() -> Rules:
    """The rows of the last version, but for those of departments that are no more. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [settings.INTERNAL_CONTROL_DEPARTMENT])
        rows = cursor.fetchall()
    rules = (
        Rule(department, category, group, None if places is None else frozenset(places), sensitive)
        for department, category, group, places, sensitive, _control in rows
    )
    return Rules(tuple(rules), rows[0][-1] if rows else None)


def rules_of(rows: Sequence[ReferralRule]) -> Rules:
    """The rules that unsaved rows would be, in the order given. Two queries."""
    places = Place.objects.filter(district__in={row.district for row in rows if row.district})
    districts: dict[str, set[int]] = {}
    for district, place in places.order_by().values_list("district", "pk"):
        districts.setdefault(district, set()).add(place)
    frozen = {district: frozenset(members) for district, members in districts.items()}
    return Rules(tuple(_rule(row, frozen) for row in rows), internal_control())


def internal_control() -> int | None:
    """The key of the department that answers complaints against servants. One query."""
    found = Department.objects.filter(code=settings.INTERNAL_CONTROL_DEPARTMENT)
    return found.values_list("pk", flat=True).first()


def fault_of(row: ReferralRule, control: int | None) -> str:
    """Why a row must not be saved, in words; empty where it may. Its category must be at hand."""
    category, own = row.category, row.category.department_id if row.category else None
    if category and own == control and row.department_id != control:
        return _(
            "Lo de «%(category)s» lo atiende siempre el órgano de control interno: "
            "ninguna regla puede mandarlo a otra dependencia."
        ) % {"category": category.name}
    if category and row.sensitive is not None and row.sensitive != category.sensitive:
        if category.sensitive:
            return _("«%(category)s» es reservada: esta regla no se cumpliría nunca.") % {
                "category": category.name
            }
        return _("«%(category)s» no es reservada: esta regla no se cumpliría nunca.") % {
            "category": category.name
        }
    reserved = row.sensitive or (category is not None and category.sensitive)
    if reserved and row.department_id not in (control, own):
        return str(NOBODY_READS)
    return ""


def waits_for_check(category: Category, channel: str) -> bool:
    """Whether a petition of this category, by this channel, is promised nothing until it is checked."""
    return category.needs_check and not category.sensitive and channel in _UNCHECKED_CHANNELS


def reads_reserved(department: Department, category: Category) -> bool:
    """Whether a department's liaisons may read what is reserved in that category."""
    return department.pk == category.department_id or department.code == settings.INTERNAL_CONTROL_DEPARTMENT


def readers_of_reserved(category: Category) -> Q:
    """The departments of ``reads_reserved``, as a filter."""
    return Q(pk=category.department_id) | Q(code=settings.INTERNAL_CONTROL_DEPARTMENT)


def _rule(row: ReferralRule, districts: Mapping[str, frozenset[int]]) -> Rule:
    places = None
    if row.place_id is not None:
        places = frozenset({row.place_id})
    elif row.district:
        places = districts.get(row.district, frozenset())
    return Rule(row.department_id, row.category_id, row.group, places, row.sensitive)
