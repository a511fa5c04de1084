"""What a mail looks like to the programme that gets it, and how it is handed over."""

from __future__ import annotations

import html
import re
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from sqlalchemy import select, update

from forum import create_app
from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.core.clock import as_of
from forum.core.config import WrongSetting, load
from forum.core.db import db
from forum.core.events import publish
from forum.needs import inviting, links
from forum.needs.escalating import Escalated
from forum.needs.ledger import move
from forum.needs.models import CheckIn
from forum.needs.opening import asked_need
from forum.needs.owning import name_owner
from forum.notifications import email
from forum.notifications.models import KINDS, Preference
from forum.notifications.preferences import choose
from forum.people.models import Person
from forum.people.sign_in import SessionsEnded
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.questions.models import Question
from tests import factories
from tests.notifications.conftest import MONDAY, PostOffice, html_of, text_of

Work = Callable[..., None]
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Content-Type",
    "MIME-Version",
}
HOSTILE = "<script>alert(1)</script> & \"quotes\" 'too'"


@pytest.fixture(autouse=True)
def wanted_at_once(kim: Person) -> None:
    choose(kim, dict.fromkeys(KINDS, "at_once"), no_mail=False)


@pytest.fixture
def asked(kim: Person) -> Question:
    with as_of(MONDAY - 2 * TAKE_BACK_FOR):
        return factories.question(kim, "How do I book freight?")


def answered(by: Person, question: Question, work: Work, body: str = "Ask the yard.") -> Answer:
    """An answer, and the mail about it is out."""
    with as_of(MONDAY - TAKE_BACK_FOR):
        given = factories.answer(by, question, body)
    work(MONDAY, mail=True)
    return given


@pytest.fixture
def letter(marta: Person, asked: Question, work: Work, post_office: PostOffice) -> EmailMessage:
    """The mail about one answer."""
    answered(marta, asked, work)
    (only,) = post_office.letters
    return only


def test_a_mail_has_words_and_a_page_with_the_same_link(letter: EmailMessage, asked: Question) -> None:
    assert letter.get_content_type() == "multipart/alternative"
    answer = f"http://127.0.0.1:8000/questions/{asked.id}/how-do-i-book-freight#post-"
    for part in (text_of(letter), html_of(letter)):
        assert answer in part
        assert "Marta Silva answered your question" in part
        assert "Ask the yard." in part


def test_a_mail_says_why_one_gets_it_and_how_to_get_none(letter: EmailMessage) -> None:
    for part in (text_of(letter), html_of(letter)):
        assert "You get this because you asked this." in part
        assert "Stop mails of this kind" in part
        assert "Stop all mails" in part
        assert "http://127.0.0.1:8000/settings/notifications" in part


def test_a_mail_tells_programmes_what_it_is(letter: EmailMessage) -> None:
    assert letter["From"] == "Proven <proven@localhost>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(letter["List-Unsubscribe"])
    assert address.startswith("<http://127.0.0.1:8000/unsubscribe/")
    assert address.endswith(">")
    assert letter["Date"].datetime == MONDAY


def test_mails_about_one_question_stand_together_and_each_has_a_name_of_its_own(
    marta: Person, farah: Person, asked: Question, work: Work, post_office: PostOffice
) -> None:
    answered(marta, asked, work)
    answered(farah, asked, work)
    first, second = post_office.letters
    assert first["References"] == second["References"] == first["In-Reply-To"] == f"<thread-{asked.id}@localhost>"
    assert first["Subject"] == second["Subject"] == "How do I book freight?"
    assert first["Message-ID"] != second["Message-ID"]


def test_an_answer_and_a_later_comment_stand_in_the_same_conversation(
    kim: Person, marta: Person, asked: Question, work: Work, post_office: PostOffice
) -> None:
    given = answered(marta, asked, work)
    with as_of(MONDAY + timedelta(minutes=10)):
        factories.comment(marta, asked, "Which freight?")
    with as_of(MONDAY + timedelta(minutes=20)):
        factories.comment(marta, given, "By road, @kim-tran.")
    for minutes in (10, 20):
        work(MONDAY + timedelta(minutes=minutes), mail=True)
    first, *later = post_office.to(kim)
    assert len(later) >= 1
    for letter in later:
        for header in ("References", "In-Reply-To", "Subject"):
            assert letter[header] == first[header]


def test_a_mail_is_in_the_language_of_whoever_gets_it(
    kim: Person, marta: Person, asked: Question, work: Work, post_office: PostOffice
) -> None:
    kim.language = "de"
    with as_of(MONDAY - 2 * TAKE_BACK_FOR):
        other = factories.question(kim, "Who mends the scales?")
    with as_of(MONDAY - TAKE_BACK_FOR):
        factories.answer(marta, asked, "Ask the yard.")
        factories.answer(marta, other, "The maker.")
        publish(SessionsEnded(person_id=kim.id))
    work(MONDAY, mail=True)
    account, digest = post_office.to(kim)
    assert account["Subject"] == "Sie wurden abgemeldet"
    assert account.get_content().startswith("Guten Tag, Kim Tran,")
    assert digest["Subject"] == "2 Neuigkeiten seit Ihrer letzten Mail: „How do I book freight?“ und 1 weitere"
    assert '<html lang="de" dir="ltr">' in html_of(digest)
    for part in (text_of(digest), html_of(digest)):
        assert "Marta Silva hat Ihre Frage beantwortet" in part
        assert "Mo., 23. Nov., " in part
        assert "Sie bekommen das, weil Sie das gefragt haben." in part
        assert "Keine Mails dieser Art mehr" in part
        assert not re.search(r"\b(you|your|because|mails of|answered)\b", part)


def everything() -> dict[str, list[str]]:
    """Every row of every table."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in db.metadata.sorted_tables
        }


def links_of(letter: EmailMessage) -> set[str]:
    """Where everything in a mail leads that a programme could open: in the text, the page and the headers."""
    found = set(re.findall(r"https?://[^\s<>\"]+", text_of(letter) + html_of(letter) + str(letter["List-Unsubscribe"])))
    return {html.unescape(link).removeprefix("http://127.0.0.1:8000") for link in found}


@pytest.fixture
def every_mail(
    kim: Person, marta: Person, farah: Person, asked: Question, work: Work, post_office: PostOffice
) -> list[EmailMessage]:
    """Mails with everything to press: an invitation, a check-in, an open problem, a day that was promised."""
    for person in (marta, farah):
        choose(person, dict.fromkeys(KINDS, "at_once"), no_mail=False)
    with as_of(MONDAY - TAKE_BACK_FOR):
        need = asked_need(factories.question(kim, "Who knows the maker?"))
        assert need is not None
        inviting.invite_person(need, asked, marta, step="hint", reason="A colleague thinks of you")
        move(need, "open_problem", actor=None)
        publish(Escalated(post_id=need.subject_id, need_id=need.id, step="owner", asked=0))
    work(MONDAY, mail=True)
    with as_of(MONDAY):
        name_owner(farah, need, marta, date(2026, 11, 24))
        accept(kim, factories.answer(farah, asked))
    for day in range(4):
        work(MONDAY + timedelta(days=day))
        work(MONDAY + timedelta(days=day) + TAKE_BACK_FOR, mail=True)
    return post_office.letters


def test_nothing_is_changed_by_opening_what_a_mail_links_to(every_mail: list[EmailMessage], client: Any) -> None:
    opened = set().union(*map(links_of, every_mail))
    ways = {link.split("/")[1] for link in opened}
    assert {"questions", "did-it-work", "needs", "settings", "unsubscribe"} <= ways
    before = everything()
    for link in sorted(opened):
        for method in ("HEAD", "GET"):
            answer = client.open(link, method=method)
            assert answer.status_code in (200, 302), (method, link)
    assert everything() == before


def test_a_programme_that_opens_every_link_leaves_every_button_to_press(
    every_mail: list[EmailMessage], client: Any
) -> None:
    opened = sorted(set().union(*map(links_of, every_mail)))
    for link in opened:
        client.get(link)
    stop = next(link for link in opened if link.startswith("/unsubscribe/"))
    client.sends_token = False
    answer = client.post(stop, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert db.session.scalars(select(Preference)).all()
    reply = next(link for link in opened if link.startswith("/did-it-work/"))
    client.sends_token = True
    assert client.post(reply, data={"outcome": "resolved"}).status_code == 303
    assert db.session.scalars(select(CheckIn.outcome)).all() == ["resolved"]


def test_a_digest_of_several_questions_belongs_to_none_of_them(
    kim: Person, marta: Person, work: Work, post_office: PostOffice
) -> None:
    with as_of(MONDAY - TAKE_BACK_FOR):
        for _ in range(2):
            factories.answer(marta, factories.question(kim))
    work(MONDAY, mail=True)
    (digest,) = post_office.letters
    assert digest["References"] is None
    assert digest["Subject"].startswith("2 things since your last mail: ")


def test_a_check_in_by_mail_leads_to_a_page_on_which_one_can_say_so_signed_out(
    kim: Person, marta: Person, asked: Question, work: Work, post_office: PostOffice, client: Any
) -> None:
    given = answered(marta, asked, work)
    with as_of(MONDAY):
        accept(kim, given)
    work(MONDAY + timedelta(days=3))
    work(MONDAY + timedelta(days=3) + TAKE_BACK_FOR, mail=True)
    mail = next(each for each in post_office.to(kim) if each["Subject"] == "Did it work? How do I book freight?")
    address = next(word for word in text_of(mail).split() if "/did-it-work/" in word)
    page = client.get(address.removeprefix("http://127.0.0.1:8000"))
    assert page.status_code == 200
    assert "Did it work?" in page.text
    check_in = links.check_in(address.rpartition("/")[2])
    assert check_in.need.person_id == kim.id
    assert check_in.outcome is None


def test_what_people_typed_is_only_words_in_the_page_of_a_mail(
    kim: Person, marta: Person, work: Work, post_office: PostOffice
) -> None:
    marta.name = HOSTILE
    with as_of(MONDAY - TAKE_BACK_FOR):
        question = factories.question(kim, f"Why {HOSTILE}?")
    answered(marta, question, work, f"Because {HOSTILE}.")
    (mail,) = post_office.letters
    page = html_of(mail)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 2
    assert HOSTILE in text_of(mail)


@pytest.mark.parametrize(
    "title",
    [
        "Harmless\r\nBcc: everybody@northwick.example",
        "Harmless\nBcc: everybody@northwick.example\n\nand a body",
        "=?utf-8?q?Harmless=0D=0ABcc=3A_everybody@northwick.example?= title",
        "Harmless\u2028Bcc: everybody@northwick.example",
    ],
)
def test_nothing_in_a_title_or_a_name_becomes_a_header(
    kim: Person, marta: Person, asked: Question, work: Work, post_office: PostOffice, title: str
) -> None:
    # Past the verbs, which would clean it: what lies in the database is not trusted either.
    db.session.execute(update(Question.__table__).values(title=title))
    db.session.execute(update(Person).where(Person.id == kim.id).values(name=title))
    answered(marta, asked, work)
    (mail,) = post_office.letters
    assert mail["Bcc"] is None
    assert set(mail.keys()) == HEADERS
    assert [each.addr_spec for each in mail["To"].addresses] == [kim.email]


@pytest.mark.parametrize(
    "title",
    [
        "Größere Frage: wie geht das überhaupt, und warum – „so“?",
        "漢字 and Żółć and naïve words " * 5,
        "x" * 148 + "?",
        "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen?",
    ],
)
def test_a_subject_arrives_as_it_was_written(
    kim: Person, marta: Person, work: Work, post_office: PostOffice, title: str
) -> None:
    with as_of(MONDAY - TAKE_BACK_FOR):
        question = factories.question(kim, title)
    answered(marta, question, work)
    (mail,) = post_office.letters
    assert mail["Subject"] == question.title


def test_no_line_of_a_header_is_longer_than_mail_allows(
    kim: Person, marta: Person, work: Work, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[EmailMessage] = []

    class Kept:
        def send(self, message: EmailMessage) -> None:
            sent.append(message)

    monkeypatch.setitem(app.extensions, "mail", Kept())
    kim.name = "Ł" * 80
    with as_of(MONDAY - TAKE_BACK_FOR):
        question = factories.question(kim, "Ż" * 150)
    answered(marta, question, work)
    assert max(len(line) for line in bytes(sent[0]).splitlines()) <= 998
    assert b"\nList-Unsubscribe: <http" in bytes(sent[0])


# Handing it over


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "proven@localhost", "kim@northwick.example", "Hello"
    made.set_content("Hello.")
    return made


def test_a_password_is_sent_to_a_server_of_this_machine() -> None:
    seen: list[bytes] = []

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        seen.append(given.password)
        return AuthResult(success=given.password == b"p@ss word")

    office = PostOffice(authenticator=check, auth_require_tls=False)
    office.open()
    try:
        email.Server(f"smtp://proven:p%40ss%20word@127.0.0.1:{office.port}").send(message())
    finally:
        office.close()
    assert seen == [b"p@ss word"]
    assert len(office.letters) == 1


def test_a_password_is_not_sent_to_another_machine_without_encryption() -> None:
    office = PostOffice("127.0.0.2")  # Of this machine too, but no name for it that is known to be.
    office.open()
    try:
        with pytest.raises(email.UnsafePassword):
            email.Server(f"smtp://proven:secret@127.0.0.2:{office.port}").send(message())
    finally:
        office.close()
    assert office.letters == []


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for `localhost` that nobody has signed, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    made, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    request = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    request += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run(["openssl", "req", *request], check=True, capture_output=True)
    return made, key


@pytest.fixture
def identity(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """What a server shows of itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def encrypting(identity: ssl.SSLContext) -> Iterator[PostOffice]:
    """A server that takes letters only once the conversation is encrypted."""
    office = PostOffice(tls_context=identity, require_starttls=True)
    office.open()
    yield office
    office.close()


def test_a_conversation_is_encrypted_where_the_server_can(
    encrypting: PostOffice, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    email.Server(f"smtp://localhost:{encrypting.port}").send(message())
    assert len(encrypting.letters) == 1


def test_a_conversation_can_be_encrypted_from_the_start(
    identity: ssl.SSLContext, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    office = PostOffice(ssl_context=identity)
    office.open()
    try:
        email.Server(f"smtps://localhost:{office.port}").send(message())
    finally:
        office.close()
    assert len(office.letters) == 1


def test_a_server_with_a_certificate_that_nobody_vouches_for_gets_nothing(encrypting: PostOffice) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        email.Server(f"smtp://localhost:{encrypting.port}").send(message())
    assert encrypting.letters == []


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("", email.Console),
        ("console", email.Console),
        ("off", email.Nowhere),
        ("smtp://mail.northwick.example", email.Server),
        ("smtps://user:secret@mail.northwick.example:465", email.Server),
    ],
)
def test_the_setting_chooses_how_mails_go(tmp_path: Path, setting: str, kind: type) -> None:
    app = create_app({"PROVEN_DATA": str(tmp_path), "PROVEN_LOG": "error", "PROVEN_SMTP": setting})
    assert isinstance(app.extensions["mail"], kind)


@pytest.mark.parametrize(
    "wrong",
    [
        {"PROVEN_SMTP": "mail.northwick.example"},
        {"PROVEN_SMTP": "smtp://"},
        {"PROVEN_SMTP": "http://user:hunter2@mail.northwick.example"},
        {"PROVEN_SMTP": "smtp://user:hunter2@mail.northwick.example:port"},
        {"PROVEN_MAIL_FROM": "Proven"},
        {"PROVEN_MAIL_FROM": "Proven <proven@northwick.example>\nBcc: all@northwick.example"},
        {"PROVEN_ADDRESS": "proven.northwick.example"},
        {"PROVEN_ADDRESS": "https://proven.northwick.example/forum"},
    ],
)
def test_a_wrong_setting_is_refused_without_showing_a_password(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(WrongSetting) as refused:
        load({"PROVEN_DATA": str(tmp_path), **wrong})
    assert next(iter(wrong)) in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_links_begin_with_the_address_of_the_site(tmp_path: Path) -> None:
    given = {"PROVEN_DATA": str(tmp_path), "PROVEN_ADDRESS": "https://proven.northwick.example/"}
    assert load(given)["PROVEN_ADDRESS"] == "https://proven.northwick.example"
