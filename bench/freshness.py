"""`python -m bench.freshness`: how soon a new post is found by somebody else, and how long searches take meanwhile."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import click

from bench import serving
from bench.__main__ import which_database
from bench.prepared import Prepared, Wish, prepared
from bench.visitors import BROWSER, Connection, Failed, Request, Visitor

AUTHOR, LOOKER, SEARCHER = 0, 1, 2  # numbers of people: who posts, who waits for the posts, who searches meanwhile
PATIENCE = 30.0  # seconds after the last post until those not found are given up
PAUSE = 0.1  # seconds between two searches of the one who searches meanwhile


@dataclass
class Run:
    """What was measured, in seconds: `posted` are the words still waited for, with the moment they were sent."""

    posted: dict[str, float] = field(default_factory=dict)
    found: list[float] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float | int]:
        """Numbers in milliseconds, rounded."""
        return {
            "posts": len(self.found) + len(self.posted),
            "never found": len(self.posted),
            "found p50 ms": _at(self.found, 0.5),
            "found p95 ms": _at(self.found, 0.95),
            "found worst ms": _at(self.found, 1.0),
            "searches": len(self.searches),
            "search p50 ms": _at(self.searches, 0.5),
            "search p95 ms": _at(self.searches, 0.95),
        }


@click.command()
@which_database
@click.option("--seconds", default=20.0, help="How long posts are written.")
@click.option("--rate", default=5.0, help="Posts a second.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="File for the figures.")
def main(seconds: float, rate: float, json_file: Path | None, **wish: Any) -> None:
    """Write posts at a steady rate; say how soon somebody else finds each, and how long searches take meanwhile."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with prepared(Wish(**wish)) as ground, serving.product(ground.environ, ground.folder) as server:
        figures = _measured(ground, server.port, seconds, rate)
    for name, value in figures.items():
        click.echo(f"{name:16} {value}")
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1))


def _measured(ground: Prepared, port: int, seconds: float, rate: float) -> dict[str, float | int]:
    run, over = Run(), threading.Event()
    lines = [Connection(port) for _ in (AUTHOR, LOOKER, SEARCHER)]
    author, _, searcher = (Visitor(line).sign_in(number) for number, line in enumerate(lines))
    threads = [
        threading.Thread(target=_look, args=(lines[LOOKER], run, over)),
        threading.Thread(target=_search, args=(searcher, ground.record.queries, run, over)),
    ]
    for thread in threads:
        thread.start()
    try:
        _post(author, run, seconds, rate)
        end = time.monotonic() + PATIENCE
        while run.posted and time.monotonic() < end:
            time.sleep(PAUSE)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return run.figures()


def _post(author: Visitor, run: Run, seconds: float, rate: float) -> None:
    begin, number = time.monotonic(), 0
    mark = f"{time.time_ns():x}"[-7:]  # Words that no run before this one left behind.
    while (due := begin + number / rate) < begin + seconds:
        time.sleep(max(0.0, due - time.monotonic()))
        word = f"zq{mark}n{number}x"
        title = f"Where does one find the {word} of the machine?"
        asked = {"title": title, "body": "It was there yesterday. " * 15, "departments": "1", "similar_seen": "yes"}
        answer = author.send(Request("/ask", asked))
        if answer.status != 303:
            raise Failed(f"A question was answered with {answer.status}.")
        run.posted[word] = time.monotonic()
        number += 1


def _look(line: Connection, run: Run, over: threading.Event) -> None:
    while not over.is_set():
        for word in list(run.posted):
            if "1 result" in line.exchange("GET", f"/search?q={word}", None, dict(BROWSER)).body.decode():
                run.found.append(time.monotonic() - run.posted.pop(word))
        over.wait(0.02)


def _search(searcher: Visitor, queries: list[str], run: Run, over: threading.Event) -> None:
    for request in cycle([Request(f"/search?q={query.replace(' ', '+')}") for query in queries]):
        if over.wait(PAUSE):
            return
        run.searches.append(_timed(lambda request=request: searcher.send(request)))  # type: ignore[misc]


def _timed(deed: Callable[[], Any]) -> float:
    begin = time.monotonic()
    deed()
    return time.monotonic() - begin


def _at(values: list[float], share: float) -> int:
    ordered = sorted(values)
    return round(1_000 * ordered[int(share * (len(ordered) - 1))]) if ordered else 0


if __name__ == "__main__":
    main()
