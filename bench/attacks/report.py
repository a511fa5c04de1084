"""What was run, over how many, and what came of it: for people as lines, for programmes as JSON."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SHOWN = 20  # failures of a part that are printed; the file has all


@dataclass
class Part:
    """One part of a run. `counts` are figures by name, `failures` what should not have happened."""

    counts: dict[str, int | float] = field(default_factory=dict)
    by_collection: dict[str, int] = field(default_factory=dict)
    by_place: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, number: int | float = 1) -> None:
        """Count something."""
        self.counts[name] = self.counts.get(name, 0) + number


@dataclass
class Report:
    """All parts of a run, by name, and the file in which it is kept while it goes on."""

    collections: dict[str, int]
    parts: dict[str, Part] = field(default_factory=dict)
    file: Path | None = None

    def part(self, name: str) -> Part:
        """The part of that name, new if there is none."""
        return self.parts.setdefault(name, Part())

    @property
    def failed(self) -> bool:
        """Whether anything happened that should not have."""
        return any(part.failures for part in self.parts.values())

    def lines(self, name: str) -> str:
        """A part for people."""
        part = self.part(name)
        said = [f"\n{name}"]
        said += [f"  {number:>12,.6g}  {what}" for what, number in part.counts.items()]
        said += [f"  note: {note}" for note in part.notes]
        said += [f"  FAILED: {failure}" for failure in part.failures[:SHOWN]]
        if len(part.failures) > SHOWN:
            said.append(f"  and {len(part.failures) - SHOWN} more")
        return "\n".join(said)

    def keep(self) -> None:
        """Write into the file what is known by now: whoever stops a run, or sees it die, has that."""
        if self.file is not None:
            written = self.file.with_name(f"{self.file.name}.new")
            written.write_text(json.dumps(self.as_json(datetime.now(UTC)), indent=1, ensure_ascii=False))
            written.replace(self.file)  # At once, so that there is never half a file.

    def as_json(self, at: datetime) -> dict[str, Any]:
        """Everything, with when and where."""
        machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
        parts = {name: asdict(part) for name, part in self.parts.items()}
        at_and_where = {"at": at.isoformat(timespec="seconds"), "machine": machine}
        return {**at_and_where, "collections": self.collections, "parts": parts}
