"""Feeds and calendars at secret addresses: whole files, nothing that the pages would not show, and an end at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from forum.answers.answering import accept
from forum.chats.planning import come, plan
from forum.commitments.committing import undertake
from forum.core.clock import now
from forum.core.db import db
from forum.departments.models import Department
from forum.feeds import atom, icalendar
from forum.feeds.addresses import make_addresses, token_of
from forum.moderation.intervening import hide
from forum.people.changing import deactivate, reactivate
from forum.people.models import Person
from forum.posts.removing import remove
from forum.privacy.erasing import erase
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]
IN_FEED = {"a": atom.NAMESPACE}
MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def read(kim: Person, client: Browser) -> Callable[..., Any]:
    """What a programme that is not signed in gets at Kim's addresses."""
    make_addresses(kim)
    db.session.commit()
    return lambda file="questions.atom", query="", **how: client.get(f"/feeds/{token_of(kim)}/{file}{query}", **how)


def titles(answer: Any) -> list[str | None]:
    assert answer.status_code == 200, answer.text
    return [each.text for each in ElementTree.fromstring(answer.data).findall("a:entry/a:title", IN_FEED)]


def unfolded(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n")
    lines = data.decode().replace("\r\n ", "").split("\r\n")[:-1]
    assert all(len(line.encode()) <= icalendar.LONGEST for line in data.decode().split("\r\n"))
    return lines


def as_lines(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n")


def unescaped(words: str) -> str:
    kept = words.replace("\\\\", "\0").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";")
    return kept.replace("\0", "\\")


@given(st.text())
def test_any_title_stands_in_a_feed_as_it_is_but_for_what_no_xml_can_hold(words: str) -> None:
    feed = atom.Feed(id="tag:x,2026:all", title=words, url="https://x/", updated=MOMENT, language="en")
    entry = atom.Entry("tag:x,2026:1", words, "https://x/1", words, words, MOMENT, MOMENT)
    root = ElementTree.fromstring(atom.written(feed, [entry]))
    held = as_lines(atom.NOT_IN_XML.sub("", words))
    for path in ("a:title", "a:entry/a:title", "a:entry/a:author/a:name", "a:entry/a:summary"):
        found = root.find(path, IN_FEED)
        assert found is not None
        assert as_lines(found.text or "") == held


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_title_survives_folding_and_escaping_in_a_calendar(words: str) -> None:
    data = icalendar.written("Dates", [icalendar.Happening("a@x", words, "https://x/1", MOMENT, MOMENT.date())])
    [summary] = [line for line in unfolded(data) if line.startswith("SUMMARY:")]
    expected = icalendar.CONTROLS.sub("", as_lines(words))
    assert unescaped(summary.removeprefix("SUMMARY:")) == expected


def test_a_feed_has_questions_and_answers_latest_first_with_ids_that_stay(
    kim: Person, marta: Person, read: Any
) -> None:
    question = factories.question(kim, "Where is the <b>quokka</b> & co?", body="*Nobody* <b>knows</b> it.")
    answer = factories.answer(marta, question, "In the **yard**.")
    db.session.commit()
    got = read()
    assert got.content_type == "application/atom+xml; charset=utf-8"
    assert got.headers["Cache-Control"] == "private, no-cache"
    root = ElementTree.fromstring(got.data)
    first, second = root.findall("a:entry", IN_FEED)
    assert titles(got) == ["Answer: Where is the <b>quokka</b> & co?", "Where is the <b>quokka</b> & co?"]
    assert [each.findtext("a:id", None, IN_FEED) for each in (first, second)] == [
        f"tag:127.0.0.1,2026:post-{answer.id}",
        f"tag:127.0.0.1,2026:post-{question.id}",
    ]
    assert first.findtext("a:author/a:name", None, IN_FEED) == "Marta Silva"
    assert first.findtext("a:summary", None, IN_FEED) == "In the yard."
    link = first.find("a:link", IN_FEED)
    assert link is not None
    assert link.attrib["href"].endswith(f"#post-{answer.id}")
    for name in ("id", "title", "updated"):
        assert root.findtext(f"a:{name}", None, IN_FEED)
    assert (token_of(kim) or "") not in got.text  # Whoever passes the file on does not pass on the address.


@pytest.mark.usefixtures("noise")
def test_it_can_be_narrowed_to_a_topic_a_department_or_a_search(
    kim: Person, marta: Person, finance: Department, read: Any, work_off: Callable[[], None]
) -> None:
    tagged = factories.question(kim, "Which ladder is safe?", tags="ladders")
    factories.answer(marta, tagged, "The blue one.")
    factories.question(kim, "Who pays for wombats?", departments=[finance])
    work_off()
    assert titles(read(query="?tag=ladders")) == ["Answer: Which ladder is safe?", "Which ladder is safe?"]
    assert "Who pays for wombats?" in titles(read(query="?department=finance"))
    assert "Which ladder is safe?" not in titles(read(query="?department=finance"))
    assert titles(read(query="?q=wombats")) == ["Who pays for wombats?"]
    assert titles(read(query="?q=zzyzx")) == []
    assert [read(query=query).status_code for query in ("?tag=none", "?department=none")] == [404, 404]


@pytest.mark.usefixtures("noise")
def test_what_is_off_its_page_is_in_no_feed(
    kim: Person, marta: Person, farah: Person, read: Any, work_off: Callable[[], None]
) -> None:
    hidden = factories.question(marta, "Hidden quokka?")
    factories.answer(kim, hidden, "Under a hidden one.")
    removed = factories.question(marta, "Removed quokka?")
    shown = factories.question(marta, "Shown quokka?")
    off = factories.answer(kim, shown, "A removed answer.")
    work_off()  # The index knows them all.
    hide(farah, hidden, reason="hurtful")
    remove(marta, removed)
    remove(kim, off)
    db.session.commit()
    for query in ("", "?q=quokka"):
        got = read(query=query)
        assert "Shown quokka?" in titles(got)
        assert not {"Hidden quokka?", "Removed quokka?"} & set(titles(got))
        assert "hidden one" not in got.text
        assert "removed answer" not in got.text


def test_a_post_without_a_name_is_of_its_persona_also_for_whoever_wrote_it(kim: Person, read: Any) -> None:
    asked = factories.question(kim, "Am I paid too little?", unnamed=True)
    db.session.commit()
    got = read()
    assert titles(got) == ["Am I paid too little?"]
    assert asked.author_id != kim.id
    assert kim.name not in got.text
    assert kim.handle not in got.text


def test_a_reader_that_has_it_already_gets_nothing_anew_until_something_changes(kim: Person, read: Any) -> None:
    factories.question(kim)
    db.session.commit()
    got = read()
    assert got.last_modified is not None
    again = {"If-None-Match": got.headers["ETag"]}
    assert read(headers=again).status_code == 304
    packed = read(headers={"Accept-Encoding": "gzip"})
    assert read(headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}).status_code == 304
    factories.question(kim)
    db.session.commit()
    assert read(headers=again).status_code == 200
    dates = read("calendar.ics")
    assert read("calendar.ics", headers={"If-None-Match": dates.headers["ETag"]}).status_code == 304


def test_the_calendar_has_ones_own_dates_and_nobody_elses(kim: Person, marta: Person, farah: Person, read: Any) -> None:
    day = now().date() + timedelta(days=5)
    for person, who in ((kim, "mine"), (marta, "other")):
        answer = factories.answer(farah, factories.question(person, f"Where is my quokka, {who}?"))
        accept(person, answer)
        undertake(person, answer.question, occasion="it rains", deed=f"fetch it, {who}", due_on=day)
    chat = plan_a_chat(farah)
    plan_a_chat(farah, "A chat without Kim")
    come(kim, chat, comes=True)
    db.session.commit()
    got = read("calendar.ics")
    assert got.content_type == "text/calendar; charset=utf-8"
    lines = unfolded(got.data)
    assert [unescaped(line) for line in lines if line.startswith("SUMMARY:")] == [
        "SUMMARY:Did it work: Where is my quokka, mine?",
        "SUMMARY:To do: fetch it, mine",
        "SUMMARY:Chat: How do we weigh parcels?",
    ]
    assert f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in lines
    assert f"DTSTART:{chat.starts_at:%Y%m%dT%H%M%SZ}" in lines
    assert lines.count("BEGIN:VEVENT") == sum(line.startswith("UID:") for line in lines) == 3
    assert sum(line.startswith("DTSTAMP:") for line in lines) == 3


def test_the_calendar_says_nothing_of_what_one_asked_without_a_name(kim: Person, marta: Person, read: Any) -> None:
    question = factories.question(kim, "Am I paid too little?", unnamed=True)
    accept(db.session.get_one(Person, question.author_id), factories.answer(marta, question))
    db.session.commit()
    assert "paid" not in read("calendar.ics").text


def test_new_addresses_end_the_old_ones_at_once(kim: Person, read: Any, browser: SignIn, client: Browser) -> None:
    page, old = browser(kim), token_of(kim)
    assert f"/feeds/{old}/questions.atom" in page.get("/settings").text
    page.post("/settings/feeds", data=Page(page.get("/settings")).form("/settings/feeds"))
    db.session.expire_all()
    assert token_of(kim) != old
    assert f"/feeds/{token_of(kim)}/calendar.ics" in page.get("/settings").text
    for file in ("questions.atom", "calendar.ics"):
        assert read(file).status_code == 200
        assert client.get(f"/feeds/{old}/{file}").status_code == 404


def test_whoever_comes_back_has_to_ask_for_another_address(
    kim: Person, chris: Person, client: Browser, read: Any
) -> None:
    old = token_of(kim)
    deactivate(chris, kim)
    reactivate(chris, kim)
    db.session.commit()
    assert client.get(f"/feeds/{old}/questions.atom").status_code == 404
    assert token_of(kim) is None
    make_addresses(kim)
    assert token_of(kim) != old


@pytest.mark.parametrize("end", ["left", "erased", "wrong", "never"])
def test_an_address_that_opens_nothing_is_not_found_alike(
    kim: Person, chris: Person, read: Any, client: Browser, end: str
) -> None:
    token = token_of(kim) or ""
    if end == "left":
        deactivate(chris, kim)
    elif end == "erased":
        erase(chris, kim, typed=kim.name)
        assert token_of(kim) is None
    elif end == "wrong":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    else:
        token = "never"
    db.session.commit()
    assert {client.get(f"/feeds/{token}/{file}").status_code for file in ("questions.atom", "calendar.ics")} == {404}


def test_what_breaks_is_logged_without_the_secret(
    app: Flask, kim: Person, read: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.feeds.routes.newest", lambda _part: 1 / 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.DEBUG):
        assert read().status_code == 500
    assert "/feeds/…/questions.atom" in caplog.text
    assert (token_of(kim) or "") not in caplog.text


def test_reading_costs_the_same_however_much_there_is(
    kim: Person, marta: Person, read: Any, statements: Callable[[], Any], work_off: Callable[[], None]
) -> None:
    costs = []
    for number in (2, 20):
        for _ in range(number):
            factories.answer(marta, factories.question(kim, "Where is the quokka?", tags="yard"))
        work_off()
        costs.append([])
        for file, query in (("questions.atom", ""), ("questions.atom", "?tag=yard"), ("calendar.ics", "")):
            with statements() as seen:
                assert read(file, query).status_code == 200
            costs[-1].append(len(seen))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 8
    assert len(titles(read())) == 30


def plan_a_chat(host: Person, title: str = "How do we weigh parcels?") -> Any:
    return plan(host, title=title, about="", questions="What do you do?", starts_at=now() + timedelta(days=3))
