"""Every command of an operator, run for real; and the server itself, from the first start to Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from flask import Flask
from sqlalchemy import select, update

from forum.core import text
from forum.core.config import PROJECT
from forum.core.db import db, transaction
from forum.people.models import Organisation, Person
from forum.people.sign_in import check_password
from forum.posts.models import Post
from forum.questions.models import Question
from forum.search.current import engine
from forum.search.query import parse
from tests import factories
from tests.services import create_database

PASSWORD = "correct horse battery staple"
PATIENCE = 60  # seconds for a server to start or stop on a busy machine


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    """Run a command as an operator types it; the result has `exit_code` and `output`."""

    def running(*words: str) -> Any:
        db.session.commit()
        result = app.test_cli_runner().invoke(args=words)
        db.session.rollback()
        db.session.expire_all()
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception  # An operator would see a traceback.
        return result

    return running


Run = Callable[..., Any]


def create_admin(run: Run, email: str = "ada@northwick.example", password: str = PASSWORD) -> Any:
    return run("create-admin", "--email", email, "--name", "Ada Quist", "--password", password)


def test_an_administrator_can_be_made_by_hand(run: Run, sales: Any) -> None:
    result = create_admin(run)
    assert (result.exit_code, result.output) == (0, "Ada Quist can sign in and is an administrator.\n")
    assert check_password("ada@northwick.example", PASSWORD).is_administrator


def test_an_administrator_belongs_to_a_department(run: Run) -> None:
    result = create_admin(run)
    assert result.exit_code == 1
    assert "Set the organisation up first" in result.output


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("kim-tran@northwick.example", PASSWORD, "is here already"),
        ("no address", PASSWORD, "Write an e-mail address"),
        ("ada@northwick.example", "short", "At least 12 characters"),
    ],
)
def test_whoever_cannot_be_an_administrator_is_not_made_one(
    run: Run, kim: Person, email: str, password: str, words: str
) -> None:
    result = create_admin(run, email, password)
    assert result.exit_code == 1
    assert words in result.output
    assert not any(person.is_administrator for person in db.session.scalars(select(Person)))


def found(words: str) -> list[int]:
    """The ids of what is found."""
    return [hit.post_id for hit in engine().search(parse(words)).hits]


def test_the_index_is_built_anew(run: Run, kim: Person) -> None:
    question = factories.question(kim, "Where is the granite table?")
    result = run("reindex")
    assert result.exit_code == 0
    assert "1 documents in the index." in result.output
    assert found("granite") == [question.id]


def test_nothing_is_wrong_after_ordinary_work(run: Run, noise: None, work_off: Callable[[], None]) -> None:
    work_off()
    result = run("reconcile")
    assert result.exit_code == 0
    assert result.output == "scores wrong: 0, question counters wrong: 0, places wrong: 0, posts to index: 0\n"


@pytest.fixture
def drifted(kim: Person, marta: Person, work_off: Callable[[], None]) -> Question:
    """A question whose numbers somebody changed past the application, and an answer that is in no index."""
    question = factories.question(kim)
    work_off()
    factories.answer(marta, question)
    with transaction():
        db.session.execute(update(Post).where(Post.id == question.id).values(score=7))
        db.session.execute(update(Question).where(Question.id == question.id).values(answer_count=5, confirmed=True))
    return question


def test_what_drifted_is_counted_and_left_alone(run: Run, drifted: Question) -> None:
    result = run("reconcile")
    assert result.exit_code == 1
    assert result.output == "scores wrong: 1, question counters wrong: 1, places wrong: 1, posts to index: 2\n"
    assert (drifted.score, drifted.answer_count) == (7, 5)


def test_what_drifted_is_mended_when_asked_for(run: Run, drifted: Question) -> None:
    result = run("reconcile", "--mend")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "Mended.")
    assert (drifted.score, drifted.answer_count) == (0, 1)
    assert (
        run("reconcile").output == "scores wrong: 0, question counters wrong: 0, places wrong: 0, posts to index: 0\n"
    )


def test_posts_of_an_older_renderer_are_rendered_again(run: Run, kim: Person, marta: Person, farah: Person) -> None:
    question = factories.question(kim, body="Look *twice*.")
    practice = factories.practice(farah, factories.answer(marta, question))
    with transaction():
        db.session.execute(update(Post).values(html="old", renderer=0))
    result = run("render-again")
    assert (result.exit_code, result.output.split("\r")[-1]) == (0, "3 posts rendered\n")
    assert question.html == "<p>Look <em>twice</em>.</p>"
    assert practice.html == practice.sections_html["body"]
    assert {post.renderer for post in db.session.scalars(select(Post))} == {text.RENDERER}
    assert run("render-again").output == "Every post is up to date.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two questions from elsewhere and a line that is none."""
    answers = [{"id": 11, "body": "By lorry.", "score": 3, "accepted": True}, {"id": 12, "body": "By ship."}]
    lines = [
        json.dumps({"id": 1, "title": "How do they get there?", "body": "All of them.", "tags": ["freight"]}),
        json.dumps({"id": 2, "title": "How does it get here?", "body": "Only one.", "answers": answers}),
        "no question at all",
    ]
    made = tmp_path / "elsewhere"
    made.mkdir()
    (made / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return made


def test_questions_from_elsewhere_come_in_once(run: Run, folder: Path, sales: Any) -> None:
    first = run("import", "jsonl", str(folder))
    assert first.exit_code == 0
    assert "Added: 2 questions, 2 answers, 1 accepted, 1 tags." in first.output
    assert "Line 3 skipped: not JSON" in first.output
    second = run("import", "jsonl", str(folder))
    assert "Added: 0 questions, 0 answers, 0 accepted, 0 tags." in second.output
    assert "Here already: 2 questions." in second.output


def test_imported_questions_concern_the_department_that_was_named(run: Run, folder: Path, sales: Any) -> None:
    factories.department("Finance")
    assert run("import", "jsonl", str(folder), "--department", "finance").exit_code == 0
    listed = db.session.scalars(select(Question).options(db.selectinload(Question.departments))).all()
    assert {department.name for question in listed for department in question.departments} == {"Finance"}


def test_an_import_that_cannot_be_done_says_why_in_one_line(run: Run, folder: Path, tmp_path: Path) -> None:
    refusals = {
        "Set the organisation up first": run("import", "jsonl", str(folder)),
        "There is no questions.jsonl": run("import", "jsonl", str(tmp_path)),
        "does not exist": run("import", "jsonl", str(tmp_path / "nowhere")),
        "'stackexchange' is not": run("import", "stackexchange", str(folder)),
    }
    for words, result in refusals.items():
        assert result.exit_code in (1, 2)
        assert words in result.output.replace("\n", " ")
    assert db.session.scalars(select(Question)).all() == []


def test_an_import_into_a_department_that_there_is_not_is_refused(run: Run, folder: Path, sales: Any) -> None:
    result = run("import", "jsonl", str(folder), "--department", "Astrology")
    assert (result.exit_code, "There is no department called Astrology." in result.output) == (1, True)


def test_the_demonstration_is_never_put_over_an_organisation(run: Run, kim: Person) -> None:
    result = run("demo", "load")
    assert result.exit_code == 1
    assert "There is an organisation already" in result.output
    assert db.session.scalars(select(Organisation)).one().is_demo is False


def test_a_port_that_is_taken_is_said_in_one_line(app: Flask) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--empty"]
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        own = {name: str(app.config[name]) for name in ("PROVEN_DATA", "PROVEN_DATABASE")}
        environ = {**os.environ, **own, "PROVEN_PORT": port, "PROVEN_LOG": "error"}
        done = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in done.stderr
    assert "PROVEN_PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of a server of its own: an empty data folder, an empty database, a free port."""
    address = ""
    if os.environ.get("PROVEN_TEST_DATABASE") == "postgresql":
        name = f"proven_cli_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        address = create_database(os.environ["PROVEN_TEST_POSTGRES"], name)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROVEN_")}
    own = {"PROVEN_DATA": str(tmp_path / "data"), "PROVEN_DATABASE": address, "PROVEN_PORT": str(free_port())}
    return {**kept, **own, "PYTHONUNBUFFERED": "1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server with its worker, in a process group of their own as a terminal gives them one."""

    def __init__(self, process: subprocess.Popen[str], output: Path, port: str) -> None:
        self.process, self._output, self.address = process, output, f"http://127.0.0.1:{port}"

    @property
    def output(self) -> str:
        """What it and its worker have said so far."""
        return self._output.read_text(encoding="utf-8")

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for something, as long as the server runs."""
        for _ in range(PATIENCE * 10):
            if holds():
                return
            assert self.process.poll() is None, f"it ended before {what}: {self.output}"
            time.sleep(0.1)
        pytest.fail(f"no {what} after {PATIENCE} seconds: {self.output}")

    def answers(self) -> bool:
        """Whether it answers."""
        try:
            return bool(build_opener().open(f"{self.address}/healthz").status == 200)
        except URLError:
            return False

    def is_gone(self) -> bool:
        """Whether no process of the group is left."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False


@contextmanager
def serving(environ: dict[str, str], folder: Path, *words: str) -> Iterator[Server]:
    """A running server. Whatever is left of it at the end is killed."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--with-worker", *words]
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environ,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
            preexec_fn=_hear_ctrl_c,
        )
    server = Server(process, folder / "output", environ["PROVEN_PORT"])
    try:
        server.wait_until(server.answers, "answer")
        yield server
    finally:
        if not server.is_gone():
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _hear_ctrl_c() -> None:
    # A shell starts what it runs in the background, like a whole test run, with Ctrl-C ignored; that is inherited.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


posix = pytest.mark.skipif(os.name != "posix", reason="signals to a group of processes")


def send(browser: OpenerDirector, address: str, token: str, **form: str) -> Any:
    return browser.open(address, urlencode({**form, "csrf_token": token}).encode())


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


@posix
def test_an_empty_site_is_set_up_by_the_printed_address_and_stopped_by_ctrl_c(
    environ: dict[str, str], tmp_path: Path
) -> None:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with serving(environ, tmp_path, "--empty") as server:
        server.wait_until(lambda: "ready to be set up" in server.output, "word that it is ready")
        printed = re.search(r"http://\S+/welcome\?key=\S+", server.output)
        assert printed, server.output
        form = {"organisation": "Southwick", "name": "Ada Quist", "email": "ada@southwick.example"}
        token = token_of(browser.open(printed[0]).read().decode())
        answer = send(
            browser, printed[0], token, **form, password=PASSWORD, departments="Workshop\nOffice", key=printed[0][-64:]
        )
        page = answer.read().decode()
        assert answer.url == f"{server.address}/admin/invitations"
        assert "Your organisation is set up." in page
        # A text that only the child process may render, so that there is one to stop.
        assert send(browser, f"{server.address}/preview", token_of(page), body="[a](b) " * 100).status == 200
        os.killpg(server.process.pid, signal.SIGINT)
        assert server.process.wait(timeout=PATIENCE) == 0, server.output
        assert server.is_gone()
        assert "Traceback" not in server.output


@posix
def test_a_service_manager_stops_the_server_and_its_worker_by_asking_the_server(
    environ: dict[str, str], tmp_path: Path
) -> None:
    with serving(environ, tmp_path, "--empty") as server:
        server.process.terminate()
        assert server.process.wait(timeout=PATIENCE) == 0, server.output
        assert server.is_gone()
        assert "Traceback" not in server.output
