"""What people do comes into the index by itself, out of it again, and back when the index was lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum import create_app
from forum.answers.answering import accept, edit_answer, withdraw_acceptance
from forum.cli import _prepare
from forum.core import jobs
from forum.core.config import SEARCH_ENGINES, SETTINGS
from forum.core.db import db, transaction
from forum.departments.labelling import describe_department
from forum.departments.models import Department
from forum.needs import check_ins
from forum.needs.opening import asked_need
from forum.people.models import Person
from forum.posts.pages import shown_post
from forum.posts.removing import remove, restore
from forum.posts.votes import cast
from forum.posts.writing import write
from forum.practices.promoting import look_after, retire, revise, texts_of
from forum.questions.asking import edit_question
from forum.questions.models import Question
from forum.questions.pages import shown_question
from forum.search import comparing, indexing
from forum.search.current import engine
from forum.search.engines.builds import POINTER
from forum.search.engines.whoosh import WhooshEngine
from forum.search.engines.whoosh_readers import LOOK_EVERY
from forum.search.query import parse
from forum.subscriptions import EVERY
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

PATIENCE = 30.0  # seconds for a busy machine; what is promised is two, see the test of the waits


def found(typed: str) -> set[str]:
    return {hit.id for hit in engine().search(parse(typed)).hits}


def facets(typed: str, name: str = "state") -> dict[str, int]:
    return dict(engine().search(parse(typed)).facets[name])


@pytest.fixture
def index(app: Flask) -> None:
    """An index that exists, so that what comes into it came by its own job."""
    indexing.rebuild(lambda done: None)


@pytest.fixture
def question(index: None, kim: Person) -> Question:
    return factories.question(kim, "Where is the quokka ladder?", body="It was in the yard.")


# What people do


def test_a_question_is_found_once_its_job_has_run(question: Question, work_off: Callable[[], None]) -> None:
    db.session.commit()
    assert found("quokka") == set()
    work_off()
    assert found("quokka") == {f"q{question.id}"}


def test_answers_comments_and_practices_are_found_by_their_own_words(
    question: Question, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    answer = factories.answer(marta, question, "Behind the numbat door.")
    comment = factories.comment(farah, answer, "The bilby one?")
    practice = factories.practice(
        farah, answer, title="Put ladders back", texts={"when_not": "When a potoroo sits on it."}
    )
    work_off()
    assert f"a{answer.id}" in found("numbat")
    assert found("bilby") == {f"c{comment.id}"}
    assert found("potoroo") == {f"p{practice.id}"}


def test_a_question_is_found_by_the_words_of_its_answers(
    question: Question, marta: Person, work_off: Callable[[], None]
) -> None:
    factories.answer(marta, question, "Behind the numbat door.")
    work_off()
    assert found("numbat is:question") == {f"q{question.id}"}


def test_the_practices_labelled_proven_are_found_by_it_until_they_lose_the_label_or_are_retired(
    question: Question, marta: Person, farah: Person, sales: Any, finance: Any, work_off: Callable[[], None]
) -> None:
    answer = factories.answer(marta, question, "Behind the numbat door.")
    practice = factories.practice(farah, answer, title="Put ladders back")
    for department in (sales, sales, finance, finance):
        factories.outcome(factories.person(of=department), practice)
    work_off()
    assert found("is:proven") == set()
    factories.outcome(last := factories.person(of=finance), practice)
    work_off()
    assert found("is:proven") == {f"p{practice.id}"}
    factories.outcome(last, practice, "not")
    work_off()
    assert found("is:proven") == set()
    factories.outcome(factories.person(of=sales), practice)
    factories.outcome(factories.person(of=sales), practice)
    work_off()
    assert found("is:proven") == {f"p{practice.id}"}
    retire(farah, practice, because="It left.")
    work_off()
    assert found("is:proven") == set()


def test_an_edit_replaces_the_old_words(
    question: Question, kim: Person, marta: Person, finance: Any, work_off: Callable[[], None]
) -> None:
    answer = factories.answer(marta, question, "Behind the numbat door.")
    work_off()
    edit_question(
        kim,
        shown_question(question.id),
        title="Where is the bilby ladder?",
        body=write("Gone."),
        departments=[finance.id],
        tags="yard",
        seen=1,
    )
    edit_answer(marta, answer, write("Behind the potoroo door."), seen=1)
    work_off()
    assert found("quokka") == found("numbat") == set()
    assert found("bilby dept:finance tag:yard is:question") == {f"q{question.id}"}
    assert found("potoroo dept:finance is:answer") == {f"a{answer.id}"}


def test_accepting_and_withdrawing_change_the_state_of_question_and_answer(
    question: Question, kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    work_off()
    assert facets("quokka") == {"open": 1}
    answer = factories.answer(marta, question, "A quokka lives there.")
    work_off()
    assert facets("quokka is:question") == {"answered": 1}
    accept(kim, answer)
    work_off()
    assert facets("quokka") == {"accepted": 1, "solved": 1}
    withdraw_acceptance(kim, answer)
    work_off()
    assert facets("quokka") == {"answered": 1}


def test_what_is_removed_goes_with_all_that_stands_under_it_and_comes_back_whole(
    question: Question, kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    answer = factories.answer(marta, question, "A quokka lives there.")
    comment = factories.comment(kim, answer, "The quokka bites.")
    everything = {f"q{question.id}", f"a{answer.id}", f"c{comment.id}"}
    work_off()
    assert found("quokka") == everything
    remove(marta, answer)
    work_off()
    assert found("quokka") == {f"q{question.id}"}
    restore(marta, answer)
    remove(farah, question)
    work_off()
    assert found("quokka") == set()
    restore(farah, question)
    work_off()
    assert found("quokka") == everything


def test_a_vote_moves_a_post_in_the_order_by_votes(
    question: Question, kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    other = factories.question(kim, "Where else is a quokka?")
    cast(marta, other, 1)
    work_off()
    cast(marta, other, -1)
    cast(marta, question, 1)
    work_off()
    hits = engine().search(parse("quokka sort:votes")).hits
    assert [hit.post_id for hit in hits] == [question.id, other.id]


def test_a_practice_is_revised_and_retired_in_the_index_too(
    question: Question, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    practice = factories.practice(farah, factories.answer(marta, question), title="Put ladders back")
    work_off()
    revise(marta, practice, texts_of({**practice.texts, "problem": "A wombat took it."}), seen=1)
    retire(farah, practice, because="No ladders any more.")
    work_off()
    assert found("wombat is:retired") == {f"p{practice.id}"}
    assert facets("wombat") == {"practice": 1, "retired": 1}


def test_what_worked_is_moved_up_with_the_practice_made_of_it(
    question: Question, kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    answer = factories.answer(marta, question)
    tried = factories.practice(farah, answer, title="Put ladders back")
    untried = factories.practice(
        farah, factories.answer(marta, factories.question(kim, "Where is the step?")), title="Put ladders back"
    )
    accept(kim, answer)
    work_off()
    assert [hit.post_id for hit in engine().search(parse("ladders is:practice")).hits] == [untried.id, tried.id]
    need = asked_need(question)
    assert need is not None
    check_in = check_ins.latest_of(need)
    assert check_in is not None
    check_ins.reply(kim, check_in, "resolved")
    work_off()
    assert [hit.post_id for hit in engine().search(parse("ladders is:practice")).hits] == [tried.id, untried.id]


def test_every_engine_that_may_be_set_is_there() -> None:
    assert set(indexing.ENGINES) == set(SEARCH_ENGINES)


def test_a_practice_that_is_handed_to_others_is_found_among_theirs(
    question: Question, marta: Person, farah: Person, sales: Any, work_off: Callable[[], None]
) -> None:
    practice = factories.practice(farah, factories.answer(marta, question), tags="ladders")
    work_off()
    here: Any = shown_post(practice.id)
    look_after(farah, here, owner=marta, departments=[sales.id], tags="stairs", review_pace="normal")
    work_off()
    assert found("tag:stairs dept:sales is:practice") == {f"p{practice.id}"}
    assert found("tag:ladders") == set()


def test_many_changes_of_one_post_while_the_worker_is_away_are_one_job(
    question: Question, marta: Person, kim: Person
) -> None:
    for value in (1, -1, 1):
        cast(marta, question, value)
    db.session.commit()
    assert len(db.session.scalars(select(jobs.Job).where(jobs.Job.listener == "index_post")).all()) == 1


def test_a_renamed_department_is_found_under_its_new_name(
    question: Question, browser: Callable[[Person], Browser], chris: Person, sales: Any, work_off: Callable[[], None]
) -> None:
    work_off()
    assert found("dept:sales") == {f"q{question.id}"}
    browser(chris).post(f"/admin/departments/{sales.id}", data={"name": "Sales and Service"})
    work_off()
    assert found("dept:sales-and-service") == {f"q{question.id}"}


# The worker, and other processes


@pytest.fixture
def worker(app: Flask) -> Iterator[None]:
    """The worker as it runs beside the site; it begins with work of its own, so people are there before it."""
    db.session.commit()
    stop = threading.Event()
    running = threading.Thread(target=jobs.work, args=(app, stop, EVERY))
    running.start()
    yield
    stop.set()
    running.join()


@pytest.fixture
def elsewhere(app: Flask, tmp_path: Path) -> Iterator[Browser]:
    """A browser at another web process on the same data."""
    other = create_app(
        {"PROVEN_DATA": str(app.config["PROVEN_DATA"]), "PROVEN_DATABASE": app.config["SQLALCHEMY_DATABASE_URI"]}
    )
    other.extensions["search"] = WhooshEngine(tmp_path / "index")
    other.test_client_class = Browser
    yield other.test_client()  # type: ignore[misc]
    with other.app_context():
        db.engine.dispose()


def test_what_is_posted_here_is_found_at_another_process_by_itself(
    index: None, kim: Person, marta: Person, worker: None, browser: Callable[[Person], Browser], elsewhere: Browser
) -> None:
    elsewhere.sign_in(marta)
    assert "Nothing found" in Page(elsewhere.get("/search?q=quokka")).title
    sent = {"title": "Who has seen a quokka?", "body": "In the yard.", "departments": kim.department_id}
    assert browser(kim).post("/ask", data=sent).status_code == 303
    end = time.monotonic() + PATIENCE
    while "1 result" not in (title := Page(elsewhere.get("/search?q=quokka")).title) and time.monotonic() < end:
        time.sleep(0.05)
    assert title == "1 result for “quokka”"


def test_the_waits_on_the_way_into_the_index_leave_most_of_the_two_seconds_to_the_work() -> None:
    poll = next(float(setting.default) for setting in SETTINGS if setting.name == "PROVEN_WORKER_POLL")
    assert poll + LOOK_EVERY <= 1.0


# Drift and rebuilding


def test_whatever_the_index_missed_is_found_out_and_mended(
    question: Question, kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    gone = factories.answer(marta, question, "A quokka lives there.")
    stale = factories.comment(kim, question, "The quokka bites.")
    work_off()
    assert comparing.drift() == set()
    with transaction():
        new = factories.question(kim, "Where is the numbat?")
        remove(marta, gone)
        stale.version += 1
        db.session.execute(db.delete(jobs.Job))  # As if the worker had lost them.
    assert comparing.drift() == {question.id, new.id, gone.id, stale.id}  # The question has lost its answer.
    indexing.catch_up()
    assert comparing.drift() == set()
    assert found("numbat") == {f"q{new.id}"}
    assert f"a{gone.id}" not in found("quokka")


def test_what_stands_on_a_removed_page_is_not_missed(
    question: Question, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    answer = factories.answer(marta, question)
    factories.comment(marta, answer)
    remove(farah, question)
    work_off()
    assert comparing.drift() == set()


@pytest.mark.parametrize("loss", ["never built", "pointer gone", "folder gone"])
def test_a_lost_index_is_built_anew_by_the_next_job(
    loss: str, app: Flask, tmp_path: Path, kim: Person, work_off: Callable[[], None]
) -> None:
    old = factories.question(kim, "Where is the quokka ladder?")
    if loss != "never built":
        work_off()
        pointer = tmp_path / "index" / POINTER
        if loss == "pointer gone":
            pointer.unlink()
        else:
            (tmp_path / "index" / pointer.read_text()).rename(tmp_path / "elsewhere")
        app.extensions["search"] = WhooshEngine(tmp_path / "index")  # A process that starts now.
    new = factories.question(kim, "Where is the quokka's other ladder?")
    work_off()
    assert found("quokka") == {f"q{old.id}", f"q{new.id}"}


def test_what_is_written_while_the_index_is_rebuilt_is_not_missing_from_it(app: Flask, kim: Person) -> None:
    factories.question(kim, "Where is the quokka ladder?")
    db.session.commit()

    def write_meanwhile(done: int) -> None:
        if done == 1:
            with app.app_context(), transaction():
                factories.question(db.session.get_one(Person, kim.id), "Where is the quokka's other ladder?")

    assert indexing.rebuild(write_meanwhile) == 2
    assert len(found("quokka")) == 2


def test_labels_that_change_while_the_index_is_rebuilt_are_those_that_are_found(
    app: Flask, kim: Person, marta: Person, farah: Person, chris: Person
) -> None:
    factories.question(kim, "Where is the quokka ladder?")
    moved = factories.question(kim, "Where is the numbat ladder?")
    db.session.commit()

    def move_and_rename(done: int) -> None:
        if done == 2:
            with app.app_context(), transaction():
                numbat = shown_question(moved.id)
                numbat.departments = [db.session.get_one(Department, marta.department_id)]
                sales = db.session.get_one(Department, kim.department_id)
                describe_department(db.session.get_one(Person, chris.id), sales, "Sales and Service", "")

    indexing.rebuild(move_and_rename)
    assert found("dept:sales-and-service") == {f"q{moved.id - 1}"}
    assert found("dept:sales") == set()
    assert found(f"dept:{marta.department.slug}") == {f"q{moved.id}"}


def test_progress_is_told_for_every_document(kim: Person, marta: Person) -> None:
    question = factories.question(kim)
    factories.comment(kim, factories.answer(marta, question))
    db.session.commit()
    told: list[int] = []
    indexing.rebuild(told.append)
    assert told == [1, 2, 3]
    assert comparing.count() == 3


def test_a_rebuild_costs_as_many_statements_for_many_posts_as_for_few(
    kim: Person, marta: Person, statements: Callable[[], Any]
) -> None:
    def thread() -> None:
        factories.comment(kim, factories.answer(marta, factories.question(kim, tags="x")))

    def cost() -> int:
        db.session.commit()
        with statements() as seen:
            indexing.rebuild(lambda done: None)
        return len(seen)

    thread()
    few = cost()
    for _ in range(10):
        thread()
    assert cost() == few


def test_the_command_says_how_many_documents_there_are(app: Flask, kim: Person) -> None:
    factories.question(kim)
    db.session.commit()
    assert "1 documents in the index." in app.test_cli_runner().invoke(args=["reindex"]).output


def test_an_index_that_another_engine_built_is_built_anew(
    app: Flask, kim: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.question(kim, "Where is the quokka?")
    db.session.commit()
    monkeypatch.setitem(app.config, "PROVEN_DATA", tmp_path)
    for chosen in ("whoosh", "fts5", "whoosh"):
        monkeypatch.setitem(app.config, "PROVEN_SEARCH", chosen)
        indexing.attach(app)
        indexing.catch_up()
        assert engine().search(parse("quokka")).total == 1, chosen


def test_the_command_says_what_helps_when_the_index_cannot_be_built(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("not a folder")
    ended = app.test_cli_runner().invoke(args=["reindex"])
    assert ended.exit_code == 1
    assert "Put it away; nothing is lost." in ended.output
    assert "Traceback" not in ended.output


def test_the_site_starts_also_when_the_index_cannot_be_built(
    app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index").write_text("not a folder")
    _prepare(empty=True)
    assert "Put it away; nothing is lost." in capsys.readouterr().err
