"""Somebody is taken out: no table, no index file and no saved copy tells who it was, and what they did stays."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from forum.answers.answering import accept, edit_answer
from forum.attachments.keeping import throw_away_unused
from forum.attachments.models import Attachment, PostAttachment
from forum.core.clock import as_of, now
from forum.core.db import db, transaction
from forum.core.errors import Forbidden, Invalid
from forum.core.jobs import Job
from forum.departments.models import Department
from forum.identity import provisioning
from forum.identity.models import DirectoryEntry, Identity
from forum.moderation.flagging import flag
from forum.moderation.models import Flag, Suggestion
from forum.moderation.suggesting import refuse, suggest
from forum.notifications.models import Notification
from forum.people import changing, joining, persona_links
from forum.people.factor_models import CodeApp, Passkey, PasskeyChallenge, RecoveryCode
from forum.people.models import Person, Session
from forum.people.sign_in import begin_session
from forum.posts.models import Post
from forum.posts.thanks import thank
from forum.posts.voices import voice_in
from forum.posts.votes import Vote, cast
from forum.posts.writing import write
from forum.privacy.asking import ask_for_erasure, open_request, open_requests
from forum.privacy.erasing import NOBODY, erase, who_names
from forum.questions.asking import ask
from forum.questions.models import Question
from forum.revealing.revealing import Sealed, agree, ask_to_reveal, look
from forum.search import history, indexing
from forum.search.engines import builds
from forum.search.engines.fts5 import Fts5Engine
from forum.search.engines.postgresql import PostgresqlEngine
from forum.search.query import parse
from tests import factories
from tests.attachments.test_keeping import is_stored, kept, show
from tests.conftest import KIND, Browser
from tests.privacy.conftest import keep_everything_else

NAME, HANDLE, EMAIL = "Zebedee Quixley", "zebedee-quixley", "zebedee-quixley@northwick.example"


@pytest.fixture
def zebedee(sales: Department, chris: Person) -> Person:
    """Somebody with a name that nothing else holds."""
    return factories.person(NAME, sales)


@pytest.fixture
def everywhere(zebedee: Person, kim: Person, chris: Person, farah: Person, work_off: Callable[[], None]) -> Question:
    """Traces of one person wherever there can be some; gives back a question that names them."""
    asked = factories.question(kim, f"Can @{HANDLE} open the old press?", body=f"Or write to {EMAIL.upper()}.")
    own = factories.question(zebedee, body=f"Ask me. {NAME}, second floor. @kim-tran knows too.")
    given = factories.answer(zebedee, asked, f"Yes.\n\nRegards, {NAME}")
    edit_answer(zebedee, given, write(f"Yes, on Mondays.\n\n{NAME} ({EMAIL})"), seen=1)
    said = factories.comment(kim, given, f"Thank you @{HANDLE}!")
    accept(kim, given)
    thank(kim, given, f"Thanks @{HANDLE}")
    cast(zebedee, asked, 1)
    factories.practice(farah, given, title=f"Open the press as @{HANDLE} does")
    begin_session(zebedee, browser="test")
    joining.let_choose_password(chris, zebedee)
    history.remember(kim, parse(f"author:@{HANDLE} press"), None)
    history.remember(zebedee, parse("how to leave"), None)
    changing.describe(zebedee, zebedee, name=NAME, job_title="Quixley of the press", about=f"I am {NAME}.")
    keep_everything_else(zebedee)
    kept(zebedee, kind="txt", name=f"{NAME} unused.txt")
    show(kept(zebedee, kind="txt", name=f"{NAME}.txt"), zebedee)
    refuse(kim, suggest(zebedee, said, {"body": "Thank me!"}, seen=1, why=NAME), f"Thank you @{HANDLE}, no.")
    suggest(zebedee, said, {"body": f"Thank you, {NAME}!"}, seen=1, why=f"I am {NAME}")
    flag(zebedee, asked, reason="other", words=f"It is about me, {NAME}.")
    unnamed(zebedee)
    db.session.add(
        Job(listener="tell_of_question", event="QuestionAsked", data={"words": NAME}, due_at=now(), given_up_at=now())
    )
    db.session.commit()
    work_off()
    indexing.rebuild(lambda _done: None)
    assert own.id
    return asked


def unnamed(by: Person) -> Question:
    """Something that somebody asked without a name."""
    return ask(
        by, title="May I say this here?", body=write("Nobody asks me."), departments=[by.department_id], unnamed=True
    )


INDEX_TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname LIKE 'proven_search%'"
ENGINES = ("whoosh", "fts5", "postgresql") if KIND == "postgresql" else ("whoosh", "fts5")


def traces(folder: Path) -> Iterator[str]:
    """Every place in which the name, the handle or the address stands."""
    tables: list[tuple[str, Any]] = [(table.name, select(table)) for table in db.metadata.sorted_tables]
    if KIND == "postgresql":
        for schema, name in db.session.execute(text(INDEX_TABLES)).all():
            tables.append((f"{schema}.{name}", text(f'SELECT * FROM "{schema}"."{name}"')))
    for name, query in tables:
        yield from (f"{name}: {row!r}" for row in db.session.execute(query).all() if tells(repr(tuple(row)).encode()))
    db.session.rollback()
    yield from (str(file) for file in folder.rglob("*") if file.is_file() and tells(file.read_bytes()))


def tells(said: bytes) -> bool:
    """Whether somebody who reads this learns who it was."""
    return any(word.lower().encode() in said.lower() for word in (NAME, HANDLE, EMAIL, "quixley"))


def saved_copy(app: Flask, to: Path) -> None:
    """A copy made as docs/operations.md says."""
    to.mkdir(exist_ok=True)
    if KIND == "sqlite":
        sqlite3.connect(app.config["PROVEN_DATA"] / "proven.sqlite").execute(
            "VACUUM INTO ?", [str(to / "saved.sqlite")]
        )
        return
    program = shutil.which("pg_dump")
    if program is None:
        return
    address = app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg", "postgresql")
    subprocess.run([program, f"--file={to / 'saved.sql'}", address], check=True, env=os.environ)


@pytest.mark.parametrize("kind", ENGINES)
def test_nothing_tells_who_it_was(
    app: Flask,
    everywhere: Question,
    zebedee: Person,
    chris: Person,
    work_off: Callable[[], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    kind: str,
) -> None:
    if kind != "whoosh":
        of_kind: dict[str, Any] = {"fts5": Fts5Engine(tmp_path / "index")}
        if kind == "postgresql":
            of_kind[kind] = PostgresqlEngine(app.config["SQLALCHEMY_DATABASE_URI"])
            request.addfinalizer(of_kind[kind].close)  # Else its connections end in the middle of another test.
        shutil.rmtree(tmp_path / "index")
        app.extensions["search"] = of_kind[kind]
        indexing.rebuild(lambda _done: None)
        assert any("proven_search" in trace for trace in traces(tmp_path)) == (kind == "postgresql")
    saved_copy(app, tmp_path / "before")
    assert len(list(traces(tmp_path))) > 10
    shutil.rmtree(tmp_path / "before")
    with transaction():
        erase(chris, zebedee, typed=NAME)
    work_off()
    monkeypatch.setattr(builds, "KEEP_OLD", 0)  # Files know no other time than the real one.
    with as_of(now() + indexing.SWEEP_AFTER):
        work_off()
    saved_copy(app, tmp_path / "saved")
    assert list(traces(tmp_path)) == []
    if KIND == "sqlite":  # The file itself too: what is deleted is overwritten.
        assert b"quixley" not in (app.config["PROVEN_DATA"] / "proven.sqlite").read_bytes().lower()


def test_what_they_did_stays_as_of_nobody(
    everywhere: Question, zebedee: Person, chris: Person, browser: Callable[[Person], Browser]
) -> None:
    id = zebedee.id
    posts = db.session.scalar(select(func.count()).select_from(Post).where(Post.author_id == id))
    with transaction():
        erase(chris, zebedee, typed=NAME)
    left = db.session.get_one(Person, id)
    assert (left.name, left.handle, left.is_active, left.password_hash) == (NOBODY, f"left-{id}", False, None)
    assert db.session.scalar(select(func.count()).select_from(Post).where(Post.author_id == id)) == posts
    assert db.session.scalar(select(Vote.value).where(Vote.person_id == id)) == 1
    assert db.session.get_one(Question, everywhere.id).score == 1
    page = browser(chris).get(f"/questions/{everywhere.id}", follow_redirects=True).text
    assert f"Can @left-{id} open the old press?" in page
    assert NOBODY in page
    assert f'href="/people/{id}/left-{id}">@left-{id}</a>' in page


def test_what_lets_somebody_in_and_what_only_they_or_moderators_read_is_gone(
    everywhere: Question, zebedee: Person, chris: Person
) -> None:
    with transaction():
        erase(chris, zebedee, typed=NAME)
    for table in (CodeApp, Passkey, PasskeyChallenge, RecoveryCode, Session, Identity, DirectoryEntry):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0, table
    assert [(each.outcome, each.why) for each in db.session.scalars(select(Suggestion))] == [("refused", NOBODY)]
    assert db.session.scalars(select(Flag.words)).all() == [""]


def test_files_stay_in_what_was_posted_and_go_everywhere_else(
    everywhere: Question, zebedee: Person, chris: Person
) -> None:
    used = db.session.scalars(select(Attachment).join(PostAttachment)).one()
    unused = db.session.scalars(select(Attachment.token).where(Attachment.id != used.id)).one()
    with transaction():
        erase(chris, zebedee, typed=NAME)
    throw_away_unused()
    db.session.expire_all()
    assert (used.person_id, used.name) == (None, "")
    assert (is_stored(used.token), is_stored(unused)) == (True, False)


def test_a_directory_is_told_no_more_of_whoever_was_taken_out(
    everywhere: Question, zebedee: Person, chris: Person
) -> None:
    id = str(zebedee.id)
    assert provisioning.find(id) is not None
    with transaction():
        erase(chris, zebedee, typed=NAME)
    assert provisioning.find(id) is None
    assert id not in {str(each.person.id) for each in provisioning.page("", "", start=1, count=100)[1]}


def test_what_was_written_without_a_name_leads_to_nobody_any_more_with_the_key_or_without(
    zebedee: Person, kim: Person, marta: Person, chris: Person, farah: Person, app: Flask, work_off: Callable[[], None]
) -> None:
    question, asked = factories.question(kim), unnamed(zebedee)
    given = factories.answer(voice_in(zebedee, question, unnamed=True), question)
    factories.answer(kim, asked)
    revealed = ask_to_reveal(farah, asked, "A customer's address is in the text, and the customer asks.")
    agree(chris, revealed)
    work_off()
    personas = {asked.author_id, given.author_id}
    assert zebedee.selves == personas | {zebedee.id}
    with transaction():
        erase(chris, zebedee, typed=NAME)
    for _ in range(2):
        assert zebedee.selves == {zebedee.id}
        assert {persona_links.person_behind(each) for each in personas} == {None}
        assert not any(persona_links.same_person(zebedee.id, each) for each in personas)
        assert persona_links.persona_id_in(zebedee.id, question.id) is None
        persona_links.attach(app)  # As after a new start: with the key, and nothing but the rows.
    names = db.session.scalars(select(Person.name).where(Person.id.in_(personas)).order_by(Person.id)).all()
    assert names == ["Asker", "Colleague 1"]
    assert (asked.author_id, given.author_id) == tuple(sorted(personas))
    assert voice_in(marta, question, unnamed=True).name == "Colleague 2"
    assert db.session.scalar(select(Notification.id).where(Notification.person_id.in_(personas))) is None
    with pytest.raises(Sealed):
        look(farah, revealed)


def test_another_process_forgets_at_once_whose_the_personas_were(
    zebedee: Person, chris: Person, app: Flask, browser: Callable[[Person], Browser]
) -> None:
    asked = unnamed(zebedee)
    db.session.commit()
    here = app.extensions["personas"]
    persona_links.attach(app)
    elsewhere = app.extensions["personas"]
    assert persona_links.same_person(zebedee.id, asked.author_id)
    app.extensions["personas"] = here
    with transaction():
        erase(chris, zebedee, typed=NAME)
    app.extensions["personas"] = elsewhere
    assert elsewhere[2].person_of == {asked.author_id: zebedee.id}
    assert browser(chris).get("/").status_code == 200  # What a page knows of it comes with the sign-in.
    assert elsewhere[2].person_of == {}
    assert not persona_links.same_person(zebedee.id, asked.author_id)


def test_an_erasure_that_is_undone_by_an_error_parts_nobody_from_anything(zebedee: Person, chris: Person) -> None:
    asked = unnamed(zebedee)
    db.session.commit()
    erase(chris, zebedee, typed=NAME)
    db.session.rollback()
    assert persona_links.person_behind(asked.author_id) == zebedee.id
    assert asked.author_id in zebedee.selves


def test_whether_a_text_without_a_name_is_theirs_is_not_told_by_what_an_administrator_sees_or_changes(
    zebedee: Person, chris: Person
) -> None:
    asked = ask(
        zebedee, title="May I say this?", body=write(f"Ask {NAME}."), departments=[chris.department_id], unnamed=True
    )
    db.session.commit()
    assert [place.key for place in who_names(chris, zebedee)] == [f"post:{asked.id}"]
    with transaction():
        erase(chris, zebedee, typed=NAME)
    assert NAME in db.session.get_one(Question, asked.id).body


def test_a_name_in_the_words_of_others_is_shown_and_changed_only_where_chosen(
    zebedee: Person, kim: Person, chris: Person, browser: Callable[[Person], Browser]
) -> None:
    told = factories.question(kim, f"What did {NAME} do with the press?")
    other = factories.question(kim, body=f"I heard that {NAME} knows about it.")
    db.session.commit()
    places = who_names(chris, zebedee)
    assert {place.key for place in places} == {f"post:{told.id}", f"post:{other.id}"}
    page = browser(chris).get(f"/admin/people/{zebedee.id}/erasure").text
    assert f"What did {NAME} do with the press?" in page
    with transaction():
        erase(chris, zebedee, typed=NAME, also=[f"post:{told.id}"])
    assert db.session.get_one(Question, told.id).title == f"What did {NOBODY} do with the press?"
    assert NAME in db.session.get_one(Question, other.id).body


def test_the_name_has_to_be_typed_and_what_was_ticked_comes_back(
    zebedee: Person, kim: Person, chris: Person, browser: Callable[[Person], Browser]
) -> None:
    told = factories.question(kim, f"What did {NAME} do with the press?")
    db.session.commit()
    typed = {"typed": "Zebedee", "also": f"post:{told.id}"}
    answer = browser(chris).post(f"/admin/people/{zebedee.id}/erasure", data=typed)
    assert answer.status_code == 422
    assert 'value="Zebedee"' in answer.text
    assert f'value="post:{told.id}" checked' in answer.text
    assert db.session.get_one(Person, zebedee.id).name == NAME


def test_only_an_administrator_may_and_only_once(zebedee: Person, kim: Person, farah: Person, chris: Person) -> None:
    for person in (kim, farah, zebedee):
        with pytest.raises(Forbidden):
            erase(person, zebedee, typed=NAME)
    with pytest.raises(Invalid):
        erase(chris, zebedee, typed="Kim Tran")
    erase(chris, zebedee, typed=f" {NAME.lower()} ")
    for deed in (lambda: erase(chris, zebedee, typed=NOBODY), lambda: changing.reactivate(chris, zebedee)):
        with pytest.raises(Exception, match="taken out"):
            deed()


def test_somebody_asks_for_it_and_takes_it_back(
    zebedee: Person, chris: Person, browser: Callable[[Person], Browser]
) -> None:
    window = browser(zebedee)
    window.post("/settings/privacy/erasure")
    window.post("/settings/privacy/erasure")
    assert [each.person_id for each in open_requests(chris)] == [zebedee.id]
    assert NAME in browser(chris).get("/admin/privacy").text
    window.post("/settings/privacy/erasure/withdrawal")
    assert open_requests(chris) == []
    ask_for_erasure(zebedee)
    erase(chris, zebedee, typed=NAME)
    assert open_request(zebedee) is None


def test_whoever_is_taken_out_is_signed_out_at_once(
    zebedee: Person, chris: Person, browser: Callable[[Person], Browser]
) -> None:
    window = browser(zebedee)
    with transaction():
        erase(chris, zebedee, typed=NAME)
    assert window.get("/").status_code == 302
    assert db.session.scalar(select(Session.id).where(Session.person_id == zebedee.id)) is None


def test_a_name_like_theirs_and_a_longer_one_stay(zebedee: Person, kim: Person, chris: Person) -> None:
    factories.person(f"{NAME}ton", chris.department)
    asked = factories.question(kim, body=f"Ask @{HANDLE}-2 or @{HANDLE}ton, not x{EMAIL}.")
    with transaction():
        erase(chris, zebedee, typed=NAME)
    assert db.session.get_one(Question, asked.id).body == f"Ask @{HANDLE}-2 or @{HANDLE}ton, not x{EMAIL}."
