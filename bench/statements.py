"""How many SQL statements a request needs: asked inside this process, where the database can be listened to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench.cases import Case
from bench.measuring import check
from bench.visitors import Inside, Visitor
from forum.core.db import db

SWITCHES = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")  # Not questions to the database.


def count(app: Flask, cases: list[Case]) -> dict[str, int]:
    """Statements of one request of each case, by its name, for a person who is signed in."""
    visitor = Visitor(Inside(app)).sign_in(0)
    counted = {}
    for case in cases:
        visitor.send(case.requests[0], follow=case.follow)  # The first one also fills what is kept in the process.
        with _listening(app) as seen:
            check(case, case.requests[-1], visitor.send(case.requests[-1], follow=case.follow))
        counted[case.name] = len(seen)
    return counted


@contextmanager
def _listening(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(SWITCHES):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
