"""What the home page says to one person: what waits for them, what is theirs, what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from forum.answers.answering import accept
from forum.causes.linking import signal
from forum.commitments import blocking, committing
from forum.core.db import db
from forum.departments.following import choose_level, follow
from forum.departments.labelling import found_tag
from forum.departments.models import Department
from forum.home import listing
from forum.moderation.flagging import flag
from forum.needs import check_ins
from forum.needs.inviting import claim, invite_person
from forum.needs.listing import first_for, waiting
from forum.needs.opening import asked_need
from forum.nominations.nominating import nominate
from forum.people.models import Person
from forum.people.skills import declare
from forum.posts.removing import remove
from tests import factories
from tests.conftest import Browser
from tests.needs.conftest import MONDAY, at, office_hours, pass_time
from tests.pages import Page, words_of

__all__ = ["at", "office_hours", "pass_time"]

Moments = Callable[[datetime], Any]


@pytest.fixture
def now(at: Moments) -> Any:
    with at(MONDAY):
        yield


@pytest.fixture
def elsewhere() -> Person:
    return factories.person("Ola Berg", factories.department("Customer Service"))


def titles(rows: Any) -> list[str]:
    return [each.title for each in rows]


# Who waits for one


def test_it_waits_for_whoever_is_asked_is_of_the_department_or_knows_or_follows_the_topic(
    now: None, kim: Person, marta: Person, elsewhere: Person, sales: Department, finance: Department
) -> None:
    factories.question(elsewhere, "About nothing of Kim's", tags="paint")
    factories.question(elsewhere, "A question of Sales", departments=[sales])
    factories.question(elsewhere, "About a topic that Kim knows", tags="quotes")
    factories.question(elsewhere, "About a topic that Kim follows", tags="freight")
    factories.question(kim, "Asked by Kim herself")
    quotes, freight = found_tag("quotes"), found_tag("freight")
    assert quotes is not None
    assert freight is not None
    declare(kim, quotes)
    follow(kim, "tag", freight.id)
    asked = factories.question(marta, "Asked of Kim by name")
    need = asked_need(asked)
    assert need is not None
    invite_person(need, asked, kim, step="hint", reason="A colleague thinks of you")
    first, *others = first_for(kim, 10)
    assert (first.title, first.reasons[0]) == ("Asked of Kim by name", "You were asked")
    assert {each.title: each.reasons[-1] for each in others} == {
        "A question of Sales": "your department",
        "About a topic that Kim knows": "you know about this",
        "About a topic that Kim follows": "you follow this",
    }


def test_no_more_than_asked_for_are_shown(now: None, kim: Person, marta: Person, sales: Department) -> None:
    for _ in range(3):
        factories.question(marta, departments=[sales])
    assert len(first_for(kim, 2)) == 2


def test_what_is_muted_is_not_offered_but_of_a_muted_topic_what_one_is_asked_by_name(
    now: None, kim: Person, marta: Person, sales: Department
) -> None:
    of_topic = factories.question(marta, "Of a muted topic", tags="yard", departments=[sales])
    muted = factories.question(marta, "Muted itself", departments=[sales])
    wanted = factories.question(marta, "Of a muted topic, and tracked", tags="yard", departments=[sales])
    asked = factories.question(marta, "Of a muted topic, and asked by name", tags="yard", departments=[sales])
    for question in (asked, muted):
        need = asked_need(question)
        assert need is not None
        invite_person(need, question, kim, step="hint", reason="A colleague thinks of you")
    assert len(first_for(kim, 10)) == 4
    choose_level(kim, "tag", of_topic.tags[0].id, "muted")
    choose_level(kim, "question", muted.id, "muted")
    choose_level(kim, "question", wanted.id, "tracking")
    assert titles(first_for(kim, 10)) == [asked.title, wanted.title]
    assert {row.title for row in waiting(kim, among="me").rows} == {asked.title}
    assert {row.title for row in waiting(kim, among="all").rows} >= {of_topic.title, muted.title}


# What one is asked for


def test_whether_it_worked_is_asked_from_the_day_on_which_it_is_due(
    kim: Person, marta: Person, at: Moments, pass_time: Callable[..., datetime], noise: None
) -> None:
    with at(MONDAY):
        accept(kim, factories.answer(marta, factories.question(kim, "Where is the ladder?")))
        assert listing.due(kim) == []
    then = pass_time(MONDAY, days=4)
    with at(then):
        (asked,) = listing.due(kim)
        assert (asked.kind, asked.words, asked.by) == ("check_in", "Where is the ladder?", "Marta Silva")
        assert listing.due(marta) == []
        check_in = db.session.get_one(check_ins.CheckIn, asked.id)
        check_ins.reply(kim, check_in, "resolved")
        assert listing.due(kim) == []


def test_nothing_is_asked_about_a_question_that_was_removed(
    kim: Person, marta: Person, farah: Person, at: Moments, pass_time: Callable[..., datetime]
) -> None:
    with at(MONDAY):
        question = factories.question(kim)
        accept(kim, factories.answer(marta, question))
    with at(pass_time(MONDAY, days=4)):
        remove(farah, question)
        assert listing.due(kim) == []


def test_a_commitment_stands_there_when_its_day_is_near(kim: Person, marta: Person, farah: Person, at: Moments) -> None:
    with at(MONDAY):
        practice = factories.practice(farah, factories.answer(marta, factories.question(kim)))
        for day, deed in ((26, "read it back"), (27, "write it down")):
            committing.undertake(kim, practice, occasion="an order is released", deed=deed, due_on=date(2026, 11, day))
        assert [(each.kind, each.words) for each in listing.due(kim)] == [("commitment", "read it back")]
        assert listing.due(marta) == []


def test_a_key_that_somebody_is_asked_for_stands_there_until_the_reply(now: None, kim: Person, marta: Person) -> None:
    asked = blocking.ask_for(kim, marta, kind="time", words="Half a day", wanted_by=date(2026, 11, 30))
    (key,) = listing.due(marta)
    assert (key.kind, key.words, key.by) == ("key", "Half a day", "Kim Tran")
    assert listing.due(kim) == []
    blocking.reply_to(marta, asked, "opened", "")
    assert listing.due(marta) == []


def test_a_key_that_is_overdue_comes_first_and_says_whose_it_is_one_level_up(
    kim: Person, marta: Person, farah: Person, at: Moments, browser: Callable[[Person], Browser]
) -> None:
    with at(MONDAY):
        day = MONDAY.date()
        asked = blocking.ask_for(kim, marta, kind="time", words="Half a day", wanted_by=day + timedelta(days=2))
        question = factories.question(farah)
        practice = factories.practice(farah, factories.answer(kim, question))
        committing.undertake(farah, practice, occasion="an order is released", deed="read it back", due_on=day)
        asked.passed_to_id = farah.id
        assert [(each.kind, each.is_overdue) for each in listing.due(farah)] == [("commitment", False), ("key", False)]
        db.session.commit()
    with at(MONDAY + timedelta(days=3)):
        assert [(each.kind, each.is_overdue) for each in listing.due(farah)] == [("key", True), ("commitment", False)]
        above, held = (words_of(Page(browser(each).get("/")).soup.find("main")) for each in (farah, marta))
    assert "Kim Tran waits for a key from Marta Silva Overdue since 25 November" in above
    assert "Kim Tran needs a key of yours Overdue since 25 November" in held


# What is one's own


def test_one_sees_what_happens_with_each_question_of_ones_own(
    kim: Person, marta: Person, at: Moments, pass_time: Callable[..., datetime], noise: None
) -> None:
    with at(MONDAY):
        factories.answer(marta, factories.question(kim, "It is answered"))
        claim(marta, factories.question(kim, "Somebody is on it"))
        factories.question(kim, "It still waits")
        accept(kim, factories.answer(marta, factories.question(kim, "It is accepted")))
        remove(kim, factories.question(kim, "It is removed"))
        rows = {each.title: each for each in listing.own(kim) if not each.title.startswith("How do I")}
    assert sorted(rows) == ["It is answered", "It still waits", "Somebody is on it"]
    assert (rows["It is answered"].state, rows["It is answered"].answers) == ("answered", 1)
    assert rows["Somebody is on it"].on_it == "Marta Silva"
    assert rows["It still waits"].promised_at is not None


def test_a_question_without_a_name_is_ones_own_and_nobody_elses(now: None, kim: Person, marta: Person) -> None:
    factories.question(kim, "Asked without a name", unnamed=True)
    assert titles(listing.own(kim)) == ["Asked without a name"]
    assert listing.own(marta) == []
    assert titles(first_for(kim, 10)) == []


# What is to be decided


def test_a_moderator_reads_how_much_waits_for_a_decision_and_others_read_nothing(
    now: None, kim: Person, marta: Person, farah: Person
) -> None:
    assert listing.to_decide(farah) == []
    answer = factories.answer(marta, factories.question(kim))
    nominate(kim, answer, why="It saved an hour.")
    flag(kim, factories.question(marta), reason="advertising", words="")
    assert listing.to_decide(farah) == [
        ("1 flagged or waiting post", "/moderation"),
        ("1 nomination", "/practices/nominations"),
    ]
    assert listing.to_decide(kim) == []


def test_whoever_answers_for_a_department_reads_which_causes_wait_for_a_word(
    now: None, kim: Person, farah: Person
) -> None:
    it = factories.department("IT")
    raj = factories.person("Raj Patel", it, "stakeholder")
    cause = factories.cause(kim, factories.question(kim), it)
    assert listing.to_decide(raj) == []
    signal(farah, cause, "It comes back.")
    assert listing.to_decide(raj) == [("1 cause that waits for your word", "/causes")]


# What changed


def test_a_new_practice_is_news_for_two_weeks(kim: Person, marta: Person, farah: Person, at: Moments) -> None:
    with at(MONDAY):
        factories.practice(farah, factories.answer(marta, factories.question(kim)), title="Look first")
    with at(MONDAY + timedelta(days=13)):
        assert [(each.kind, each.title) for each in listing.news()] == [("practice", "Look first")]
    with at(MONDAY + timedelta(days=15)):
        assert listing.news() == []


def test_what_colleagues_solved_is_shown_to_those_whom_the_topic_concerns(
    kim: Person, marta: Person, elsewhere: Person, at: Moments
) -> None:
    luca = factories.person("Luca Romano", kim.department)
    with at(MONDAY):
        for title, outcome in (("It is solved", "resolved"), ("It is still open", "not")):
            question = factories.question(luca, title)
            accept(luca, factories.answer(marta, question))
            need = asked_need(question)
            assert need is not None
            check_in = check_ins.latest_of(need)
            assert check_in is not None
            check_ins.reply(luca, check_in, outcome)
        assert [(each.title, each.by) for each in listing.solved_nearby(kim)] == [("It is solved", "Marta Silva")]
        for nobody in (luca, marta, elsewhere):  # whoever asked or answered it knows, and others have no use for it
            assert listing.solved_nearby(nobody) == []
        follow(elsewhere, "department", kim.department_id)
        assert titles(listing.solved_nearby(elsewhere)) == ["It is solved"]
        choose_level(elsewhere, "department", kim.department_id, "muted")
        choose_level(kim, "department", kim.department_id, "muted")
        assert listing.solved_nearby(elsewhere) == listing.solved_nearby(kim) == []


@pytest.mark.parametrize(
    ("hour", "words"), [(3, "Good evening"), (5, "Good morning"), (12, "Good afternoon"), (18, "Good evening")]
)
def test_one_is_greeted_by_first_name_and_time_of_day(kim: Person, at: Moments, hour: int, words: str) -> None:
    with at(MONDAY.replace(hour=hour)):
        assert listing.greeting(kim) == f"{words}, Kim"


def test_the_time_of_day_is_the_one_where_the_person_works(kim: Person, at: Moments) -> None:
    kim.calendar = {"timezone": "America/New_York", "hours": {"mon": [["09:00", "17:00"]]}}
    with at(MONDAY.replace(hour=14)):
        assert listing.greeting(kim) == "Good morning, Kim"
