"""Which boletas a list holds: all, or a sample that gives each department its share.

The choice is by the order of a hash of the seed and the boleta's id, so that anybody with the seed
can draw the same list again, on any machine, and nobody can choose whom to call.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

K = TypeVar("K", int, str)


def drawing_order(seed: str, ids: Sequence[UUID]) -> list[UUID]:
    """The ids in the order in which they are drawn."""
    return sorted(ids, key=lambda one: (hashlib.sha256(f"{seed}:{one}".encode()).digest(), one))


def shares_of(sizes: Mapping[K, int], wanted: int) -> dict[K, int]:
    """How many of each stratum: in proportion, by largest remainder, and at least one of each if they fit.

    The shares add up to ``wanted``, or to all there are. Raises ValueError for a negative number.
    """
    if wanted < 0:
        raise ValueError("a sample is of none or more")
    total = sum(sizes.values())
    if wanted >= total:
        return dict(sizes)
    filled = {key: size for key, size in sizes.items() if size}
    least = 1 if wanted >= len(filled) else 0
    exact = {key: wanted * size / total for key, size in filled.items()}
    shares = {key: max(least, math.floor(part)) for key, part in exact.items()}
    by_remainder = sorted(filled, key=lambda key: (shares[key] - exact[key], str(key)))
    while sum(shares.values()) < wanted:
        for key in by_remainder:
            if sum(shares.values()) < wanted and shares[key] < filled[key]:
                shares[key] += 1
    for key in sorted(shares, key=lambda key: (exact[key] - shares[key], str(key))):
        # The small strata's one each may have taken more than there was to give.
        while sum(shares.values()) > wanted and shares[key] > least:
            shares[key] -= 1
    return {key: shares.get(key, 0) for key in sizes}


def sample_of(strata: Mapping[K, Sequence[UUID]], wanted: int | None, seed: str) -> list[tuple[K, UUID]]:
    """The boletas drawn, each with its stratum, in the order in which they are to be called.

    ``wanted`` None draws all.
    """
    sizes = {key: len(ids) for key, ids in strata.items()}
    shares = sizes if wanted is None else shares_of(sizes, wanted)
    drawn = {one: key for key, ids in strata.items() for one in drawing_order(seed, ids)[: shares[key]]}
    return [(drawn[one], one) for one in drawing_order(seed, list(drawn))]


def margin_of_error(answered: int, eligible: int) -> float | None:
    """Percentage points by which a share may err either way, at 95 %; None where nobody answered.

    The usual worst case (p = 0.5) for a simple sample without replacement.
    """
    if not answered or eligible < answered:
        return None
    if eligible == answered:
        return 0.0
    finite = (eligible - answered) / (eligible - 1)
    return 100 * 1.96 * math.sqrt(0.25 / answered * finite)
