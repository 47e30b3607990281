"""Importing another system's petitions: by thousands, once each, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path

import uuid_utils.compat as uuid
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from field.models import Category, Channel, LocationMethod, Petition
from field.services.folios import issue_folios
from field.services.history.cells import RowRefused
from field.services.history.columns import find_columns
from field.services.history.points import Reprojection, Territory
from field.services.history.report import Finding, RefusedFile, Report
from field.services.history.rows import Draft, Reader
from field.services.history.table import Line, Table, open_table
from field.services.petitions import PetitionerIntake, PetitionIntake, receive_petitions
from geo.clock import local_zone
from geo.problems import Conflict, Invalid

#: Rows written in one transaction: large enough for COPY, small enough to be redone.
CHUNK = 2000
_LOCK = 0x48495354  # "HIST"


@dataclass(frozen=True, slots=True)
class Options:
    """How to read the file. ``columns`` maps its column names to fields; ``crs`` is ``EPSG:N``."""

    columns: Mapping[str, str] = field(default_factory=dict)
    crs: str = "EPSG:4326"
    dry_run: bool = False
    default_category: str | None = None
    channel: str = Channel.DESK.value
    month_first: bool = False
    encoding: str | None = None


def import_history(
    *, path: Path, options: Options, progress: Callable[[Report], None] | None = None
) -> Report:
    """Take every good row of a CSV in as a petition, once by its source's own id; refuse the rest.

    Each ``CHUNK`` of rows is one transaction, so an import that was killed is simply run again. Memory
    does not grow with the file. Raises Problem where nothing of the file can be taken.
    """
    table = open_table(path, encoding=options.encoding)
    loader = _Loader(table, options)
    with timezone.override(loader.zone), _alone(), closing(loader.refused):
        rows = table.lines()
        while chunk := list(islice(rows, CHUNK)):
            loader.take(chunk)
            if progress:
                progress(loader.report)
        loader.report.refused_file = loader.refused.finish()
    return loader.report


class _Loader:
    """One import under way."""

    def __init__(self, table: Table, options: Options) -> None:
        columns = find_columns(table.header, options.columns)
        self.report = Report(
            encoding=table.encoding,
            delimiter=table.delimiter,
            columns={name: table.header[index] for name, index in columns.items()},
            dry_run=options.dry_run,
        )
        self.refused = RefusedFile(table.path, header=table.header, delimiter=table.delimiter)
        self.zone = local_zone()
        self._options = options
        self._territory = Territory()
        self._reprojection = Reprojection(options.crs)
        self._reader = Reader(
            columns=columns,
            zone=self.zone,
            channel=_channel(options.channel),
            default_category=_default_category(options.default_category),
            month_first=options.month_first,
        )

    def take(self, lines: Sequence[Line]) -> None:
        self.report.read += len(lines)
        drafts = list(self._placed(list(self._read(lines))))
        drafts = list(self._once(drafts))
        known = set(
            Petition.objects.filter(source_id__in=[draft.source_id for draft in drafts]).values_list(
                "source_id", flat=True
            )
        )
        self.report.unchanged += len(known)
        fresh = [draft for draft in drafts if draft.source_id not in known]
        if not self._options.dry_run:
            fresh = self._write(fresh)
        self.report.created += len(fresh)
        for draft in fresh:
            self.report.repaired += bool(draft.mended)
            for problem, detail in draft.mended:
                self.report.add(Finding("repaired", problem, detail, draft.line, draft.source_id))

    def _refuse(self, line: int, cells: Sequence[str], problem: str, detail: str, code: str = "") -> None:
        self.report.refused += 1
        self.report.add(Finding("refused", problem, detail, line, code))
        self.refused.write(line, detail, cells)

    def _read(self, lines: Iterable[Line]) -> Iterator[Draft]:
        for line in lines:
            if line.problem:
                self._refuse(line.number, line.cells, *line.problem)
                continue
            try:
                yield self._reader.read(line.number, line.cells)
            except RowRefused as why:
                self._refuse(line.number, line.cells, why.code, why.detail)

    def _placed(self, drafts: Sequence[Draft]) -> Iterator[Draft]:
        """The drafts with their points in degrees; those that cannot be here are refused."""
        degrees = iter(self._reprojection.to_degrees([draft.given for draft in drafts if draft.given]))
        for draft in drafts:
            if draft.given is None:
                yield draft
                continue
            point = next(degrees)
            try:
                self._territory.check(point or (200.0, 200.0), draft.given)
            except RowRefused as why:
                self._refuse(draft.line, draft.cells, why.code, why.detail, draft.source_id)
                continue
            draft.lon_lat = point
            yield draft

    def _once(self, drafts: Sequence[Draft]) -> Iterator[Draft]:
        """The first row of each id in this file; PostgreSQL remembers the ids, not this process."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO history_seen SELECT * FROM unnest(%s::text[], %s::int[])"
                " ON CONFLICT DO NOTHING RETURNING line",
                [[draft.source_id for draft in drafts], [draft.line for draft in drafts]],
            )
            first = {line for (line,) in cursor.fetchall()}
        for draft in drafts:
            if draft.line in first:
                yield draft
            else:
                told = _("El folio de origen «%(id)s» ya venía antes en el archivo.") % {
                    "id": draft.source_id
                }
                self._refuse(draft.line, draft.cells, "repeated", told, draft.source_id)

    def _write(self, drafts: list[Draft]) -> list[Draft]:
        """Write them all in one transaction; where the database refuses, find the rows that it refuses."""
        if not drafts:
            return []
        try:
            _receive(drafts)
        except (DataError, IntegrityError) as error:
            if len(drafts) == 1:
                draft = drafts[0]
                told = _("La base de datos no lo admite: %(error)s") % {"error": str(error).splitlines()[0]}
                self._refuse(draft.line, draft.cells, "database", told, draft.source_id)
                return []
            half = len(drafts) // 2
            return self._write(drafts[:half]) + self._write(drafts[half:])
        return drafts


@transaction.atomic
def _receive(drafts: Sequence[Draft]) -> None:
    receive_petitions(
        intakes=[_intake(draft, folio) for draft, folio in zip(drafts, _folios(drafts), strict=True)]
    )


def _folios(drafts: Sequence[Draft]) -> list[str]:
    """A folio of ours for each, of the year in which it was received."""
    years = [timezone.localtime(draft.received_at).year for draft in drafts]
    order = sorted(range(len(drafts)), key=years.__getitem__)
    folios = [""] * len(drafts)
    for _year, group in groupby(order, key=years.__getitem__):
        members = list(group)
        issued = issue_folios(count=len(members), at=drafts[members[0]].received_at)
        for index, folio in zip(members, issued, strict=True):
            folios[index] = folio
    return folios


def _intake(draft: Draft, folio: str) -> PetitionIntake:
    texts = draft.texts
    address, method = texts.get("address", ""), ""
    if draft.lon_lat:
        method = LocationMethod.MAP.value
    elif address or texts.get("place"):
        method = LocationMethod.ADDRESS.value
    if draft.lon_lat is None and draft.place_id is None and texts.get("place"):
        address = ", ".join(part for part in (address, texts["place"]) if part)[:300]
    person = PetitionerIntake(
        name=texts.get("name", ""), phone=texts.get("phone", ""), email=texts.get("email", "")
    )
    return PetitionIntake(
        id=uuid.uuid7(),
        folio=folio,
        source_id=draft.source_id,
        category=draft.category,
        channel=draft.channel,
        status=draft.status,
        captured_at=draft.captured_at,
        received_at=draft.received_at,
        description=texts.get("description", ""),
        on_behalf_of=texts.get("on_behalf_of", ""),
        lon_lat=draft.lon_lat,
        accuracy_m=draft.accuracy_m,
        location_method=method,
        address=address,
        reference=texts.get("reference", ""),
        place_id=draft.place_id,
        petitioner=person if person.name or person.phone or person.email else None,
    )


@contextmanager
def _alone() -> Iterator[None]:
    """One import at a time: of two at once each would find the other's rows half there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Conflict(_("Ya hay otra importación en curso."))
        cursor.execute("CREATE TEMPORARY TABLE history_seen (id text PRIMARY KEY, line int)")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS history_seen")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _channel(code: str) -> str:
    if code not in Channel.values:
        raise Invalid(
            _("«%(code)s» no es un canal. Son: %(all)s.") % {"code": code, "all": ", ".join(Channel.values)}
        )
    return code


def _default_category(code: str | None) -> Category | None:
    if code is None:
        return None
    category = Category.objects.select_related("department").filter(code=code).first()
    if category is None:
        raise Invalid(_("No hay categoría con la clave «%(code)s».") % {"code": code})
    return category
