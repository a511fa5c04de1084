"""Drafts: kept from word to word, for one person alone, until they are posted, met, thrown away or forgotten."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from forum.core import jobs
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.needs import drafts
from forum.needs.models import AskSession
from forum.people.changing import deactivate
from forum.people.models import Person
from tests import factories
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]
FRIDAY = MONDAY + timedelta(days=4)
WORDS = {"title": ["Why does the lift stop?"], "body": ["It waits."], "departments": ["1", "2"]}


def rows() -> list[AskSession]:
    db.session.flush()
    db.session.expire_all()
    return list(db.session.scalars(select(AskSession).order_by(AskSession.id)))


def endings() -> list[tuple[str | None, bool]]:
    """How each session ended, and whether its words are still there; oldest first."""
    return [(row.ending, row.words is not None) for row in rows()]


def titles(person: Person) -> list[str]:
    return [draft.title for draft in drafts.kept(person)]


@pytest.mark.parametrize(
    ("words", "begun"),
    [
        ({"title": ["123456789"]}, False),
        ({"title": ["1234567890"]}, True),
        ({"title": ["    1234567    "], "body": ["  "]}, False),
        ({"title": ["12345"], "body": ["6789"]}, True),  # With the blank between them these are ten.
        ({"tried": ["A whole sentence of it."]}, False),
    ],
)
def test_a_draft_begins_with_ten_characters_of_title_and_text(
    kim: Person, words: dict[str, list[str]], begun: bool
) -> None:
    assert (drafts.keep(kim, "a", words) is not None) == begun
    assert len(rows()) == begun


def test_it_keeps_every_field_as_it_was_typed(kim: Person) -> None:
    drafts.keep(kim, "a", WORDS)
    drafts.keep(kim, "a", {**WORDS, "body": ["It waits.\r\nAnd\x00 waits."]})
    (draft,) = rows()
    assert draft.words == {**WORDS, "body": ["It waits.\nAnd waits."]}


def test_a_window_writes_on_what_it_has_seen_and_apart_what_it_has_not(kim: Person) -> None:
    first = drafts.keep(kim, "a", WORDS, window="one")
    assert first is not None
    seen = drafts.stamp(first)
    drafts.keep(kim, "a", {**WORDS, "body": ["Mended."]}, window="two", seen=seen)  # Opened after it was kept.
    drafts.keep(kim, "a", {**WORDS, "body": ["Mended twice."]}, window="two", seen=seen)  # What it wrote itself.
    apart = drafts.keep(kim, "a", {**WORDS, "body": ["Otherwise."]}, window="one", seen=seen)
    assert apart is not None
    assert apart.key == "one"
    assert [draft.words["body"] for draft in rows() if draft.words] == [["Mended twice."], ["Otherwise."]]


def test_a_draft_that_is_open_may_become_short_again(kim: Person) -> None:
    drafts.keep(kim, "a", WORDS)
    drafts.keep(kim, "a", {"title": ["Why"]})
    assert titles(kim) == ["Why"]


def test_a_draft_without_a_word_is_not_offered(kim: Person) -> None:
    drafts.keep(kim, "a", WORDS)
    drafts.keep(kim, "a", {"title": [" "], "departments": ["1"]})
    assert titles(kim) == []


def test_beginning_another_one_sets_the_first_aside_with_its_words(kim: Person, at: Moments) -> None:
    with at(MONDAY):
        drafts.keep(kim, "a", WORDS)
    with at(MONDAY + timedelta(minutes=5)):
        drafts.keep(kim, "b", {"title": ["Where is the long ladder?"]})
    assert endings() == [("abandoned", True), (None, True)]
    assert titles(kim) == ["Where is the long ladder?", "Why does the lift stop?"]


def test_going_on_with_one_that_was_set_aside_opens_a_new_session_with_the_words_kept_once(kim: Person) -> None:
    for key, title in (
        ("a", "Why does the lift stop?"),
        ("b", "Where is the long ladder?"),
        ("a", "Why does it stop?"),
    ):
        drafts.keep(kim, key, {"title": [title]})
    assert endings() == [("abandoned", False), ("abandoned", True), (None, True)]
    assert sorted(titles(kim)) == ["Where is the long ladder?", "Why does it stop?"]


@pytest.mark.parametrize("ending", ["posted", "deflected"])
def test_an_ending_empties_the_words_at_once_and_keeps_the_row_for_counting(kim: Person, ending: str) -> None:
    drafts.keep(kim, "a", WORDS)
    question = factories.question(kim)
    drafts.end(kim, "a", ending, question)
    (draft,) = rows()
    assert (draft.ending, draft.words, draft.post_id) == (ending, None, question.id)
    assert titles(kim) == []


def test_what_was_posted_without_having_been_kept_is_counted_and_leaves_another_draft_alone(kim: Person) -> None:
    drafts.keep(kim, "a", WORDS)
    drafts.end(kim, "b", "posted", factories.question(kim))
    assert endings() == [(None, True), ("posted", False)]
    assert titles(kim) == ["Why does the lift stop?"]


def test_words_that_arrive_after_the_end_are_not_kept(kim: Person) -> None:
    drafts.keep(kim, "a", WORDS)
    drafts.end(kim, "a", "posted", factories.question(kim))
    assert drafts.keep(kim, "a", WORDS) is None
    assert endings() == [("posted", False)]


def test_discarding_leaves_nothing_to_go_on_with(kim: Person) -> None:
    drafts.keep(kim, "a", WORDS)
    drafts.discard(kim, "a")
    drafts.discard(kim, "nothing of that name")
    assert endings() == [("abandoned", False)]


def test_a_draft_is_its_writers_alone(kim: Person, marta: Person) -> None:
    drafts.keep(kim, "a", WORDS)
    drafts.discard(marta, "a")
    drafts.keep(marta, "a", {"title": ["Marta's own question"]})
    assert titles(kim) == ["Why does the lift stop?"]
    assert titles(marta) == ["Marta's own question"]


def test_whoever_has_left_keeps_nothing(kim: Person, chris: Person) -> None:
    deactivate(chris, kim)
    for act in (lambda: drafts.keep(kim, "a", WORDS), lambda: drafts.discard(kim, "a")):
        with pytest.raises(Forbidden):
            act()


def test_nothing_of_a_draft_stands_anywhere_else(
    kim: Person, work_off: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        drafts.keep(kim, "a", {"title": ["The wombat in the cellar"]})
        work_off()
    holding = [
        table.name for table in db.metadata.sorted_tables if "wombat" in str(db.session.execute(select(table)).all())
    ]
    assert holding == ["ask_session"]
    shown = [record.getMessage() for record in caplog.records if not record.name.startswith("sqlalchemy")]
    assert "wombat" not in " ".join(shown)


# Time


def test_two_working_days_without_a_word_count_as_abandoned_and_the_words_stay(
    kim: Person, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    with at(FRIDAY):
        drafts.keep(kim, "a", WORDS)
    pass_time(FRIDAY, days=3, hours=7)
    assert endings() == [(None, True)]  # The week-end does not count.
    pass_time(FRIDAY, days=3, hours=8)
    assert endings() == [("abandoned", True)]
    assert titles(kim) == ["Why does the lift stop?"]


def test_each_word_puts_it_off_and_no_jobs_pile_up(
    kim: Person, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    for hours in range(0, 8, 2):
        with at(MONDAY + timedelta(hours=hours)):
            drafts.keep(kim, "a", WORDS)
    assert db.session.scalar(select(func.count()).select_from(jobs.Job)) == 2
    pass_time(MONDAY, days=2, hours=5)
    assert endings() == [(None, True)]
    pass_time(MONDAY, days=2, hours=6)
    assert endings() == [("abandoned", True)]


def test_the_words_are_forgotten_two_weeks_after_the_last_one(
    kim: Person, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    with at(MONDAY):
        drafts.keep(kim, "a", WORDS)
    with at(MONDAY + timedelta(hours=3)):
        drafts.keep(kim, "a", WORDS)
    pass_time(MONDAY, days=14, hours=2)
    assert endings() == [("abandoned", True)]
    pass_time(MONDAY, days=14, hours=3)
    assert endings() == [("abandoned", False)]


def test_a_timer_that_runs_twice_acts_once(kim: Person, at: Moments, pass_time: Callable[..., datetime]) -> None:
    with at(MONDAY):
        made = drafts.keep(kim, "a", WORDS)
    assert made is not None
    pass_time(MONDAY, days=5)
    ended_at = rows()[0].ended_at
    with at(MONDAY + timedelta(days=6)):
        drafts.abandon.run(drafts.DraftTimer(ask_session_id=made.id))
    assert rows()[0].ended_at == ended_at
    with at(MONDAY + timedelta(days=6)):
        drafts.forget.run(drafts.DraftTimer(ask_session_id=made.id))
    assert endings() == [("abandoned", True)]


def test_what_was_posted_in_time_stays_posted(kim: Person, at: Moments, pass_time: Callable[..., datetime]) -> None:
    with at(MONDAY):
        drafts.keep(kim, "a", WORDS)
        drafts.end(kim, "a", "posted", factories.question(kim))
    pass_time(MONDAY, days=20)
    assert [ending for ending, _ in endings()] == ["posted"]
