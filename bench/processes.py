"""Processor time and memory of processes, as Linux counts them. Elsewhere there is nothing to read: None."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Usage:
    """Seconds of processor time (user and system), or MiB of memory, of the parts of a running site.

    `children` are the server's children without the worker: those that render difficult texts.
    """

    server: float
    worker: float
    children: float
    database: float

    def since(self, before: Usage) -> Usage:
        """What was used after `before`."""
        earlier = asdict(before)
        return Usage(**{name: value - earlier[name] for name, value in asdict(self).items()})

    def times(self, factor: float) -> Usage:
        """The same in another unit, or for one of many."""
        return Usage(**{name: round(value * factor, 3) for name, value in asdict(self).items()})

    @property
    def together(self) -> float:
        """All parts."""
        return sum(asdict(self).values())

    @property
    def answering(self) -> float:
        """What belongs to the answer that somebody waits for: all but the worker."""
        return self.server + self.children + self.database


@dataclass(frozen=True)
class Processes:
    """The processes of a running site: the server's, and the first one of a PostgreSQL on this machine, if any."""

    server: int
    postmaster: int | None = None

    def processor(self) -> Usage | None:
        """Seconds of processor time since they started; None on a system without /proc."""
        return self._sum(_seconds) if PROC.is_dir() else None

    def memory(self) -> Usage | None:
        """MiB that they take now, what several share counted in parts (PSS); None on a system without /proc."""
        return self._sum(_mebibytes) if PROC.is_dir() else None

    def _sum(self, figure: Callable[[int], float]) -> Usage:
        children = _children()
        workers = {pid for pid in children[self.server] if "worker" in _words(pid)}
        others = {*_below(self.server, children)} - {self.server, *workers}
        databases = _below(self.postmaster, children) if self.postmaster else ()
        return Usage(
            server=figure(self.server),
            worker=sum(map(figure, workers)),
            children=sum(map(figure, others)),
            database=sum(map(figure, databases)),
        )


def busy() -> float | None:
    """Seconds of processor time that everything on this machine has used; None on a system without /proc."""
    if not PROC.is_dir():
        return None
    user, nice, system, _idle, _waiting, *rest = map(int, (PROC / "stat").read_text().split()[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def parent(pid: int) -> int | None:
    """The process that started this one; None when it is not on this machine."""
    stat = _stat(pid)
    return int(stat[1]) if stat else None


def name(pid: int) -> str:
    """What program a process runs; empty when it is not on this machine."""
    words = _words(pid)
    return Path(words[0]).name if words else ""


def _seconds(pid: int) -> float:
    stat = _stat(pid)
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK") if stat else 0.0


def _mebibytes(pid: int) -> float:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", (PROC / str(pid) / "smaps_rollup").read_text(), re.MULTILINE)
    except OSError:  # It has ended, or belongs to somebody else.
        return 0.0
    return int(found[1]) / 1_024 if found else 0.0


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for folder in PROC.iterdir():
        stat = _stat(int(folder.name)) if folder.name.isdecimal() else None
        if stat:
            found[int(stat[1])].append(int(folder.name))
    return found


def _below(root: int, children: dict[int, list[int]]) -> Iterator[int]:
    yield root
    for child in children.get(root, ()):
        yield from _below(child, children)


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on: 0 state, 1 parent, 11 user time, 12 system time (ticks)."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _words(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "cmdline").read_text().split("\0")
    except OSError:
        return []
