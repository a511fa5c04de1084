"""Everything that is kept about somebody, for them alone; and no table is forgotten."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import JSON, String

from forum.answers.answering import accept
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.departments.following import choose_level
from forum.people.models import Person
from forum.posts.voices import voice_in
from forum.posts.votes import cast
from forum.posts.writing import write
from forum.privacy.exporting import export
from forum.privacy.held import ALONG, HELD, LEFT_OUT
from forum.privacy.mentions import NO_TEXT, NO_WORDS
from forum.questions.asking import ask
from forum.search import history
from forum.search.query import parse
from tests import factories
from tests.attachments.test_keeping import kept, show
from tests.conftest import Browser
from tests.privacy.conftest import keep_everything_else
from tests.rules.source import hold


def of_persons() -> set[str]:
    """Every column that names a person."""
    return {
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.c
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    }


def test_every_column_that_names_a_person_is_exported_or_says_why_not() -> None:
    hold("Say in forum/privacy/held.py whether it is exported, and what erasing does.", of_persons() - HELD.keys())
    assert HELD.keys() - of_persons() == {"person.id"}
    assert [name for name, held in HELD.items() if bool(held.title) == bool(held.because)] == [
        name for name, held in HELD.items() if held.title and held.because
    ]
    assert all(held.title or held.because for held in HELD.values())


def test_what_hangs_on_a_row_of_a_person_is_named_rightly() -> None:
    for name, along in ALONG.items():
        assert along.by in db.metadata.tables[name].c
        assert f"{along.parent}.{along.of}" in HELD


def test_no_secret_is_a_text_that_is_exported_or_read() -> None:
    secret = {
        (table.name, column.name)
        for table in db.metadata.sorted_tables
        for column in table.c
        if re.search(r"_hash$|^sealed|^fingerprint$|^public_key$", column.name)
        and isinstance(column.type, String | JSON)
    }
    assert ("code_app", "sealed_secret") in secret
    assert {name for _, name in secret} <= LEFT_OUT
    assert {name for table, name in secret if table not in NO_WORDS} <= NO_TEXT


@pytest.fixture
def taken(browser: Callable[[Person], Browser], kim: Person, marta: Person) -> zipfile.ZipFile:
    """What Kim takes away after having done a few things."""
    asked = factories.question(kim, "Where is <b>the</b> quokka ladder?", body="It was in the yard.")
    given = factories.answer(marta, asked, "Marta knows & says so.")
    accept(kim, given)
    cast(kim, given, 1)
    choose_level(kim, "question", asked.id, "muted")
    history.remember(kim, parse("quokka"), None)
    history.remember(marta, parse("wombat"), None)
    answer = browser(kim).post("/settings/privacy/export")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.data))


def rows(taken: zipfile.ZipFile, table: str) -> list[dict[str, Any]]:
    sections = json.loads(taken.read("data.json"))["sections"]
    return [row for section in sections if section["table"] == table for row in section["rows"]]


def test_it_holds_what_they_wrote_did_and_looked_for(taken: zipfile.ZipFile, kim: Person) -> None:
    assert taken.testzip() is None
    assert [row["body"] for row in rows(taken, "post")] == ["It was in the yard."]
    assert [row["title"] for row in rows(taken, "question")] == ["Where is <b>the</b> quokka ladder?"]
    assert [row["value"] for row in rows(taken, "vote")] == [1]
    assert [(row["kind"], row["level"]) for row in rows(taken, "follow")] == [("question", "muted")]
    assert [row["words"] for row in rows(taken, "recent_search")] == ["quokka"]
    assert len(rows(taken, "need")) == 1
    assert len(rows(taken, "acceptance")) == 1
    assert len(rows(taken, "session")) == 1
    assert {row["email"] for row in rows(taken, "person")} == {kim.email}
    assert "sign_in.done" in {row["kind"] for row in rows(taken, "audit")}


def test_it_holds_no_secret_and_nothing_that_somebody_else_wrote(taken: zipfile.ZipFile, marta: Person) -> None:
    for name in taken.namelist():
        text = taken.read(name).decode()
        for word in ("password_hash", "token_hash", "Marta knows", "wombat", marta.email):
            assert word not in text, f"{word} in {name}"


def test_the_page_to_read_shows_words_as_words_and_needs_nothing_else(taken: zipfile.ZipFile) -> None:
    page = taken.read("index.html").decode()
    assert "Where is &lt;b&gt;the&lt;/b&gt; quokka ladder?" in page
    assert "<script" not in page
    assert "src=" not in page


def test_what_they_wrote_without_a_name_is_in_it_and_says_so(
    browser: Callable[[Person], Browser], kim: Person, marta: Person
) -> None:
    question = factories.question(marta)
    body = write("It is Marta's.")
    asked = ask(kim, title="May I say this?", body=body, departments=[kim.department_id], unnamed=True)
    given = factories.answer(voice_in(kim, question, unnamed=True), question, "Under no name.")
    factories.answer(voice_in(marta, asked, unnamed=True), asked, "Of somebody else.")
    named = factories.question(kim, body="Under my name.")
    window = browser(kim)
    taken = zipfile.ZipFile(io.BytesIO(window.post("/settings/privacy/export").data))
    by_title = {section["title"]: section["rows"] for section in json.loads(taken.read("data.json"))["sections"]}
    assert [row["id"] for row in by_title["Everything you posted"]] == [named.id]
    unnamed = by_title["Everything you posted, written without your name"]
    assert {row["id"] for row in unnamed} == {asked.id, given.id}
    page = taken.read("index.html").decode()
    assert "<h2>Everything you posted, written without your name</h2>" in page
    assert "Of somebody else" not in page
    theirs = zipfile.ZipFile(io.BytesIO(browser(marta).post("/settings/privacy/export").data))
    assert "May I say this?" not in json.dumps(rows(theirs, "question"))


def test_it_holds_attachments_factors_and_what_the_directory_says_and_no_key(
    browser: Callable[[Person], Browser], kim: Person
) -> None:
    show(kept(kim, kind="txt", name="ladder.txt"), kim)
    keep_everything_else(kim)
    db.session.commit()
    taken = zipfile.ZipFile(io.BytesIO(browser(kim).post("/settings/privacy/export").data))
    assert [row["name"] for row in rows(taken, "attachment")] == ["ladder.txt"]
    assert len(rows(taken, "post_attachment")) == 1
    for table in ("passkey", "code_app", "recovery_code", "identity", "directory_entry"):
        assert len(rows(taken, table)) == 1, table
    said = taken.read("data.json").decode() + taken.read("index.html").decode()
    assert kim.email in rows(taken, "identity")[0]["subject"]
    assert "unreadable" not in said


def test_nobody_takes_away_what_is_kept_about_somebody_else(kim: Person, chris: Person, farah: Person) -> None:
    for person in (chris, farah):
        with pytest.raises(Forbidden):
            export(person, kim)
