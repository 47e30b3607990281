"""What an import did: figures for programs, findings for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["refused", "repaired", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: ``feature`` counts from 1 in the file and is None for the file as a whole.

    ``refused`` was left out, ``repaired`` was mended and taken, a ``warning`` was taken as it is and should
    be looked at.
    """

    severity: Severity
    problem: str
    detail: str
    feature: int | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something assumed about the layer as a whole, which the person may want to set right."""

    note: str
    detail: str


@dataclass
class Report:
    """``read`` = ``created`` + ``updated`` + ``unchanged`` + ``refused``; ``repaired`` were taken too."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repaired: int = 0
    refused: int = 0
    problems: list[Finding] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    municipality: str | None = None
    dry_run: bool = False

    def add(
        self,
        severity: Severity,
        problem: str,
        detail: str,
        *,
        feature: int | None = None,
        code: str | None = None,
    ) -> None:
        self.problems.append(Finding(severity, problem, detail, feature, code or None))

    def note(self, note: str, detail: str) -> None:
        self.notes.append(Note(note, detail))

    def count(self) -> None:
        """Set ``refused`` and ``repaired``, in features; what was left out has nothing else told of it."""
        refused = {each.feature for each in self.problems if each.severity == "refused"}
        self.problems = [
            each for each in self.problems if each.severity == "refused" or each.feature not in refused
        ]
        self.refused = len(refused)
        self.repaired = len({each.feature for each in self.problems if each.severity == "repaired"})

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
