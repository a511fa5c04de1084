"""Signing in, the first page, the directory, profiles and settings, as a browser meets them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from forum.answers.answering import accept
from forum.core.clock import now
from forum.core.db import db
from forum.core.paging import PER_PAGE
from forum.needs.models import AnswerInvitation
from forum.people import demo, joining
from forum.people.changing import deactivate
from forum.people.models import Organisation, Person, Session
from forum.people.sign_in import check_password
from forum.posts.removing import remove
from forum.posts.thanks import thank
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, words_of

SignIn = Callable[[Person], Browser]
PASSWORD = "correct horse battery staple"
WELCOME = {
    "organisation": "Southwick",
    "name": "Ada Lovelace",
    "email": "ada@southwick.example",
    "password": PASSWORD,
    "departments": "Workshop\nOffice",
}


@pytest.fixture
def ola(sales: Any) -> Person:
    return factories.person("Ola Mensah", sales, password=PASSWORD)


# Signing in


@pytest.mark.parametrize("address", ["/", "/practices?state=due", "/questions/1", "/search?q=vat", "/admin/people"])
def test_a_stranger_signs_in_first_and_then_comes_to_the_page_that_was_asked_for(
    address: str, client: Browser, ola: Person
) -> None:
    page = Page(client.get(address, follow_redirects=True))
    assert page.has_form("/sign-in")
    form = {**page.form("/sign-in"), "email": ola.email, "password": PASSWORD}
    assert client.post("/sign-in", data=form).location == address


def test_a_refused_sign_in_keeps_the_address_and_where_to_go_but_never_the_password(
    client: Browser, ola: Person
) -> None:
    typed = {"email": ola.email, "password": "guess", "next": "/practices"}
    page = Page(client.post("/sign-in", data=typed))
    assert (page.status, page.form("/sign-in")) == (422, {**typed, "password": ""})


def test_whoever_is_signed_in_is_not_asked_again(browser: SignIn, kim: Person) -> None:
    assert browser(kim).get("/sign-in?next=/practices").location == "/practices"
    assert browser(kim).get("/sign-in?next=//evil.example").location == "/"


def test_all_failures_are_the_same_page_to_the_letter(client: Browser, chris: Person, ola: Person, kim: Person) -> None:
    gone = factories.person("Gone Person", ola.department, password=PASSWORD)
    deactivate(chris, gone)

    def words(email: str, password: str) -> str:
        page = Page(client.post("/sign-in", data={"email": email, "password": password}))
        return page.words.replace(email, "")

    wrong = words(ola.email, "wrong")
    assert words("nobody@northwick.example", PASSWORD) == wrong
    assert words(gone.email, PASSWORD) == wrong
    assert words(kim.email, PASSWORD) == wrong  # Without a password of their own.


def test_what_a_session_held_before_signing_in_is_forgotten(client: Browser, ola: Person) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    client.post("/sign-in", data={"email": ola.email, "password": PASSWORD})
    with client.session_transaction() as session:
        assert "planted" not in session


def test_signing_out_tells_the_browser_to_forget_what_it_kept(browser: SignIn, kim: Person) -> None:
    answer = browser(kim).post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert answer.location == "/sign-in"


def test_only_a_demonstration_offers_its_people(client: Browser, app: Flask) -> None:
    factories.person("Kim Tran")
    factories.person("kim")
    assert demo.PASSWORD not in client.get("/sign-in").text
    db.session.query(Organisation).one().is_demo = True
    page = Page(client.get("/sign-in"))
    assert [sent for _, sent in page.forms() if sent.get("password") == demo.PASSWORD] == [
        {"email": "kim@northwick.example", "password": demo.PASSWORD, "next": ""}
    ]


# Coming in


@pytest.mark.parametrize(("given", "field"), [({"name": " "}, "name"), ({"password": "short"}, "password")])
def test_a_refused_joining_names_the_field_and_keeps_the_name(
    given: dict[str, str], field: str, client: Browser, chris: Person, finance: Any
) -> None:
    token = joining.invite(chris, email="new@northwick.example", department=finance)
    page = Page(client.post(f"/join/{token}", data={"name": "New Colleague", "password": PASSWORD, **given}))
    assert (page.status, page.problems) == (422, [field])
    assert page.form()["name"] == given.get("name", "New Colleague")
    assert page.form()["password"] == ""


def test_whoever_joined_is_signed_in_and_welcomed(client: Browser, chris: Person, finance: Any) -> None:
    token = joining.invite(chris, email="new@northwick.example", department=finance)
    page = Page(
        client.post(f"/join/{token}", data={"name": "New Colleague", "password": PASSWORD}, follow_redirects=True)
    )
    assert "Welcome, New Colleague." in page.words


@pytest.mark.parametrize("kind", ["join", "new-password"])
def test_a_link_that_was_never_given_says_what_to_do(kind: str, client: Browser, kim: Person) -> None:
    page = Page(client.get(f"/{kind}/guessed"))
    assert (page.status, page.title) == (409, "This link no longer works")
    assert "Ask an administrator for a new one." in page.words


def test_a_refused_new_password_leaves_the_link_open_and_a_good_one_signs_everybody_else_out(
    browser: SignIn, client: Browser, chris: Person, ola: Person
) -> None:
    elsewhere = browser(ola)
    link = f"/new-password/{joining.let_choose_password(chris, ola)}"
    assert Page(client.post(link, data={"password": "short"})).problems == ["password"]
    assert elsewhere.get("/").status_code == 200
    assert client.post(link, data={"password": "another good pass phrase"}).status_code == 303
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_a_link_is_of_no_use_to_somebody_who_has_left(client: Browser, chris: Person, ola: Person) -> None:
    link = f"/new-password/{joining.let_choose_password(chris, ola)}"
    deactivate(chris, ola)
    assert client.post(link, data={"password": "another good pass phrase"}).status_code == 409
    assert client.post("/sign-in", data={"email": ola.email, "password": PASSWORD}).status_code == 422


# The first run


@pytest.fixture
def key(app: Flask) -> str:
    """The key of the first page, on a site that nobody has set up."""
    db.session.execute(delete(Organisation))
    db.session.commit()
    return joining.setup_key()


def test_the_first_page_opens_with_the_key_of_the_console_only(client: Browser, key: str) -> None:
    assert client.get("/welcome").status_code == 403
    assert client.get("/welcome?key=guess").status_code == 403
    assert Page(client.get(f"/welcome?key={key}")).form()["key"] == key


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"organisation": ""}, "organisation"),
        ({"name": " "}, "name"),
        ({"email": "ada"}, "email"),
        ({"password": "short"}, "password"),
        ({"departments": "\n \n"}, "departments"),
    ],
)
def test_a_refused_first_page_names_the_field_keeps_the_rest_and_founds_nothing(
    given: dict[str, str], field: str, client: Browser, key: str
) -> None:
    typed = {**WELCOME, "key": key, **given}
    page = Page(client.post("/welcome", data=typed))
    assert (page.status, page.problems, page.form()) == (422, [field], {**typed, "password": ""})
    assert db.session.query(Organisation).count() == db.session.query(Person).count() == 0


def test_once_set_up_the_key_opens_nothing(client: Browser, key: str) -> None:
    client.post("/welcome", data={**WELCOME, "key": key})
    thief = client.application.test_client()
    assert thief.get(f"/welcome?key={key}").location == "/"
    thief.post("/welcome", data={**WELCOME, "key": key, "organisation": "Mine", "email": "thief@evil.example"})
    assert [organisation.name for organisation in db.session.query(Organisation)] == ["Southwick"]
    assert db.session.query(Person).count() == 1


# Directory and profiles


def test_the_directory_finds_people_and_keeps_the_words(browser: SignIn, kim: Person, marta: Person) -> None:
    page = Page(browser(kim).get("/people?q=mart"))
    assert [link["href"] for link in page.soup.select("main a.person")] == [f"/people/{marta.id}/marta-silva"]
    assert page.soup.find(id="people-q")["value"] == "mart"  # type: ignore[index]


def test_when_nobody_is_found_the_way_back_is_shown(browser: SignIn, kim: Person) -> None:
    assert Page(browser(kim).get("/people?q=nobody")).links()["Show everybody"] == "/people"


def test_names_are_suggested_while_one_is_typed(browser: SignIn, kim: Person, marta: Person) -> None:
    assert browser(kim).get("/people/suggest?q=mar").json == [
        {"handle": "marta-silva", "name": "Marta Silva", "department": "Finance"}
    ]


def test_a_profile_shows_what_somebody_asked_answered_was_thanked_for_and_wrote(
    browser: SignIn, kim: Person, marta: Person, farah: Person, noise: None
) -> None:
    asked = factories.question(marta, "What did Marta ask?")
    question = factories.question(kim, "What did Kim ask?")
    answer = factories.answer(marta, question)
    accept(kim, answer)
    thank(kim, answer, "It worked at once.")
    factories.practice(farah, answer, title="Do it as Marta does")
    window, address = browser(kim), f"/people/{marta.id}/marta-silva"
    shown = {
        tab: Page(window.get(f"{address}?tab={tab}")).words for tab in ("questions", "answers", "thanks", "practices")
    }
    assert asked.title in shown["questions"]
    assert question.title not in shown["questions"]
    assert question.title in shown["answers"]
    assert asked.title not in shown["answers"]
    assert "“It worked at once.”" in shown["thanks"]
    assert "Do it as Marta does" in shown["practices"]


@pytest.mark.parametrize("tab", ["questions", "answers", "thanks", "practices"])
def test_an_empty_tab_says_so_to_oneself_and_to_others(tab: str, browser: SignIn, kim: Person, marta: Person) -> None:
    for person in (kim, marta):
        page = Page(browser(kim).get(f"/people/{person.id}?tab={tab}"))
        assert page.status == 200
        assert page.soup.select_one(".empty h2") is not None


def test_a_tab_or_a_person_that_is_not_there_is_not_found(browser: SignIn, kim: Person) -> None:
    assert browser(kim).get(f"/people/{kim.id}?tab=votes").status_code == 404
    assert browser(kim).get("/people/999999").status_code == 404


@pytest.mark.parametrize("handle", ["", "/kim-tran", "/an-older-name"])
def test_a_profile_opens_under_any_name_and_leads_on_to_its_tabs_and_pages(
    handle: str, browser: SignIn, kim: Person, marta: Person
) -> None:
    for _ in range(PER_PAGE + 1):
        factories.answer(kim, factories.question(kim))
    window = browser(marta)
    profile = Page(window.get(f"/people/{kim.id}{handle}"))
    assert profile.title == "Kim Tran"
    for tab in ("Questions", "Answers"):
        first = Page(window.get(profile.links()[tab]))
        second = Page(window.get(first.next() or "nowhere"))
        titles = [link.text for page in (first, second) for link in page.soup.select(".row__title a")]
        assert len(titles) == len(set(titles)) == PER_PAGE + 1


def test_what_was_removed_is_not_on_the_profile(browser: SignIn, kim: Person, marta: Person) -> None:
    question = factories.question(kim, "Never mind this one")
    remove(kim, question)
    answered = factories.question(marta, "Somebody answered and took it back")
    remove(kim, factories.answer(kim, answered))
    for tab in ("questions", "answers"):
        page = Page(browser(marta).get(f"/people/{kim.id}?tab={tab}"))
        assert page.soup.select(".row__title a") == []


def test_whoever_left_stays_to_be_read_about_and_is_not_followed(
    browser: SignIn, kim: Person, marta: Person, chris: Person
) -> None:
    deactivate(chris, marta)
    page = Page(browser(kim).get(f"/people/{marta.id}"))
    assert "left" in page.words
    assert not page.has_form("/follows")


# Settings


def test_a_profile_is_changed_and_shown(browser: SignIn, kim: Person) -> None:
    window = browser(kim)
    form = Page(window.get("/settings")).form("/settings/profile")
    assert form == {"name": "Kim Tran", "job_title": "", "about": ""}
    sent = {"name": "Kim T. Tran", "job_title": "Account manager", "about": "Ask me about *tenders*."}
    assert window.post("/settings/profile", data=sent).location == "/settings"
    words = Page(window.get(f"/people/{kim.id}")).words
    for part in sent.values():
        assert part in words


def test_a_refused_profile_keeps_what_was_typed(browser: SignIn, kim: Person) -> None:
    typed = {"name": " ", "job_title": "Account manager", "about": "Ask me."}
    page = Page(browser(kim).post("/settings/profile", data=typed))
    assert (page.status, page.problems, page.form("/settings/profile")) == (422, ["name"], typed)
    assert db.session.get_one(Person, kim.id).name == "Kim Tran"


@pytest.mark.parametrize(("given", "field"), [({"current": "no"}, "current"), ({"password": "short"}, "password")])
def test_a_refused_password_names_the_field(given: dict[str, str], field: str, browser: SignIn, ola: Person) -> None:
    sent = {"current": PASSWORD, "password": "another good pass phrase", **given}
    page = Page(browser(ola).post("/settings/password", data=sent))
    assert (page.status, page.problems) == (422, [field])
    assert check_password(ola.email, PASSWORD).id == ola.id


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_colours_are_chosen_where_one_is_and_stay(theme: str, browser: SignIn, kim: Person) -> None:
    window = browser(kim)
    chosen = {"only": "theme", "theme": theme, "next": "/practices"}
    assert window.post("/settings/looks", data=chosen).location == "/practices"
    assert Page(window.get("/")).soup.html["data-theme"] == theme  # type: ignore[index]
    assert db.session.get_one(Person, kim.id).shortcuts


def test_keys_are_switched_off_in_the_settings(browser: SignIn, kim: Person) -> None:
    window = browser(kim)
    window.post("/settings/looks", data={"theme": "auto"})
    assert not Page(window.get("/")).soup.html.has_attr("data-shortcuts")  # type: ignore[union-attr]


@pytest.mark.parametrize(("theme", "next"), [("pink", "/"), ("dark", "//evil.example"), ("", "/\\evil.example")])
def test_colours_that_do_not_exist_are_those_of_the_device_and_no_other_site_is_gone_to(
    theme: str, next: str, browser: SignIn, kim: Person
) -> None:
    answer = browser(kim).post("/settings/looks", data={"theme": theme, "next": next})
    assert answer.location in ("/", "/settings")
    assert db.session.get_one(Person, kim.id).theme == ("dark" if theme == "dark" else "auto")


def test_the_settings_name_the_browser_one_is_in_and_the_others(browser: SignIn, kim: Person) -> None:
    here, _ = browser(kim), browser(kim)
    listed = [
        words_of(each) for each in Page(here.get("/settings")).soup.select('[aria-labelledby="sessions-title"] li')
    ]
    assert sorted("This browser" in words for words in listed) == [False, True]


def test_nobody_signs_somebody_else_out(browser: SignIn, kim: Person, marta: Person) -> None:
    other = browser(marta)
    session = db.session.query(Session).filter_by(person_id=marta.id).one()
    browser(kim).post(f"/settings/sessions/{session.id}/end")
    assert other.get("/").status_code == 200


# Hours, and being away


def test_own_hours_are_entered_shown_and_given_up(browser: SignIn, kim: Person) -> None:
    window = browser(kim)
    assert "Mon–Fri 09:00–17:00; UTC time (as Sales)" in Page(window.get("/settings")).words
    form = Page(window.get("/settings/hours")).form("/settings/hours")
    window.post("/settings/hours", data={**form, "wed": "", "timezone": "Europe/London"})
    words = Page(window.get("/settings")).words
    assert "Mon–Tue 09:00–17:00; Thu–Fri 09:00–17:00; Europe/London time (your own hours)" in words
    window.post("/settings/hours/withdrawal")
    assert "(as Sales)" in Page(window.get("/settings")).words
    assert not Page(window.get("/settings/hours")).has_form("/settings/hours/withdrawal")


def test_refused_hours_of_ones_own_keep_what_was_typed(browser: SignIn, kim: Person) -> None:
    window = browser(kim)
    sent = {**Page(window.get("/settings/hours")).form("/settings/hours"), "thu": "late"}
    page = Page(window.post("/settings/hours", data=sent))
    assert (page.status, page.problems, page.form("/settings/hours")) == (422, ["thu"], sent)
    assert db.session.get_one(Person, kim.id).calendar == {}


def test_whoever_is_away_says_so_wherever_they_are_looked_for_and_is_not_asked(
    browser: SignIn, kim: Person, marta: Person, finance: Any, work_off: Callable[[], None]
) -> None:
    marta.password_hash = "not used here"
    until = (now() + timedelta(days=9)).date()
    words = f"{until.day} {until:%B}"
    window = browser(marta)
    assert window.post("/settings/away", data={"until": until.isoformat()}).location == "/settings"
    assert f"You are away until {words} {until.year}." in Page(window.get("/settings")).words
    assert f"Away until {words}" in Page(browser(kim).get(f"/people/{marta.id}")).words
    (offered,) = browser(kim).get("/people/suggest?q=mar").json
    assert offered["department"] == f"Finance, away until {words}"
    factories.question(kim, departments=[finance])
    work_off()
    assert db.session.query(AnswerInvitation).count() == 0
    window.post("/settings/away/withdrawal")
    assert "Away until" not in Page(browser(kim).get(f"/people/{marta.id}")).words
    factories.question(kim, departments=[finance])
    work_off()
    assert [each.person_id for each in db.session.query(AnswerInvitation)] == [marta.id]


@pytest.mark.parametrize("until", ["", "2020-01-01", "9999-12-31", "tomorrow"])
def test_a_day_on_which_nobody_can_be_away_is_refused_and_kept(until: str, browser: SignIn, kim: Person) -> None:
    page = Page(browser(kim).post("/settings/away", data={"until": until}))
    assert (page.status, page.problems) == (422, ["until"])
    assert page.form("/settings/away") == {"until": until}
    assert db.session.get_one(Person, kim.id).away_until is None
