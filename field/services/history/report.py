"""What an import did, and the rows that it refused."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

#: So many rows are told of each kind of problem; the rest is in the figures and in the refused file.
MOST_TOLD = 20


class Finding(NamedTuple):
    """One row's problem: ``severity`` is ``refused`` or ``repaired``, ``row`` the line of the file."""

    severity: str
    problem: str
    detail: str
    row: int
    code: str


@dataclass(slots=True)
class Report:
    """``read`` = ``created`` + ``updated`` + ``unchanged`` + ``refused``; ``repaired`` were taken too.

    ``updated`` stays 0: what the office has is never overwritten by what the other system had.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repaired: int = 0
    refused: int = 0
    problems: list[Finding] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    encoding: str = ""
    delimiter: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    refused_file: str | None = None
    dry_run: bool = False

    def add(self, finding: Finding) -> None:
        self.counts[finding.severity, finding.problem] += 1
        if self.counts[finding.severity, finding.problem] <= MOST_TOLD:
            self.problems.append(finding)

    def as_dict(self) -> dict[str, Any]:
        """As JSON: the counts by severity and problem too."""
        told = {name: getattr(self, name) for name in self.__slots__ if name not in {"problems", "counts"}}
        counts: dict[str, dict[str, int]] = {}
        for (severity, problem), count in self.counts.most_common():
            counts.setdefault(severity, {})[problem] = count
        return told | {"counts": counts, "problems": [finding._asdict() for finding in self.problems]}


class RefusedFile:
    """``FILE.refused.csv``: the refused rows as they came, each with its line and why.

    It is written beside under another name and takes its own in ``finish``: a run that fails leaves
    an earlier run's as it was. Where nothing was refused there is none. Mended, it can be imported
    itself: its first two columns are not taken for anything.
    """

    def __init__(self, source: Path, *, header: Sequence[str], delimiter: str) -> None:
        self.path = source.with_suffix(".refused.csv")
        self._header, self._delimiter = header, delimiter
        self._file: IO[str] | None = None
        self._unfinished = self.path.with_name(self.path.name + ".part")

    def write(self, line: int, reason: str, cells: Sequence[str]) -> None:
        if self._file is None:
            # The mark lets spreadsheets know that it is UTF-8; undecoded bytes go out as they came in.
            self._file = self._unfinished.open("w", encoding="utf-8", errors="surrogateescape", newline="")
            self._file.write("\ufeff")
            self._writer = csv.writer(self._file, delimiter=self._delimiter)
            self._writer.writerow(["renglon", "motivo", *self._header])
        self._writer.writerow([line, reason, *cells])

    def finish(self) -> str | None:
        """Replace an earlier run's file; its name, or None where nothing was refused."""
        if self._file is None:
            self.path.unlink(missing_ok=True)
            return None
        self._file.close()
        self._unfinished.replace(self.path)
        return str(self.path)

    def close(self) -> None:
        """Drop what was not finished."""
        if self._file is not None:
            self._file.close()
            self._unfinished.unlink(missing_ok=True)
