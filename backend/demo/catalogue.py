"""The demo's catalogue: eight departments, their categories, and the privacy notice."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from backend.demo.names import read_data
from field.models import Category, Department, PrivacyNotice

_DATA: Final = read_data("catalogue")
NOTICE_VERSION: Final[str] = _DATA["notice_version"]
DEPARTMENTS: Final[dict[str, str]] = _DATA["departments"]
#: Each category's part of a year's petitions, in no particular unit, by code.
SHARES: Final[dict[str, float]] = {entry["code"]: entry["share"] for entry in _DATA["categories"]}
_DEPARTMENT_OF: Final[dict[str, str]] = {entry["code"]: entry["department"] for entry in _DATA["categories"]}


def department_of(category: str) -> str:
    """The code of the department that answers a category."""
    return _DEPARTMENT_OF[category]


def save_catalogue(*, published_at: datetime) -> tuple[dict[str, Department], dict[str, Category]]:
    """Writes departments, categories and the notice; both dicts by code."""
    departments = Department.objects.bulk_create(
        Department(code=code, name=name, email=f"{code}@puertoaldaba.example")
        for code, name in DEPARTMENTS.items()
    )
    by_code = {department.code: department for department in departments}
    categories = Category.objects.bulk_create(
        _category(entry, by_code[entry["department"]]) for entry in _DATA["categories"]
    )
    PrivacyNotice.objects.create(version=NOTICE_VERSION, text=_DATA["notice"], published_at=published_at)
    return by_code, {category.code: category for category in categories}


def _category(entry: dict[str, Any], department: Department) -> Category:
    columns = {key: value for key, value in entry.items() if key not in {"share", "department"}}
    return Category(department=department, **columns)
