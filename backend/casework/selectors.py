"""Which petitions a person sees, and what that person may do with each now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.casework.moves import Move
from backend.casework.workflow import moves_from
from campaigns.models import Crew
from field.folio import parse_folio
from field.models import Category, Petition
from field.querysets import PetitionQuerySet
from geo.problems import NotFound


def visible_to(user: User | AnonymousUser) -> PetitionQuerySet:
    """The petitions that a person may know of, by role.

    The office sees all; a liaison those that the own department has now; a supervisor those that
    the own crews captured; everybody else the own captures. Reserved ones (complaints against
    servants) are for ``casework.see_sensitive`` and the liaison of the department that answers
    their category: not even who captured one sees it again.
    """
    if not (isinstance(user, User) and user.is_active):
        return Petition.objects.none()
    reserved = Category.objects.filter(sensitive=True)
    if user.has_perm("casework.see_office"):
        petitions = Petition.objects.all()
        if user.has_perm("casework.see_sensitive"):
            return petitions
    elif user.has_perm("casework.see_department"):
        own = user.department_id or 0  # a constraint says that a liaison has one
        petitions = Petition.objects.filter(department_id=own)
        if user.has_perm("casework.see_sensitive"):
            return petitions
        reserved = reserved.exclude(department_id=own)
    elif user.role == User.Role.SUPERVISOR:
        crew = Crew.objects.filter(supervisor=user).values("members")
        petitions = Petition.objects.filter(Q(captured_by__in=crew) | Q(captured_by=user))
    else:
        petitions = Petition.objects.filter(captured_by=user)
    return petitions.exclude(category__in=reserved.values("id"))


def find_visible(user: User | AnonymousUser, key: str) -> Petition:
    """The petition of an id or a folio however typed, with what a page of it shows.

    Raises NotFound for one that is not there or that the person may not know of, and FolioError for
    a mistyped folio.
    """
    try:
        named = Q(pk=UUID(key))
    except ValueError:
        named = Q(folio=parse_folio(key))
    petition = for_reading(visible_to(user)).select_related("petitioner", "captured_by").filter(named).first()
    if petition is None:
        raise NotFound(_("No hay una boleta con ese folio a su alcance."))
    return petition


def find_received(user: User, key: str) -> tuple[Petition, bool]:
    """The petition of a folio for who asks for its receipt, and whether that person sees it otherwise.

    Who captured one may hand its receipt over, though it be reserved. Raises NotFound, or FolioError.
    """
    named = Q(folio=parse_folio(key))
    visible = visible_to(user).filter(named)
    own = Q(captured_by=user) | Q(pk__in=visible.values("pk"))
    petitions = for_reading(Petition.objects.all()).select_related("petitioner", "captured_by")
    petition = petitions.filter(named).filter(own).first()
    if petition is None:
        raise NotFound(_("No hay una boleta con ese folio a su alcance."))
    return petition, visible.exists()


def for_reading(petitions: PetitionQuerySet) -> PetitionQuerySet:
    """With the rows that a list names, and without any colonia's boundary."""
    return petitions.select_related("category", "department", "place").defer(
        "place__boundary", "place__simple_boundary"
    )


def folios_of_heads(user: User, petitions: Iterable[Petition]) -> dict[UUID, str]:
    """The folios, by id, of the petitions that these echo, where the user may know of them.

    One query; none where none of them is an echo.
    """
    heads = {petition.echo_of_id for petition in petitions if petition.echo_of_id}
    return dict(visible_to(user).filter(pk__in=heads).values_list("pk", "folio")) if heads else {}


def sees_petitioner(user: User, petition: Petition) -> bool:
    """Whether a person who sees the petition also sees who asked.

    The office and the liaison need it to call; who captured it took it down. A supervisor does not.
    """
    return sees_people(user) or petition.captured_by_id == user.pk


def sees_people(user: User) -> bool:
    """Whether a person sees who asked in every petition that they see."""
    return user.has_perm("casework.see_office") or user.has_perm("casework.see_department")


def may_make(user: User, petition: Petition, move: Move) -> bool:
    """Whether a person who sees the petition may make a move of the table on it, whatever its status."""
    if not user.has_perm(move.verb):
        return False
    if user.role == User.Role.ENLACE and petition.department_id != user.department_id:
        return False
    return not (move.unreachable_only and _can_be_called(petition))


def moves_for(user: User, petition: Petition) -> list[Move]:
    """The moves that a person may make on a petition as it stands now: the buttons of its page."""
    return [move for move in moves_from(petition.status) if may_make(user, petition, move)]


def last_seen(user: User, petition: Petition, seen_at: datetime | None) -> datetime | None:
    """The ``status_at`` that a page had before it, past that page's own report that it was opened.

    On a slow line the person presses before that report is answered; nobody else moved the boleta.
    """
    if seen_at is None or petition.status_at == seen_at:
        return seen_at
    since = petition.status_changes.filter(at__gt=seen_at).values_list("move", "by_id")
    return petition.status_at if list(since) == [("open", user.pk)] else seen_at


def _can_be_called(petition: Petition) -> bool:
    petitioner = getattr(petition, "petitioner", None)
    return petitioner is not None and bool(petitioner.phone or petitioner.email)
