"""The world of a journey: the real server and its worker in processes of their own, and Chromium to visit them with."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)
from sqlalchemy import delete, select

from forum import create_app
from forum.core.config import PROJECT
from forum.core.db import db, transaction
from forum.core.jobs import backlog
from forum.home.arriving import greet
from forum.needs.models import AskSession
from forum.people.models import Person
from tests import demonstration
from tests.conftest import Browser as Client
from tests.services import CHROMIUM_ARGS, find_chromium

START_TIME = 180.0  # seconds: the story is told anew at each start of these tests, on machines that do other things too
PATIENCE = 10_000  # ms to wait for something to appear before it counts as missing
NO_LIMIT = "1000000 per minute"
REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`forbidden by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""


@dataclass
class Site:
    """A running site. `app` is a second application on the same data, with which a test arranges what it needs."""

    url: str
    app: Flask
    output: Path

    @contextmanager
    def arranging(self) -> Iterator[None]:
        """What is done inside is saved together at the end of the block, and indexed by the worker soon after."""
        with self.app.app_context(), transaction():
            yield

    def person(self, handle: str) -> Person:
        """One of the demonstration's people; only inside `arranging`."""
        return db.session.scalars(select(Person).where(Person.handle == handle)).one()

    def session_of(self, handle: str) -> Any:
        """The cookie of a new session, as the sign-in form would give it."""
        with self.app.app_context():
            client: Any = self.app.test_client()
            cookie = client.sign_in(self.person(handle)).get_cookie("proven")
        return {"name": cookie.key, "value": cookie.value, "url": self.url}

    def printed(self, pattern: str) -> str:
        """The part of what the server printed that looks like this."""
        found = re.search(pattern, self.output.read_text())
        assert found is not None, self.output.read_text()
        return found[0]

    def settle(self) -> None:
        """Wait until the worker has done all that there is to do."""
        end = time.monotonic() + START_TIME
        with self.app.app_context():
            while backlog()[0]:
                db.session.rollback()
                assert time.monotonic() < end, "the worker does not get done"
                time.sleep(0.05)


@contextmanager
def running(folder: Path, *words: str) -> Iterator[Site]:
    """The server as `start.py` runs it, on an empty data folder, until the block ends. `words` are passed to it."""
    port = _free_port()
    environ = {
        "PROVEN_DATA": str(folder / "data"),
        "PROVEN_PORT": str(port),
        "PROVEN_SIGN_IN_LIMIT": NO_LIMIT,
        "PROVEN_FACTOR_LIMIT": NO_LIMIT,
        "PROVEN_POST_LIMIT": NO_LIMIT,
        "PROVEN_VOTE_LIMIT": NO_LIMIT,
        "PROVEN_SEARCH_LIMIT": NO_LIMIT,
        "PROVEN_PREVIEW_LIMIT": NO_LIMIT,
        "PROVEN_LOG": "warning",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("PROVEN_")}
    output = folder / "output"
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--with-worker", *words]
    with output.open("wb") as file:
        server = subprocess.Popen(command, cwd=PROJECT, env={**others, **environ}, stdout=file, stderr=file)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", server, output)
        app = create_app(environ)
        app.test_client_class = Client
        yield Site(f"http://127.0.0.1:{port}", app, output)
        with app.app_context():
            db.engine.dispose()
        assert server.poll() is None, f"the server stopped by itself with {server.returncode}:\n{output.read_text()}"
        assert "Traceback" not in output.read_text(), output.read_text()
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, shared by all journeys of this process: each brings questions of its own."""
    folder = tmp_path_factory.mktemp("site")
    demonstration.copy_to(folder / "data", demonstration.shared_folder(tmp_path_factory), "journeys")
    with running(folder) as site:
        site.settle()
        with site.arranging():
            greet(site.person("kim"))  # Whichever journey signs her in first: she has been here before.
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys of this process; every visit has a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """Notes everything that goes wrong in the pages of a test."""

    problems: list[str] = field(default_factory=list)
    _expected: set[int] = field(default_factory=set)

    def expect(self, *statuses: int) -> None:
        """These answers belong to the story, such as 422 for a form that is refused."""
        self._expected.update(statuses)

    def take(self) -> list[str]:
        """What went wrong so far, which the test judges itself."""
        taken, self.problems = self.problems, []
        return taken

    def over(self, context: BrowserContext) -> None:
        """Watch all pages of a profile."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.problems.append(f"uncaught in a script: {error.error}"))
        context.on("requestfailed", self._miss)
        context.on("response", self._check)

    def _hear(self, message: ConsoleMessage) -> None:
        # What the server answered is judged by `_check`, which knows what belongs to the story.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.problems.append(f"console at {message.location.get('url')}: {message.text}")

    def _miss(self, request: Request) -> None:
        # Chromium calls a request aborted that the page gave up itself, by going elsewhere.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"{request.method} {request.url}: {request.failure}")

    def _check(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self.problems.append(f"{response.request.method} {response.url}: {response.status}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What goes wrong in any page: errors of scripts, broken policy, failed requests, refusals nobody expected."""
    watch = Watch()
    yield watch
    assert watch.problems == []


Visit = Callable[..., Page]


@pytest.fixture
def visit(site: Site, chromium: Browser, watch: Watch, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open a browser: `visit("kim")` is signed in as Kim, `visit()` as nobody.

    `at` is another site than the demonstration; `javascript`, `width`, `theme` and whatever else Playwright's
    `new_context` takes are how the person looks at it.
    """
    profiles: list[BrowserContext] = []

    def open_page(
        handle: str | None = None, *, at: Site | None = None, javascript: bool = True, width: int = 1280, **how: Any
    ) -> Page:
        here = at or site
        context = chromium.new_context(
            base_url=here.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
            reduced_motion="reduce",  # Nothing is measured or pressed while it still moves.
            **how,
        )
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        if handle:
            context.add_cookies([here.session_of(handle)])
        profiles.append(context)
        return context.new_page()

    with site.arranging():  # What another journey began to ask is not in the way of this one.
        db.session.execute(delete(AskSession))
    expect.set_options(timeout=PATIENCE)
    yield open_page
    request.node.seen = [_seen(page) for context in profiles for page in context.pages] if _failed(request) else []
    for context in profiles:
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests cannot run; they say so before anything is set up for them."""
    if find_chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip("no Chromium on this machine (PROVEN_CHROMIUM names one)"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Keep how the test went, and show the pages that were open when it failed."""
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    if report.when == "teardown":
        report.sections += [("Open page", words) for words in getattr(item, "seen", [])]
    return report


def _failed(request: pytest.FixtureRequest) -> bool:
    return bool(getattr(request.node, "failed", False))


def _seen(page: Page) -> str:
    words = re.sub(r"\n\s*\n+", "\n", page.locator("body").inner_text())
    return f"{page.url}\n{words}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + START_TIME
    while True:
        try:
            urllib.request.urlopen(address).close()
            return
        except (urllib.error.URLError, ConnectionError):
            if server.poll() is not None or time.monotonic() > end:
                pytest.fail(f"the server does not start:\n{output.read_text()}")
            time.sleep(0.1)
