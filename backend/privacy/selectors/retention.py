"""The rules of retention, as their page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from backend.privacy.forms import RuleForm
from backend.privacy.models import RetentionRule
from backend.privacy.retaining import due

#: What a rule that nobody wrote yet begins with, in months.
_USUAL = {
    RetentionRule.Kind.CLOSED: 60,
    RetentionRule.Kind.HELD: 24,
    RetentionRule.Kind.LOOKS: 60,
    RetentionRule.Kind.LETTERS: 60,
    RetentionRule.Kind.ARCO: 24,
    # Seven years: the longest that a serious fault can be punished (article 74, Ley General de
    # Responsabilidades Administrativas).
    RetentionRule.Kind.BLOCKED: 84,
}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with the form that changes it, and how many it would let go of today: the dry run."""

    kind: str
    label: str
    form: RuleForm
    due: int
    in_force: bool


def rule_rows(refused: RuleForm) -> list[RuleRow]:
    """Every kind of data with its rule; ``refused`` is the form that was sent, if it was wrong."""
    rules = {rule.kind: rule for rule in RetentionRule.objects.all()}
    rows = []
    for kind in RetentionRule.Kind:
        rule = rules.get(kind) or RetentionRule(kind=kind, months=_USUAL[kind])
        form = RuleForm(
            initial={"kind": kind, "months": rule.months, "in_force": rule.in_force}, auto_id=f"{kind}-%s"
        )
        sent = refused if refused.errors and refused.data.get("kind") == kind else form
        if kind == RetentionRule.Kind.BLOCKED:
            sent.fields["months"].label = _("Durante cuántos meses")
        rows.append(RuleRow(kind.value, str(kind.label), sent, due(kind, rule.months).count(), rule.in_force))
    return rows
