"""The database that is measured: filled now, or found as an earlier run left it in its folder."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import func, select, text

from bench import corpus, filling, processes, texts
from bench.serving import settings
from bench.visitors import Failed
from forum import create_app
from forum.cli import bring_up_to_date
from forum.core.db import db
from forum.core.jobs import backlog
from forum.people import joining
from forum.posts.models import Post
from forum.search import comparing, indexing
from forum.search.current import engine

RECORD = "bench.json"
POSTS = 5_000  # filled and measured in about two minutes
SAMPLE = 20_000  # texts from which searches are made up
WORKER_TIME = 120  # seconds for the worker to do what a case left it
LOOK_EVERY = 0.05  # seconds between looks whether it has


@dataclass(frozen=True)
class Record:
    """How a database was filled. Times are seconds, sizes bytes; `source` says what the texts are."""

    source: str
    posts: int
    queries: list[str]
    fill_time: float
    text_size: int
    index_time: float = 0.0
    index_size: int = 0


@dataclass(frozen=True)
class Wish:
    """Which database is wanted. Without `posts` and `corpus` whatever the folder holds, or `POSTS` invented ones."""

    posts: int | None = None
    corpus: Path | None = None
    data: Path | None = None
    database: str = ""
    engine: str = "whoosh"

    def source(self) -> str | None:
        """What `Record.source` must say, None for whatever there is."""
        if self.corpus is not None:
            return f"corpus {self.corpus.resolve().name}"
        return None if self.posts is None else f"invented, {self.posts:,} posts, seed {texts.SEED}"


@dataclass(frozen=True)
class Prepared:
    """A filled and indexed database, the settings that lead to it, and the application in this process."""

    folder: Path
    environ: dict[str, str]
    app: Flask
    record: Record

    def settle(self) -> None:
        """Wait until the worker has done all its work."""
        end = time.monotonic() + WORKER_TIME
        while self._jobs():
            if time.monotonic() > end:
                raise Failed(f"The worker was not done after {WORKER_TIME} seconds.")
            time.sleep(LOOK_EVERY)

    def postmaster(self) -> int | None:
        """The first process of the PostgreSQL in use, when there is one and it runs on this machine."""
        with self.app.app_context():
            if db.engine.dialect.name != "postgresql":
                return None
            backend = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
            return processes.parent(backend) if processes.name(backend).startswith("postgres") else None

    def _jobs(self) -> int:
        with self.app.app_context():
            return backlog()[0]


@contextmanager
def prepared(wish: Wish) -> Iterator[Prepared]:
    """What was wished for; kept afterwards if the wish names a folder. Raises `click.ClickException`."""
    with tempfile.TemporaryDirectory(prefix="proven-bench-") as temporary:
        folder = (wish.data or Path(temporary)).resolve()
        environ = settings(folder, wish.database, wish.engine)
        app = create_app(environ)
        with app.app_context():
            bring_up_to_date()
            record = _record(wish, folder)
        try:
            yield Prepared(folder, environ, app, record)
        finally:
            with app.app_context():
                db.engine.dispose()


def _record(wish: Wish, folder: Path) -> Record:
    file = folder / RECORD
    if file.exists():
        record = Record(**json.loads(file.read_text()))
        if wish.source() not in (None, record.source):
            raise click.ClickException(f"{folder} holds: {record.source}. Name another folder or remove it.")
    elif joining.organisation() is not None:
        raise click.ClickException("This database is in use by something else. Name an empty one.")
    else:
        record = _fill(wish)
    if not engine().health().ok:
        record = _index(record, folder)
    file.write_text(json.dumps(asdict(record), indent=1))
    return record


def _fill(wish: Wish) -> Record:
    posts = corpus.count(wish.corpus) if wish.corpus else wish.posts or POSTS
    topics = corpus.read(wish.corpus) if wish.corpus else texts.invented(posts)
    departments = corpus.departments(wish.corpus) if wish.corpus else texts.DEPARTMENTS
    begin = time.monotonic()
    with _progress(posts, "Filling") as on_progress:
        filling.fill(topics, posts, on_progress, departments)
    taken = time.monotonic() - begin
    _gather_statistics()
    return Record(
        source=wish.source() or replace(wish, posts=posts).source() or "",
        posts=posts,
        queries=corpus.queries(wish.corpus) if wish.corpus else texts.queries(_sample()),
        fill_time=round(taken, 1),
        text_size=db.session.scalar(select(func.sum(func.length(Post.body)))) or 0,
    )


def _index(record: Record, folder: Path) -> Record:
    begin = time.monotonic()
    with _progress(comparing.count(), "Indexing") as on_progress:
        indexing.rebuild(on_progress)
    return replace(record, index_time=round(time.monotonic() - begin, 1), index_size=_size(folder / "index"))


def _sample() -> list[str]:
    return list(db.session.scalars(select(Post.body).order_by(Post.id).limit(SAMPLE)))


def _gather_statistics() -> None:
    # PostgreSQL does so by itself within a minute; SQLite never does, and neither does Proven.
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@contextmanager
def _progress(length: int, label: str) -> Iterator[Callable[[int], None]]:
    with click.progressbar(length=length, label=f"{label:8}", file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)
