"""Migrations: the models are what they make, and they go down and up again with data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, select, text

from forum import create_app
from forum.core.clock import now
from forum.core.config import PROJECT
from forum.core.db import db
from forum.departments.following import choose_level, follow
from forum.exchange import seed
from forum.people.models import Person
from forum.questions.models import Merge
from tests import demonstration, factories
from tests.services import create_database

FOLDER = str(PROJECT / "migrations")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Settings of a database that no other test touches."""
    address = ""
    if os.environ.get("PROVEN_TEST_DATABASE") == "postgresql":
        name = f"proven_migrations_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        address = create_database(os.environ["PROVEN_TEST_POSTGRES"], name)
    return {"PROVEN_DATA": str(tmp_path), "PROVEN_DATABASE": address, "PROVEN_LOG": "error"}


def test_the_models_are_what_the_migrations_make(environ: dict[str, str]) -> None:
    app = create_app(environ)
    with app.app_context():
        upgrade(directory=FOLDER)
        check(directory=FOLDER)
        db.session.remove()
        db.engine.dispose()


def test_they_go_down_to_nothing_and_up_again_with_the_demonstration_in_the_tables(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> None:
    shared = demonstration.shared_folder(tmp_path_factory)
    server = os.environ["PROVEN_TEST_POSTGRES"] if os.environ.get("PROVEN_TEST_DATABASE") == "postgresql" else ""
    copied = demonstration.copy_to(tmp_path / "data", shared, f"{worker_name}_migrations", server)
    app = create_app({"PROVEN_DATA": str(copied.folder), "PROVEN_DATABASE": copied.database, "PROVEN_LOG": "error"})
    with app.app_context():
        people = db.session.query(Person).count()
        db.session.remove()
        downgrade(directory=FOLDER, revision="base")
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        upgrade(directory=FOLDER)
        seed.fill(lambda: None)
        assert db.session.query(Person).count() == people == 50  # forty, and ten personas
        db.session.remove()
        db.engine.dispose()


def test_whoever_follows_something_hears_of_it_as_before_when_following_gets_levels(environ: dict[str, str]) -> None:
    app = create_app(environ)
    with app.app_context():
        upgrade(directory=FOLDER)
        kim, marta = factories.person("Kim Tran"), factories.person("Marta Silva")
        question, other = factories.question(kim, tags="vat"), factories.question(kim)
        for kind, id in (("department", kim.department_id), ("tag", question.tags[0].id), ("person", kim.id)):
            follow(marta, kind, id)
        made = Merge(question_id=other.id, into_id=question.id, by_id=marta.id, at=now())
        made.levels_changed = {"1": (None, "watching"), "2": ("tracking", "watching")}
        db.session.add(made)
        choose_level(marta, "question", question.id, "muted")
        db.session.commit()
        follows = text("SELECT person_id, kind, followed_id, level FROM follow WHERE level <> 'muted' ORDER BY id")
        followed = [tuple(row) for row in db.session.execute(follows)]
        db.session.remove()
        downgrade(directory=FOLDER, revision="e47b90c1d2a6")
        assert db.session.scalar(text("SELECT count(*) FROM follow")) == len(followed) == 5
        db.session.remove()
        upgrade(directory=FOLDER)
        assert [tuple(row) for row in db.session.execute(follows)] == followed
        assert db.session.scalars(select(Merge.levels_changed)).all() == [{"1": [None, "watching"]}]
        db.session.remove()
        db.engine.dispose()
