"""Requests made up at random from the map of addresses, the names of all fields and the payloads."""

from __future__ import annotations

import random
import re
import string
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Flask

from bench.attacks import mails
from bench.attacks.collected import Payload
from bench.attacks.inside import site, token_of
from bench.attacks.pages import Pages
from bench.attacks.report import Part, Report

FIELD = re.compile(r'<(?:input|textarea|select|button)[^>]*\sname="([^"]+)"')
# They take away what the others need.
ENDINGS = ("/sign-out", "/leaving", "/removal", "/taking-back", "/password-link", "/clock")
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
WEIGHTS = (60, 32, 2, 2, 1, 2, 1)


def fuzz(payloads: Sequence[Payload], environ: dict[str, str], report: Report, number: int, seed: int) -> None:
    """Requests made up from the map of addresses and the payloads: none is answered with a failure of ours."""
    part = report.part("fuzz")
    with site(environ) as (app, pages):
        Fuzzer(app, pages, [payload.raw for payload in payloads], seed).run(number, part)


class Fuzzer:
    """Sends made-up requests as a stranger, an employee and somebody with every role; the same ones for a seed."""

    def __init__(self, app: Flask, pages: Pages, words: Sequence[str], seed: int) -> None:
        self._app, self._pages, self._words = app, pages, list(words) or [""]
        self._random = random.Random(seed)
        self._rules = [
            rule
            for rule in app.url_map.iter_rules()
            if not rule.rule.endswith(ENDINGS) and rule.endpoint != mails.ENDPOINT
        ]
        self._fields = self._names()

    def run(self, number: int, part: Part) -> None:
        """Send so many, and note what they were answered with."""
        took: list[float] = []
        client, token = self._app.test_client(), ""
        for count in range(number):
            if count % 400 == 0:
                client, token = self._somebody(count // 400)
            method, path, given = self._request(token)
            begin = time.perf_counter()
            try:
                answer = client.open(path, method=method, **given)
            except (UnicodeError, ValueError):  # The client itself cannot send that.
                part.add("could not be sent")
                continue
            took.append(time.perf_counter() - begin)
            part.add("requests")
            part.add(f"answered {answer.status_code // 100}xx")
            if answer.status_code >= 500 and answer.status_code != 503:
                part.failures.append(f"{method} {path[:120]} {str(given)[:200]}: {answer.status_code}")
            elif answer.status_code == 503:
                part.add("answered busy")
        part.counts["p99, ms"] = round(sorted(took)[int(len(took) * 0.99)] * 1_000, 1)

    def _somebody(self, turn: int) -> tuple[Any, str]:
        if turn % 4 == 0:
            client = self._app.test_client()
            return client, token_of(client, "/sign-in")
        person = self._pages.everything if turn % 2 else self._pages.anybody
        self._pages.forget(person)
        client = self._pages.client(person)
        return client, token_of(client, "/ask")

    def _request(self, token: str) -> tuple[str, str, dict[str, Any]]:
        rule = self._random.choice(self._rules)
        method = self._random.choices(METHODS, WEIGHTS)[0]
        path = re.sub(r"<(?:(\w+):)?\w+>", self._part, rule.rule)
        chosen = {self._random.choice(self._fields): self._word() for _ in range(self._random.randrange(5))}
        if method in ("GET", "HEAD", "OPTIONS"):
            return method, path, {"query_string": chosen}
        given = {**chosen, "csrf_token": token}
        if self._random.random() < 0.1:
            return method, path, {"json": given}
        return method, path, {"data": given, "headers": {"HX-Request": "true"} if self._random.random() < 0.3 else {}}

    def _part(self, found: re.Match[str]) -> str:
        if found[1] == "id" and self._random.random() < 0.85:
            return str(self._random.randrange(1, 400))
        return quote(self._word()[:200], safe="/%" if found[1] == "path" else "%", errors="surrogatepass")

    def _word(self) -> str:
        if self._random.random() < 0.15:
            return "".join(self._random.choices(string.printable, k=self._random.randrange(20)))
        return self._random.choice(self._words)

    def _names(self) -> list[str]:
        client = self._pages.client(self._pages.everything)
        forms = [
            rule.rule for rule in self._app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())
        ]
        found = {name for path in forms for name in FIELD.findall(client.get(path).get_data(as_text=True))}
        return sorted(
            found | {"q", "after", "page", "tab", "title", "tag", "department", "next", "state", "version", "body"}
        )
