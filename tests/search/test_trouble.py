"""What trouble does to the index and to those who search: indexers that die, two of them, and an index that is away."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core import jobs
from forum.core.clock import as_of, now
from forum.core.config import PROJECT
from forum.core.db import db, transaction
from forum.needs import check_ins
from forum.needs.opening import asked_need, withdraw
from forum.people.models import Person
from forum.posts.removing import remove
from forum.posts.votes import cast
from forum.practices.promoting import retire
from forum.questions.merging import merge
from forum.search import comparing, indexing, progress
from forum.search.current import engine
from forum.search.engines.builds import POINTER
from forum.search.engines.fts5 import Fts5Engine
from forum.search.engines.whoosh import WhooshEngine
from forum.search.known import known
from forum.search.port import SearchEngine
from forum.search.query import parse
from forum.search.results import LIMITED, Result, find
from tests import factories
from tests.conftest import Browser
from tests.search.engines.test_whoosh_faults import cut, drop, flip, overwrite

KILLS = int(os.environ.get("PROVEN_TEST_KILLS", "10"))  # of the indexer; 200 take some minutes
DAMAGES = 8
SEED = 7
WORKERS = 2
WORKER = """
import os
from forum import create_app
from forum.core import jobs
with create_app(dict(os.environ)).app_context():
    while jobs.run_due():
        pass
"""

posix = pytest.mark.skipif(os.name != "posix", reason="processes are copied and killed otherwise on Windows")


def environ(app: Flask) -> dict[str, str]:
    return {
        **os.environ,
        "PROVEN_DATA": str(app.config["PROVEN_DATA"]),
        "PROVEN_DATABASE": app.config["SQLALCHEMY_DATABASE_URI"],
        "PROVEN_POST_LIMIT": "1000000 per minute",
        "PROVEN_LOG": "error",
    }


def hold_whole(app: Flask, index: SearchEngine) -> None:
    """Nothing is missing, nothing is there twice, and nothing is left to do."""
    app.extensions["search"] = index
    db.session.rollback()
    assert comparing.drift() == set()
    assert index.health().documents == len(index.versions()) == comparing.count()
    assert [job for job in db.session.scalars(select(jobs.Job.listener)) if job.startswith(("index", "build"))] == []


@posix
@pytest.mark.parametrize(("name", "kind"), [("whoosh", WhooshEngine), ("fts5", Fts5Engine)])
def test_an_indexer_that_is_killed_again_and_again_misses_no_post_and_doubles_none(
    app: Flask, tmp_path: Path, kim: Person, marta: Person, name: str, kind: Callable[[Path], SearchEngine]
) -> None:
    factories.question(marta, "Where is the first quokka?")
    db.session.commit()
    command = [sys.executable, "-m", "tests.search.dying_indexer", now().isoformat(), str(kim.id), str(KILLS)]
    chosen = {**environ(app), "PROVEN_DATA": str(tmp_path), "PROVEN_SEARCH": name}
    died = subprocess.run(command, cwd=PROJECT, env=chosen, capture_output=True, text=True)
    assert died.returncode == 0, died.stderr
    assert died.stdout.split() == [str(KILLS), "0"]
    hold_whole(app, kind(tmp_path / "index"))


def test_two_workers_by_mistake_bring_everything_in_once(app: Flask, kim: Person, marta: Person) -> None:
    for number in range(60):
        asked = factories.question(kim, f"Where is quokka number {number}?")
        factories.answer(marta, asked)
    indexing.ask_for_rebuild()
    db.session.commit()
    workers = [subprocess.Popen([sys.executable, "-c", WORKER], cwd=PROJECT, env=environ(app)) for _ in range(WORKERS)]
    assert [worker.wait() for worker in workers] == [0] * WORKERS
    hold_whole(app, WhooshEngine(app.config["PROVEN_DATA"] / "index"))


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves damaged files to the garbage collector.
def test_whatever_happened_to_the_index_every_page_that_searches_answers(
    app: Flask, tmp_path: Path, kim: Person, browser: Callable[[Person], Browser], work_off: Callable[[], None]
) -> None:
    asked, chance = factories.question(kim, "Where is the quokka ladder?"), random.Random(SEED)
    window = browser(kim)
    for number in range(DAMAGES):
        work_off()
        folder = tmp_path / "index"
        used = folder / (folder / POINTER).read_text()
        files = [*used.glob("*.seg"), *used.glob("*.toc"), folder / POINTER]
        (cut, drop, flip, overwrite)[number % 4](chance.choice(files), chance)
        app.extensions["search"] = WhooshEngine(folder)  # A process that starts now.
        for address in ("/search?q=quokka", "/suggest?q=quok", "/ask/similar?title=where+is+the+quokka"):
            assert window.get(address).status_code == 200, address
        assert asked.title in window.get("/search?q=quokka").text.replace("<mark>", "").replace("</mark>", "")
        gc.collect()
        indexing.catch_up()
        assert engine().health().ok


# While it cannot be written


def test_what_was_given_up_while_the_index_could_not_be_written_comes_in_once_it_can(
    kim: Person, tmp_path: Path, work_off: Callable[[], None]
) -> None:
    work_off()
    indexing.rebuild(lambda done: None)
    folder, aside = tmp_path / "index", tmp_path / "aside"
    folder.rename(aside)
    folder.write_text("not a folder")
    asked = factories.question(kim, "Where is the quokka ladder?")
    work_off()
    (job,) = db.session.scalars(select(jobs.Job).where(jobs.Job.listener == "index_post"))
    assert "Put it away" in (job.error or "")
    with transaction():
        job.given_up_at, job.tries = now(), jobs.TRIES
    indexing.catch_up()  # Says so in the log, and changes nothing.
    assert job.given_up_at is not None
    folder.unlink()
    aside.rename(folder)
    indexing.catch_up()
    assert [hit.post_id for hit in engine().search(parse("quokka")).hits] == [asked.id]
    work_off()
    assert db.session.scalars(select(jobs.Job.listener).where(jobs.Job.listener == "index_post")).all() == []


def test_a_comparison_counts_what_was_missed_for_a_minute_and_says_since_when(
    kim: Person, work_off: Callable[[], None]
) -> None:
    work_off()
    indexing.rebuild(lambda done: None)
    with as_of(now() - timedelta(minutes=5)):
        factories.question(kim)
    factories.question(kim)
    indexing.catch_up()
    first = progress.comparison()
    assert first is not None
    assert (first.differing, first.posts, first.since) == (1, 2, first.at)
    indexing.catch_up()
    second = progress.comparison()
    assert second is not None
    assert (second.differing, second.since) == (0, None)


def test_merged_questions_and_what_stands_on_removed_pages_are_not_counted(
    kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    stands, merged, gone = (factories.question(kim) for _ in range(3))
    factories.comment(kim, factories.answer(marta, gone))
    on_removed = factories.answer(marta, stands)
    factories.comment(kim, on_removed)
    merge(farah, merged, stands)
    remove(farah, gone)
    remove(farah, on_removed)
    work_off()
    assert indexing.rebuild(lambda done: None) == comparing.count() == 1
    assert comparing.drift() == set()


def test_a_comparison_notices_what_is_out_of_date_though_no_text_changed(
    kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    asked = factories.question(kim)
    given = factories.answer(marta, asked)
    practice = factories.practice(farah, given)
    work_off()
    assert comparing.drift() == set()
    cast(kim, given, 1)
    retire(farah, practice, because="No longer so.")
    db.session.execute(db.delete(jobs.Job))  # As if the worker had lost them.
    assert comparing.drift() == {given.id, practice.id}
    accept(kim, given)
    assert comparing.drift() == {given.id, practice.id, asked.id}
    indexing.catch_up()
    assert comparing.drift() == set()


# What a reader sees is what the index says


def test_a_question_is_found_by_the_state_that_its_page_shows(
    kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    asked = factories.question(kim, "Where is the quokka ladder?")
    work_off()

    def states() -> tuple[str, set[str]]:
        work_off()
        found = {typed for typed in ("open", "answered", "solved") if results(f"quokka is:question is:{typed}")}
        (result,) = results("quokka is:question")
        assert result.state == asked.state
        return result.state, found

    assert states() == ("open", {"open"})
    given = factories.answer(marta, asked)
    assert states() == ("answered", {"answered"})
    accept(kim, given)
    assert states() == ("accepted", {"solved"})  # Whoever looks for what is solved wants that, too.
    check_ins.reply(kim, check_ins.latest_of(asked_need(asked)), "not")  # type: ignore[arg-type]
    assert states() == ("again", {"open"})


def test_a_question_that_nobody_needs_any_more_is_not_open(kim: Person, work_off: Callable[[], None]) -> None:
    asked = factories.question(kim, "Where is the quokka ladder?")
    work_off()
    withdraw(kim, asked_need(asked))  # type: ignore[arg-type]
    work_off()
    assert [each.state for each in results("quokka")] == ["withdrawn"]
    assert results("quokka is:open") == []
    assert [each.state for each in known("where is the quokka ladder", gone=True)] == ["withdrawn"]


def results(typed: str) -> list[Result]:
    return list(find(parse(typed), page=1).results)


def test_a_practice_rises_when_what_it_was_made_of_works(
    kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    tried = {}
    for _ in range(2):
        asked = factories.question(kim)
        accept(kim, given := factories.answer(marta, asked))
        tried[factories.practice(farah, given, title="Feed the quokka").id] = asked
    work_off()
    last = results("quokka is:practice")[-1].id
    check_ins.reply(kim, check_ins.latest_of(asked_need(tried[last])), "resolved")  # type: ignore[arg-type]
    work_off()
    assert results("quokka is:practice")[0].id == last


# Titles, while the index is away


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("quokka", ["p", "q2", "q1"]),
        ("quokka -ladder", ["p", "q2"]),
        ("quokka is:question", ["q2", "q1"]),
        ("quokka is:answer", []),
        ("quokka is:open", ["q2"]),
        ("quokka is:solved", ["q1"]),
        ("quokka is:accepted", []),
        ("quokka is:retired", []),
        ("quokka dept:finance", ["p", "q1"]),
        ("quokka dept:finance dept:sales", ["p", "q2", "q1"]),
        ("quokka tag:yard", ["q1"]),
        ("quokka author:kim-tran", ["p", "q2"]),
        ("quokka after:2026-03-01", ["p", "q2"]),
        ("quokka before:2026-03-01", ["q1"]),
        ("tag:yard", ["q1"]),
    ],
)
def test_titles_obey_every_filter(typed: str, found: list[str], kim: Person, marta: Person, farah: Person) -> None:
    with as_of(datetime(2026, 2, 1, 12, tzinfo=UTC)):
        first = factories.question(marta, "Where is the quokka ladder?", tags="yard")
        accept(marta, given := factories.answer(kim, first))
    second = factories.question(kim, "Who feeds the quokka now?")
    practice = factories.practice(farah, given, title="Keep the quokka away")
    names = {first.id: "q1", second.id: "q2", practice.id: "p"}
    shown = find(parse(typed), page=1)
    assert [names[result.id] for result in shown.results] == found
    assert shown.limited == LIMITED


def test_titles_know_what_is_proven(kim: Person, farah: Person, sales: Any, finance: Any) -> None:
    answers = [factories.answer(kim, factories.question(kim)) for _ in range(2)]
    proven, nearly = [factories.practice(farah, each, title="Feed the quokka") for each in answers]
    for department in (sales, sales, finance, finance):
        factories.outcome(factories.person(of=department), proven)
        factories.outcome(factories.person(of=department), nearly)
    factories.outcome(factories.person(of=sales), proven)
    shown = find(parse("quokka is:proven"), page=1)
    assert shown.limited == LIMITED
    told = [(result.id, result.is_proven, result.label, result.places) for result in shown.results]
    assert told == [(proven.id, True, "Proven", 2)]


@pytest.mark.parametrize("held", ["[]", "{}", '{"began": 7}', '{"at": "yesterday", "since": null}', "{"])
def test_what_another_version_noted_of_the_index_is_passed_over(app: Flask, held: str) -> None:
    for name in ("search-build", "search-comparison"):
        (app.config["PROVEN_DATA"] / f"{name}.json").write_text(held)
    assert (progress.build(), progress.comparison()) == (None, None)
    progress.compared(0, 3)
    assert progress.comparison() is not None


def test_a_question_may_be_edited_a_million_times(kim: Person, work_off: Callable[[], None]) -> None:
    asked = factories.question(kim)
    work_off()
    asked.version, asked.score = 1_000_000, 1_000_000
    db.session.commit()
    assert comparing.drift() == {asked.id}
