"""Attacks that need no browser: what is put into addresses, forms and headers, and what the site answers."""

from __future__ import annotations

import csv
import io
import random
import re
import string
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from flask import Flask

from bench.attacks import mails, planting, walls
from bench.attacks.collected import IN_HEADERS, INJECTED, Payload, of_kinds
from bench.attacks.pages import Pages
from bench.attacks.report import Part, Report
from forum.core import text as texts
from forum.core.db import db
from forum.search.query import LONGEST

LINK = re.compile(r'href="(/(?:people|questions|practices|tags|causes)/\d[^"#?]*)')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FIELD = re.compile(r'<(?:input|textarea|select|button)[^>]*\sname="([^"]+)"')
AREA = re.compile(r'<textarea[^>]*\sname="body"[^>]*>\r?\n?(.*?)</textarea>', re.DOTALL)
NONSENSE = "nothing-is-called-so"
SLOWEST = 2.0  # seconds that one hostile request may take
FACTOR = 2.0  # how much slower everybody else may get meanwhile
FILTERS = (
    "/questions?department=",
    "/questions?tag=",
    "/practices?tag=",
    "/practices?department=",
    "/practices?state=",
    "/causes?state=",
    "/questions?after=",
    "/questions?tab=",
    "/search?q=old&sort=",
    "/search?q=old&page=",
    "/commitments?state=",
    "/stories?tag=",
)
LONGEST_ADDRESS = 1_500  # characters of what is put into one
SEARCHES = ("/search?q=", "/people?q=", "/suggest?q=", "/people/suggest?q=", "/ask/similar?title=")
WILDCARDS = ("%", "_", "%25", "\\%", "%%", "_____")
PERSON = re.compile(r'href="/people/\d+/')
FORGED = {"x-injected", "injected", "header-test", "x-test"}  # names that payloads give to headers of their own
OF_THE_MACHINE = re.compile(r"root:.*:0:0:|SECRET_KEY|create_app\(|\[fonts\]")
# They take away what the others need.
ENDINGS = ("/sign-out", "/leaving", "/removal", "/taking-back", "/password-link", "/clock")
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
WEIGHTS = (60, 32, 2, 2, 1, 2, 1)


@contextmanager
def _site(environ: dict[str, str]) -> Iterator[tuple[Flask, Pages]]:
    """The site as it is, inside this process."""
    with walls.ground(environ, "whole") as ground, ground.app.app_context():
        yield ground.app, Pages(ground.app)


def injected(payloads: Sequence[Payload], environ: dict[str, str], report: Report) -> None:
    """SQL in everything that searches, sorts, filters and pages: it finds what its letters find, and breaks nothing."""
    with _site(environ) as (_, pages):
        inject(pages.client(pages.everything), of_kinds(payloads, INJECTED), report.part("injected"))


def inject(client: Any, strings: Sequence[Payload], part: Part) -> None:
    """Put each string into every filter and every search; a filter that knows no such word shows nothing more."""
    usual = {start: _links(client.get(start + NONSENSE)) for start in FILTERS}
    rows = _row_count()
    for payload in strings:
        part.add("strings")
        words = quote(payload.typed)
        for start in (*FILTERS, *SEARCHES):
            answer = client.get(start + words[:LONGEST_ADDRESS])
            part.add("requests")
            more = answer.status_code == 200 and start in usual and _links(answer) - usual[start]
            if answer.status_code >= 500 or more:
                part.failures.append(f"{start} with {payload.id}: {answer.status_code}")
    for wildcard in WILDCARDS:
        part.add("wildcards")
        if PERSON.search(client.get("/people", query_string={"q": wildcard}).text.partition("<main")[2]):
            part.failures.append(f"/people takes {wildcard!r} for anything")
    if _row_count() != rows:
        part.failures.append("the number of rows of a table changed")


def addresses(payloads: Sequence[Payload], environ: dict[str, str], report: Report) -> None:
    """Redirects, headers, folders, templates and spreadsheets."""
    part = report.part("addresses")
    with _site({**environ, "PROVEN_HOSTS": "localhost,127.0.0.1"}) as (app, pages):
        client, stranger = pages.client(pages.everything), app.test_client()
        _redirects(part, client, stranger, payloads)
        _folders(part, client, payloads)
        _templates(part, client, payloads)
        _spreadsheets(part, app, client, payloads)
        for host in ("evil.example", "localhost.evil.example", "localhost@evil.example"):
            part.add("hosts")
            if stranger.get("/healthz", headers={"Host": host}).status_code != 400:
                part.failures.append(f"answers to the host {host}")


def _redirects(part: Part, client: Any, stranger: Any, payloads: Sequence[Payload]) -> None:
    looks, follow = {"only": "theme", "theme": "dark"}, {"kind": "department", "id": "1", "on": "1"}
    for payload in of_kinds(payloads, IN_HEADERS):
        part.add("redirects and headers")
        for answer in (
            client.get("/sign-in", query_string={"next": payload.raw}),
            client.get(_path("/" + quote(payload.raw, safe="/\\@:?#%"))),
            stranger.get("/questions/1", query_string={"next": payload.raw}),
            _posted(client, "/settings/looks", "/settings", {**looks, "next": payload.raw}),
            _posted(client, "/follows", "/settings", {**follow, "next": payload.raw}),
        ):
            part.add("requests")
            names = {name.lower() for name, _ in answer.headers}
            if answer.status_code >= 500 or _leaves(answer) or FORGED & names:
                part.failures.append(f"{payload.id}: {answer.status_code} {answer.headers.get('Location')}")


def _path(typed: str) -> str:
    """The address as a path: what begins with two slashes would be another host for whoever sends it from here."""
    return "/" + typed.lstrip("/") if typed.startswith("//") else typed


def _folders(part: Part, client: Any, payloads: Sequence[Payload]) -> None:
    for payload in of_kinds(payloads, ("path-traversal", "traversal")):
        part.add("ways out of a folder")
        for start in ("/static/", "/static/dist/", "/static/%2e%2e/", "/tags/", "/"):
            answer = client.get(start + quote(payload.raw.lstrip("/"), safe="/\\%."))
            part.add("requests")
            if answer.status_code >= 500 or OF_THE_MACHINE.search(answer.get_data(as_text=True)):
                part.failures.append(f"{start} with {payload.id}: {answer.status_code}")


def _templates(part: Part, client: Any, payloads: Sequence[Payload]) -> None:
    for payload in of_kinds(payloads, ("ssti",)):
        part.add("templates")
        shown = _posted(client, "/preview", "/ask", {"body": payload.typed})
        if shown.status_code >= 500 or ("{{" in payload.typed and "{{" not in shown.text):
            part.failures.append(f"/preview evaluates {payload.id}")


def _spreadsheets(part: Part, app: Flask, client: Any, payloads: Sequence[Payload]) -> None:
    formulas = of_kinds(payloads, ("csv",))
    files = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.endswith(".csv")]
    if not formulas:
        return
    planter = planting.Planter(cleaned=True)
    for payload in formulas:
        planter.plant_alone(payload.raw)
        for rule in files:
            for number in ("1", "3", "6") if "<id:" in rule else ("",):
                path = re.sub(r"<table>", "figures", re.sub(r"<id:id>", number, rule))
                rows = list(csv.reader(io.StringIO(client.get(path).get_data(as_text=True))))
                part.add("spreadsheets")
                for cell in (cell for row in rows for cell in row):
                    if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not re.fullmatch(r"[-+]?[\d.]+%?", cell):
                        part.failures.append(f"{path} with {payload.id}: a cell {cell[:40]!r}")


def stored(payloads: Sequence[Payload], environ: dict[str, str], report: Report) -> None:
    """A text that was asked stands in the form that changes it byte by byte as it was, once normalised."""
    part = report.part("stored")
    kinds = ("naughty", "confusable", "commonmark", "markdown-doc")
    with _site(environ) as (_, pages):
        client = pages.client(pages.everything)
        token = _token(client, "/ask")
        for payload in of_kinds(payloads, kinds):
            source = payload.typed
            if not source.strip():
                continue
            part.add("texts")
            form = {
                "title": f"Does {payload.id} stay as it is?",
                "body": source.replace("\n", "\r\n"),
                "departments": "1",
                "similar_seen": "yes",
                "csrf_token": token,
            }
            answer = client.post("/ask", data=form)
            place = re.match(r"/questions/\d+", answer.headers.get("Location", ""))
            if not place:
                part.failures.append(f"{payload.id} could not be asked: {answer.status_code}")
                continue
            shown = client.get(f"{place[0]}/edit").text
            found = AREA.search(shown)
            if found is None or _unescaped(found[1]) != source:
                part.failures.append(f"{payload.id} did not come back as it was")


def slow(payloads: Sequence[Payload], environ: dict[str, str], report: Report) -> None:
    """What keeps a programme busy, at the greatest length, while somebody else looks at the list."""
    part = report.part("slow")
    pathological = [payload for payload in payloads if payload.kind == "pathological"] or list(payloads[:20])
    with _site(environ) as (app, pages):
        client = pages.client(pages.everything)
        token = _token(client, "/ask")
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


def schemes(payloads: Sequence[Payload], environ: dict[str, str], report: Report) -> None:
    """Addresses made up at random: none that is kept is of a foreign scheme as Chromium reads it."""
    from bench.attacks.browsing import chromium

    part = report.part("schemes")
    rng = random.Random(11)
    made = [_address(rng) for _ in range(30_000)]
    kept = []
    for address in made:
        found = re.search(r'href="([^"]*)"', texts.clean(f'<a href="{texts.escaped(address)}">x</a>'))
        if found:
            kept.append(_unescaped(found[1]))
    part.counts = {"addresses": len(made), "kept": len(kept)}
    with chromium() as browser:
        page = browser.new_page()
        page.goto("about:blank")
        judge = """list => list.filter((each) => { try {
          return !["http:", "https:", "mailto:"].includes(new URL(each, "https://proven.example/a/b").protocol)
        } catch { return false } })"""
        foreign = page.evaluate(judge, kept)
        leads_away = """list => list.filter((each) => { try {
          return /^\\s*[\\/\\\\]/.test(each) && new URL(each, "https://proven.example/a/b").host !== "proven.example"
        } catch { return false } })"""
        away = page.evaluate(leads_away, kept)
    part.failures = [f"kept {address!r}" for address in [*foreign, *away]]


def _address(rng: random.Random) -> str:
    names = [
        "javascript",
        "data",
        "vbscript",
        "file",
        "ms-word",
        "view-source",
        "blob",
        "https",
        "http",
        "mailto",
        "",
        "j",
    ]
    odd = [
        "\t",
        "\n",
        "\r",
        "\x00",
        "\x01",
        " ",
        "\u200b",
        "\u00ad",
        "\u2028",
        "\ufeff",
        "&colon;",
        "&#58;",
        "%3a",
        "\\",
        "/",
        "//",
        ":",
        "#",
        "?",
        "@",
        "`",
        "\uff1a",
        "\x1f",
        "\x7f",
        "&tab;",
        "&newline;",
        "1",
        "é",
    ]
    word = list(rng.choice(names))
    if rng.random() < 0.5:  # Nearly as it should be.
        return (
            "".join(word)
            + rng.choice([":", "://", ":/", "&colon;//"])
            + rng.choice(odd)
            + "evil.example/1"
            + rng.choice(odd)
        )
    for _ in range(rng.randrange(4)):
        word.insert(rng.randrange(len(word) + 1), rng.choice(odd))
    if rng.random() < 0.3:
        word = [letter.upper() if rng.random() < 0.5 else letter for letter in word]
    tail = "".join(rng.choice([*odd, "a", "alert(1)", "evil.example", "123"]) for _ in range(rng.randrange(6)))
    return "".join(word) + rng.choice([":", ":", "", "//", "&colon;"]) + tail


def fuzz(payloads: Sequence[Payload], environ: dict[str, str], report: Report, number: int, seed: int) -> None:
    """Requests made up from the map of addresses and the payloads: none is answered with a failure of ours."""
    part = report.part("fuzz")
    with _site(environ) as (app, pages):
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
            return client, _token(client, "/sign-in")
        person = self._pages.everything if turn % 2 else self._pages.anybody
        self._pages.forget(person)
        client = self._pages.client(person)
        return client, _token(client, "/ask")

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


def _posted(client: Any, path: str, form_page: str, data: dict[str, str]) -> Any:
    return client.post(path, data={"csrf_token": _token(client, form_page), **data})


def _token(client: Any, path: str) -> str:
    found = TOKEN.search(client.get(path).text)
    return _unescaped(found[1]) if found else ""


def _links(answer: Any) -> set[str]:
    return set(LINK.findall(answer.text))


def _leaves(answer: Any) -> bool:
    """Whether a browser that is sent where this answer says leaves the site."""
    to = answer.headers.get("Location")
    if to is None:
        return False
    read = re.sub(r"[\t\r\n]", "", to.strip()).replace("\\", "/")
    return urlsplit(urljoin("http://localhost/", read)).netloc not in ("localhost", "")


def _unescaped(words: str) -> str:
    import html

    return html.unescape(words)


def _row_count() -> dict[str, int]:
    with db.engine.connect() as connection:
        counted = {}
        for table in db.metadata.sorted_tables:
            if table.name not in ("rate_count", "recent_search", "missed_search", "session", "job"):
                counted[table.name] = connection.exec_driver_sql(f'SELECT count(*) FROM "{table.name}"').scalar_one()
        return counted
