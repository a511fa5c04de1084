"""What administrators see of mail that waits, against a real server: whom, since when, why; and trying it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.clock import as_of
from forum.core.db import db, transaction
from forum.core.errors import Forbidden
from forum.core.jobs import Job
from forum.core.paging import PER_PAGE
from forum.notifications import digests, email, outgoing
from forum.notifications.models import KINDS, RefusedMailbox
from forum.notifications.preferences import choose
from forum.people.changing import deactivate
from forum.people.models import Person
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.notifications.conftest import MONDAY, TUESDAY_OPENING, PostOffice
from tests.pages import Page, words_of

Work = Callable[..., None]
SignIn = Callable[[Person], Browser]
SECRET = "The code of the safe is under the plant."


@pytest.fixture
def asked(kim: Person) -> Question:
    choose(kim, dict.fromkeys(KINDS, "at_once"), no_mail=False)
    with as_of(MONDAY - 2 * TAKE_BACK_FOR):
        return factories.question(kim, "How do I open the safe?")


@pytest.fixture
def given(marta: Person, asked: Question) -> Answer:
    with as_of(MONDAY - TAKE_BACK_FOR):
        return factories.answer(marta, asked, SECRET)


@pytest.fixture
def given_up(kim: Person, given: Answer, work: Work, post_office: PostOffice) -> None:
    """The server has refused the mailbox as often as a job is tried."""
    post_office.no_such_mailbox = kim.email
    try_often(work)


def try_often(work: Work) -> None:
    for minute in range(20):
        work(MONDAY + timedelta(minutes=minute), mail=True)


def states(moment: Any = MONDAY) -> list[tuple[str, str, Any]]:
    """Who waits, in which state, until when."""
    db.session.rollback()
    with as_of(moment):
        return [(each.name, each.state, each.at) for each in outgoing.waiting(None).rows]


def tries() -> int:
    return db.session.scalars(select(Job.tries).where(Job.listener == "send_mail")).one()


# Why it waits


def test_nothing_waits_when_all_has_gone_out(
    browser: SignIn, chris: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    work(MONDAY, mail=True)
    assert states() == []
    assert "Nothing waits" in Page(browser(chris).get("/admin/mail")).words


def test_what_is_due_now_goes_out_within_a_minute(given: Answer, work: Work) -> None:
    work(MONDAY)
    assert states() == [("Kim Tran", "soon", MONDAY)]


def test_what_comes_outside_working_time_waits_for_its_beginning(asked: Question, marta: Person, work: Work) -> None:
    evening = MONDAY + timedelta(hours=9)
    with as_of(evening):
        factories.answer(marta, asked)
    work(evening)
    assert states(evening) == [("Kim Tran", "closed", TUESDAY_OPENING)]


def test_whoever_is_away_is_waited_for(kim: Person, given: Answer, work: Work) -> None:
    kim.away_until = MONDAY.date()
    work(MONDAY)
    assert states() == [("Kim Tran", "away", TUESDAY_OPENING)]


def test_whoever_reads_the_site_just_now_is_not_interrupted(kim: Person, given: Answer, work: Work) -> None:
    kim.last_seen_at = MONDAY - timedelta(minutes=1)
    work(MONDAY)
    assert states() == [("Kim Tran", "reading", MONDAY + timedelta(minutes=4))]


def test_a_digest_goes_out_when_its_reader_chose(kim: Person, given: Answer, work: Work) -> None:
    choose(kim, {"answer": "daily"}, no_mail=False)
    work(MONDAY)
    assert states() == [("Kim Tran", "later", TUESDAY_OPENING)]


def test_a_server_that_is_away_is_tried_again_and_the_page_says_when_and_why(
    browser: SignIn, chris: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    post_office.close()
    work(MONDAY, mail=True)
    assert states() == [("Kim Tran", "failed", MONDAY + timedelta(seconds=5))]
    words = Page(browser(chris).get("/admin/mail")).words
    assert "It did not go out tried 1 time, again at Mon 23 November, 10:00 UTC" in words
    assert "ConnectionRefusedError" in words


def test_what_was_given_up_is_tried_each_hour(given: Answer, work: Work, post_office: PostOffice) -> None:
    post_office.close()
    try_often(work)
    ((name, state, at),) = states()
    assert (name, state) == ("Kim Tran", "given_up")
    assert MONDAY + timedelta(hours=1) < at < MONDAY + timedelta(hours=1, minutes=20)


def test_the_page_says_to_whom_and_how_much_and_never_what(
    browser: SignIn, kim: Person, marta: Person, chris: Person, given_up: None, asked: Question, work: Work
) -> None:
    with as_of(MONDAY + timedelta(minutes=20)):
        factories.answer(marta, asked, SECRET)
    work(MONDAY + timedelta(minutes=20))
    page = Page(browser(chris).get("/admin/mail"))
    (row,) = [words_of(row) for row in page.soup.select("tbody tr")]
    assert kim.name in row
    assert kim.email in row
    assert page.soup.select_one("tbody td.numeric").text == "2"  # type: ignore[union-attr]
    for secret in (SECRET, asked.title):
        assert secret not in page.words


def test_what_was_read_does_not_wait(kim: Person, given: Answer, work: Work, browser: SignIn, asked: Question) -> None:
    work(MONDAY)
    browser(kim).get(f"/questions/{asked.id}", follow_redirects=True)
    assert states() == []


def test_pages_follow_each_other_without_gaps_and_doubles_those_with_trouble_first(
    sales: Any, kim: Person, marta: Person, given_up: None, work: Work
) -> None:
    for number in range(PER_PAGE + 3):
        reader = factories.person(f"Reader {number}", sales)
        with as_of(MONDAY - timedelta(hours=1)):
            question = factories.question(reader)
            factories.answer(marta, question)
    work(MONDAY + timedelta(hours=1))
    with as_of(MONDAY + timedelta(hours=1)):
        first = outgoing.waiting(None)
        second = outgoing.waiting(first.next_key)
    names = [each.name for each in (*first.rows, *second.rows)]
    assert names[0] == "Kim Tran"
    assert len(first.rows) == PER_PAGE
    assert len(names) == len(set(names)) == PER_PAGE + 4
    assert second.next_key is None


@pytest.mark.parametrize("key", ["x", "2-1-1", "0-99999999999999999-9999999999", "1--1"])
def test_a_key_that_is_not_ours_breaks_nothing(browser: SignIn, chris: Person, key: str) -> None:
    assert browser(chris).get(f"/admin/mail?after={key}").status_code == 200


def test_the_page_costs_the_same_few_statements_however_much_waits(
    browser: SignIn, sales: Any, marta: Person, chris: Person, given: Answer, work: Work, statements: Callable[[], Any]
) -> None:
    window = browser(chris)
    counts = []
    for more in (1, 12):
        for _ in range(more):
            with as_of(MONDAY - TAKE_BACK_FOR):
                factories.answer(marta, factories.question(factories.person(None, sales)))
        work(MONDAY)
        window.get("/admin/mail")
        with statements() as seen:
            window.get("/admin/mail")
        counts.append(len(seen))
    assert counts[0] == counts[1]


# A mailbox that the server refuses for good


def test_a_mailbox_refused_for_good_is_given_up_and_not_tried_again(
    browser: SignIn, chris: Person, given_up: None, work: Work, post_office: PostOffice
) -> None:
    assert states() == [("Kim Tran", "refused", MONDAY - TAKE_BACK_FOR)]
    for hour in range(1, 6):
        work(MONDAY + timedelta(hours=hour), mail=True)
    assert tries() == 8
    words = Page(browser(chris).get("/admin/mail")).words
    assert "Refused for good by the server 550 no such mailbox" in words


def test_a_server_that_says_not_now_is_tried_each_hour_for_ever(
    kim: Person, given: Answer, work: Work, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: Any) -> str:
        return "450 mailbox busy"

    monkeypatch.setattr(post_office, "handle_RCPT", busy)
    try_often(work)
    assert states()[0][1] == "given_up"
    assert db.session.scalars(select(RefusedMailbox)).all() == []
    work(MONDAY + timedelta(hours=2), mail=True)
    assert tries() == 1


def test_what_the_server_says_last_counts(kim: Person, given: Answer, work: Work, post_office: PostOffice) -> None:
    post_office.no_such_mailbox = kim.email
    work(MONDAY, mail=True)
    assert len(db.session.scalars(select(RefusedMailbox)).all()) == 1
    post_office.close()
    try_often(work)
    assert states()[0][1] == "given_up"


def test_another_address_is_another_mailbox(kim: Person, given_up: None, work: Work, post_office: PostOffice) -> None:
    kim.email = "kim.tran@northwick.example"
    work(MONDAY + timedelta(hours=2), mail=True)
    assert len(post_office.to(kim)) == 1
    assert db.session.scalars(select(RefusedMailbox)).all() == []
    assert states() == []


def test_whoever_has_left_with_a_refused_mailbox_waits_for_nothing(
    kim: Person, chris: Person, given_up: None, work: Work
) -> None:
    deactivate(chris, kim)
    work(MONDAY + timedelta(hours=2), mail=True)
    assert states() == []
    assert digests._due_people() == set()


# Trying again


def test_trying_now_sends_what_was_refused(
    browser: SignIn, kim: Person, chris: Person, given_up: None, work: Work, post_office: PostOffice
) -> None:
    post_office.no_such_mailbox = ""
    window = browser(chris)
    assert Page(window.get("/admin/mail")).has_form(f"/admin/mail/{kim.id}/retry")
    with as_of(MONDAY + timedelta(minutes=30)):
        assert window.post(f"/admin/mail/{kim.id}/retry").location == "/admin/mail"
    work(MONDAY + timedelta(minutes=30))
    assert len(post_office.to(kim)) == 1
    assert "Mails to 1 person are tried again now." in Page(window.get("/admin/mail")).words


def test_trying_all_now_tries_everybody_whose_mail_did_not_go_out(
    browser: SignIn, kim: Person, marta: Person, chris: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    choose(marta, dict.fromkeys(KINDS, "at_once"), no_mail=False)
    with as_of(MONDAY - TAKE_BACK_FOR):
        factories.comment(kim, given)
    post_office.close()
    try_often(work)
    assert [name for name, state, _ in states() if state == "given_up"] == ["Kim Tran", "Marta Silva"]
    post_office.open()
    with as_of(MONDAY + timedelta(minutes=20)):
        assert browser(chris).post("/admin/mail/retry").location == "/admin/mail"
    work(MONDAY + timedelta(minutes=20))
    assert (len(post_office.to(kim)), len(post_office.to(marta))) == (1, 1)


def test_trying_now_at_night_waits_for_the_morning_and_is_not_forgotten(
    kim: Person, chris: Person, given_up: None, work: Work, post_office: PostOffice
) -> None:
    post_office.no_such_mailbox = ""
    night = MONDAY + timedelta(hours=12)
    with as_of(night), transaction():
        digests.try_now(chris)
    work(night, mail=True)
    assert post_office.letters == []
    assert states(night) == [("Kim Tran", "closed", TUESDAY_OPENING)]
    work(TUESDAY_OPENING, mail=True)
    assert len(post_office.letters) == 1


def test_trying_again_what_has_gone_out_meanwhile_sends_nothing(
    browser: SignIn, kim: Person, chris: Person, given: Answer, work: Work, post_office: PostOffice
) -> None:
    work(MONDAY, mail=True)
    window = browser(chris)
    window.post(f"/admin/mail/{kim.id}/retry")
    work(MONDAY, mail=True)
    assert len(post_office.letters) == 1
    assert "it has gone out meanwhile" in Page(window.get("/admin/mail")).words


def test_only_an_administrator_tries_again_or_tests(farah: Person) -> None:
    for deed in (digests.try_now, email.send_test):
        with pytest.raises(Forbidden):
            deed(farah)


# How mails go, and a test


def test_the_page_names_the_server_and_not_its_password(
    browser: SignIn, chris: Person, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = browser(chris)
    assert "They are written to the log" in Page(window.get("/admin/mail")).words
    monkeypatch.setitem(app.extensions, "mail", email.Nowhere())
    assert "They are switched off" in Page(window.get("/admin/mail")).words
    monkeypatch.setitem(app.extensions, "mail", email.Server("smtps://proven:hunter%402@mail.northwick.example"))
    page = window.get("/admin/mail")
    assert "smtps://proven@mail.northwick.example:465" in Page(page).words
    assert "hunter" not in page.text


def test_a_test_mail_arrives(browser: SignIn, chris: Person, post_office: PostOffice) -> None:
    window = browser(chris)
    assert window.post("/admin/mail/test").location == "/admin/mail"
    (letter,) = post_office.letters
    assert letter["To"] == f"Chris Dunn <{chris.email}>"
    assert letter["Subject"] == "A test mail from Proven"
    assert f"The server took a mail to {chris.email}." in Page(window.get("/admin/mail")).words


def test_a_test_mail_that_is_refused_shows_the_very_words_of_the_server(
    browser: SignIn, chris: Person, post_office: PostOffice
) -> None:
    post_office.no_such_mailbox = chris.email
    page = Page(browser(chris).post("/admin/mail/test"))
    assert (page.status, page.title) == (422, "Administration")
    assert "SMTPRecipientsRefused" in page.words
    assert "550" in page.words
    assert "no such mailbox" in page.words
    assert "What waits" in page.words


def test_a_test_mail_to_a_server_that_is_away_says_so(browser: SignIn, chris: Person, post_office: PostOffice) -> None:
    post_office.close()
    page = Page(browser(chris).post("/admin/mail/test"))
    assert page.status == 422
    assert "ConnectionRefusedError" in page.words


def test_a_test_mail_without_a_server_says_where_it_went(browser: SignIn, chris: Person) -> None:
    window = browser(chris)
    window.post("/admin/mail/test")
    assert "The mail was written to the log" in Page(window.get("/admin/mail")).words
