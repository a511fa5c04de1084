"""Nothing that anybody can read differs by who wrote without a name.

The same story is told twice, word for word and minute for minute, once with one colleague behind it and once with
another of the same department. Then everything that comes out is compared: every page, part, table and answer in JSON
that can be fetched, for every role but those two; every mail and every line of the log; and all that the database
holds but for the row that needs the key.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from forum.attachments.models import Attachment
from forum.chats import running
from forum.chats.planning import plan
from forum.core import clock, jobs
from forum.core.db import db, transaction
from forum.feeds.addresses import make_addresses, token_of
from forum.impact.facts import keeping
from forum.needs.models import CheckIn
from forum.notifications import digests
from forum.people import persona_links
from forum.people.joining import found
from forum.people.models import Person
from forum.posts.models import Post
from forum.questions.models import Question
from forum.search.engines.whoosh import WhooshEngine
from tests import conftest, factories
from tests.attachments import files, sending
from tests.conftest import Browser

BEGIN = datetime(2026, 3, 2, 9, 37, 41, tzinfo=UTC)  # a Monday, at a time that is recognised wherever it is shown
WRITERS = ("Kim Tran", "Bo Berg")  # the two who may be behind it; nobody else may be able to tell which
READERS = ("employee", "moderator", "administrator", "stranger", "left")
# What an address can name besides ids; a name that is not here gets "1".
WORDS = {
    "slug": ("sales", "finance", "undisclosed-", "labels"),
    "handle": ("kim-tran",),
    "month": ("2026-02",),
    "measure": ("first_answer", "verified", "reused"),
    "table": ("needs", "figures", "practices", "matrix"),
    "filename": (),
}
# Addresses with what is typed behind them: other tabs, searches by word, by author and by what is not there.
TYPED = (
    *(
        f"/questions?tab={tab}"
        for tab in ("unconfirmed", "confirmed", "new", "active", "following", "mine", "needs&among=me")
    ),
    *(f"/search?q={words}" for words in ("labels", "author:kim-tran", "author:bo-berg", "Asker", "persona", "by:kim")),
    *(f"/people/suggest?q={word}" for word in ("", "a", "col", "persona")),
    *(f"/people?q={word}" for word in ("Asker", "Colleague", "Kim")),
    *(f"/people/{id}?tab={tab}" for id in (1, 2) for tab in ("questions", "answers", "practices", "thanks")),
    "/ask/similar?title=Which+labels+go+on+the+crate",
    *(f"/go?q={words}" for words in ("labels", "Kim", "Bo", "Asker")),
    "/inbox?show=done",
    "/settings/notifications",
)
# What other programmes fetch, behind each reader's own secret.
FEEDS = (
    "questions.atom",
    "questions.atom?department=finance",
    "questions.atom?tag=labels",
    *(f"questions.atom?q={words}" for words in ("labels", "author:kim-tran", "author:bo-berg", "Asker")),
    "calendar.ics",
)
# What is made anew for each answer or each row, and says nothing.
AT_RANDOM = re.compile(
    r'nonce[=-]["\w-]+|name="csrf_token" value="[^"]*"|persona-[0-9a-f]{24}|[0-9a-f]{24}@persona|X-CSRFToken[^}]*'
    r"|(?<=/feeds/)[\w.-]+|(?<='secret': ')[\w-]+"
    r"|(?<=/attachments/)[\w-]+|(?<='token': ')[\w-]+|/did-it-work/\S+|(?:Since|last used) <time [^>]*>[^<]*"
    r"|Content-Length: \d+|error id <code>\w+</code>|\[[0-9a-f]{8}\]"
    r"|<mail-\d+@|/unsubscribe/\S+|csrf-token\" content=\"[^\"]*\"|name=\"draft(?:_window)?\" [^>]*>"
    r"|\b[0-9a-f]{64}\b|<code>[0-9a-f]{8}</code>|(?<=,)[0-9a-f]{8}(?=,)"  # seals, and numbers of requests
    r"|name=\"sealed\" value=\"[^\"]*\"|src=\"data:image/svg[^\"]*\"|<code class=\"secret\">[^<]*"
)
TIMED = re.compile(r" *<dt>Searches take</dt><dd>[^<]*</dd>")  # Stands there from the tenth search of a process on.
# Headers that go by the clock of the machine, or are of the browser that asks.
UNTOLD = ("Set-Cookie", "Date", "Expires", "X-RateLimit-Reset", "Retry-After")
# Columns that are of the person who is signed in, or need the key. Beside them every table is the same.
OF_NOBODY = {
    "persona_link": {"tag", "sealed"},
    "person": {"last_seen_at", "password_hash", "handle", "email"},
    "session": {"person_id", "token_hash", "began_at", "ends_at", "last_used_at", "confirmed_at"},
    "rate_count": {"key", "expires", "hits"},
    "audit": {"request_id"},
    "mail": {"id", "claimed_at"},
    "job": {"key"},
    "notification": {"mail_id"},
}


@dataclass
class Story:
    """What came out of one telling, by where it came out, and the rows that were left."""

    exits: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[Any]] = field(default_factory=dict)
    at: str = ""


TOLD: dict[str, Story] = {}  # Each is told once, for all that is asked of it.


@pytest.fixture
def tell(app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Any:
    """Tell the story with one of the two behind it, on a database of its own."""
    if conftest.KIND != "sqlite":
        pytest.skip("two tellings give the same numbers to the same rows on SQLite only")

    def telling(writer: str) -> Story:
        if writer in TOLD:
            return TOLD[writer]
        db.session.remove()
        conftest._empty_all_tables()
        app.extensions["search"] = WhooshEngine(tmp_path / f"index {len(TOLD)}")
        keeping.attach(app)
        persona_links.attach(app)
        caplog.clear()
        with clock.as_of(BEGIN - timedelta(days=40)):
            found("Northwick Instruments")
            people = _people()
        db.session.commit()
        with caplog.at_level(logging.INFO):
            story = Story()
            ends = _told(app, writer, people)
            with clock.as_of(ends):
                story.exits |= dict(_exits(app, people))
        story.exits["log"] = AT_RANDOM.sub("…", "\n".join(record.getMessage() for record in caplog.records))
        story.tables = {table.name: _rows(table.name) for table in db.metadata.sorted_tables}
        TOLD[writer] = story
        return story

    return telling


def test_no_exit_and_no_table_tells_which_of_two_wrote_without_a_name(
    tell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    one, other = tell(WRITERS[0]), tell(WRITERS[1])
    assert one.exits.keys() == other.exits.keys()
    differ = [where for where in one.exits if one.exits[where] != other.exits[where]]
    with capsys.disabled():
        took = time.monotonic() - began
        print(f"\nanonymity: {len(differ)} of {len(one.exits)} exits differ by who wrote, in {took:.0f} s")
    assert not differ, "\n".join(_first_difference(each, one.exits[each], other.exits[each]) for each in differ[:20])
    rows = [name for name in one.tables if one.tables[name] != other.tables[name]]
    assert not rows, "\n".join(_first_difference(each, str(one.tables[each]), str(other.tables[each])) for each in rows)


def test_no_exit_tells_the_hour_at_which_somebody_wrote_without_a_name(tell: Any) -> None:
    story = tell(WRITERS[0])
    told = re.compile(r".{90}\b(?:09|10|11|12):(?:37|47)\b.{20}", re.DOTALL)
    found = {where: told.findall(words) for where, words in story.exits.items() if where.startswith("employee")}
    assert {where: times for where, times in found.items() if times} == {}


def _people() -> dict[str, Person]:
    """Ten people; the two who may be behind it are in a department of six, and alike in all but the name."""
    sales, finance = factories.department("Sales"), factories.department("Finance")
    people = {name: factories.person(name, sales) for name in WRITERS}
    people |= {name: factories.person(name, sales) for name in ("Ada Ash", "Cy Coe", "employee")}
    people["helper"] = factories.person("Marta Silva", finance)
    people["moderator"] = factories.person("Farah Aziz", sales, "moderator", "champion", "stakeholder")
    people["administrator"] = factories.person("Chris Dunn", finance, "administrator")
    people["left"] = factories.person("Lee Long", finance)
    people["left"].left_at = clock.now()
    return people


def _told(app: Flask, writer: str, people: dict[str, Person]) -> datetime:
    """The story: somebody asks and answers without a name, and all that comes of it. Returns when it ends."""
    helper, moderator = people["helper"], people["moderator"]
    with clock.as_of(BEGIN - timedelta(hours=1)):  # Both are at work, as a third of the others may be.
        windows: dict[str, Browser] = {name: app.test_client().sign_in(people[name]) for name in WRITERS}  # type: ignore[attr-defined]
    browser = windows[writer]
    finance = helper.department_id
    typed = {
        "title": "Which labels go on the crate?",
        "body": "The list is gone.",
        "tags": "labels",
        "impact": "blocked",
    }
    with _at(BEGIN):
        photograph = sending.send(browser, files.photograph(), f"{writer} at work.jpg").get_json()
        typed["body"] += f"\n\n![The crate]({photograph['address']})"
        kept = {**typed, "departments": str(finance), "draft": "typed", "unnamed": "y"}
        assert browser.post("/ask/draft", data=kept).status_code == 204
        assert browser.post("/ask", data=kept).status_code == 303
    asked = db.session.scalars(select(Question)).one()
    with _at(BEGIN + timedelta(minutes=31)):  # What is done by name is done at other minutes.
        given = factories.answer(helper, asked, "The red ones, on all four sides.")
    with _at(BEGIN + timedelta(hours=1)):
        assert browser.post(f"/posts/{given.id}/comments", data={"body": "On the lid, too?"}).status_code == 303
    with _at(BEGIN + timedelta(hours=2)):
        browser.post(f"/answers/{given.id}/acceptance")
        browser.post(f"/posts/{given.id}/thanks", data={"line": "That saved my day."})
        edit = {
            **typed,
            "body": typed["body"].replace("list", "list by the door"),
            "departments": str(finance),
            "version": "1",
        }
        assert browser.post(f"/questions/{asked.id}/edit", data=edit).status_code == 303
    with _at(BEGIN + timedelta(hours=2, minutes=31)):
        second = factories.question(helper, "Who signs for the crates on Fridays?", departments=[helper.department])
    with _at(BEGIN + timedelta(hours=3)):
        said = {"body": "Whoever is on the late shift signs for them.", "unnamed": "y", "shows_department": "y"}
        assert browser.post(f"/posts/{second.id}/draft?of=answer", data=said).status_code == 204
        assert browser.post(f"/questions/{second.id}/answers", data=said).status_code == 303
    with _at(BEGIN + timedelta(hours=3, minutes=31)):
        theirs = db.session.scalars(select(Post).order_by(Post.id.desc())).first()
        factories.answering.accept(helper, theirs)
        factories.practice(moderator, theirs, owner=helper, title="Let the late shift sign")
    with _at(BEGIN + timedelta(hours=4, minutes=31)):
        soon = clock.now() + timedelta(minutes=1)
        chat = plan(helper, title="Crates", about="", questions="What is lost?", starts_at=soon)
        running.open_chat(helper, chat)
        db.session.commit()  # The hour is over once the worker has gone on.
        said = {"words": "I lost one, and told nobody.", "unnamed": "y", "shows_department": "y"}
        assert browser.post(f"/chats/{chat.id}/turns", data=said).status_code == 303
        assert browser.post(f"/chats/{chat.id}/turns", data={"words": "Or two."}).status_code == 303
    with _at(BEGIN + timedelta(days=4, minutes=-30)):
        pass
    with _at(BEGIN + timedelta(days=4, hours=1)):
        due = db.session.scalars(select(CheckIn).order_by(CheckIn.id)).first()
        said = {"outcome": "resolved", "minutes": "20", "note": "No crate came back."}
        assert browser.post(f"/check-ins/{due.id}", data=said).status_code == 303
    with _at(BEGIN + timedelta(days=6, minutes=-30)):
        pass
    return BEGIN + timedelta(days=6, minutes=9)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """What happens at a moment, with everything that the worker does soon after."""
    with clock.as_of(moment):
        yield
        db.session.commit()
    for minutes in (0, 10, 70):
        with clock.as_of(moment + timedelta(minutes=minutes)):
            digests.look_for_mail()
            while jobs.run_due():
                pass
    db.session.expire_all()


def _exits(app: Flask, people: dict[str, Person]) -> Iterator[tuple[str, str]]:
    """Everything that every reader can fetch: (who and where, what)."""
    addresses = sorted(set(_addresses(app)) | set(TYPED))
    missing: set[str] = set()  # What is not there for one is there for nobody.
    for name in READERS:
        client: Browser = app.test_client()  # type: ignore[assignment]
        if name not in ("stranger", "left"):
            client.sign_in(people[name])
        elif name == "left":
            with transaction():
                people[name].left_at = None
            client.sign_in(people[name])
            with transaction():
                people[name].left_at = clock.now()
        for number, shown_with_it in enumerate(db.session.scalars(select(Attachment.token).order_by(Attachment.id))):
            answer = client.get(f"/attachments/{shown_with_it}")
            told = f"{answer.status}\n{_headers(answer)}\n{answer.get_data()!r}"
            yield f"{name} file {number}", AT_RANDOM.sub("…", told)
        shown = [address for address in addresses if address not in missing]
        if name not in ("stranger", "left"):
            yield from _feeds(app, name, people[name])
        for address in shown if name not in ("stranger", "left") else shown[::9]:
            answer = client.get(address, follow_redirects=name not in ("stranger", "left"))
            if answer.status_code == 404:
                missing.add(address)
            told = f"{answer.status}\n{_headers(answer)}\n{answer.text}"
            yield f"{name} {address}", AT_RANDOM.sub("…", TIMED.sub("", told))


def _feeds(app: Flask, name: str, reader: Person) -> Iterator[tuple[str, str]]:
    """What other programmes read for somebody at the addresses that they made for themselves."""
    with transaction():
        make_addresses(reader)
    for feed in FEEDS:
        answer = app.test_client().get(f"/feeds/{token_of(reader)}/{feed}")
        assert answer.status_code == 200, feed
        yield f"{name} feed {feed}", AT_RANDOM.sub("…", f"{_headers(answer)}\n{answer.text}")


def _headers(answer: Any) -> str:
    return "\n".join(f"{key}: {value}" for key, value in answer.headers if key not in UNTOLD)


def _addresses(app: Flask) -> Iterator[str]:
    """Every address that can be fetched, from the URL map, with every number that a row has: a new one joins itself."""
    numbers = range(1, 1 + max(*db.session.scalars(select(Post.id)), *db.session.scalars(select(Person.id))))
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        found = [rule.rule]
        for name in rule.arguments:
            is_id = re.search(rf"<id:{name}>", rule.rule) is not None
            values = [str(number) for number in numbers] if is_id else WORDS.get(name, ("1",))
            if name == "slug" and "<id:" in rule.rule:
                values = ("x",)
            found = [re.sub(rf"<(\w+:)?{name}>", value, address) for address in found for value in values]
        yield from found


def _rows(name: str) -> list[Any]:
    rows = [dict(row) for row in db.session.execute(text(f'SELECT * FROM "{name}"')).mappings()]
    left_out = OF_NOBODY.get(name, set())
    return [AT_RANDOM.sub("…", str({key: row[key] for key in row if key not in left_out})) for row in rows]


def _first_difference(where: str, one: str, other: str) -> str:
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{where}: …{one[max(place - 200, 0) : place + 200]}… but …{other[max(place - 200, 0) : place + 200]}…"
