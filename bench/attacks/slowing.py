"""What keeps a programme busy, and how long everybody else waits meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from bench.attacks.collected import Payload
from bench.attacks.inside import site, token_of
from bench.attacks.pages import Pages
from bench.attacks.report import Part, Report
from forum.search.query import LONGEST

SLOWEST = 2.0  # seconds that one hostile request may take
FACTOR = 2.0  # how much slower everybody else may get meanwhile


def slow(payloads: Sequence[Payload], environ: dict[str, str], report: Report) -> None:
    """What keeps a programme busy, at the greatest length, while somebody else looks at the list."""
    part = report.part("slow")
    pathological = [payload for payload in payloads if payload.kind == "pathological"] or list(payloads[:20])
    with site(environ) as (app, pages):
        client = pages.client(pages.everything)
        token = token_of(client, "/ask")
        with app.app_context():
            alone = _percentile(_looks(app, pages, lambda: time.sleep(3)))
        searches = [*_hostile_searches(), *(payload.typed[:LONGEST] for payload in pathological)]

        def attack() -> None:
            with app.app_context():
                for payload in pathological:
                    _timed(
                        part,
                        f"/preview of {payload.id}",
                        lambda body=payload.typed: client.post(  # type: ignore[misc]
                            "/preview", data={"body": body, "csrf_token": token}
                        ),
                    )
                for number, query in enumerate(searches):
                    _timed(
                        part,
                        f"search {number}: {query[:30]!r}",
                        lambda q=query: client.get(  # type: ignore[misc]
                            "/search", query_string={"q": q}
                        ),
                    )

        meanwhile = _percentile(_looks(app, pages, attack))
        part.counts["p95 of the list alone, ms"] = round(alone * 1_000, 1)
        part.counts["p95 of the list meanwhile, ms"] = round(meanwhile * 1_000, 1)
        if meanwhile > FACTOR * alone:
            part.failures.append(f"others waited {meanwhile / alone:.1f} times as long")


def _timed(part: Part, what: str, send: Callable[[], Any]) -> None:
    begin = time.perf_counter()
    answer = send()
    took = time.perf_counter() - begin
    part.add("requests")
    part.counts["slowest, ms"] = max(part.counts.get("slowest, ms", 0), round(took * 1_000))
    if took > SLOWEST or answer.status_code >= 500:
        part.failures.append(f"{what}: {answer.status_code} after {took:.1f} s")


def _looks(app: Flask, pages: Pages, work: Callable[[], None]) -> list[float]:
    """How long somebody else's looks at the list take while the work is done."""
    other = pages.client(pages.anybody)
    took: list[float] = []
    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive() or not took:
        begin = time.perf_counter()
        other.get("/")
        took.append(time.perf_counter() - begin)
        time.sleep(0.05)
    worker.join()
    return took


def _percentile(took: list[float]) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * 0.95))]


def _hostile_searches() -> list[str]:
    pieces = [
        "*",
        "*a*",
        "a* ",
        "?",
        "(",
        "((a ",
        '"the of and" ',
        "NOT ",
        "word~9 ",
        "[a TO z] ",
        '"',
        "-a ",
        "tag:a ",
        "the of and to a in ",
        "a OR ",
        "x" * 39 + " ",
        "author:",
        "before:2026-01-01 ",
        "\u200b",
        "é́",
    ]
    return [(piece * LONGEST)[:LONGEST] for piece in pieces]
