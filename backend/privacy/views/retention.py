"""``/privacidad/conservacion/``: how long personal data is kept."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.access import requires
from backend.accounts.models import User
from backend.privacy.forms import RuleForm
from backend.privacy.models import RetentionRule, RetentionRun
from backend.privacy.selectors.retention import rule_rows
from backend.privacy.services.retention import edit_rule

RUNS_SHOWN = 24


@require_http_methods(["GET", "HEAD", "POST"])
@requires("privacy.answer")
def retention(request: HttpRequest) -> HttpResponse:
    """The rules, how many each would let go of today, and what they did."""
    form = RuleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        edit_rule(by=cast("User", request.user), **form.cleaned_data)
        messages.success(request, _("Guardada. Se aplica sola el día primero de cada mes."))
        return redirect("privacy:retention")
    rules = rule_rows(form)
    context = {
        "form": form,
        "rules": rules,
        "blocks": any(rule.in_force and rule.kind == RetentionRule.Kind.BLOCKED for rule in rules),
        "runs": RetentionRun.objects.all()[:RUNS_SHOWN],
    }
    return render(request, "privacy/retention.html", context, status=422 if form.errors else 200)
