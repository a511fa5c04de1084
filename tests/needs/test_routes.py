"""Saying whether it worked, signed in or by the link of a mail, and reading the history: as a browser does it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forum.answers.answering import accept
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.needs import check_ins
from forum.needs.links import token_for
from forum.needs.models import CheckIn, Need
from forum.needs.opening import asked_need
from forum.needs.owning import name_owner
from forum.people.models import Person
from forum.posts.removing import remove
from forum.questions.asking import address
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


@pytest.fixture
def asked(kim: Person) -> Question:
    return factories.question(kim, "Where is the long ladder?")


@pytest.fixture
def need(asked: Question) -> Need:
    found = asked_need(asked)
    assert found is not None
    return found


@pytest.fixture
def tried(kim: Person, marta: Person, asked: Question, need: Need) -> CheckIn:
    accept(kim, factories.answer(marta, asked))
    found = check_ins.latest_of(need)
    assert found is not None
    db.session.commit()
    return found


def state_of(need: Need) -> str:
    db.session.expire_all()
    return str(db.session.get_one(Need, need.id).state)


def test_opening_the_link_of_a_mail_changes_nothing_and_its_button_does(
    client: Browser, need: Need, tried: CheckIn
) -> None:
    here = f"/did-it-work/{token_for(tried.id, tried.need.person_id)}"
    assert [client.get(here).status_code for _ in range(3)] == [200] * 3
    assert client.head(here).status_code == 200
    assert state_of(need) == "trying"
    assert client.post(here, data={"outcome": "resolved", "minutes": "20"}).status_code == 303
    assert state_of(need) == "resolved"
    assert db.session.get_one(CheckIn, tried.id).minutes == 20


def test_a_link_is_good_for_one_reply(client: Browser, need: Need, tried: CheckIn) -> None:
    here = f"/did-it-work/{token_for(tried.id, tried.need.person_id)}"
    client.post(here, data={"outcome": "resolved"})
    second = client.post(here, data={"outcome": "not"})
    assert second.status_code == 409
    assert state_of(need) == "resolved"
    assert "Thank you" in Page(client.get(here)).words


@pytest.mark.parametrize("change", [lambda token: token[:-2] + "xx", lambda token: token[:8], lambda _: "1"])
def test_a_forged_link_gives_a_clear_page_and_changes_nothing(
    change: Callable[[str], str], client: Browser, need: Need, tried: CheckIn
) -> None:
    here = f"/did-it-work/{change(token_for(tried.id, tried.need.person_id))}"
    for answer in (client.get(here), client.post(here, data={"outcome": "resolved"})):
        page = Page(answer)
        assert page.status == 404
        assert "This link does not work" in page.words
    assert state_of(need) == "trying"


@pytest.mark.parametrize(
    ("sent", "field"),
    [({}, "outcome"), ({"outcome": "splendid"}, "outcome"), ({"outcome": "resolved", "minutes": "a lot"}, "minutes")],
)
def test_a_refused_reply_keeps_what_was_typed(
    sent: dict[str, str], field: str, browser: SignIn, kim: Person, need: Need, tried: CheckIn
) -> None:
    answer = browser(kim).post(f"/check-ins/{tried.id}", data={**sent, "note": "With the second ladder."})
    page = Page(answer)
    assert (page.status, page.problems) == (422, [field])
    assert "With the second ladder." in answer.text
    assert state_of(need) == "trying"


def test_no_and_partly_open_the_page_where_more_can_be_said_and_change_nothing_by_themselves(
    browser: SignIn, kim: Person, asked: Question, need: Need, tried: CheckIn
) -> None:
    window = browser(kim)
    page = Page(window.get(f"/questions/{asked.id}", follow_redirects=True))
    for words, outcome in (("Partly", "partly"), ("No", "not")):
        form = Page(window.get(page.links()[words])).form(f"/check-ins/{tried.id}")
        assert form["outcome"] == outcome
    assert state_of(need) == "trying"


def test_whoever_replies_goes_on_where_they_were(
    browser: SignIn, kim: Person, asked: Question, need: Need, tried: CheckIn
) -> None:
    window = browser(kim)
    sent = window.post(f"/check-ins/{tried.id}", data={"outcome": "not", "next": "/"})  # as home sends it
    assert (sent.status_code, sent.location) == (303, "/")
    assert "It is open again" in Page(window.get("/")).words


def test_nobody_is_led_away_after_a_reply(browser: SignIn, kim: Person, asked: Question, tried: CheckIn) -> None:
    window = browser(kim)
    sent = window.post(f"/check-ins/{tried.id}", data={"outcome": "resolved", "next": "//evil.example"})
    assert (sent.status_code, sent.location) == (303, address(asked.id, asked.title))
    assert "Whoever needs this next will see that it worked." in Page(window.get(sent.location)).words


def test_a_need_that_was_given_up_can_be_taken_up_again(
    browser: SignIn, kim: Person, asked: Question, need: Need
) -> None:
    window = browser(kim)
    given_up = window.post(f"/needs/{need.id}/withdrawal")
    page = Page(window.get(given_up.location))
    assert "Nobody is asked for it any more" in page.words
    assert "I need it after all" in page.words
    window.post(f"/needs/{need.id}/return")
    assert state_of(need) == "open"


def test_what_is_optional_may_be_left_empty_as_a_browser_sends_it(
    browser: SignIn, kim: Person, need: Need, tried: CheckIn
) -> None:
    empty = {"outcome": "resolved", "minutes": "", "note": ""}
    assert browser(kim).post(f"/check-ins/{tried.id}", data=empty).status_code == 303
    assert (state_of(need), tried.minutes) == ("resolved", None)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"outcome": "resolved", "fits": "yes"}, True),
        ({"outcome": "partly", "fits": "no"}, False),
        ({"outcome": "resolved", "fits": "perhaps"}, None),
        ({"outcome": "not", "fits": "yes"}, None),
    ],
)
def test_whoever_was_helped_says_whether_it_fits_their_work(
    sent: dict[str, str], kept: bool | None, browser: SignIn, kim: Person, tried: CheckIn
) -> None:
    assert browser(kim).post(f"/check-ins/{tried.id}", data=sent).status_code == 303
    db.session.refresh(tried)
    assert tried.fits is kept


def test_nobody_else_sees_or_answers_a_check_in(browser: SignIn, farah: Person, need: Need, tried: CheckIn) -> None:
    window = browser(farah)
    assert window.get(f"/check-ins/{tried.id}").status_code == 403
    assert window.post(f"/check-ins/{tried.id}", data={"outcome": "resolved"}).status_code == 403
    assert state_of(need) == "trying"


def test_not_says_kindly_that_others_are_asked(browser: SignIn, kim: Person, need: Need, tried: CheckIn) -> None:
    page = Page(browser(kim).post(f"/check-ins/{tried.id}", data={"outcome": "not"}, follow_redirects=True))
    assert "It is open again" in page.words
    assert state_of(need) in ("open", "routed")


def test_the_history_is_a_page_and_a_table(
    browser: SignIn, farah: Person, need: Need, tried: CheckIn, kim: Person
) -> None:
    kim.name = "=Kim"
    db.session.commit()
    window = browser(farah)
    assert "being tried" in Page(window.get(f"/needs/{need.id}")).words
    table = window.get(f"/needs/{need.id}.csv")
    rows = list(csv.reader(io.StringIO(table.text)))
    assert table.mimetype == "text/csv"
    assert rows[0][:2] == ["at (UTC)", "who"]
    assert rows[1][1] == "'=Kim", "a spreadsheet would take the name for a formula"


def test_the_history_says_whether_what_was_promised_was_kept(
    browser: SignIn, kim: Person, need: Need, tried: CheckIn
) -> None:
    browser(kim).post(f"/check-ins/{tried.id}", data={"outcome": "not"})
    words = Page(browser(kim).get(f"/needs/{need.id}")).words
    assert re.search(r"To hear by [^.]+ : kept To hear by [^.]+ : not due yet", words), words


def test_the_history_of_what_was_removed_is_gone(browser: SignIn, chris: Person, asked: Any, need: Need) -> None:
    window = browser(chris)
    assert window.get(f"/needs/{need.id}").status_code == 200
    remove(db.session.get_one(Person, asked.author_id), asked)
    db.session.commit()
    assert [window.get(f"/needs/{need.id}{end}").status_code for end in ("", ".csv")] == [404, 404]


# Open problems


@pytest.fixture
def problem(need: Need) -> Need:
    """Nobody has answered it."""
    need.state = "open_problem"
    db.session.commit()
    return need


def in_days(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def test_a_moderator_names_who_stays_with_it_and_the_asker_reads_it(
    browser: SignIn, kim: Person, farah: Person, marta: Person, asked: Any, problem: Need
) -> None:
    window = browser(farah)
    address = f"/needs/{problem.id}/owner"
    assert Page(window.get(address)).form(address)["owner"] == str(farah.id)
    window.post(address, data={"owner": str(marta.id), "next_on": in_days(2), "so_far": "I asked <b>the maker</b>."})
    words = Page(browser(kim).get(f"/questions/{asked.id}", follow_redirects=True)).words
    assert "Marta Silva stays with it; you hear again by" in words
    assert "I asked <b>the maker</b>." in words
    assert "Say what has happened so far" not in words


def test_whom_one_asked_outside_has_to_be_said_and_nothing_typed_is_lost(
    browser: SignIn, farah: Person, problem: Need
) -> None:
    address = f"/needs/{problem.id}/owner"
    typed = {"owner": str(farah.id), "next_on": in_days(2), "outside": "y"}
    page = Page(browser(farah).post(address, data={**typed, "so_far": " "}))
    assert (page.status, page.problems) == (422, ["so_far"])
    kept = page.form(address)
    assert {name: kept[name] for name in typed} == typed
    assert browser(farah).post(address, data={**typed, "so_far": "The maker."}).status_code == 303


def test_the_owner_says_what_has_happened_and_a_refused_word_is_kept(
    browser: SignIn, farah: Person, marta: Person, asked: Any, problem: Need
) -> None:
    with transaction():
        name_owner(farah, problem, marta, now().date())
    window = browser(marta)
    thread = Page(window.get(f"/questions/{asked.id}", follow_redirects=True))
    address = thread.links()["Say what has happened so far"]
    page = Page(window.post(address, data={"so_far": "The maker looks into it.", "next_on": in_days(-1)}))
    assert (page.status, page.problems) == (422, ["next_on"])
    assert page.form(address)["so_far"] == "The maker looks into it."
    page = Page(window.post(address, data={"so_far": "The maker looks into it.", "next_on": ""}))
    assert (page.status, page.problems) == (422, ["next_on"])
    assert window.post(address, data={"so_far": "The maker looks into it.", "next_on": in_days(3)}).status_code == 303
    assert "The maker looks into it." in Page(window.get(f"/questions/{asked.id}", follow_redirects=True)).words


def test_whoever_answers_reads_what_the_asker_has_tried(
    browser: Callable[[Person], Browser], kim: Person, marta: Person
) -> None:
    question = factories.question(kim, diagnosis={"tried": "I rang <b>dispatch</b>.\nNobody was there."})
    words = Page(browser(marta).get(f"/questions/{question.id}/any", follow_redirects=True)).words
    assert "Tried already: I rang <b>dispatch</b>. Nobody was there." in words


def test_sharing_in_place_brings_the_card_with_it(browser: SignIn, kim: Person, marta: Person) -> None:
    question = factories.question(marta)
    answer = browser(kim).post(f"/questions/{question.id}/sharing", headers={"HX-Request": "true"})
    assert "I no longer need this" in answer.text
    assert "Noted: you need this too." in answer.text


def test_a_question_is_accepted_first_and_solved_once_whoever_asked_says_that_it_worked(
    browser: SignIn, kim: Person, asked: Question, tried: CheckIn
) -> None:
    db.session.expire_all()
    assert asked.state == "accepted"
    browser(kim).post(f"/check-ins/{tried.id}", data={"outcome": "resolved"})
    db.session.expire_all()
    assert asked.state == "solved"
    for place in ("/questions?tab=confirmed", f"/questions/{asked.id}"):
        assert "Solved" in Page(browser(kim).get(place, follow_redirects=True)).words
