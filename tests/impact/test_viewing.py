"""What pages about impact begin with, and that nobody waits for it after a start."""

from __future__ import annotations

import runpy
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from flask import Flask

from forum.core.config import PROJECT
from forum.core.db import db
from forum.impact.facts import keeping
from forum.impact.viewing import warm
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser


def test_after_warming_the_first_look_reads_and_computes_nothing(
    browser: Callable[[Person], Browser], kim: Person, marta: Person, statements: Callable[[], Any], noise: None
) -> None:
    factories.answer(marta, factories.question(kim))
    window = browser(kim)
    warm()
    made = dict(keeping.facts().kept)
    assert made
    with statements() as seen:
        assert window.get("/impact").status_code == 200
    assert keeping.facts().kept == made
    assert not [each for each in seen if "FROM need" in str(each) or "check_in" in str(each)]


def test_each_process_of_gunicorn_warms_itself_as_it_begins(app: Flask, kim: Person, noise: None) -> None:
    factories.question(kim)
    db.session.commit()
    worker = SimpleNamespace(app=SimpleNamespace(wsgi=lambda: app))
    before = set(threading.enumerate())
    runpy.run_path(str(PROJECT / "gunicorn.conf.py"))["post_worker_init"](worker)
    for thread in set(threading.enumerate()) - before:
        thread.join()
    assert app.extensions["impact"].facts.kept
