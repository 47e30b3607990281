"""The section of a boleta's page that shows what its citizen was told."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from backend.accounts.models import User
from backend.notifications.models import OptOut
from backend.notifications.selectors import contacts_of, messages_of
from field.models import Petition


def messages_panel(request: HttpRequest, petition: Petition) -> SafeString | None:
    """What was told, and whether the person wants to hear; for the office. Two queries."""
    user = cast("User", request.user)
    if not user.has_perm("notifications.see"):
        return None
    person = getattr(petition, "petitioner", None)
    addresses = contacts_of(petition)
    context = {
        "petition": petition,
        "told": messages_of(petition),
        "reachable": bool(person and person.consent and addresses),
        "opted_out": OptOut.objects.filter(address__in=addresses).exists() if addresses else False,
    }
    return render_to_string("notifications/panel.html", context, request=request)
