"""People who use the site: over a connection to the real server, or inside this process to look at it closely."""

from __future__ import annotations

import html
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Flask

from bench.filling import PASSWORD, email

BROWSER = {"User-Agent": "bench", "Accept": "text/html"}
COMPRESSED = {"Accept-Encoding": "gzip, deflate, br, zstd"}  # What browsers say that they understand.
MOST_REDIRECTS = 5
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Request:
    """What somebody sends; a form is sent with the CSRF token that the visitor holds."""

    path: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What came back. The body is as it came over the line, so perhaps compressed."""

    status: int
    body: bytes
    location: str = ""
    kind: str = ""


class Failed(Exception):
    """The site did not answer as it should."""


class Line(Protocol):
    """How requests reach the site."""

    def exchange(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        """Send one request and read its answer whole; cookies are kept."""


class Visitor:
    """Somebody at the site, with cookies and the token of the forms."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._token = ""

    def sign_in(self, person: int) -> Visitor:
        """Sign in through the form, and take the token from the page that one comes to."""
        self.take_token("/sign-in")
        answer = self.send(Request("/sign-in", {"email": email(person), "password": PASSWORD}))
        if answer.status != 303:
            raise Failed(f"{email(person)} could not sign in ({answer.status}).")
        self.take_token("/")
        return self

    def take_token(self, path: str) -> None:
        """Open a page and keep the token of its forms. Raises `Failed` when it has none."""
        page = self._line.exchange("GET", path, None, dict(BROWSER)).body.decode()
        found = TOKEN.search(page)
        if found is None:
            raise Failed(f"{path} has no form.")
        self._token = html.unescape(found[1])

    def send(self, request: Request, *, follow: bool = False) -> Answer:
        """Send a request; with `follow` go where the answers lead, until there is a page."""
        headers = {**BROWSER, **COMPRESSED, **request.headers}
        if request.form is None:
            answer = self._line.exchange("GET", request.path, None, headers)
        else:
            typed = {"Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode({"csrf_token": self._token, **request.form})
            answer = self._line.exchange("POST", request.path, body, {**headers, **typed})
        for _ in range(MOST_REDIRECTS if follow else 0):
            if not answer.location:
                break
            answer = self._line.exchange("GET", answer.location.partition("#")[0], None, headers)
        return answer

    def fetch(self, path: str) -> tuple[Answer, str]:
        """A page or a file as it comes over the line, and its text."""
        plain = self._line.exchange("GET", path, None, dict(BROWSER))
        return self.send(Request(path)), plain.body.decode(errors="replace")


class Connection:
    """A kept connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: SimpleCookie = SimpleCookie()

    def exchange(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        """See `Line`."""
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{each.key}={each.coded_value}" for each in self._cookies.values())
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        came = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            self._cookies.load(cookie)
        return Answer(response.status, came, response.getheader("Location", ""), response.getheader("Content-Type", ""))


class Inside:
    """The application in this process, without a server."""

    def __init__(self, app: Flask) -> None:
        self._client: Any = app.test_client()

    def exchange(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        """See `Line`."""
        response = self._client.open(path, method=method, data=body, headers=headers)
        kind = response.headers.get("Content-Type", "")
        return Answer(response.status_code, response.get_data(), response.headers.get("Location", ""), kind)
