"""Saying that petitions near each other are not about the same thing, and taking that back."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.models import Unlike
from backend.casework.selectors import visible_to
from geo.problems import Invalid, NotFound

#: More than any page shows together: pairs grow with the square.
_MOST_TOLD_APART = 20


@transaction.atomic
def tell_apart(*, petitions: Collection[UUID], by: User) -> None:
    """Note that no two of some petitions are about the same thing: they are not proposed again.

    Said twice, it is said once. Raises NotAllowed, NotFound for one out of sight, or Invalid for fewer
    than two, or too many.
    """
    Unlike.objects.bulk_create(
        (Unlike(one_id=one, other_id=other, by=by) for one, other in _pairs_of(petitions, by)),
        ignore_conflicts=True,
    )


@transaction.atomic
def propose_again(*, petitions: Collection[UUID], by: User) -> None:
    """Take back that petitions are not about the same thing. Raises as ``tell_apart``."""
    for one, other in _pairs_of(petitions, by):
        Unlike.objects.filter(one=one, other=other).delete()


def _pairs_of(petitions: Collection[UUID], by: User) -> list[tuple[UUID, UUID]]:
    require(by, "casework.join")
    keys = sorted(set(petitions))
    if not 2 <= len(keys) <= _MOST_TOLD_APART:
        raise Invalid(_("Marque de 2 a 20 boletas."))
    if visible_to(by).filter(pk__in=keys).count() != len(keys):
        raise NotFound(_("Alguna de estas boletas ya no está a su alcance."))
    return list(combinations(keys, 2))
