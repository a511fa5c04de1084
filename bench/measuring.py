"""Sends the requests of a case for some seconds, from one person or several at once, and says what that took."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from bench.cases import Case
from bench.processes import Processes, Usage, busy
from bench.visitors import Answer, Failed, Request, Visitor

WARM_UP = 1.0  # seconds: every thread of the server has then its connection and its index open
SHARE = 16  # Visitors start this part of all requests apart, so that no two send the same one at the same time.


@dataclass(frozen=True)
class Figures:
    """What a case took with so many visitors at once.

    Times are milliseconds. `processor` is what one request took of each part of the site, None where it cannot be
    told; `size` the mean bytes of an answer as they came over the line; `others` the share of the machine that work
    other than this took meanwhile.
    """

    visitors: int
    requests: int
    per_second: float
    p50: float
    p95: float
    size: int
    processor: Usage | None
    others: float | None


@dataclass
class Crowd:
    """People who are signed in, and the processes that answer them. `settle` waits for the worker to be done."""

    people: Sequence[Visitor]
    processes: Processes
    settle: Callable[[], None]

    def measure(self, case: Case, seconds: float, groups: Sequence[int] = (1, 8)) -> list[Figures]:
        """Figures for each group of visitors, after a warm-up."""
        turns = [
            islice(cycle(case.requests), place * len(case.requests) // SHARE, None) for place in range(len(self.people))
        ]
        self._run(case, turns, max(groups), WARM_UP)
        return [self._run(case, turns, visitors, seconds) for visitors in groups]

    def _run(self, case: Case, turns: Sequence[Iterator[Request]], visitors: int, seconds: float) -> Figures:
        self.settle()
        runs = [_Run(self.people[place], case, turns[place]) for place in range(visitors)]
        watch = Watch(self.processes)
        begin = time.perf_counter()
        for run in runs:
            run.start(begin + seconds)
        for run in runs:
            run.finish()
        elapsed = time.perf_counter() - begin
        if case.writes:
            self.settle()
        return _figures(runs, elapsed, *watch.stop())


class Watch:
    """Looks at the processor time from its making until `stop`."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._before = processes.processor()
        self._busy = busy()
        self._own, self._begin = time.process_time(), time.perf_counter()

    def stop(self) -> tuple[Usage | None, float | None]:
        """What the processes used (seconds), and the share of the machine that neither they nor this one used."""
        after, busy_now = self._processes.processor(), busy()
        if after is None or busy_now is None or self._before is None or self._busy is None:
            return None, None
        used = after.since(self._before)
        ours = used.together + time.process_time() - self._own
        there_was = (time.perf_counter() - self._begin) * (os.cpu_count() or 1)
        return used, max(0.0, round((busy_now - self._busy - ours) / there_was, 2))


@dataclass
class _Run:
    """One visitor's requests."""

    visitor: Visitor
    case: Case
    turns: Iterator[Request]
    times: list[float] = field(default_factory=list)
    size: int = 0
    failure: Exception | None = None

    def start(self, end: float) -> None:
        self._thread = threading.Thread(target=self._go_on, args=(end,), daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the last answer. Raises what went wrong."""
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _go_on(self, end: float) -> None:
        try:
            while time.perf_counter() < end:
                self._send(next(self.turns))
        except Exception as failure:  # Told to whoever waits for this thread.
            self.failure = failure

    def _send(self, request: Request) -> None:
        begin = time.perf_counter()
        answer = self.visitor.send(request, follow=self.case.follow)
        self.times.append(time.perf_counter() - begin)
        self.size += len(answer.body)
        check(self.case, request, answer)


def check(case: Case, request: Request, answer: Answer) -> None:
    """Raise `Failed` when the answer is not what the case promises: a fast refusal is no result."""
    if answer.status != case.status:
        raise Failed(f"{case.name}: {request.path} was answered with {answer.status} instead of {case.status}.")


def _figures(runs: Sequence[_Run], elapsed: float, used: Usage | None, others: float | None) -> Figures:
    times = sorted(taken for run in runs for taken in run.times)
    count = len(times)
    each = 1_000 / count
    return Figures(
        visitors=len(runs),
        requests=count,
        per_second=round(count / elapsed, 1),
        p50=round(times[count // 2] * 1_000, 2),
        p95=round(times[min(count - 1, int(count * 0.95))] * 1_000, 2),
        size=sum(run.size for run in runs) // count,
        processor=used.times(each) if used else None,
        others=others,
    )
