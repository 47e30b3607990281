"""The demo's staff: every role, with fictional names and one password that everybody knows."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from backend.accounts.models import User
from backend.demo import catalogue, names
from campaigns.models import Crew
from field.models import Department

PASSWORD = "aldaba-demo"  # noqa: S105 - printed on first run; the demo guards nothing
CREWS = ("Brigada Malecón", "Brigada Estero", "Brigada Cerro", "Brigada Valle")
PROMOTORES = 16
AUXILIARES = 5
#: The first of each role signs in by the role's own name; liaisons by their department's.
Role = User.Role


@dataclass
class Staff:
    """Who works in the demo's city hall."""

    director: User
    jefe: User
    asesor: User
    auxiliares: list[User]
    supervisores: list[User]
    promotores: list[User]
    enlaces: dict[str, User]
    crews: list[Crew]

    def crew_members(self, crew_id: int) -> list[User]:
        """The promotores who walk with a crew."""
        number = [crew.pk for crew in self.crews].index(crew_id)
        return self.promotores[number :: len(self.crews)]


def hire(chance: random.Random, *, departments: Mapping[str, Department], joined: datetime) -> Staff:
    """Writes the staff and their crews."""
    password = make_password(PASSWORD)  # Argon2 costs 50 ms: once for everyone
    people = [
        User(
            username=username,
            role=role,
            password=password,
            date_joined=joined,
            email=f"{username}@puertoaldaba.example",
            department=departments[code] if code else None,
            **dict(zip(("first_name", "last_name"), names.draw_name(chance), strict=True)),
        )
        for role, username, code in _roster(list(departments))
    ]
    saved = User.objects.bulk_create(people)
    by_role = {role: [user for user in saved if user.role == role] for role in Role}
    supervisores, promotores = by_role[Role.SUPERVISOR], by_role[Role.PROMOTOR]
    crews = Crew.objects.bulk_create(
        Crew(name=name, supervisor=supervisor) for name, supervisor in zip(CREWS, supervisores, strict=True)
    )
    staff = Staff(
        director=by_role[Role.DIRECTOR][0], jefe=by_role[Role.JEFE][0], asesor=by_role[Role.ASESOR][0],
        auxiliares=by_role[Role.AUXILIAR], supervisores=supervisores, promotores=promotores,
        enlaces=dict(zip(departments, by_role[Role.ENLACE], strict=True)), crews=crews,
    )  # fmt: skip
    for crew in crews:
        crew.members.set(staff.crew_members(crew.pk))
    return staff


def _roster(departments: list[str]) -> list[tuple[Role, str, str]]:
    roster = [(Role.DIRECTOR, "director", ""), (Role.JEFE, "jefe", ""), (Role.ASESOR, "asesor", "")]
    roster += [(Role.AUXILIAR, _numbered("auxiliar", n), "") for n in range(1, AUXILIARES + 1)]
    roster += [(Role.SUPERVISOR, _numbered("supervisor", n), "") for n in range(1, len(CREWS) + 1)]
    roster += [(Role.PROMOTOR, _numbered("promotor", n), "") for n in range(1, PROMOTORES + 1)]
    return roster + [(Role.ENLACE, f"enlace-{code}", code) for code in departments]


def usernames() -> list[str]:
    """The user names that the demo's staff sign in by."""
    return [username for _, username, _ in _roster(list(catalogue.DEPARTMENTS))]


def _numbered(role: str, number: int) -> str:
    return role if number == 1 else f"{role}{number}"


def sign_in_table() -> str:
    """Who signs in as what, for the terminal."""
    rows = [("Usuario", "Rol", "Trabaja en")]
    for user in User.objects.select_related("department").order_by("pk"):
        rows.append((user.username, user.get_role_display(), str(user.department or "Atención Ciudadana")))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([f"Contraseña de todos: {PASSWORD}", "", *lines])
