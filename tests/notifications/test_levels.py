"""Who hears of a thread at which level, on real rows: notes, mails, and the link in a mail that makes it quieter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.clock import as_of
from forum.core.db import db
from forum.departments.following import choose_level, follow, following
from forum.departments.models import Tag
from forum.needs.inviting import invite_person
from forum.needs.opening import asked_need
from forum.notifications.models import Mail, Notification
from forum.notifications.preferences import choose, stop_link
from forum.people.models import Person
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.posts.thanks import thank
from forum.posts.voices import voice_in
from tests import factories
from tests.conftest import Browser
from tests.notifications.conftest import MONDAY, PostOffice, notes, text_of

Work = Callable[..., None]
SOON = MONDAY + timedelta(minutes=1)
# What is told to somebody who answered a thread and whom others reply to there.
SAID = [("comment", "wrote"), ("comment", "replied"), ("mention", "mentioned"), ("thanks", "wrote")]


@pytest.fixture
def rita(sales: Any) -> Person:
    """A colleague who hears of it only by what she has chosen."""
    return factories.person("Rita Reader", sales)


@pytest.fixture
def vat(kim: Person) -> Tag:
    with as_of(MONDAY - timedelta(days=1)):
        factories.question(kim, tags="vat")
    return db.session.scalars(select(Tag)).one()


def a_thread(asker: Person, others: Person, department: Any, rita: Person) -> Callable[[], list[tuple[str, str]]]:
    """A question, an answer and a comment, none of which has to do with Rita; returns what she was told of it."""
    question = factories.question(asker, departments=[department], tags="vat")
    factories.comment(asker, factories.answer(others, question))
    told = select(Notification.kind, Notification.reason).where(Notification.person_id == rita.id)
    return lambda: [(kind, reason) for kind, reason in db.session.execute(told.order_by(Notification.id))]


@pytest.mark.parametrize("of", ["tag", "department"])
@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("watching", ["question", "answer", "comment"]),
        ("first_posts", ["question"]),
        ("tracking", []),
        ("normal", []),
        ("muted", []),
    ],
)
def test_the_level_of_a_label_says_what_is_told_of_its_questions(
    kim: Person, marta: Person, rita: Person, finance: Any, vat: Tag, work: Work, of: str, level: str, told: list[str]
) -> None:
    with as_of(MONDAY):
        choose_level(rita, of, {"tag": vat.id, "department": finance.id}[of], level)
    with as_of(SOON):
        heard = a_thread(kim, marta, finance, rita)
    work(SOON)
    assert sorted(heard()) == sorted((kind, f"follows_{of}") for kind in told)


@pytest.mark.parametrize(("level", "told"), [("watching", 2), ("tracking", 0), ("normal", 0), ("muted", 0)])
@pytest.mark.parametrize("label", ["watching", "first_posts", "muted"])
def test_the_level_of_the_thread_counts_more_than_that_of_its_topic(
    kim: Person, marta: Person, rita: Person, vat: Tag, work: Work, level: str, told: int, label: str
) -> None:
    with as_of(MONDAY):
        question = factories.question(kim, tags="vat")
        work(MONDAY)
        choose_level(rita, "tag", vat.id, label)
        choose_level(rita, "question", question.id, level)
    with as_of(SOON):
        factories.comment(kim, factories.answer(marta, question))
    work(SOON)
    reasons = [reason for _, reason in notes(rita)]
    assert reasons == ["follows_question"] * told


@pytest.mark.parametrize("level", ["watching", "tracking", "normal", "muted"])
def test_what_is_said_to_somebody_is_told_unless_they_muted_the_thread(
    kim: Person, rita: Person, work: Work, level: str
) -> None:
    with as_of(MONDAY):
        question = factories.question(kim)
        given = factories.answer(rita, question)
        choose_level(rita, "question", question.id, level)
    with as_of(SOON):
        first = factories.comment(kim, given)
        factories.comment(kim, given, reply_to=factories.comment(rita, given, reply_to=first))
        factories.comment(kim, question, "Ask @rita-reader.")
        thank(kim, given)
    work(SOON)
    assert notes(rita) == ([] if level == "muted" else SAID)


def test_a_muted_topic_does_not_silence_what_is_said_to_somebody(kim: Person, rita: Person, work: Work) -> None:
    with as_of(MONDAY):
        question = factories.question(kim, tags="vat")
        choose_level(rita, "tag", question.tags[0].id, "muted")
        factories.comment(kim, factories.answer(rita, question))
    work()
    assert ("comment", "wrote") in notes(rita)


def test_whoever_muted_their_own_question_still_hears_what_becomes_of_their_need(
    kim: Person, marta: Person, work: Work
) -> None:
    with as_of(MONDAY):
        question = factories.question(kim)
        choose_level(kim, "question", question.id, "muted")
        factories.answer(marta, question)
        factories.comment(marta, question)
    work()
    assert notes(kim) == [("answer", "asked")]


def test_a_question_of_a_muted_topic_is_not_told_even_of_a_colleague_one_follows(
    kim: Person, rita: Person, vat: Tag, work: Work
) -> None:
    with as_of(MONDAY):
        follow(rita, "person", kim.id)
        choose_level(rita, "tag", vat.id, "muted")
    with as_of(SOON):
        factories.question(kim, tags="vat")
        factories.question(kim)
    work(SOON)
    assert notes(rita) == [("question", "follows_person")]


def test_a_practice_of_a_muted_thread_is_told_to_whoever_it_is_made_of_and_to_no_follower(
    kim: Person, farah: Person, rita: Person, finance: Any, vat: Tag, work: Work
) -> None:
    with as_of(MONDAY):
        question = factories.question(kim, tags="vat")
        answer = factories.answer(rita, question)
        other = factories.person("Otto Other", finance)
        for person in (rita, other):
            choose_level(person, "tag", vat.id, "watching")
            choose_level(person, "question", question.id, "muted")
    with as_of(SOON):
        factories.practice(farah, answer, tags="vat")
    work(SOON)
    assert notes(rita) == [("practice", "wrote")]
    assert notes(other) == []


def test_what_was_muted_without_a_name_is_muted_for_whoever_did_that(
    kim: Person, marta: Person, rita: Person, vat: Tag, work: Work
) -> None:
    with as_of(MONDAY):
        question = factories.question(kim, tags="vat")
        work(MONDAY)
        choose_level(rita, "tag", vat.id, "watching")
        choose_level(voice_in(rita, question, unnamed=True), "question", question.id, "muted")
    with as_of(SOON):
        factories.answer(marta, question)
    work(SOON)
    assert notes(rita) == []


def test_whoever_muted_a_thread_is_not_asked_about_it_by_name(kim: Person, rita: Person) -> None:
    question = factories.question(kim)
    need = asked_need(question)
    choose_level(rita, "question", question.id, "muted")
    assert need is not None
    assert invite_person(need, question, rita, step="hint", reason="a colleague named you") is None


# Mails


@pytest.fixture
def given(marta: Person, rita: Person, kim: Person, work: Work) -> Answer:
    """An answer of which Rita is to get a mail, because she watches the thread."""
    with as_of(MONDAY):
        choose(rita, {"answer": "at_once", "comment": "at_once"}, no_mail=False)
        question = factories.question(kim)
        choose_level(rita, "question", question.id, "watching")
    with as_of(MONDAY):
        given = factories.answer(marta, question)
    work(MONDAY)
    return given


@pytest.mark.parametrize(("level", "mails"), [("watching", 1), ("tracking", 0), ("normal", 0), ("muted", 0)])
def test_a_level_chosen_since_counts_for_a_mail_that_waits(
    given: Answer, rita: Person, work: Work, post_office: PostOffice, level: str, mails: int
) -> None:
    choose_level(rita, "question", given.question_id, level)
    work(MONDAY + TAKE_BACK_FOR, mail=True)
    assert len(post_office.to(rita)) == mails
    assert notes(rita) == [("answer", "follows_question")]  # The inbox keeps what was told.


def unsubscribe(letter: Any, stranger: Browser) -> None:
    address = str(letter["List-Unsubscribe"]).strip("<>").removeprefix("http://127.0.0.1:8000")
    assert stranger.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_the_link_of_a_mail_about_a_thread_one_watches_leaves_what_concerns_one(
    given: Answer, rita: Person, work: Work, post_office: PostOffice, stranger: Browser
) -> None:
    work(MONDAY + TAKE_BACK_FOR, mail=True)
    letter = post_office.to(rita)[0]
    assert "Stop mails about this thread" in text_of(letter)
    assert "Stop mails of this kind" in text_of(letter)
    unsubscribe(letter, stranger)
    assert following(rita, "question", given.question_id)[0] == "normal"
    assert notes(rita) == [("answer", "follows_question")]


def test_the_link_of_a_mail_about_a_remark_to_oneself_mutes_the_thread(
    kim: Person, rita: Person, work: Work, post_office: PostOffice, stranger: Browser
) -> None:
    with as_of(MONDAY):
        choose(rita, {"comment": "at_once"}, no_mail=False)
        answer = factories.answer(rita, factories.question(kim))
        factories.comment(kim, answer)
    work(MONDAY)
    work(MONDAY + TAKE_BACK_FOR, mail=True)
    unsubscribe(post_office.to(rita)[0], stranger)
    assert following(rita, "question", answer.question_id)[0] == "muted"


def test_a_link_makes_nothing_louder_that_was_muted_since(
    given: Answer, rita: Person, work: Work, post_office: PostOffice, stranger: Browser
) -> None:
    work(MONDAY + TAKE_BACK_FOR, mail=True)
    choose_level(rita, "question", given.question_id, "muted")
    unsubscribe(post_office.to(rita)[0], stranger)
    assert following(rita, "question", given.question_id)[0] == "muted"


def test_what_is_asked_of_somebody_and_new_questions_have_no_link_of_the_thread(
    kim: Person, marta: Person, rita: Person, finance: Any, work: Work, post_office: PostOffice
) -> None:
    with as_of(MONDAY):
        choose(rita, {"question": "at_once"}, no_mail=False)
        choose(kim, {"answer": "at_once"}, no_mail=False)
        follow(rita, "department", finance.id)
    with as_of(SOON):
        factories.answer(marta, factories.question(kim, departments=[finance]))
    work(SOON)
    work(SOON + TAKE_BACK_FOR, mail=True)
    letters = [*post_office.to(kim), *post_office.to(rita)]
    assert len(letters) == 2
    assert not [letter for letter in letters if "Stop mails about this thread" in text_of(letter)]


def test_after_a_thread_its_kind_and_then_everything_can_be_ended_by_the_same_mail(
    given: Answer, rita: Person, work: Work, post_office: PostOffice, stranger: Browser
) -> None:
    work(MONDAY + TAKE_BACK_FOR, mail=True)
    unsubscribe(post_office.to(rita)[0], stranger)
    mail = db.session.scalars(select(Mail).where(Mail.person_id == rita.id)).one()
    assert "Done" in stranger.post(f"/unsubscribe/{stop_link(mail, 'answer')}").text
    assert "used before" in stranger.post(f"/unsubscribe/{stop_link(mail, 'normal', given.question_id)}").text
    assert "Done" in stranger.post(f"/unsubscribe/{stop_link(mail, 'everything')}").text


@pytest.mark.parametrize("level", ["normal", "muted"])
def test_the_page_of_the_link_says_what_would_be_quiet_and_changes_nothing_yet(
    given: Answer, rita: Person, work: Work, post_office: PostOffice, stranger: Browser, level: str
) -> None:
    work(MONDAY + TAKE_BACK_FOR, mail=True)
    mail = db.session.scalars(select(Mail).where(Mail.person_id == rita.id)).one()
    page = stranger.get(f"/unsubscribe/{stop_link(mail, level, given.question_id)}").text
    assert ("nothing more of this thread" in page) == (level == "muted")
    assert following(rita, "question", given.question_id)[0] == "watching"
