"""Reads of what was handed in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.contrib.gis.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Substr
from django.db.models.lookups import Exact
from django.utils import timezone

from field.telephones import has_telephone
from field.vocabulary import OPEN_STATUSES, Trouble

if TYPE_CHECKING:
    from field.models import Device, Enrolment, InboxRecord, Petition  # noqa: F401

#: A tablet in use that has not been heard of for this long has fallen silent.
SILENT_AFTER = dt.timedelta(days=3)
#: A tablet's clock this far from the server's is flagged, in seconds.
CLOCK_SKEW_S = 120
#: Where its number stands in a stored folio, the first character being 1, and how many digits it has.
_NUMBER_STARTS, _NUMBER_DIGITS = 6, 5


class PetitionQuerySet(models.QuerySet["Petition"]):
    """Petitions."""

    def open(self) -> Self:
        """Those on which the department owes an answer."""
        return self.filter(status__in=OPEN_STATUSES)

    def work_items(self) -> Self:
        """One for each thing to be done: petitions that echo another are left to the one at their head."""
        return self.filter(echo_of=None)

    def numbered(self, number: str) -> Self:
        """Those whose folio has this number, of any year and series; zeros before it may be left out."""
        return self.filter(Exact(folio_number(), number.zfill(_NUMBER_DIGITS)))

    def asked_from(self, digits: str) -> Self:
        """Those of whoever may have a telephone (``field.telephones``)."""
        return self.filter(has_telephone(digits, person="petitioner__"))

    def with_voices(self) -> Self:
        """Each with ``echo_count``, how many echo it, and ``head_folio``, whose echo it is (or None)."""
        echoes = self.model._default_manager.filter(echo_of=OuterRef("pk")).order_by().values("echo_of")
        counted = echoes.annotate(count=models.Count("pk")).values("count")
        return self.annotate(echo_count=Coalesce(Subquery(counted), 0), head_folio=models.F("echo_of__folio"))


def folio_number() -> Substr:
    """The number of a stored folio, as the index ``petition_folio_number`` holds it."""
    return Substr("folio", _NUMBER_STARTS, _NUMBER_DIGITS)


class DeviceQuerySet(models.QuerySet["Device"]):
    """Tablets."""

    def in_office_order(self) -> Self:
        """With who carries each; those in use first, the last seen on top."""
        return self.select_related("user").order_by(
            models.F("revoked_at").asc(nulls_first=True),
            models.F("last_seen_at").desc(nulls_last=True),
            "name",
        )

    def standing(self, name: str) -> Self:
        """Those that stand as ``fleet_standings`` names it; all of them for a name that is none."""
        which = fleet_standings().get(name)
        return self if which is None else self.filter(which)

    def standing_counts(self) -> dict[str, int]:
        """How many stand in each way, and all of them as ``total``."""
        counts = {name: models.Count("pk", filter=which) for name, which in fleet_standings().items()}
        found: dict[str, int] = self.aggregate(total=models.Count("pk"), **counts)
        return found


def fleet_standings() -> dict[str, Q]:
    """The ways in which a tablet may stand: in use, and then up to date, with records that are not in the
    office as far as it said, silent for days, or with a wrong clock; or retired: revoked, or its holder left.
    """
    long_ago = timezone.now() - SILENT_AFTER
    in_use = Q(revoked_at=None, user__is_active=True)
    return {
        "in_use": in_use,
        "up_to_date": in_use & Q(last_seen_at__gt=long_ago) & (Q(waiting=None) | Q(waiting=0)),
        "with_waiting": in_use & Q(waiting__gt=0),
        "silent": in_use & (Q(last_seen_at=None) | Q(last_seen_at__lte=long_ago)),
        "skewed": in_use & (Q(clock_offset_s__gt=CLOCK_SKEW_S) | Q(clock_offset_s__lt=-CLOCK_SKEW_S)),
        "retired": ~in_use,
    }


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """One-time codes."""

    def open(self) -> Self:
        """Those that may still be used, with for whom, the soonest to expire first."""
        waiting = self.filter(used_at=None, expires_at__gt=timezone.now())
        return waiting.select_related("user").order_by("expires_at")


_CODE, _POINTER = "errors__0__code", "errors__0__pointer"


class InboxQuerySet(models.QuerySet["InboxRecord"]):
    """Records as they were handed in, and what became of them."""

    def held(self) -> Self:
        """Those that are kept and not filed."""
        return self.filter(state="held")

    def waiting(self) -> Self:
        """Held until other records come; they join by themselves."""
        return self.held().exclude(waiting_for=[])

    def amiss(self) -> Self:
        """Held until a person does something."""
        return self.held().filter(waiting_for=[])

    def set_aside(self) -> Self:
        """Those that a person decided not to file."""
        return self.filter(state="aside")

    def with_trouble(self) -> Self:
        """Each with ``trouble``: the kind of thing that is wrong with it first (``vocabulary.Trouble``)."""
        return self.annotate(
            trouble=Case(
                When(~Q(waiting_for=[]), then=Value(Trouble.WAITING)),
                When(**{_CODE: "changed"}, then=Value(Trouble.CHANGED)),
                When(**{f"{_CODE}__in": ["impossible_time", "naive_time", "time"]}, then=Value(Trouble.TIME)),
                When(**{_POINTER: "/folio"}, then=Value(Trouble.FOLIO)),
                When(**{_POINTER: "/category"}, then=Value(Trouble.CATEGORY)),
                When(**{f"{_POINTER}__startswith": "/location"}, then=Value(Trouble.PLACE)),
                default=Value(Trouble.OTHER),
                output_field=models.IntegerField(),
            )
        )

    def in_trouble(self, trouble: int) -> Self:
        """Those with one kind of trouble."""
        return self.with_trouble().filter(trouble=trouble)

    def in_tray_order(self) -> Self:
        """By what is wrong, the oldest first."""
        return self.with_trouble().order_by("trouble", "received_at", "pk")

    def after(self, record: InboxRecord) -> Self:
        """Those that come after one in the tray and are in the same trouble, the nearest first."""
        alike = self.model._default_manager.with_trouble().filter(pk=record.pk)
        later = Q(received_at__gt=record.received_at) | Q(received_at=record.received_at, pk__gt=record.pk)
        following = self.with_trouble().filter(later, trouble=alike.values("trouble")[:1])  # type: ignore[misc]
        return following.order_by("received_at", "pk")

    def trouble_counts(self) -> list[tuple[int, int]]:
        """How many are in each kind of trouble, in the tray's order."""
        troubles = self.with_trouble().order_by("trouble").values("trouble")  # type: ignore[misc]
        return list(troubles.annotate(count=models.Count("pk")).values_list("trouble", "count"))

    def visible(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Those that the user may read: a reserved category, in any version, only by who may see such."""
        if not user.has_perm("field.mend"):  # type: ignore[union-attr]
            return self.none()
        if user.has_perm("casework.see_sensitive"):  # type: ignore[union-attr]
            return self
        return self.not_reserved()

    def not_reserved(self) -> Self:
        """Those none of whose versions, as they came or as corrected, is of a reserved category."""
        models_of = self.model._meta.apps.get_model
        reserved = models_of("field", "Category")._default_manager.filter(sensitive=True)
        codes = list(reserved.values_list("code", flat=True))
        if not codes:
            return self
        named, corrected = Q(), Q()
        for code in codes:
            # In canonical JSON a quote inside a text is escaped: this cannot be part of one.
            named |= Q(raw__contains=f'"category":"{code}"')
            corrected |= Q(changes__contains=[{"pointer": "/category", "after": code}])
        versions = self.model._default_manager.filter(record_id=OuterRef("record_id")).filter(named)
        corrections = models_of("field", "Correction")._default_manager.filter(corrected)
        corrections = corrections.filter(record__record_id=OuterRef("record_id"))
        return self.exclude(Exists(versions)).exclude(Exists(corrections))
