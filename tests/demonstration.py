"""Northwick Instruments as it is after its first start: filled in once, and copied by every test process.

Telling half a year takes half a minute, and each process of a run would do it again.
"""

from __future__ import annotations

import os
import pickle
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from flask_migrate import upgrade

from forum import create_app
from forum.core import jobs
from forum.core.clock import as_of, now
from forum.core.config import PROJECT
from forum.core.db import db
from forum.exchange import replaying, seed
from forum.impact.facts.periods import QUARTER
from forum.impact.facts.reading import read
from tests.services import copy_database, create_database

PATIENCE = 900.0  # seconds: another process tells the story meanwhile, on a machine that does other things too
TEMPLATE = "proven_northwick"
THEN = "first-quarter.pickle"  # in the data folder: the facts of impact when the first quarter ended


@dataclass(frozen=True)
class Filled:
    """Where it is: its data folder, the address of its database (none: the file in it), and when its story ends."""

    folder: Path
    database: str
    ends: datetime


def copy_to(folder: Path, shared: Path, worker: str, server: str = "") -> Filled:
    """A copy for one process, in `folder`; with a PostgreSQL server, also a database of its own there."""
    ends = _told_once(shared, server)
    shutil.copytree(shared / "data", folder, dirs_exist_ok=True)
    database = copy_database(server, TEMPLATE, f"{TEMPLATE}_{worker}") if server else ""
    return Filled(folder, database, ends)


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "northwick"


def _told_once(shared: Path, server: str) -> datetime:
    """Tell the story, unless another process does or has; returns when it ends."""
    done, failed = shared / "ends", shared / "failed"
    try:
        shared.mkdir()
    except FileExistsError:
        end = time.monotonic() + PATIENCE
        while not done.exists():
            assert not failed.exists(), "the process that filled in the demonstration failed"
            assert time.monotonic() < end, "the demonstration does not get filled in"
            time.sleep(0.2)
    else:
        try:
            (shared / "written").write_text(_tell(shared / "data", server).isoformat())
            (shared / "written").rename(done)  # At once: nobody reads half of it.
        finally:
            if not done.exists():
                failed.touch()
    return datetime.fromisoformat(done.read_text())


def _tell(folder: Path, server: str) -> datetime:
    database = create_database(server, TEMPLATE) if server else ""
    app = create_app({"PROVEN_DATA": str(folder), "PROVEN_DATABASE": database, "PROVEN_LOG": "error"})
    with app.app_context():
        upgrade(directory=str(PROJECT / "migrations"))
        end = now()
        with as_of(end), patch.object(seed, "play", partial(_play_and_look, folder / THEN)):
            seed.fill(lambda: None)
            while jobs.run_due():
                pass
        db.session.remove()
        db.engine.dispose()  # A database that is copied has no visitors.
    return end


def _play_and_look(file: Path, story: Iterable[replaying.Deed], end: datetime) -> None:
    """Play the story, and keep what is known when its first quarter ends, while nothing later has happened."""

    def look() -> None:
        file.write_bytes(pickle.dumps(read()))

    replaying.play([*story, (end - QUARTER, look)], end)
