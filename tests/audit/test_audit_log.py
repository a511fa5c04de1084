"""The audit log: who did what, in the transaction of the deed, in a chain that shows every change."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from forum.audit.letting_go import KEPT_FOR, let_old_lines_go
from forum.audit.listing import Wanted, lines
from forum.audit.models import NOTHING_BEFORE, AuditLine
from forum.audit.verifying import head, verify
from forum.audit.writing import note
from forum.core.clock import as_of, now
from forum.core.db import db, transaction
from forum.core.errors import Forbidden, Invalid
from forum.people import changing
from forum.people.models import Person
from forum.posts.removing import remove
from forum.posts.voices import voice_in
from forum.posts.writing import write
from forum.questions.asking import ask
from tests import factories
from tests.conftest import Browser
from tests.pages import Page
from tests.untouchable import without_guard


def kinds() -> list[str]:
    return list(db.session.scalars(select(AuditLine.kind).order_by(AuditLine.id)))


@pytest.fixture
def three(chris: Person) -> Person:
    """Three lines by an administrator."""
    for number in range(3):
        with transaction():
            note("system.index", actor_id=chris.id, data={"number": number})
    return chris


def test_a_deed_and_its_line_are_saved_together_or_not_at_all(chris: Person, kim: Person) -> None:
    db.session.commit()
    before, _ = head()
    with suppress(Invalid), transaction():
        changing.deactivate(chris, kim)
        changing.describe(chris, chris, name="", job_title="", about="")
    assert head()[0] == before
    with transaction():
        changing.deactivate(chris, kim)
    line = db.session.get_one(AuditLine, before + 1)
    assert (line.kind, line.actor_id, line.person_id, line.data) == ("person.left", chris.id, kim.id, {"back": False})


def test_what_somebody_does_with_their_own_words_leaves_no_line(kim: Person, farah: Person) -> None:
    own, other = factories.question(kim), factories.question(kim)
    db.session.commit()
    before = len(kinds())
    with transaction():
        remove(kim, own)
    with transaction():
        remove(farah, other)
    assert kinds()[before:] == ["post.removed"]


def test_a_line_stands_on_the_one_before(three: Person) -> None:
    rows = db.session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert rows[0].previous == NOTHING_BEFORE
    assert [line.id for line in rows] == list(range(1, len(rows) + 1))
    assert [line.previous for line in rows[1:]] == [line.hash for line in rows[:-1]]
    found = verify()
    assert (found.lines, found.last, found.broken_at) == (len(rows), head()[1], None)


def test_the_application_refuses_to_change_a_line(three: Person) -> None:
    line = db.session.get_one(AuditLine, head()[0])
    line.kind = "sign_in.done"
    with pytest.raises(TypeError, match="append-only"):
        db.session.flush()
    db.session.rollback()
    db.session.delete(db.session.get_one(AuditLine, head()[0]))
    with pytest.raises(TypeError, match="append-only"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("statement", ["UPDATE audit SET kind = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_it_too(three: Person, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(text(statement))
    assert verify().broken_at is None


@pytest.mark.parametrize(
    ("tampering", "why"),
    [
        ("UPDATE audit SET actor_id = NULL WHERE id = :line", "says something else"),
        ("UPDATE audit SET data = '{\"number\": 7}' WHERE id = :line", "says something else"),
        ("UPDATE audit SET previous = hash WHERE id = :line", "does not stand on"),
        ("UPDATE audit SET id = id + 1000 WHERE id > :line - 1", "is missing"),
        ("DELETE FROM audit WHERE id = :line", "is missing"),
    ],
)
def test_whoever_changes_it_behind_the_guard_is_found_out(three: Person, tampering: str, why: str) -> None:
    last, _ = head()
    with transaction(), without_guard(db.session.connection()):
        db.session.execute(text(tampering), {"line": last - 1})
    found = verify()
    assert found.broken_at is not None
    assert why in found.why


def test_the_command_says_where_it_is_broken(app: Flask, three: Person) -> None:
    number, hash = head()
    sound = app.test_cli_runner().invoke(args=["audit-verify"])
    assert (sound.exit_code, f"{number} lines" in sound.output, hash in sound.output) == (0, True, True)
    with transaction(), without_guard(db.session.connection()):
        db.session.execute(text("UPDATE audit SET kind = 'post.edited' WHERE id = 2"))
    broken = app.test_cli_runner().invoke(args=["audit-verify"])
    assert broken.exit_code == 1
    assert "broken at line 2" in broken.output


def test_many_writers_at_once_make_one_chain(app: Flask) -> None:
    db.session.commit()

    def write(number: int) -> None:
        with app.app_context():
            for _ in range(5):
                with transaction():
                    note("system.index", data={"writer": number})

    writers = [Thread(target=write, args=(number,)) for number in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    found = verify()
    assert (found.lines, found.broken_at) == (20, None)


def test_only_the_oldest_lines_may_be_let_go_and_the_rest_still_holds(three: Person) -> None:
    with transaction(), without_guard(db.session.connection()):
        db.session.execute(text("DELETE FROM audit"))
    with as_of(now() - KEPT_FOR - timedelta(days=2)), transaction():
        note("system.index")
        note("system.index")
    with transaction():
        note("system.index")
    assert let_old_lines_go() == 2
    assert let_old_lines_go() == 0
    found = verify()
    assert (found.lines, found.since, found.broken_at) == (1, 3, None)


def test_signing_in_and_failing_to_are_kept_with_the_person_and_no_address(client: Browser, kim: Person) -> None:
    db.session.commit()
    for email in (kim.email, "nobody@elsewhere.example"):
        client.post("/sign-in", data={"email": email, "password": "not this one"})
    failed = db.session.scalars(select(AuditLine).where(AuditLine.kind == "sign_in.failed")).all()
    assert [(line.actor_id, line.person_id, line.data) for line in failed] == [(None, kim.id, {}), (None, None, {})]
    assert all(len(line.request_id) == 8 for line in failed)
    client.sign_in(kim)
    assert kinds()[-1] == "sign_in.done"


def test_what_somebody_is_refused_is_kept_but_not_without_end(browser: Callable[..., Browser], kim: Person) -> None:
    window = browser(kim)
    for _ in range(22):
        assert window.get("/admin/people/7").status_code == 403
    denied = db.session.scalars(select(AuditLine).where(AuditLine.kind == "access.denied")).all()
    assert len(denied) == 20
    assert denied[0].data == {"method": "GET", "address": "/admin/people/<id:id>", "id": 7}


def test_being_refused_ones_own_post_does_not_say_that_one_wrote_it_without_a_name(
    browser: Callable[..., Browser], kim: Person, marta: Person
) -> None:
    asked = ask(kim, title="May I say this?", body=write("No."), departments=[kim.department_id], unnamed=True)
    for who, address in ((kim, "vote"), (kim, "flag"), (marta, "reveal"), (marta, "hiding")):
        typed = {"value": "1", "reason": "other"}
        assert browser(who).post(f"/posts/{asked.id}/{address}", data=typed).status_code == 403, address
    denied = db.session.scalars(select(AuditLine).where(AuditLine.kind == "access.denied")).all()
    assert [(line.actor_id, line.post_id, set(line.data)) for line in denied] == [
        (marta.id, None, {"method", "address"})
        for _ in range(2)  # None of Kim's: everybody else may do it.
    ]


def test_what_somebody_does_to_their_own_words_without_a_name_is_in_no_line(
    browser: Callable[..., Browser], farah: Person, marta: Person
) -> None:
    asked = ask(farah, title="May I say this?", body=write("No."), departments=[farah.department_id], unnamed=True)
    question = factories.question(marta)
    given = factories.answer(voice_in(farah, question, unnamed=True), question)
    db.session.commit()
    before = db.session.scalar(select(func.max(AuditLine.id)))
    window = browser(farah)
    changed = {"title": "May I still say this?", "body": "No!", "version": "1", "departments": str(farah.department_id)}
    assert window.post(f"/questions/{asked.id}/edit", data=changed).status_code == 303
    assert window.post(f"/posts/{given.id}/removal").status_code == 303
    assert window.post(f"/posts/{given.id}/restoration").status_code == 303
    made = db.session.scalars(select(AuditLine).where(AuditLine.id > before, AuditLine.kind != "sign_in.done")).all()
    assert [(line.kind, line.actor_id) for line in made] == []


def test_an_administrator_reads_it_by_kind_person_and_day(
    browser: Callable[..., Browser], chris: Person, kim: Person, farah: Person
) -> None:
    window = browser(chris)
    with transaction():
        changing.deactivate(chris, kim)
    with transaction():
        remove(farah, factories.question(chris))
    today = now().date()
    page = window.get("/admin/audit").text
    assert "let somebody leave" in page
    assert "removed what somebody else wrote" in page
    for query, there, gone in (
        ("kind=person", "let somebody leave or come back</th>", "removed what somebody else wrote</th>"),
        ("kind=post.removed", "removed what somebody else wrote</th>", "let somebody leave or come back</th>"),
        (f"person=@{kim.handle}", "let somebody leave or come back</th>", "removed what somebody else wrote</th>"),
        (f"day={today}&person={farah.handle}", "removed what somebody else wrote</th>", "let somebody leave</th>"),
    ):
        page = window.get(f"/admin/audit?{query}").text
        assert there in page, query
        assert gone not in page, query
    assert "No such line" in window.get("/admin/audit?day=2001-01-01").text
    assert "Nobody is or was called that" in window.get("/admin/audit?person=nobody-at-all").text


def test_it_is_paged_by_key_and_can_be_taken_away(browser: Callable[..., Browser], chris: Person) -> None:
    window = browser(chris)
    with transaction():
        for number in range(31):
            note("system.index", data={"number": number})
    page = Page(window.get("/admin/audit?kind=system.index")).words
    assert "number: 30" in page
    assert "number: 0" not in page
    older = lines(chris, Wanted(kind="system.index"), lines(chris, Wanted(kind="system.index"), None).next_key)
    assert [row.AuditLine.data["number"] for row in older.rows] == [0]
    table = window.get("/admin/audit.csv?kind=system.index").text.splitlines()
    assert len(table) == 32
    assert head()[1] in table[-1]


def test_nobody_but_administrators_reads_it(kim: Person, farah: Person) -> None:
    for person in (kim, farah):
        with pytest.raises(Forbidden):
            lines(person, Wanted(), None)


def test_a_refusal_that_would_tell_who_wrote_without_a_name_leaves_no_line(
    browser: Callable[[Person], Browser], kim: Person, farah: Person
) -> None:
    unnamed, own = factories.question(kim, unnamed=True), factories.question(kim)
    window = browser(kim)
    for address in ("vote", "flag", "suggestion"):
        assert window.post(f"/posts/{unnamed.id}/{address}", data={"value": "1"}).status_code == 403
    assert "access.denied" not in kinds()
    window.post(f"/posts/{own.id}/vote", data={"value": "1"})  # Everybody sees that this one is Kim's.
    assert kinds().count("access.denied") == 1
    moderators = factories.question(farah, unnamed=True)
    for address in ("hiding", "locking"):
        assert browser(farah).get(f"/posts/{moderators.id}/{address}").status_code == 403
    assert kinds().count("access.denied") == 1


def test_what_a_persona_does_leaves_no_line(browser: Callable[[Person], Browser], kim: Person, marta: Person) -> None:
    for unnamed, expected in ((True, 0), (False, 1)):
        given = factories.answer(marta, factories.question(kim, unnamed=unnamed))
        db.session.commit()
        assert browser(kim).post(f"/answers/{given.id}/acceptance").status_code == 303
        assert kinds().count("post.accepted") == expected
