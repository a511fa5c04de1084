"""Proven with one of its walls taken down, to see that the other one holds alone.

There is no setting for this, and none is read: only a programme that makes the application itself, as this one does,
can take something out of it. It serves the site inside this process, on this machine alone.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from flask import Flask
from flask.testing import FlaskClient
from waitress.server import create_server

from bench.attacks import mails
from forum import create_app
from forum.core import text
from forum.core.db import db

POLICY = "content-security-policy"
REPORTS = "/policy-reports"
READ = 50  # reports that the site itself reads: each costs it a write, and one page of attacks sends thousands
THREADS = 4
MODES = {
    "whole": "as it is",
    "cleaning alone": "every text is cleaned and escaped, and there is no Content-Security-Policy",
    "policy alone": "nothing is cleaned or escaped, and there is the Content-Security-Policy",
    "neither": "the control: nothing is cleaned or escaped, and there is no policy",
}

BARE = ("policy alone", "neither")


@dataclass(frozen=True)
class Ground:
    """A site that is attacked: where it answers, the application, and how the site answered reports of its policy."""

    mode: str
    address: str
    app: Flask
    reports: list[str]  # empty for those that were only counted


class Client(FlaskClient):
    """Sends requests from inside this process, each in a context of its own, as those of a server are."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request and read the answer whole."""
        kwargs.setdefault("buffered", True)
        db.session.rollback()  # What was read before is not in its way.
        with self.application.app_context():
            return super().open(*args, **kwargs)


@contextmanager
def ground(environ: dict[str, str], mode: str) -> Iterator[Ground]:
    """The site in one of `MODES`, served until the block ends."""
    with ExitStack() as stack:
        if mode in BARE:
            stack.enter_context(mock.patch.object(text, "clean", lambda html: html))
        app = create_app({**environ, "PROVEN_LOG": "error"})
        app.test_client_class = Client
        app.config["COMPRESS_MIMETYPES"] = []  # Time for nothing, on one machine.
        mails.attach(app)
        if mode in BARE:
            app.jinja_env.autoescape = False
        if mode in ("cleaning alone", "neither"):
            app.wsgi_app = _without_policy(app.wsgi_app)  # type: ignore[method-assign]
        reports: list[str] = []
        app.wsgi_app = _counting_reports(app.wsgi_app, reports)  # type: ignore[method-assign]
        address = stack.enter_context(_served(app))
        yield Ground(mode, address, app, reports)
        with app.app_context():
            db.engine.dispose()


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    logging.getLogger("waitress").setLevel(logging.ERROR)
    server: Any = create_server(app, host="127.0.0.1", port=port, threads=THREADS)
    thread = threading.Thread(target=server.run, daemon=True, name="attacked")
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()


def _counting_reports(site: Callable[..., Iterable[bytes]], reports: list[str]) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != REPORTS:
            return site(environ, start_response)
        if len(reports) >= READ:
            reports.append("")
            start_response("204 No Content", [])
            return []

        def start(status: str, *rest: Any) -> Any:
            reports.append(status)
            return start_response(status, *rest)

        return site(environ, start)

    return answer


def _without_policy(site: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [each for each in headers if each[0].lower() != POLICY], *rest)

        return site(environ, start)

    return answer
