"""What the rooms above casework keep, for their addresses to name."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from backend.casework.worklists.services import make_work_list
from backend.privacy.keeping import Kept
from backend.privacy.models import BlockedData
from backend.privacy.services import requests
from backend.privacy.services.forgetting import forget_request
from field.models import Petition
from geo.clock import local_today
from tests.casework.conftest import Office


def requests_of(office: Office, own: Petition) -> dict[str, dict[str, Any]]:
    """A request of each right about the ordinary boleta, granted but for the first."""
    by, named = office.staff["jefe"], {}
    said = {
        "holder": "María Peña",
        "identity_shown": "INE",
        "contact": "módulo",
        "means": "modulo",
        "asked": "Eso.",
    }
    for name, right in (("arco", "access"), ("arco-access", "access"), ("arco-correct", "rectification")):
        made = requests.register_request(by=by, received_on=local_today(), right=right, **said)
        requests.tick_subjects(request=made, by=by, petitions=[own.pk])
        if name != "arco":
            requests.resolve_request(request=made, by=by, outcome="granted", letter="Procede.")
        named[name] = {"pk": made.pk, "subject": made.subjects.get().pk}
    gone = requests.register_request(by=by, received_on=local_today(), right="access", **said)
    requests.resolve_request(request=gone, by=by, outcome="refused", cause="identity", letter="No.")
    forget_request(request=gone, kept=Kept())
    blocked = BlockedData.objects.create(
        told="26-001-00001-0", blocked_at=timezone.now(), until=local_today(), contents=Kept().as_zip("26")
    )
    return named | {"arco-gone": {"pk": gone.pk}, "blocked": {"pk": blocked.pk}}


def work_lists_of(office: Office, own: Petition) -> dict[str, dict[str, Any]]:
    """A work list that the office made, with the ordinary boleta on it."""
    made = make_work_list(petitions=Petition.objects.filter(pk=own.pk), by=office.staff["auxiliar"])
    return {"work-list": {"pk": made.pk}}
