"""Those who need somebody: in the order of their need, the right ones for each reader, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import answer
from forum.core.db import db
from forum.core.paging import PER_PAGE
from forum.departments.following import follow
from forum.departments.models import Tag
from forum.needs.inviting import InvitationTimer, invite_person, pass_on, silence
from forum.needs.listing import AMONG, waiting, waiting_for
from forum.needs.models import AnswerInvitation
from forum.needs.opening import asked_need, share
from forum.people.models import Person
from forum.people.skills import declare
from forum.posts.removing import remove
from forum.posts.votes import cast
from forum.posts.writing import write
from forum.questions.asking import ask
from forum.questions.models import Question
from tests import factories
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]


@pytest.fixture(autouse=True)
def monday(at: Moments) -> Any:
    """It is Monday, nine o'clock."""
    with at(MONDAY):
        yield


@pytest.fixture
def reader() -> Person:
    """Somebody of a department that no question here concerns."""
    return factories.person("Rita Reader")


def asked(by: Person, title: str, impact: str = "slowed", **given: Any) -> Question:
    departments = given.pop("departments", None) or [by.department]
    return ask(
        by,
        title=title,
        body=write("I looked everywhere."),
        departments=[each.id for each in departments],
        tags=given.pop("tags", ""),
        diagnosis={"impact": impact},
    )


def titles(person: Person, among: str = "all") -> list[str]:
    return [row.title for row in waiting(person, among=among).rows]


def why(person: Person, among: str = "all") -> list[str]:
    return [" · ".join(row.reasons) for row in waiting(person, among=among).rows]


def tag(slug: str) -> Tag:
    return db.session.scalars(select(Tag).where(Tag.slug == slug)).one()


def invited(person: Person, question: Question) -> AnswerInvitation:
    need = asked_need(question) or pytest.fail("no need")
    made = invite_person(need, question, person, step="first", reason="You know about it")
    return made or pytest.fail("not invited")


def test_only_what_waits_is_listed(kim: Person, marta: Person, reader: Person) -> None:
    asked(kim, "Nobody has answered this")
    answer(marta, asked(kim, "Answered already, thanks"), write("Here."))
    remove(kim, asked(kim, "Never mind this one"))
    assert titles(reader) == ["Nobody has answered this"]


def test_the_more_it_holds_somebody_up_the_higher_it_stands(kim: Person, reader: Person) -> None:
    for impact in ("curious", "blocked", "slowed"):
        asked(kim, f"I am {impact} by this", impact)
    assert titles(reader) == ["I am blocked by this", "I am slowed by this", "I am curious by this"]


def test_more_people_stand_higher_and_votes_move_nothing(
    kim: Person, marta: Person, farah: Person, reader: Person
) -> None:
    shared, _, voted = (asked(kim, f"Which one is {word}?") for word in ("shared", "plain", "voted for"))
    share(marta, shared)
    for person in (marta, farah):
        cast(person, voted, 1)
    assert titles(reader) == ["Which one is shared?", "Which one is voted for?", "Which one is plain?"]


def test_what_concerns_my_department_or_what_i_know_weighs_a_fifth_more(
    kim: Person, marta: Person, reader: Person
) -> None:
    asked(kim, "This is for Sales")
    asked(marta, "This is about vat", tags="vat")
    asked(marta, "This is for anybody")
    declare(reader, tag("vat"))
    assert titles(kim)[0] == "This is for Sales"
    assert titles(reader)[0] == "This is about vat"
    assert [row.reasons[-1] for row in waiting(kim).rows].count("your department") == 1
    assert why(reader)[0] == "Slowed down · waits less than an hour · you know about this"


def test_it_does_not_outweigh_being_blocked(kim: Person, marta: Person) -> None:
    asked(kim, "This is for Sales and slows me down")
    asked(marta, "This is for Finance and blocks me", "blocked")
    assert titles(kim)[0] == "This is for Finance and blocks me"


def test_what_i_was_asked_about_stands_above_everything_and_says_so(kim: Person, marta: Person) -> None:
    question = asked(kim, "Marta was asked about this", "curious")
    asked(kim, "This blocks me", "blocked")
    invited(marta, question)
    assert titles(marta) == ["Marta was asked about this", "This blocks me"]
    assert why(marta)[0] == "You were asked · would like to know · waits less than an hour"
    assert titles(kim)[0] == "This blocks me"


def test_it_stays_there_when_i_kept_silent_and_not_when_i_passed(kim: Person, marta: Person, at: Moments) -> None:
    question = asked(kim, "Marta was asked about this", "curious")
    asked(kim, "This blocks me", "blocked")
    invitation = invited(marta, question)
    with at(MONDAY + timedelta(days=1)):
        silence.run(InvitationTimer(invitation_id=invitation.id))
        assert invitation.reply == "silence"
        assert titles(marta)[0] == "Marta was asked about this"
    other = invited(marta, asked(kim, "Marta passed on this", "curious"))
    pass_on(marta, other)
    assert titles(marta)[-1] == "Marta passed on this"


def test_what_waits_to_be_sent_was_not_asked_yet(kim: Person, marta: Person, at: Moments) -> None:
    with at(MONDAY - timedelta(hours=5)):
        invited(marta, asked(kim, "Asked at night", "curious"))
        assert not why(marta)[0].startswith("You were asked")
    assert why(marta)[0].startswith("You were asked")


def test_my_department_are_those_that_concern_it(kim: Person, marta: Person, finance: Any) -> None:
    asked(kim, "This is for Sales")
    asked(kim, "This is for Finance", departments=[finance])
    assert titles(marta, "department") == ["This is for Finance"]


def test_for_me_is_what_i_was_asked_know_or_follow_and_never_my_own(
    kim: Person, marta: Person, sales: Any, reader: Person
) -> None:
    asked(kim, "This has nothing to do with you", departments=[marta.department])
    asked(kim, "This is about vat", tags="vat", departments=[marta.department])
    asked(kim, "This is about ladders", tags="ladders", departments=[marta.department])
    asked(kim, "This is for Sales")
    asked(reader, "This is my own", tags="vat", departments=[sales])
    question = asked(kim, "This I was asked", "curious", departments=[marta.department])
    invited(reader, question)
    declare(reader, tag("vat"))
    follow(reader, "tag", tag("ladders").id)
    follow(reader, "department", sales.id)
    assert titles(reader, "me") == [
        "This I was asked",
        "This is about vat",
        "This is for Sales",
        "This is about ladders",
    ]
    assert [words.split(" · ")[-1] for words in why(reader, "me")][1:] == [
        "you know about this",
        "you follow this",
        "you follow this",
    ]


def test_a_department_has_the_same_order_on_its_own_page(kim: Person, marta: Person, sales: Any) -> None:
    asked(kim, "I would like to know this", "curious")
    asked(kim, "This blocks me", "blocked")
    asked(marta, "This is for Finance")
    rows = waiting_for(marta, sales).rows
    assert [row.title for row in rows] == ["This blocks me", "I would like to know this"]


def test_an_imported_question_says_only_how_long_it_waits(reader: Person, marta: Person) -> None:
    imported = Question(
        author_id=marta.id,
        author_department_id=marta.department_id,
        title="How is it done elsewhere?",
        body="",
        html="",
        renderer=1,
        created_at=MONDAY,
        last_activity_at=MONDAY,
        departments=[marta.department],
    )
    db.session.add(imported)
    db.session.flush()
    asked(marta, "I would like to know this", "curious")
    asked(marta, "This blocks me", "blocked")
    assert titles(reader)[-1] == "I would like to know this"
    assert "Waits since 23 November 2026" in why(reader)


@pytest.mark.parametrize("among", AMONG)
def test_pages_neither_skip_nor_repeat_however_many_stand_level(among: str, kim: Person, marta: Person) -> None:
    follow(marta, "department", kim.department_id)
    made = {
        asked(kim, f"Which one is number {n}?", impact, departments=[kim.department, marta.department]).id
        for n in range(PER_PAGE)
        for impact in ("slowed", "blocked")
    }
    for id in sorted(made)[:3]:
        invited(marta, db.session.get_one(Question, id))
    seen: list[int] = []
    key: str | None = None
    while True:
        page = waiting(marta, key, among=among)
        seen += [row.id for row in page.rows]
        key = page.next_key
        if key is None:
            break
    assert len(seen) == len(set(seen))
    assert set(seen) == made


@pytest.mark.parametrize("key", ["", "x", "1-", "-1", "99999999999999999-1", "0-0", "½-1", "1-1; drop table post"])
def test_a_key_that_is_not_ours_is_no_error(key: str, kim: Person, reader: Person) -> None:
    asked(kim, "Is anybody here?")
    assert isinstance(waiting(reader, key).rows, list)


@pytest.mark.parametrize("among", AMONG)
def test_ten_rows_cost_as_many_statements_as_one(
    among: str, kim: Person, marta: Person, statements: Callable[[], Any]
) -> None:
    follow(marta, "department", kim.department_id)
    both = [kim.department, marta.department]
    counts = []
    for number in (1, 9):
        for n in range(number):
            asked(kim, f"Which of {number} is number {n}?", departments=both, tags="x")
        db.session.commit()
        with statements() as seen:
            assert waiting(marta, among=among).rows
        counts.append(len(seen))
    assert counts == ([3, 3] if among == "me" else [2, 2])  # Who asks without a name is looked up, once.
