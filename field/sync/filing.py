"""Filing: hands records to the filers of their kinds, and lets no failure lose one."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from field.sync.kinds import Held, Incoming, Kind, Outcome, kinds_in_order
from field.sync.records import field_error

logger = logging.getLogger(__name__)


def file_records(records: Sequence[Incoming]) -> list[Outcome]:
    """File records of any mix of kinds: one outcome for each, in order."""
    unknown = Held([field_error("/kind", "unknown_kind", _("No se conoce este tipo de registro."))])
    outcomes: list[Outcome] = [unknown] * len(records)
    for kind in kinds_in_order():
        places = [place for place, record in enumerate(records) if record.kind == kind.name]
        if places:
            filed = _file_together(kind, [records[place] for place in places])
            for place, outcome in zip(places, filed, strict=True):
                outcomes[place] = outcome
    return outcomes


def _file_together(kind: Kind, records: Sequence[Incoming]) -> Sequence[Outcome]:
    try:
        with transaction.atomic():
            return kind.file(records)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 - a fault of ours in one record must not cost the others
        logger.warning("a batch of %d %s records is filed one by one", len(records), kind.name)
        return [_file_alone(kind, record) for record in records]


def _file_alone(kind: Kind, record: Incoming) -> Outcome:
    try:
        with transaction.atomic():
            return kind.file([record])[0]
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - what a citizen said outlives any fault of ours
        # The error's text may quote the record, which holds personal data.
        logger.error("record %s is held after %s", record.id, type(error).__name__)
        return Held([field_error("", "unexpected", _("No se pudo archivar; la oficina lo revisará."))])
