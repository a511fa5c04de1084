"""Mails against a real server: one for all that is due, in time, once, and nothing is lost when the server is away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db, transaction
from forum.core.events import publish
from forum.departments.following import follow
from forum.departments.models import Tag
from forum.moderation.deciding import hide_post
from forum.needs.escalating import Escalated
from forum.needs.ledger import move
from forum.needs.opening import asked_need
from forum.needs.owning import name_owner
from forum.notifications import digests, email
from forum.notifications.digests import ASK_AGAIN
from forum.notifications.models import FREQUENCIES, KINDS, Mail, Notification
from forum.notifications.preferences import choose
from forum.notifications.reading import read_all
from forum.notifications.timing import mail_due
from forum.people.changing import deactivate
from forum.people.hours import come_back, go_away
from forum.people.models import Person
from forum.posts.taking_back import TAKE_BACK_FOR, take_back
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.notifications.conftest import MONDAY, TUESDAY_OPENING, PostOffice, text_of

Work = Callable[..., None]
EVERYTHING = 2**31 - 1


@pytest.fixture
def asked(kim: Person) -> Question:
    with as_of(MONDAY - 2 * TAKE_BACK_FOR):
        return factories.question(kim, "How do I book freight?")


@pytest.fixture
def wanted_at_once(kim: Person) -> None:
    choose(kim, dict.fromkeys(KINDS, "at_once"), no_mail=False)


@pytest.fixture
def given(marta: Person, asked: Question, wanted_at_once: None) -> Answer:
    """An answer of which Kim wants to hear at once, and that can be taken back no more."""
    with as_of(MONDAY - TAKE_BACK_FOR):
        return factories.answer(marta, asked)


def test_at_once_means_at_the_next_look_in_working_time(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    work(MONDAY + timedelta(minutes=1), mail=True)
    (letter,) = post_office.letters
    assert letter["To"] == "Kim Tran <kim-tran@northwick.example>"
    assert "Marta Silva answered your question" in text_of(letter)


def test_what_happens_at_night_waits_until_work_begins(
    kim: Person, marta: Person, asked: Question, wanted_at_once: None, work: Work, post_office: PostOffice
) -> None:
    with as_of(MONDAY + timedelta(hours=9)):
        factories.answer(marta, asked)
    work(MONDAY + timedelta(hours=10), mail=True)
    assert post_office.letters == []
    work(TUESDAY_OPENING, mail=True)
    assert len(post_office.letters) == 1


def test_mail_waits_while_somebody_is_away_and_comes_at_once_when_they_are_back_early(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    with as_of(MONDAY):
        go_away(kim, kim, date(2026, 11, 27))
    work(MONDAY + timedelta(minutes=1), mail=True)
    work(TUESDAY_OPENING, mail=True)
    assert post_office.letters == []
    with as_of(TUESDAY_OPENING + timedelta(minutes=10)):
        come_back(kim, kim)
    work(TUESDAY_OPENING + timedelta(minutes=10), mail=True)
    (letter,) = post_office.to(kim)
    assert "Marta Silva answered your question" in text_of(letter)


def test_by_default_ten_tags_and_fifty_events_make_one_mail_the_next_morning_and_own_posts_none(
    kim: Person, marta: Person, work: Work, post_office: PostOffice
) -> None:
    with as_of(MONDAY - timedelta(hours=1)):
        for number in range(10):
            factories.question(kim, tags=f"tag-{number}")
        for tag in db.session.scalars(select(Tag)):
            follow(kim, "tag", tag.id)
    work()
    for number in range(50):
        with as_of(MONDAY + timedelta(minutes=number)):
            factories.question(marta, tags=f"tag-{number % 10}")
    work(MONDAY + timedelta(hours=1), mail=True)
    assert post_office.letters == []
    work(TUESDAY_OPENING, mail=True)
    work(TUESDAY_OPENING + timedelta(hours=1), mail=True)
    (letter,) = post_office.letters
    assert letter["Subject"].startswith("50 things since your last mail: ")
    assert text_of(letter).count("Marta Silva asked") == 50
    assert "Kim Tran asked" not in text_of(letter)


def test_what_is_asked_of_somebody_comes_at_once_by_default_and_the_rest_in_the_daily_digest_or_the_inbox() -> None:
    at_once = {kind for kind, each in KINDS.items() if each.frequency == "at_once"}
    assert at_once == {
        "check_in",
        "invitation",
        "word",
        "commitment",
        "key",
        "challenge",
        "cause_asked",
        "story",
        "request",
        "problem",
        "reveal",
        "moderation",
        "moderated",
        "chat_asked",
    }
    assert {kind for kind, each in KINDS.items() if each.frequency == "inbox"} == {"bookmark"}
    assert {each.frequency for each in KINDS.values()} == {"at_once", "daily", "inbox"}


@pytest.mark.parametrize(
    ("frequency", "due"),
    [
        ("at_once", MONDAY + TAKE_BACK_FOR),
        ("three_hours", MONDAY + timedelta(hours=2)),
        ("daily", TUESDAY_OPENING),
        ("weekly", TUESDAY_OPENING + timedelta(days=6)),
    ],
)
def test_each_frequency_is_kept_to_the_minute(
    kim: Person, marta: Person, asked: Question, work: Work, post_office: PostOffice, frequency: str, due: datetime
) -> None:
    choose(kim, {kind: frequency if kind == "answer" else "off" for kind in KINDS}, no_mail=False)
    with as_of(MONDAY):
        factories.answer(marta, asked)
    work(MONDAY)
    work(due - timedelta(minutes=1), mail=True)
    assert post_office.to(kim) == []
    work(due, mail=True)
    assert len(post_office.to(kim)) == 1


def test_what_was_taken_back_meanwhile_is_never_mailed(
    kim: Person, marta: Person, asked: Question, wanted_at_once: None, work: Work, post_office: PostOffice
) -> None:
    with as_of(MONDAY):
        given = factories.answer(marta, asked)
    work(MONDAY, mail=True)
    with as_of(MONDAY + TAKE_BACK_FOR):
        take_back(marta, given)
    work(MONDAY + TAKE_BACK_FOR, mail=True)
    work(TUESDAY_OPENING, mail=True)
    assert post_office.letters == []


@pytest.mark.parametrize("frequency", ["inbox", "off"])
def test_what_is_wanted_in_the_inbox_only_or_not_at_all_is_never_mailed(
    kim: Person, given: Answer, work: Work, post_office: PostOffice, frequency: str
) -> None:
    assert FREQUENCIES.keys() == {"at_once", "three_hours", "daily", "weekly", "inbox", "off"}
    choose(kim, dict.fromkeys(KINDS, frequency), no_mail=False)
    for day in range(9):
        work(MONDAY + timedelta(days=day), mail=True)
    assert post_office.to(kim) == []


def test_who_is_reading_the_site_is_mailed_only_what_is_still_unread_later(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    kim.last_seen_at = MONDAY
    work(MONDAY + timedelta(minutes=4), mail=True)
    assert post_office.letters == []
    work(MONDAY + timedelta(minutes=5), mail=True)
    assert len(post_office.letters) == 1


def test_no_mail_and_no_row_tells_by_its_time_who_wrote_without_a_name(
    kim: Person, farah: Person, work: Work, post_office: PostOffice
) -> None:
    with as_of(MONDAY):
        asked = factories.question(kim, "May I say this?", unnamed=True)
    with as_of(MONDAY + timedelta(minutes=7)):
        hide_post(farah, asked, reason="hurtful")  # Of which somebody with a name would hear at once.
    work(MONDAY + timedelta(minutes=30), mail=True)
    own = select(Notification.mail_due_at).where(Notification.person_id == asked.author_id)
    due = db.session.scalar(own)
    assert due == mail_due("three_hours", db.session.get_one(Person, asked.author_id), MONDAY)
    assert post_office.letters == []
    kim.last_seen_at = due - timedelta(minutes=1)
    work(due, mail=True)
    assert db.session.scalar(own) == due + ASK_AGAIN
    assert post_office.letters == []
    work(due + ASK_AGAIN, mail=True)
    assert len(post_office.to(kim)) == 1


def test_what_was_read_meanwhile_is_not_mailed(kim: Person, given: Answer, work: Work, post_office: PostOffice) -> None:
    work(MONDAY)
    read_all(kim, until=EVERYTHING)
    work(MONDAY + timedelta(minutes=1), mail=True)
    assert post_office.letters == []


def test_nothing_is_mailed_twice(kim: Person, given: Answer, work: Work, post_office: PostOffice) -> None:
    for minute in range(1, 5):
        work(MONDAY + timedelta(minutes=minute), mail=True)
    assert len(post_office.letters) == 1


def test_a_worker_that_comes_back_at_night_waits_for_the_morning(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    work(MONDAY)
    work(MONDAY + timedelta(hours=12), mail=True)
    assert post_office.letters == []
    work(TUESDAY_OPENING, mail=True)
    assert len(post_office.letters) == 1


def test_who_has_left_is_mailed_nothing(
    kim: Person, chris: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    work(MONDAY)
    deactivate(chris, kim)
    work(MONDAY + timedelta(minutes=1), mail=True)
    assert post_office.letters == []
    assert digests._due_people() == set()


# All off


def test_all_off_is_off_for_check_ins_and_their_reminders_too(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    choose(kim, {}, no_mail=True)
    with as_of(MONDAY):
        accept(kim, given)
    for day in range(12):
        work(MONDAY + timedelta(days=day), mail=True)
    reminders = select(Notification.id).where(Notification.kind == "check_in")
    assert len(db.session.scalars(reminders).all()) == 2
    assert post_office.to(kim) == []


def test_all_off_is_off_for_open_problems_and_promised_days_too(
    farah: Person, marta: Person, asked: Question, work: Work, post_office: PostOffice
) -> None:
    need = asked_need(asked)
    assert need is not None
    for person in (farah, marta):
        choose(person, {}, no_mail=True)
    with as_of(MONDAY):
        move(need, "open_problem", actor=None)
        publish(Escalated(post_id=asked.id, need_id=need.id, step="owner", asked=0))
    work(MONDAY, mail=True)
    with as_of(MONDAY):
        name_owner(farah, need, marta, date(2026, 11, 24))
    for day in range(4):
        work(MONDAY + timedelta(days=day), mail=True)
    kinds = db.session.scalars(select(Notification.kind).where(Notification.person_id.in_((farah.id, marta.id))))
    assert {"word", "problem"} <= set(kinds)
    assert post_office.to(farah) == post_office.to(marta) == []


def test_what_was_chosen_since_a_mail_became_due_counts(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    work(MONDAY)
    choose(kim, {"answer": "weekly"}, no_mail=False)
    work(MONDAY + timedelta(minutes=1), mail=True)
    assert post_office.letters == []


def test_what_was_chosen_while_the_server_was_away_counts(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    post_office.close()
    work(MONDAY, mail=True)
    choose(kim, {}, no_mail=True)
    post_office.open()
    work(MONDAY + timedelta(minutes=10), mail=True)
    assert post_office.letters == []


# The server is away


def test_a_server_that_is_away_delays_the_mail_and_an_administrator_sees_why(
    kim: Person,
    chris: Person,
    given: Answer,
    work: Work,
    post_office: PostOffice,
    browser: Callable[[Person], Browser],
) -> None:
    post_office.close()
    work(MONDAY, mail=True)
    page = browser(chris).get("/admin/system").text
    assert "send_mail" in page
    assert "ConnectionRefusedError" in page
    post_office.open()
    work(MONDAY + timedelta(minutes=1), mail=True)
    assert len(post_office.letters) == 1
    assert db.session.scalars(select(jobs.Job).where(jobs.Job.listener == "send_mail")).all() == []


def test_a_mail_that_was_given_up_is_tried_again_an_hour_later(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    post_office.close()
    for minute in range(60):
        work(MONDAY + timedelta(minutes=minute), mail=True)
    (job,) = db.session.scalars(select(jobs.Job).where(jobs.Job.listener == "send_mail")).all()
    assert job.given_up_at is not None
    post_office.open()
    work(MONDAY + timedelta(hours=2), mail=True)
    assert len(post_office.letters) == 1


def test_a_mail_that_may_have_arrived_is_sent_again_under_the_same_name(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    post_office.answer = "451 try again"  # The server says so after it has taken the letter.
    work(MONDAY, mail=True)
    post_office.answer = "250 OK"
    work(MONDAY + timedelta(minutes=1), mail=True)
    first, second = post_office.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_one_wrong_address_does_not_hold_up_the_others(
    kim: Person, farah: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    choose(farah, dict.fromkeys(KINDS, "at_once"), no_mail=False)
    with as_of(MONDAY - TAKE_BACK_FOR):
        factories.comment(kim, given, "Is that so, @farah-aziz?")
    post_office.no_such_mailbox = kim.email
    work(MONDAY, mail=True)
    assert post_office.to(kim) == []
    assert len(post_office.to(farah)) == 1


def test_a_worker_that_dies_before_the_server_has_the_mail_loses_nothing(
    kim: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    work(MONDAY)
    with as_of(MONDAY), transaction():
        assert digests._claim(kim.id) is not None
    work(MONDAY + timedelta(minutes=1), mail=True)
    assert post_office.letters == []
    work(MONDAY + timedelta(minutes=3), mail=True)
    assert len(post_office.letters) == 1


def test_two_workers_do_not_send_the_same_mail(kim: Person, given: Answer, work: Work, post_office: PostOffice) -> None:
    work(MONDAY)
    with as_of(MONDAY):
        with transaction():
            assert digests._claim(kim.id) is not None
        digests.send_mail.run(digests.MailDue(person_id=kim.id))
    assert post_office.letters == []


def test_a_look_when_nothing_is_due_asks_for_no_lock(kim: Person, work: Work, statements: Callable[[], Any]) -> None:
    work(MONDAY)
    with as_of(MONDAY), statements() as seen:
        digests.look_for_mail()
    assert [each for each in seen if not each.startswith("SELECT")] == []


def test_mail_goes_to_the_log_until_a_server_is_set_up(
    app: Flask, kim: Person, given: Answer, work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(app.extensions["mail"], email.Console)
    with caplog.at_level("INFO", "forum.notifications.email"):
        work(MONDAY, mail=True)
    assert "Mail to Kim Tran <kim-tran@northwick.example>: How do I book freight?" in caplog.text
    assert "Marta Silva answered your question" in caplog.text


def test_every_mail_is_written_down_as_done(kim: Person, given: Answer, work: Work, post_office: PostOffice) -> None:
    work(MONDAY, mail=True)
    (mail,) = db.session.scalars(select(Mail)).all()
    assert mail.done_at == MONDAY
    db.session.execute(update(Mail).values(done_at=None, claimed_at=None))
    read_all(kim, until=EVERYTHING)
    work(MONDAY + timedelta(minutes=1), mail=True)
    assert len(post_office.letters) == 1
