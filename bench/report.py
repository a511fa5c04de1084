"""Figures as a table for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench.first_view import FirstView
from bench.measuring import Figures
from bench.prepared import Record
from bench.processes import Usage

HEADS = ("case", "SQL", "people", "per s", "p50 ms", "p95 ms", "CPU ms", "floors", "worker ms", "bytes")
WIDTHS = (-18, 4, 6, 8, 8, 8, 8, 7, 10, 8)  # characters; below 0 for a column that starts at the left
EXPLAINED = (
    "CPU ms: processor time of server and database for one request, the steady figure; p50 and p95 also hold waiting,\n"
    "for other work on this machine too. floors: CPU ms over that of the bare page with as many people."
)
MISSING = "This system has no /proc: processor time and memory are missing."


@dataclass
class Report:
    """All that one run found out; `cases` by their name, the floor first."""

    record: Record
    database: str
    started_in: float = 0.0
    statements: dict[str, int] = field(default_factory=dict)
    cases: dict[str, list[Figures]] = field(default_factory=dict)
    memory: dict[str, Usage | None] = field(default_factory=dict)
    first_view: FirstView | None = None

    def head(self) -> str:
        """The line above the table."""
        return _line(HEADS)

    def rows(self, case: str) -> str:
        """The lines of one case."""
        return "\n".join(
            _line(
                (
                    case if place == 0 else "",
                    str(self.statements.get(case, "-")) if place == 0 else "",
                    str(figures.visitors),
                    f"{figures.per_second:,.1f}",
                    f"{figures.p50:.1f}",
                    f"{figures.p95:.1f}",
                    _number(figures.processor.answering if figures.processor else None),
                    _number(self._floors(figures, place), 1),
                    _number(figures.processor.worker if figures.processor else None),
                    f"{figures.size:,}",
                )
            )
            for place, figures in enumerate(self.cases[case])
        )

    def foot(self) -> str:
        """What stands under the table."""
        record = self.record
        said = [
            EXPLAINED,
            "",
            f"Filled: {record.source}, {record.posts:,} posts in {record.fill_time:,} s, on {self.database}",
            f"Index: {record.posts / max(record.index_time, 0.1):,.0f} posts/s, {record.index_time:,} s in all",
            f"Index on disk: {record.index_size:,} bytes, {record.index_size / record.text_size:.2f} of the text",
            f"Start to first answer: {self.started_in:.1f} s",
        ]
        said += [f"Memory {when}: {_memory(used)}" for when, used in self.memory.items() if used]
        if self.first_view is not None:
            view = self.first_view
            said.append(
                f"First view: {view.requests} requests, {view.size:,} bytes; "
                f"up to {view.fonts} fonts, {view.fonts_size:,} bytes"
            )
        return "\n".join([*said, *self._others(), *([] if any(self.memory.values()) else [MISSING])])

    def _others(self) -> list[str]:
        """How far the machine was anybody else's while it was measured: what makes p50 and p95 worth little."""
        shares = [each.others for figures in self.cases.values() for each in figures if each.others is not None]
        if not shares:
            return []
        return [f"Other work took {sum(shares) / len(shares):.0%} of the machine meanwhile, at most {max(shares):.0%}"]

    def as_json(self) -> dict[str, Any]:
        """Everything, with when and where."""
        return {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {
                "cores": os.cpu_count(),
                "system": platform.system(),
                "processor": platform.machine(),
                "python": platform.python_version(),
            },
            **asdict(self),
        }

    def _floors(self, figures: Figures, place: int) -> float | None:
        floor = next(iter(self.cases.values()))[place].processor
        if figures.processor is None or floor is None or not floor.answering:
            return None
        return figures.processor.answering / floor.answering


def _line(cells: Sequence[str]) -> str:
    return " ".join(
        cell.ljust(-width) if width < 0 else cell.rjust(width) for cell, width in zip(cells, WIDTHS, strict=True)
    )


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _memory(used: Usage) -> str:
    parts = {name: value for name, value in asdict(used).items() if value}
    return ", ".join(f"{name} {value:.0f} MiB" for name, value in parts.items())
