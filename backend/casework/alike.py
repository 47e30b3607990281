"""Open petitions that may be about the same thing as another: same category, near, and in like words.

Where there is a point, near is within ``ECHO_RADIUS_M`` metres of it; where either has none, it is the
same place and an address that reads alike. What is found is told by work item, once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import D
from django.contrib.postgres.lookups import Unaccent
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F
from django.db.models.functions import Left

from backend.accounts.models import User
from backend.casework.models import StatusChange, Unlike
from backend.casework.selectors import for_reading, visible_to
from backend.casework.workflow import VOICE
from field.models import Category, Petition
from field.querysets import PetitionQuerySet
from geo.ellipsoid import metres_per_degree

#: How much of what two people said is compared.
_WORDS: Final = 500
#: Addresses that share less of their trigrams are two: "Juárez 5" shares all with "juarez 5", three in five
#: with "Calle Juárez 5", few with "Hidalgo 5".
_LIKE_ADDRESS: Final = 0.6
_MOST_LOOKED_AT, _MOST_SHOWN = 60, 8
#: Nearness says more than words: neighbours put one thing in many ways.
_BY_NEARNESS: Final = 0.65


@dataclass(frozen=True, slots=True)
class About:
    """What a petition is about, be it filed or just being typed."""

    category: Category
    location: Point | None = None
    place_id: int | None = None
    address: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """A work item that may be about the same thing.

    ``head`` has ``echo_count``. ``distance_m`` is to its nearest member, None where only the address is
    alike; ``asked`` says that the citizen asked to add a voice to it. ``score`` is from 0 to 1.
    """

    head: Petition
    distance_m: int | None
    score: float
    asked: bool = False


def alike_to(petition: Petition, user: User) -> list[Alike]:
    """The work items that a petition might join, the likeliest first. Six queries at most."""
    about = About(
        petition.category, petition.location, petition.place_id, petition.address, petition.description
    )
    asked = StatusChange.objects.filter(petition=petition, move=VOICE).values("other_folio")
    return alike(about, user, own=petition.echo_of_id or petition.pk, asked=asked)


def alike(about: About, user: User, *, own: UUID | None = None, asked: Any = None) -> list[Alike]:
    """The work items that are alike and that the user sees, the likeliest first; never reserved ones.

    ``own`` is the head that asks and is left out, as are those that somebody said are not the same;
    ``asked`` is a query of folios to show wherever they lie.
    """
    if about.category.sensitive:
        return []
    standing = visible_to(user).open().filter(category=about.category)
    found: dict[UUID, tuple[float, int | None]] = {}
    for head, score, distance_m in [*_near(standing, about), *_at_like_address(standing, about)]:
        if head != own and score > found.get(head, (-1.0, None))[0]:
            found[head] = (score, distance_m)
    wished: set[UUID] = set()
    if asked is not None:
        rows = standing.filter(folio__in=asked).values_list("pk", "echo_of")
        wished = {echo_of or pk for pk, echo_of in rows} - {own}
    heads = for_reading(visible_to(user).with_voices()).filter(pk__in=[*found, *wished])
    if own is not None:
        heads = heads.exclude(pk__in=Unlike.objects.filter(one=own).values("other"))
        heads = heads.exclude(pk__in=Unlike.objects.filter(other=own).values("one"))
    rated = [Alike(head, found.get(head.pk, (0, None))[1], *_rank(head, found, wished)) for head in heads]
    return sorted(rated, key=lambda one: (not one.asked, -one.score, one.head.captured_at))[:_MOST_SHOWN]


def _rank(
    head: Petition, found: dict[UUID, tuple[float, int | None]], wished: set[UUID]
) -> tuple[float, bool]:
    return found.get(head.pk, (0.0, None))[0], head.pk in wished


def _near(standing: PetitionQuerySet, about: About) -> Iterable[tuple[UUID, float, int | None]]:
    """Each (head, score, metres) within the distance: the index answers the box, the ellipsoid the rest."""
    if about.location is None:
        return
    radius = settings.ECHO_RADIUS_M
    rows = (
        standing.filter(location__bboverlaps=_box_around(about.location, radius))
        .annotate(
            away=Distance("location", about.location, spheroid=True),
            likeness=_likeness(about),
        )
        .filter(away__lte=D(m=radius))
        .order_by("away")
        .values_list("pk", "echo_of", "away", "likeness")[:_MOST_LOOKED_AT]
    )
    for pk, echo_of, away, likeness in rows:
        yield echo_of or pk, _score(1 - away.m / radius, likeness), round(away.m)


def _at_like_address(standing: PetitionQuerySet, about: About) -> Iterable[tuple[UUID, float, int | None]]:
    """Each (head, score, None) of the same place and an address that reads alike: a point is missing."""
    if about.place_id is None or not about.address:
        return
    if about.location is not None:
        standing = standing.filter(location=None)
    rows = (
        standing.filter(place=about.place_id)
        .annotate(
            same=TrigramSimilarity(Unaccent("address"), _plain(about.address)),
            likeness=_likeness(about),
        )
        .filter(same__gte=_LIKE_ADDRESS)
        .order_by(F("same").desc())
        .values_list("pk", "echo_of", "same", "likeness")[:_MOST_LOOKED_AT]
    )
    for pk, echo_of, same, likeness in rows:
        yield echo_of or pk, _score(same, likeness), None


def _likeness(about: About) -> TrigramSimilarity:
    return TrigramSimilarity(Unaccent(Left("description", _WORDS)), _plain(about.words[:_WORDS]))


def _plain(text: str) -> str:
    """Without accents, as the other side of each comparison is."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("\0", "")


def _score(nearness: float, likeness: float) -> float:
    return _BY_NEARNESS * nearness + (1 - _BY_NEARNESS) * likeness


def _box_around(point: Point, metres: float) -> Polygon:
    east, north = (float(length) for length in metres_per_degree(point.y))
    half_width, half_height = 1.01 * metres / max(east, 1.0), 1.01 * metres / north
    box = Polygon.from_bbox(
        (point.x - half_width, point.y - half_height, point.x + half_width, point.y + half_height)
    )
    box.srid = 4326
    return box
