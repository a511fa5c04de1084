"""Northwick Instruments, filled in once for every test that looks at it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import upgrade

from forum import create_app
from forum.core import jobs
from forum.core.clock import as_of, now
from forum.core.config import PROJECT
from forum.core.db import db
from forum.exchange import seed
from tests.conftest import Browser
from tests.services import create_database


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[Flask]:
    """Northwick Instruments as it is after its first start, with all background work done; nobody changes it."""
    address = ""
    if os.environ.get("PROVEN_TEST_DATABASE") == "postgresql":
        address = create_database(os.environ["PROVEN_TEST_POSTGRES"], f"proven_seed_{worker_name}")
    folder = tmp_path_factory.mktemp("northwick")
    made = create_app({"PROVEN_DATA": str(folder), "PROVEN_DATABASE": address, "PROVEN_LOG": "error"})
    made.test_client_class = Browser
    with made.app_context():
        upgrade(directory=str(PROJECT / "migrations"))
        end = made.extensions["story_ends"] = now()
        with as_of(end):
            seed.fill(lambda: None)
            made.extensions["left_to_do"] = jobs.backlog()
            while jobs.run_due():
                pass
        db.session.remove()
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def northwick(site: Flask) -> Iterator[Flask]:
    """The filled-in application, with a context of its own."""
    with site.app_context():
        yield site
        db.session.remove()
