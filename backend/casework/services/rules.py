"""Saving the office's referral rules: always a new version, never a change of an old one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.roles import require
from backend.casework.models import ReferralRule, RuleSet
from backend.casework.rules import MOST_RULES, fault_of, internal_control
from geo.problems import Conflict, FieldError, Invalid


def save_rules(*, rows: Sequence[ReferralRule], based_on: int, by: User) -> RuleSet:
    """Put these unsaved rows in force, in this order, as the version after ``based_on`` (0: none yet).

    Raises NotAllowed; Invalid with a pointer to each row that must not be; Conflict where somebody
    saved another version meanwhile.
    """
    require(by, "casework.edit_rules")
    control = internal_control()
    errors: list[FieldError] = [
        {"pointer": f"/rules/{index}", "code": "forbidden", "detail": fault}
        for index, row in enumerate(rows)
        if (fault := fault_of(row, control))
    ]
    if len(rows) > MOST_RULES:
        detail = _("Son demasiadas reglas: caben %(most)s.") % {"most": MOST_RULES}
        errors.append({"pointer": "/rules", "code": "max_length", "detail": detail})
    if errors:
        raise Invalid(_("Revise las reglas marcadas."), errors=errors)
    try:
        with transaction.atomic():
            latest = RuleSet.objects.order_by("-number").values_list("number", flat=True).first() or 0
            if latest != based_on:
                raise _meanwhile()
            version = RuleSet.objects.create(number=based_on + 1, at=timezone.now(), by=by)
            for position, row in enumerate(rows):
                row.rule_set, row.position = version, position
            ReferralRule.objects.bulk_create(rows)
    except IntegrityError as error:
        if RuleSet.objects.filter(number=based_on + 1).exists():
            raise _meanwhile() from error  # at the same moment
        raise
    return version


def _meanwhile() -> Conflict:
    return Conflict(_("Otra persona guardó reglas mientras usted editaba. Vea las nuevas y decida de nuevo."))
