"""One request of every sort that is refused or fails, for the tests of what is then shown and sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError

from forum.core.errors import Invalid
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser


def broken(**_: Any) -> str:
    raise RuntimeError("a secret that must not be shown")


def away(**_: Any) -> str:
    raise OperationalError("SELECT a secret", {}, Exception("server closed the connection"))


def not_understood(**_: Any) -> str:
    raise Invalid("Choose a colour.", "colour")


Situation = Callable[["Site"], Any]


class Site:
    """The application in the hands of an employee, with something to run into."""

    def __init__(self, app: Flask, window: Browser, person: Person) -> None:
        self.app, self.window, self.person = app, window, person
        self.headers: dict[str, str] = {}

    def get(self, path: str) -> Any:
        return self.window.get(path, headers=self.headers)

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.window.post(path, data=data, headers={**self.headers, **headers})

    def view(self, failing: Callable[..., str]) -> Any:
        """The help page, made by something that fails."""
        own = self.app.view_functions["pages.help"]
        self.app.view_functions["pages.help"] = failing
        try:
            return self.get("/help")
        finally:
            self.app.view_functions["pages.help"] = own

    def slowed_down(self) -> Any:
        """A second look at a text where one a minute is allowed."""
        allowed = self.app.config["PROVEN_PREVIEW_LIMIT"]
        self.app.config["PROVEN_PREVIEW_LIMIT"] = "1 per minute"
        try:
            self.post("/preview", {"body": "x"})
            return self.post("/preview", {"body": "x"})
        finally:
            self.app.config["PROVEN_PREVIEW_LIMIT"] = allowed

    def as_a_stranger(self) -> Any:
        self.window = self.app.test_client()  # type: ignore[assignment]
        return self.post("/preview", {"body": "x"})

    def still_needed(self) -> Any:
        question = factories.question(self.person)
        factories.answer(factories.person(), question)
        return self.post(f"/posts/{question.id}/removal")


SITUATIONS: dict[int, tuple[Situation, str]] = {
    400: (lambda site: site.post("/preview", {"body": "x"}, **{"X-CSRFToken": "x"}), "This form is too old"),
    401: (lambda site: site.as_a_stranger(), "Please sign in"),
    403: (lambda site: site.get("/admin/people"), "Not yours to do"),
    404: (lambda site: site.get("/questions/2000000000"), "Nothing here"),
    405: (lambda site: site.post("/help"), "Not that way"),
    409: (lambda site: site.still_needed(), "That did not work"),
    413: (lambda site: site.post("/preview", {"body": "x" * 1_100_000}), "Too much at once"),
    422: (lambda site: site.view(not_understood), "Please check what you entered"),
    429: (lambda site: site.slowed_down(), "A little slower, please"),
    500: (lambda site: site.view(broken), "Something broke on our side"),
    503: (lambda site: site.view(away), "The database is busy or away"),
}
