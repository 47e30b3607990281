"""What the office set for itself: referral rules, and views of the inbox that people keep."""

from __future__ import annotations

from typing import Any, Final

from backend.accounts.models import User
from backend.casework.models import ReferralRule
from backend.casework.services.rules import save_rules
from backend.casework.services.saved_views import save_view
from backend.demo.diary import moment
from backend.demo.names import read_data
from backend.demo.rooms.city_hall import CityHall
from field.models import Category

_WORDS: Final[dict[str, Any]] = read_data("rooms")


def set_rules(hall: CityHall) -> None:
    """The first version of the referral rules, in force from the last day: older petitions went by none."""
    categories = {category.code: category for category in Category.objects.select_related("department")}
    rows = [
        ReferralRule(
            category=categories[words["category"]],
            district=words["district"],
            department=hall.departments[words["department"]],
        )
        for words in _WORDS["rules"]
    ]
    with moment(hall.hours.before_end(0)):
        save_rules(rows=rows, based_on=0, by=hall.staff.director)


def keep_views(hall: CityHall) -> None:
    """Views, each its owner's or shared."""
    users = {user.username: user for user in User.objects.all()}
    for days, words in enumerate(_WORDS["views"]):
        with moment(hall.hours.before_end(40 - days)):
            save_view(
                owner=users[words["owner"]],
                name=words["name"],
                query=words["query"],
                audience=words["audience"],
                department=hall.departments.get(words.get("department", "")),
            )
