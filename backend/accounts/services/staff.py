"""Who comes to work here."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from field.models import Department
from geo.problems import Conflict, FieldError, Invalid


@transaction.atomic
def create_staff(
    *,
    username: str,
    role: str,
    password: str,
    department_code: str = "",
    first_name: str = "",
    last_name: str = "",
    email: str = "",
) -> User:
    """Add a member of staff; a liaison belongs to a department and nobody else does.

    Raises Invalid with every fault at once, or Conflict for a username that is taken.
    """
    department, errors = _department_of(role, department_code)
    user = User(
        username=User.normalize_username(username),
        role=role,
        department=department,
        first_name=first_name,
        last_name=last_name,
        email=User.objects.normalize_email(email),
    )
    user.set_password(password)
    errors += _faults(user, password)
    if errors:
        raise Invalid(" ".join(dict.fromkeys(error["detail"] for error in errors)), errors=errors)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("Ya hay alguien con el usuario «%s».") % username) from error
    return user


def _department_of(role: str, code: str) -> tuple[Department | None, list[FieldError]]:
    if role != User.Role.ENLACE:
        detail = _("Sólo un enlace pertenece a una dependencia.")
        return None, [{"pointer": "/department", "code": "not_wanted", "detail": detail}] if code else []
    if not code:
        detail = _("Un enlace necesita su dependencia.")
        return None, [{"pointer": "/department", "code": "required", "detail": detail}]
    department = Department.objects.filter(code=code, active=True).first()
    if department is None:
        known = ", ".join(Department.objects.filter(active=True).values_list("code", flat=True)) or _(
            "ninguna"
        )
        detail = _("No hay una dependencia activa «%(code)s». Las que hay: %(known)s.") % {
            "code": code,
            "known": known,
        }
        return None, [{"pointer": "/department", "code": "unknown", "detail": detail}]
    return department, []


def _faults(user: User, password: str) -> list[FieldError]:
    errors: list[FieldError] = []
    try:
        user.clean_fields(exclude={"password", "department"})
    except ValidationError as error:
        for name, details in error.message_dict.items():
            errors += [{"pointer": f"/{name}", "code": "invalid", "detail": detail} for detail in details]
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors += [{"pointer": "/password", "code": "weak", "detail": detail} for detail in error.messages]
    return errors
