"""Attacks that need no browser: what is put into addresses, forms and headers, and what the site answers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from flask import Flask

from bench.attacks import planting
from bench.attacks.collected import IN_HEADERS, INJECTED, Payload, of_kinds
from bench.attacks.inside import site, token_of, unescaped
from bench.attacks.report import Part, Report
from forum.core.db import db

LINK = re.compile(r'href="(/(?:people|questions|practices|tags|causes)/\d[^"#?]*)')
AREA = re.compile(r'<textarea[^>]*\sname="body"[^>]*>\r?\n?(.*?)</textarea>', re.DOTALL)
NONSENSE = "nothing-is-called-so"
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


def injected(payloads: Sequence[Payload], environ: dict[str, str], report: Report) -> None:
    """SQL in everything that searches, sorts, filters and pages: it finds what its letters find, and breaks nothing."""
    with site(environ) as (_, pages):
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
    with site({**environ, "PROVEN_HOSTS": "localhost,127.0.0.1"}) as (app, pages):
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
    looks, follow = {"only": "theme", "theme": "dark"}, {"kind": "person", "id": "2", "on": "1"}
    for payload in of_kinds(payloads, IN_HEADERS):
        part.add("redirects and headers")
        for answer in (
            client.get("/sign-in", query_string={"next": payload.raw}),
            client.get(_path("/" + quote(payload.raw, safe="/\\@:?#%"))),
            stranger.get("/questions/1", query_string={"next": payload.raw}),
            _posted(client, "/settings/looks", "/settings", {**looks, "next": payload.raw}),
            _posted(client, "/follows", "/settings", {**follow, "next": payload.raw}),
            _posted(client, "/tags/quotes/level", "/settings", {"level": "watching", "next": payload.raw}),
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
    with site(environ) as (_, pages):
        client = pages.client(pages.everything)
        token = token_of(client, "/ask")
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
            if found is None or unescaped(found[1]) != source:
                part.failures.append(f"{payload.id} did not come back as it was")


def _posted(client: Any, path: str, form_page: str, data: dict[str, str]) -> Any:
    return client.post(path, data={"csrf_token": token_of(client, form_page), **data})


def _links(answer: Any) -> set[str]:
    return set(LINK.findall(answer.text))


def _leaves(answer: Any) -> bool:
    """Whether a browser that is sent where this answer says leaves the site."""
    to = answer.headers.get("Location")
    if to is None:
        return False
    read = re.sub(r"[\t\r\n]", "", to.strip()).replace("\\", "/")
    return urlsplit(urljoin("http://localhost/", read)).netloc not in ("localhost", "")


def _row_count() -> dict[str, int]:
    with db.engine.connect() as connection:
        counted = {}
        for table in db.metadata.sorted_tables:
            if table.name not in ("rate_count", "recent_search", "missed_search", "session", "job"):
                counted[table.name] = connection.exec_driver_sql(f'SELECT count(*) FROM "{table.name}"').scalar_one()
        return counted
