"""What a person wishes to hear: chosen in the settings, or ended by the link of a mail, signed out, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer
from sqlalchemy import select

from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Invalid
from forum.needs import links
from forum.notifications.models import EVERYTHING, KINDS, MODERATED, Mail, Notification, Preference
from forum.notifications.preferences import Frequencies, choose, stop_link
from forum.people.models import Person
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.notifications.conftest import MONDAY, TUESDAY_OPENING, PostOffice

Work = Callable[..., None]


@pytest.fixture
def asked(kim: Person) -> Question:
    with as_of(MONDAY - 2 * TAKE_BACK_FOR):
        return factories.question(kim)


@pytest.fixture
def mail(kim: Person, marta: Person, asked: Question, work: Work, post_office: PostOffice) -> Mail:
    """A mail to Kim about one answer."""
    choose(kim, {"answer": "at_once"}, no_mail=False)
    with as_of(MONDAY - TAKE_BACK_FOR):
        factories.answer(marta, asked)
    work(MONDAY, mail=True)
    return db.session.scalars(select(Mail)).one()


def frequency(person: Person, kind: str = "answer") -> str:
    return Frequencies([person.id]).of(person.id, kind)


def everybodys_choices() -> list[tuple[int, str, str]]:
    rows = db.session.execute(select(Preference.person_id, Preference.kind, Preference.frequency))
    return sorted((person_id, kind, chosen) for person_id, kind, chosen in rows)


# The link of a mail


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}])
def test_one_click_signed_out_ends_mails_of_that_kind_and_no_other(
    kim: Person,
    marta: Person,
    asked: Question,
    mail: Mail,
    stranger: Browser,
    work: Work,
    post_office: PostOffice,
    body: dict[str, str],
) -> None:
    address = str(post_office.letters[0]["List-Unsubscribe"]).strip("<>").removeprefix("http://127.0.0.1:8000")
    assert stranger.post(address, data=body).status_code == 200
    assert frequency(kim) == "inbox"
    assert frequency(kim, "comment") == "daily"
    with as_of(MONDAY - TAKE_BACK_FOR):
        factories.answer(marta, asked)
    work(TUESDAY_OPENING, mail=True)
    assert len(post_office.letters) == 1


def test_looking_at_the_page_of_the_link_changes_nothing(kim: Person, mail: Mail, stranger: Browser) -> None:
    before = everybodys_choices()
    for method in ("GET", "HEAD"):
        assert stranger.open(f"/unsubscribe/{stop_link(mail, 'answer')}", method=method).status_code == 200
    assert everybodys_choices() == before
    page = stranger.get(f"/unsubscribe/{stop_link(mail, 'answer')}").text
    assert page.count("<button") == 1
    assert "Nothing has changed yet" in page


def test_the_other_link_ends_all_mails_and_keeps_what_was_chosen(kim: Person, mail: Mail, stranger: Browser) -> None:
    stranger.post(f"/unsubscribe/{stop_link(mail, EVERYTHING)}")
    assert {frequency(kim, kind) for kind in KINDS} == {"inbox"}
    choose(kim, {}, no_mail=False)
    assert frequency(kim) == "at_once"


def test_after_one_kind_everything_can_be_ended_by_the_same_mail(kim: Person, mail: Mail, stranger: Browser) -> None:
    stranger.post(f"/unsubscribe/{stop_link(mail, 'answer')}")
    stranger.post(f"/unsubscribe/{stop_link(mail, EVERYTHING)}")
    assert frequency(kim, "comment") == "inbox"


def test_a_link_works_once_so_that_it_cannot_undo_a_later_choice(kim: Person, mail: Mail, stranger: Browser) -> None:
    for scope in ("answer", EVERYTHING):
        address = f"/unsubscribe/{stop_link(mail, scope)}"
        stranger.post(address)
        choose(kim, {"answer": "weekly"}, no_mail=False)
        again = stranger.post(address)
        assert again.status_code == 200
        assert "This link was used before" in again.text
        assert frequency(kim) == "weekly"


def test_a_kind_that_is_off_is_not_brought_back_by_ending_its_mails(kim: Person, mail: Mail, stranger: Browser) -> None:
    choose(kim, {"answer": "off"}, no_mail=False)
    stranger.post(f"/unsubscribe/{stop_link(mail, 'answer')}")
    assert frequency(kim) == "off"


def test_a_link_changes_nothing_for_anybody_else(
    kim: Person, marta: Person, mail: Mail, browser: Callable[[Person], Browser]
) -> None:
    """Not even for whoever is signed in where it is opened."""
    browser(marta).post(f"/unsubscribe/{stop_link(mail, EVERYTHING)}")
    assert {person_id for person_id, *_ in everybodys_choices()} == {kim.id}


def forged(app: Flask, mail: Mail) -> list[str]:
    token = stop_link(mail, EVERYTHING)
    payload, _, signature = token.rpartition(".")
    return [
        "nonsense",
        payload,
        token[:-1],
        f"{payload}.{signature[::-1]}",
        str(URLSafeSerializer("a guess", salt="stop mails").dumps([mail.id, EVERYTHING])),
        str(URLSafeSerializer(str(app.secret_key), salt="another purpose").dumps([mail.id, EVERYTHING])),
        links.token_for(mail.id, mail.person_id),
        str(URLSafeSerializer(str(app.secret_key), salt="stop mails").dumps([mail.id + 1, EVERYTHING])),
    ]


def test_a_link_that_is_not_ours_or_not_for_this_gets_a_clear_page_and_changes_nothing(
    app: Flask, mail: Mail, stranger: Browser
) -> None:
    before = everybodys_choices()
    for token in forged(app, mail):
        for method in ("GET", "POST"):
            answer = stranger.open(f"/unsubscribe/{token}", method=method)
            assert answer.status_code == 404, token
            assert "This link does not work" in answer.text
            assert "Nothing was changed" in answer.text
    assert everybodys_choices() == before


def test_a_link_lets_nobody_in(mail: Mail, stranger: Browser) -> None:
    stranger.post(f"/unsubscribe/{stop_link(mail, EVERYTHING)}")
    assert stranger.get("/inbox").status_code == 302


# The settings


def test_what_only_moderators_are_told_is_offered_to_moderators_only(
    kim: Person, browser: Callable[[Person], Browser]
) -> None:
    page = browser(kim).get("/settings/notifications").text
    moderated = [kind for kind, each in KINDS.items() if each.group == MODERATED]
    assert moderated == ["problem", "unanswered", "nomination", "upkeep", "moderation"]
    assert page.count("<select") == len(KINDS) - len(moderated)
    assert MODERATED not in page


def test_the_settings_show_and_keep_every_choice(farah: Person, browser: Callable[[Person], Browser]) -> None:
    window = browser(farah)
    page = window.get("/settings/notifications").text
    assert page.count("<select") == len(KINDS)
    assert "Mon–Fri 09:00–17:00" in page
    chosen = dict.fromkeys(KINDS, "weekly")
    assert window.post("/settings/notifications", data=chosen).status_code == 303
    assert {frequency(farah, kind) for kind in KINDS} == {"weekly"}
    page = window.get("/settings/notifications").text
    assert page.count('<option value="weekly" selected>') == len(KINDS)


def test_all_mails_are_switched_off_and_on_again_with_the_choices_kept(
    kim: Person, browser: Callable[[Person], Browser]
) -> None:
    window = browser(kim)
    chosen = {**dict.fromkeys(KINDS, "daily"), "comment": "weekly", "thanks": "off"}
    window.post("/settings/notifications", data={**chosen, "no_mail": "y"})
    assert (frequency(kim, "comment"), frequency(kim, "thanks")) == ("inbox", "off")
    window.post("/settings/notifications", data=chosen)
    assert frequency(kim, "comment") == "weekly"


def test_a_choice_that_is_not_offered_is_refused_and_nothing_is_changed(
    kim: Person, browser: Callable[[Person], Browser]
) -> None:
    answer = browser(kim).post("/settings/notifications", data={"comment": "weekly", "thanks": "hourly"})
    assert answer.status_code == 422
    assert everybodys_choices() == []


def test_a_kind_that_there_is_not_is_refused(kim: Person) -> None:
    with pytest.raises(Invalid):
        choose(kim, {"gossip": "daily"}, no_mail=False)


def test_what_is_usual_is_not_written_down(kim: Person) -> None:
    choose(kim, {kind: each.frequency for kind, each in KINDS.items()}, no_mail=False)
    assert everybodys_choices() == []


def test_choosing_mails_again_does_not_dig_out_what_was_not_to_be_mailed(
    kim: Person, marta: Person, asked: Question, work: Work
) -> None:
    choose(kim, {}, no_mail=True)
    with as_of(MONDAY - TAKE_BACK_FOR):
        factories.answer(marta, asked)
    work(MONDAY)
    choose(kim, {"answer": "at_once"}, no_mail=False)
    (due,) = db.session.scalars(select(Notification.mail_due_at).where(Notification.person_id == kim.id)).all()
    assert due is None


def test_the_frequencies_of_many_people_cost_one_statement(
    kim: Person, marta: Person, farah: Person, statements: Callable[[], Any]
) -> None:
    choose(kim, {"answer": "weekly"}, no_mail=False)
    db.session.commit()
    with statements() as seen:
        frequencies = Frequencies([kim.id, marta.id, farah.id])
        assert [frequencies.of(person.id, "answer") for person in (kim, marta)] == ["weekly", "daily"]
    assert len(seen) == 1
