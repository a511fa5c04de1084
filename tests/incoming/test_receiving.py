"""Replying by mail: what becomes of a reply, who may send it, and that it stands in the thread once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from forum.answers.models import Answer
from forum.attachments.models import Attachment
from forum.core.clock import as_of
from forum.core.config import WrongSetting, load
from forum.core.db import db
from forum.departments.following import follow
from forum.incoming.models import ReceivedMail
from forum.moderation import intervening
from forum.notifications.models import Notification
from forum.notifications.replying import VALID
from forum.people.changing import deactivate
from forum.people.models import Organisation, Person
from forum.posts.models import Comment
from forum.posts.removing import remove
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.questions.models import Question
from tests import factories
from tests.incoming.conftest import LATER, REPLY_ADDRESS, Receive, posts_by
from tests.incoming.letters import PROGRAMMES, apple, begun, gmail, only_a_page, outlook
from tests.notifications.conftest import MONDAY, PostOffice, html_of, text_of


@pytest.fixture
def lina(sales: Any) -> Person:
    return factories.person("Lina Roth", sales, "moderator")


WORDS = "They want to see the *order* first. Ask for row 12, not for the whole list."


def comments_by(person: Person) -> list[Comment]:
    return [post for post in posts_by(person) if isinstance(post, Comment)]


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_a_reply_stands_in_the_thread_without_what_it_quotes_whatever_wrote_it(
    kim: Person, letter: EmailMessage, answered: Answer, receive: Receive, programme: str
) -> None:
    ended = receive(PROGRAMMES[programme](letter, kim, WORDS))
    assert (ended.code, ended.said) == (0, "")
    (made,) = comments_by(kim)
    assert made.body.replace("\\*", "*") == WORDS  # A page says that its asterisks are asterisks.
    assert (made.on_id, made.reply_to_id) == (answered.id, None)
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_mail_is_known_again_in_every_language(
    kim: Person, marta: Person, asked: Question, work: Any, post_office: PostOffice, receive: Receive, language: str
) -> None:
    kim.language = language
    with as_of(MONDAY - TAKE_BACK_FOR):
        factories.answer(marta, asked)
    work(MONDAY, mail=True)
    (told,) = post_office.to(kim)
    assert not re.search("[Rr]eply|Nobody", text_of(told))
    for write in (gmail, outlook, only_a_page):
        assert receive(write(told, kim, "Ask the yard.")).code == 0
    assert {post.body for post in comments_by(kim)} == {"Ask the yard."}


@pytest.mark.parametrize("wrong", ["reply", "reply+x@north.example", "a@b@c", f"{'r' * 29}@north.example", "a b@c"])
def test_an_address_for_replies_that_cannot_be_used_is_named_at_the_start(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(WrongSetting, match="PROVEN_REPLY_ADDRESS"):
        load({"PROVEN_DATA": str(tmp_path), "PROVEN_REPLY_ADDRESS": wrong})
    given = load({"PROVEN_DATA": str(tmp_path), "PROVEN_REPLY_ADDRESS": "Reply@North.example"})
    assert given["PROVEN_REPLY_ADDRESS"] == "reply@north.example"


def test_a_mail_says_what_a_reply_becomes_and_where_it_goes(letter: EmailMessage) -> None:
    said = "Reply to this mail to comment on what Marta Silva wrote."
    assert text_of(letter).splitlines()[0] == said
    assert said in html_of(letter)
    for part in (text_of(letter), html_of(letter)):
        assert "Nobody reads replies" not in part
    local, _, host = str(letter["Reply-To"]).partition("@")
    name, _, token = local.partition("+")
    assert f"{name}@{host}" == REPLY_ADDRESS
    assert token.isalnum()
    assert token == token.lower()
    assert len(local) <= 64


def test_without_the_setting_nothing_is_taken_and_no_mail_says_so(
    app: Any,
    kim: Person,
    marta: Person,
    asked: Question,
    letter: EmailMessage,
    work: Any,
    post_office: PostOffice,
    receive: Receive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_REPLY_ADDRESS", "")
    assert receive(gmail(letter, kim, WORDS)).code == 67
    with as_of(MONDAY):
        factories.answer(marta, asked)
    work(MONDAY + TAKE_BACK_FOR, mail=True)
    last = post_office.to(kim)[-1]
    assert last["Reply-To"] is None
    assert "Nobody reads replies to this address" in text_of(last)


def test_a_mail_about_several_threads_or_about_no_words_takes_no_reply(
    kim: Person, marta: Person, asked: Question, work: Any, post_office: PostOffice
) -> None:
    with as_of(MONDAY - TAKE_BACK_FOR):
        factories.answer(marta, asked)
        factories.answer(marta, factories.question(kim))
    work(MONDAY, mail=True)
    (digest,) = post_office.to(kim)
    assert digest["Reply-To"] is None
    assert "Nobody reads replies to this address" in text_of(digest)


def test_a_reply_to_a_new_question_is_an_answer_and_a_second_one_is_another(
    kim: Person, marta: Person, sales: Any, work: Any, post_office: PostOffice, receive: Receive
) -> None:
    with as_of(MONDAY - timedelta(days=1)):
        follow(marta, "person", kim.id)
    with as_of(MONDAY - TAKE_BACK_FOR):
        question = factories.question(kim, "How do I book freight?")
    work(MONDAY, mail=True)
    (told,) = post_office.to(marta)
    assert text_of(told).splitlines()[0] == "Reply to this mail to answer."
    assert receive(apple(told, marta, "Ask the yard.")).code == 0
    assert receive(apple(told, marta, "Or ask the office.")).code == 0
    given = db.session.scalars(select(Answer).order_by(Answer.id)).all()
    assert [(each.body, each.author_id) for each in given] == [
        ("Ask the yard.", marta.id),
        ("Or ask the office.", marta.id),
    ]
    db.session.refresh(question)
    assert question.answer_count == 2


def test_a_reply_to_a_comment_stands_below_it_and_its_writer_is_told(
    kim: Person, marta: Person, answered: Answer, work: Any, post_office: PostOffice, receive: Receive
) -> None:
    with as_of(MONDAY - TAKE_BACK_FOR):
        remark = factories.comment(kim, answered, "Which list?")
    work(MONDAY, mail=True)
    told = next(each for each in post_office.to(marta))
    assert receive(apple(told, marta, "The one of row 12, @kim-tran.")).code == 0
    (made,) = comments_by(marta)
    assert (made.on_id, made.reply_to_id, made.page_id) == (answered.id, remark.id, answered.question_id)
    work(LATER + TAKE_BACK_FOR, mail=True)
    assert "Marta Silva mentioned you in a comment" in text_of(post_office.to(kim)[-1])


def test_replying_marks_what_the_mail_told_as_read(kim: Person, letter: EmailMessage, receive: Receive) -> None:
    unread = select(func.count()).where(Notification.person_id == kim.id, Notification.read_at.is_(None))
    assert db.session.scalar(unread) == 1
    receive(gmail(letter, kim, WORDS))
    assert db.session.scalar(unread) == 0


def test_the_same_mail_is_posted_once_however_often_it_arrives(
    kim: Person, letter: EmailMessage, receive: Receive
) -> None:
    data = gmail(letter, kim, WORDS)
    again = b"Received: from elsewhere\r\n" + data
    unmarked = b"\n".join(line for line in data.splitlines() if not line.startswith(b"Message-ID"))
    assert [receive(each).code for each in (data, data, again)] == [0, 0, 0]
    assert len(comments_by(kim)) == 1
    assert [receive(each).code for each in (unmarked, b"Received: twice\n" + unmarked)] == [0, 0]
    assert len(comments_by(kim)) == 2
    assert db.session.scalar(select(func.count()).select_from(ReceivedMail)) == 2


def test_only_the_mailbox_to_which_it_went_may_reply(
    kim: Person, marta: Person, letter: EmailMessage, receive: Receive
) -> None:
    loud = Person(name=kim.name, email=kim.email.upper())
    for other in (marta, Person(name="x", email=f"{kim.email}, {marta.email}"), Person(name="x", email="")):
        ended = receive(gmail(letter, other, WORDS))
        assert (ended.code, ended.said.count("\n")) == (77, 1)
        assert "from the mailbox that the mail went to" in ended.said
    own = f"From: {kim.name} <{kim.email}>".encode()
    data = gmail(letter, kim, WORDS)
    assert own in data
    for sender in (
        f"From: evil@elsewhere.example\n{own.decode()}",
        f"From: {kim.email}<evil@elsewhere.example>",
        f'From: "{kim.email}" <evil@elsewhere.example>',
        f"From: {kim.email})evil@elsewhere.example",
    ):
        assert receive(data.replace(own, sender.encode())).code == 77, sender
    assert comments_by(kim) == []
    assert receive(gmail(letter, loud, WORDS)).code == 0
    assert receive(data.replace(own, f"From: '{kim.email}' <{kim.email}>".encode())).code == 0


def test_an_address_that_was_not_made_here_is_none(
    kim: Person, letter: EmailMessage, receive: Receive, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(letter["Reply-To"])
    local, _, host = address.partition("@")
    other = "b" if local[6] == "a" else "a"
    wrong = [f"{local[:6]}{other}{local[7:]}@{host}", f"{local}1@{host}", f"reply@{host}", f"{local}@elsewhere.example"]
    for each in [*wrong, f"reply+{'a' * 24}99999999999@{host}", "reply+@", "x" * 5_000]:
        assert receive(gmail(letter, kim, WORDS), "--to", each).code == 67
    assert receive(gmail(letter, kim, WORDS).replace(address.encode(), wrong[0].encode())).code == 67
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key " * 4)
    assert receive(gmail(letter, kim, WORDS)).code == 67
    assert comments_by(kim) == []


def test_the_address_is_found_where_the_mail_server_says_it_even_if_the_mail_does_not(
    kim: Person, letter: EmailMessage, receive: Receive
) -> None:
    address = str(letter["Reply-To"])
    hidden = gmail(letter, kim, WORDS).replace(address.encode(), b"proven@elsewhere.example")
    assert receive(hidden).code == 67
    assert receive(hidden, "--to", address.upper()).code == 0


def test_an_address_dies_after_thirty_days_with_its_note_and_when_its_person_leaves(
    kim: Person, chris: Person, letter: EmailMessage, receive: Receive
) -> None:
    data = gmail(letter, kim, WORDS)
    assert receive(data, moment=MONDAY + VALID + timedelta(hours=1)).code == 67
    notes = db.session.scalars(select(Notification.id)).all()
    deactivate(chris, kim)
    assert receive(data).code == 67
    kim.left_at = None
    db.session.execute(delete(Notification).where(Notification.id.in_(notes)))
    assert receive(data).code == 67
    assert comments_by(kim) == []


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"Return_Path": "<>"},
    ],
)
def test_what_a_machine_wrote_is_let_fall_without_a_word_to_anybody(
    kim: Person, letter: EmailMessage, receive: Receive, header: dict[str, str]
) -> None:
    reply = begun(letter, kim, **header)
    reply.set_content("I am away until Friday.")
    assert (receive(reply.as_bytes()).code, comments_by(kim)) == (0, [])
    by_hand = begun(letter, kim, Auto_Submitted="no", Return_Path=f"<{kim.email}>")
    by_hand.set_content("I am here.")
    assert receive(by_hand.as_bytes()).code == 0
    assert len(comments_by(kim)) == 1


def test_nothing_but_a_quotation_is_no_reply(kim: Person, letter: EmailMessage, receive: Receive) -> None:
    for write in PROGRAMMES.values():
        ended = receive(write(letter, kim, ""))
        assert ended.code == 65
        assert "Write above the quoted words." in ended.said


def test_what_is_too_long_is_refused_and_said(kim: Person, letter: EmailMessage, receive: Receive) -> None:
    ended = receive(gmail(letter, kim, "word " * 1_200))
    assert (ended.code, "5,000 is the most" in ended.said) == (65, True)
    assert receive(gmail(letter, kim, "word " * 60_000)).code == 65
    assert "larger than 10 MB" in receive(b"x" * 10_000_001).said


def lock(moderator: Person, given: Answer) -> None:
    intervening.lock(moderator, given.question, reason="heated")


def hide(moderator: Person, given: Answer) -> None:
    intervening.hide(moderator, given, reason="elsewhere")


def take_off(_moderator: Person, given: Answer) -> None:
    remove(db.session.get_one(Person, given.author_id), given)


@pytest.mark.parametrize(
    ("happens", "words"),
    [(lock, "locked this page"), (hide, "not there any more"), (take_off, "not there any more")],
)
def test_what_the_site_refuses_is_refused_with_its_words(
    kim: Person,
    lina: Person,
    letter: EmailMessage,
    answered: Answer,
    receive: Receive,
    happens: Callable[[Person, Answer], None],
    words: str,
) -> None:
    happens(lina, answered)
    ended = receive(gmail(letter, kim, WORDS))
    assert ended.code == 77
    assert words in ended.said
    assert comments_by(kim) == []


def test_a_reply_waits_for_approval_like_anything_else(
    kim: Person, letter: EmailMessage, answered: Answer, receive: Receive
) -> None:
    db.session.scalars(select(Organisation)).one().approval = "everybody"
    assert receive(gmail(letter, kim, WORDS)).code == 0
    assert [each.withheld for each in comments_by(kim)] == ["waiting"]


def test_whoever_sends_too_much_is_to_try_again_later(
    app: Any, kim: Person, letter: EmailMessage, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_POST_LIMIT", "2 per minute")
    assert [receive(gmail(letter, kim, f"{number}")).code for number in range(4)] == [0, 0, 75, 75]
    assert len(comments_by(kim)) == 2


def test_a_fault_of_ours_lets_the_mail_server_try_again_and_says_nothing_of_the_mail(
    kim: Person, letter: EmailMessage, receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"{kim.email} wrote {WORDS}")

    monkeypatch.setattr("forum.incoming.receiving.comment", broken)
    ended = receive(gmail(letter, kim, WORDS))
    assert ended.code == 75
    assert kim.email not in ended.said
    assert WORDS not in ended.said
    monkeypatch.undo()
    with as_of(LATER):
        assert comments_by(kim) == []


HOSTILE = {
    "nothing": b"",
    "no header": b"\n\nwords",
    "nul": b"From: \x00\nTo: \x00\n\n\x00",
    "deep": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000)),
    "many parts": b'Content-Type: multipart/mixed; boundary="a"\n\n' + b"--a\n\nx\n" * 300_000,
    "comments": b"From: " + b"(" * 900_000 + b"\n\nx",
    "headers": b"From: a@b\n" * 900_000,
    "page": b"Content-Type: text/html\n\n" + b"<div>" * 30_000,
    "blocks": b"Content-Type: text/html\n\n" + b"<blockquote>" * 3_000,
    "lists": b"Content-Type: text/html\n\n" + b"<ul><li>" * 3_000,
    "character set": b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 150_000,
    "no character set": b"Content-Type: text/plain; charset=\x00\n\n\xff\xfe",
    "parameters": b"Content-Type: text/plain" + b"; a*0*=''%ff" * 90_000 + b"\n\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("child")
def test_a_hostile_mail_ends_with_a_number_that_mail_servers_know(receive: Receive, name: str) -> None:
    ended = receive(HOSTILE[name])
    assert ended.code in (65, 67)
    assert ended.said.count("\n") == 1


def test_whatever_comes_in_is_posted_once_at_the_most(kim: Person, letter: EmailMessage, receive: Receive) -> None:
    head = gmail(letter, kim, WORDS).partition(b"Content-Type")[0]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(st.binary(max_size=300), st.sampled_from([b"", b"Content-Type: text/html\n", b"Content-Type: ", head]))
    def check(rest: bytes, before: bytes) -> None:
        for start in (b"", head):
            known = len(comments_by(kim))
            codes = {receive(start + before + rest).code, receive(start + before + rest).code}
            assert codes <= {0, 65, 67, 75, 77}
            assert len(comments_by(kim)) <= known + 1

    check()
