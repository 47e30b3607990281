"""What each rule of retention would let go of: never what is open, nor what somebody asked about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from backend.letters.models import Kind, Letter
from backend.privacy.models import ArcoRequest, ArcoSubject, BlockedData, Look, RetentionRule
from field.models import OPEN_STATUSES, Correction, InboxRecord, Petition
from geo.clock import local_today

_DAYS_A_MONTH: Final = 30.44


def due(kind: str, months: int) -> QuerySet[Any]:
    """What a rule would let go now: the dry run counts it."""
    before = timezone.now() - timedelta(days=round(months * _DAYS_A_MONTH))
    match kind:
        case RetentionRule.Kind.CLOSED:
            return _closed(before)
        case RetentionRule.Kind.HELD:
            return _held(before)
        case RetentionRule.Kind.LETTERS:
            return _lone_letters(before)
        case RetentionRule.Kind.ARCO:
            return _closed_requests(before)
        case RetentionRule.Kind.BLOCKED:
            # Each was given its day; what the rule says now is for the next.
            gone = BlockedData.objects.filter(suppressed_at=None, until__lt=local_today())
            return gone.defer("contents")
        case _:
            return Look.objects.filter(at__lt=before)


def _closed(before: datetime) -> QuerySet[Petition]:
    """Petitions that have ended long ago and still say who asked, with no open ARCO request."""
    named = ~Q(petitioner__name="") | ~Q(petitioner__phone="") | ~Q(petitioner__email="")
    told = Q(named, petitioner__isnull=False) | ~Q(on_behalf_of="")
    ended = Petition.objects.exclude(status__in=OPEN_STATUSES).filter(status_at__lt=before)
    return ended.filter(told).exclude(Exists(_asked_about("petition")))


def _held(before: datetime) -> QuerySet[InboxRecord]:
    """Records that nobody filed nor mended since, with no open ARCO request."""
    waiting = InboxRecord.objects.exclude(state=InboxRecord.State.FILED).filter(received_at__lt=before)
    touched = Correction.objects.filter(record=OuterRef("pk"), at__gte=before)
    emptied = Q(raw__contains='"petitioner":{}') | Q(errors__contains=[{"code": "forgotten"}])
    return waiting.exclude(Exists(touched)).exclude(Exists(_asked_about("record"))).exclude(emptied)


def _lone_letters(before: datetime) -> QuerySet[Letter]:
    """Old letters to citizens or from them, of no boleta, with nothing owed and no open ARCO request."""
    theirs = Q(kind=Kind.ANSWER) | Q(kind=Kind.INCOMING, party_institution="")
    old = Letter.objects.filter(theirs, entered_at__lt=before, petitions=None, forgotten_at=None)
    return old.exclude(pk__in=Letter.objects.awaiting()).exclude(Exists(_asked_about("letter")))


def _closed_requests(before: datetime) -> QuerySet[ArcoRequest]:
    """Requests on which nothing is owed since then, and which still say whose they are."""
    ended = Q(outcome__in=[ArcoRequest.Outcome.REFUSED, ArcoRequest.Outcome.DROPPED], resolved_at__lt=before)
    return ArcoRequest.objects.filter(ended | Q(fulfilled_at__lt=before), forgotten_at=None)


def _asked_about(of: str) -> QuerySet[ArcoSubject]:
    """Open requests about a row."""
    owed = Q(request__resolved_at=None) | Q(
        request__outcome=ArcoRequest.Outcome.GRANTED, request__fulfilled_at=None
    )
    return ArcoSubject.objects.filter(owed, **{of: OuterRef("pk")})
