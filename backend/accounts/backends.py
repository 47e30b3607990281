"""Signing in by password, and permissions out of the roles' table instead of the database."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from backend.accounts.models import User
from backend.accounts.roles import may, verbs_of


class RoleBackend(ModelBackend):
    """Answers ``user.has_perm("casework.refer")`` from ``roles.PERMISSIONS`` with no query.

    Django asks backends only after letting every superuser through.
    """

    def get_user(self, user_id: int) -> User | None:
        """The user with the department, which every page's frame names."""
        user = User.objects.select_related("department").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None) -> bool:
        return may(user_obj, perm)

    def has_module_perms(self, user_obj: AbstractBaseUser | AnonymousUser, app_label: str) -> bool:
        return any(verb.startswith(f"{app_label}.") for verb in verbs_of(user_obj))

    def get_user_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None) -> set[str]:
        return verbs_of(user_obj)

    def get_group_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None) -> set[str]:
        return verbs_of(user_obj)
