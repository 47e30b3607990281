"""Who may hand in what was captured."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.request import Request

from field.models import Device
from geo.problems import NotAllowed


def capturing_device(request: Request) -> Device | None:
    """The tablet that calls; None for one of the staff who captures in the office. Raises NotAllowed."""
    if isinstance(request.auth, Device):
        return request.auth
    if not request.user.has_perm("field.capture"):
        raise NotAllowed(_("Su papel no captura peticiones."))
    return None
