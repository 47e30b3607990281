"""``/boletas/reglas/``: which department gets what, tried on the past before it is saved."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.casework.models import RuleSet
from backend.casework.rule_forms import BaseRuleFormSet, Choices, RuleFormSet, digest_of, lines_of
from backend.casework.rule_trial import Trial, try_rules
from backend.casework.rules import internal_control, rules_of
from backend.casework.services.rules import save_rules
from field.models import Department
from geo.problems import Conflict, Invalid

_SHOWN_VERSIONS = 30


@require_http_methods(["GET", "POST"])
@requires("casework.edit_rules")
def referral_rules(request: HttpRequest) -> HttpResponse:
    """The rules in force, or an earlier version brought back as a draft; trying, and then saving."""
    choices = Choices(internal_control())
    if request.method == "GET":
        return _page(request, choices, _stored(request, choices), _latest_number())
    said = request.POST.get("based_on", "")
    based_on = int(said) if said.isdecimal() and len(said) < 9 else 0
    formset = RuleFormSet(request.POST, form_kwargs={"choices": choices}, prefix="reglas")
    if not formset.is_valid():
        return _page(request, choices, formset, based_on, status=422)
    rows = formset.rows()
    digest = digest_of(rows, based_on)
    if "save" in request.POST and request.POST.get("tried") == digest:
        try:
            version = save_rules(rows=rows, based_on=based_on, by=cast("User", request.user))
        except (Conflict, Invalid) as problem:
            messages.error(request, problem.detail)
            return _page(request, choices, formset, based_on, status=problem.status)
        text = ngettext(
            "Quedó la versión %(v)s, con %(n)s regla.", "Quedó la versión %(v)s, con %(n)s reglas.", len(rows)
        )
        messages.success(request, text % {"v": version.number, "n": len(rows)})
        return redirect("casework:referral-rules")
    if "save" in request.POST:
        messages.warning(request, _("Cambió las reglas después de probarlas. Así quedarían ahora:"))
    trial = try_rules(rules_of(rows), cast("User", request.user))
    # The lines again as they were read: in order, without those that were taken away.
    draft = RuleFormSet(
        initial=_numbered(lines_of(rows, choices)), form_kwargs={"choices": choices}, prefix="reglas"
    )
    for form, decided in zip(draft.initial_forms, trial.decided, strict=True):
        form.decided = decided
    return _page(request, choices, draft, based_on, trial=trial, tried=digest)


def _stored(request: HttpRequest, choices: Choices) -> BaseRuleFormSet:
    """The version that the address asks for, else the one in force."""
    versions = RuleSet.objects.all()
    if (asked := request.GET.get("version", "")).isdecimal() and len(asked) < 9:
        versions = versions.filter(number=int(asked))
    version = versions.first()
    rows = version.rules.order_by("position") if version else []
    lines = _numbered(lines_of(rows, choices))
    return RuleFormSet(initial=lines, form_kwargs={"choices": choices}, prefix="reglas")


def _numbered(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line | {"ORDER": number} for number, line in enumerate(lines, 1)]


def _latest_number() -> int:
    return RuleSet.objects.values_list("number", flat=True).first() or 0


def _page(
    request: HttpRequest,
    choices: Choices,
    formset: BaseRuleFormSet,
    based_on: int,
    *,
    trial: Trial | None = None,
    tried: str = "",
    status: int = 200,
) -> HttpResponse:
    versions = list(RuleSet.objects.select_related("by").annotate(rows=Count("rules"))[:_SHOWN_VERSIONS])
    asked = request.GET.get("version", "")
    context = {
        "formset": formset,
        "based_on": based_on,
        "trial": trial,
        "tried": tried,
        "where": list(choices.where),
        "versions": versions,
        "brought_back": asked if asked and asked != str(based_on) else "",
        "control": Department.objects.filter(pk=choices.control).first() if choices.control else None,
    }
    return render(request, "casework/rules.html", context, status=status)
