"""Whose figures a person may see, and in which boletas' sum."""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.models import User
from field.models import Category, Petition
from field.querysets import PetitionQuerySet


@dataclass(frozen=True, slots=True)
class Scope:
    """``department`` is the only one whose figures are shown (None: all of them, and the office's own);
    ``hidden`` are the reserved categories whose very counts stay unsaid.
    """

    department: int | None
    hidden: frozenset[int]

    def petitions(self) -> PetitionQuerySet:
        """The work items that are counted, wherever they stand now."""
        petitions = Petition.objects.work_items()
        return petitions.exclude(category__in=self.hidden) if self.hidden else petitions


def scope_of(user: User) -> Scope:
    """What a person who may see the figures sees of them. A query unless the person sees reserved ones.

    Reserved boletas are counted for who may see reserved ones, and for the liaison of the department that
    answers their category: as ``casework.selectors.visible_to`` has it.
    """
    department = None if user.has_perm("casework.see_office") else user.department_id or 0
    if user.has_perm("casework.see_sensitive"):
        return Scope(department, frozenset())
    reserved = Category.objects.filter(sensitive=True)
    if department is not None:
        reserved = reserved.exclude(department_id=department)
    return Scope(department, frozenset(reserved.values_list("pk", flat=True)))
