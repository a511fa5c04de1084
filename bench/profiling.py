"""Where the processor time of a request goes, by library and by function.

Samples, not a tracer: a tracer makes what calls many small functions look several times as expensive as it is. A
sample is taken by the clock of the processor, so other work on the machine does not show.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from flask import Flask

from bench.cases import Case
from bench.measuring import check
from bench.visitors import Inside, Request, Visitor
from forum.core.config import PROJECT

EVERY = 0.001  # seconds of processor time between samples; systems with a slower clock take fewer
WARM_UP = 50  # requests before anything is counted
LIBRARIES, FUNCTIONS = 14, 60  # shown
BENCH = "bench"


class Place(NamedTuple):
    """A function."""

    library: str
    file: str
    name: str


class Samples:
    """How often each function was seen at work, itself and with all it called."""

    def __init__(self) -> None:
        self.count = 0
        self.own: Counter[Place] = Counter()
        self.together: Counter[Place] = Counter()

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """Note where the program is."""
        stack = [_place(each) for each in _outwards(frame)]
        self.count += 1
        self.own[stack[0]] += 1
        self.together.update(set(stack))


def profile(app: Flask, case: Case, requests: int = 500) -> str:
    """What `requests` requests of a case spent their processor time on, as a text. Not on Windows, which has no
    such clock."""
    visitor = Visitor(Inside(app)).sign_in(0)
    turns = cycle(case.requests)
    _send(visitor, case, islice(turns, WARM_UP))
    begin = time.process_time()
    with _sampling() as samples:
        _send(visitor, case, islice(turns, requests))
    taken = (time.process_time() - begin) * 1_000 / requests
    each = taken / max(samples.count, 1)
    head = f"{case.name}: {taken:.2f} ms a request, by {samples.count:,} samples of {requests:,} requests"
    return "\n".join([head, "", *_by_library(samples, each), "", *_by_function(samples, each), ""])


@contextmanager
def _sampling() -> Iterator[Samples]:
    samples = Samples()
    before = signal.signal(signal.SIGPROF, samples.take)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        yield samples
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _send(visitor: Visitor, case: Case, requests: Iterable[Request]) -> None:
    for request in requests:
        check(case, request, visitor.send(request, follow=case.follow))


def _by_library(samples: Samples, each: float) -> Iterator[str]:
    own: Counter[str] = Counter()
    for place, count in samples.own.items():
        own[place.library] += count
    yield "  own ms  library"
    for library, count in own.most_common(LIBRARIES):
        yield f"{count * each:8.2f}  {library}"


def _by_function(samples: Samples, each: float) -> Iterator[str]:
    yield "together ms    own ms  function"
    # What stands in every sample is how the program was started.
    seen = [place for place, count in samples.together.most_common() if count < samples.count]
    shown = [place for place in seen if place.library != BENCH][:FUNCTIONS]
    for place in shown:
        yield f"{samples.together[place] * each:11.2f} {samples.own[place] * each:9.2f}  {place.file} {place.name}"


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _place(frame: FrameType) -> Place:
    file = frame.f_code.co_filename
    parts = Path(file).parts
    if "site-packages" in parts:
        inside = parts[parts.index("site-packages") + 1 :]
        return Place(inside[0], "/".join(inside), frame.f_code.co_name)
    if file.startswith(str(PROJECT)):
        inside = Path(file).relative_to(PROJECT).parts
        return Place("/".join(inside[:2]) if inside[0] != BENCH else BENCH, "/".join(inside), frame.f_code.co_name)
    return Place("Python", Path(file).name, frame.f_code.co_name)
