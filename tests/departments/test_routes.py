"""Pages of departments and tags, and the button that follows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forum.core.db import db
from forum.core.paging import PER_PAGE
from forum.departments.following import choose_level, follow, following
from forum.departments.levels import LEVELS_OF, NAMES
from forum.departments.models import Department, Tag
from forum.people.changing import deactivate
from forum.people.models import Person
from forum.posts.removing import remove
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, words_of

SignIn = Callable[[Person], Browser]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def window(browser: SignIn, kim: Person) -> Browser:
    return browser(kim)


# Departments


def test_every_department_is_listed_with_its_people_open_needs_and_practices(
    window: Browser, marta: Person, farah: Person, sales: Department, finance: Department
) -> None:
    factories.question(marta, departments=[finance])
    answered = factories.question(marta, departments=[finance, sales])
    factories.practice(
        factories.person(None, finance, "moderator"), factories.answer(farah, answered), departments=[finance]
    )
    cards = {words_of(card.h2): words_of(card.select_one(".cluster")) for card in cards_of(window.get("/departments"))}
    assert cards == {"Finance": "3 colleagues 1 open 1 practice", "Sales": "1 colleague"}


def cards_of(answer: Any) -> list[Any]:
    return Page(answer).soup.select("main .card")


def test_a_department_shows_who_waits_first_then_practices_then_all_questions(
    window: Browser, marta: Person, farah: Person, finance: Department, noise: None
) -> None:
    factories.question(marta, "Who waits for an answer?", departments=[finance])
    answered = factories.question(marta, "Who has an answer?", departments=[finance])
    factories.practice(
        factories.person(None, finance, "moderator"),
        factories.answer(farah, answered),
        title="Answer within a day",
        departments=[finance],
    )
    page = Page(window.get("/departments/finance"))
    sections = {words_of(part.h2): words_of(part) for part in page.soup.select("section.section")}
    assert list(sections) == [
        "Needs an answer",
        "What Finance needs",
        "Not written down yet",
        "Best practices",
        "All questions",
    ]
    assert "Who waits for an answer?" in sections["Needs an answer"]
    assert "Who has an answer?" not in sections["Needs an answer"]
    assert "Answer within a day" in sections["Best practices"]
    assert "Who has an answer?" in sections["All questions"]


def test_a_department_names_its_people_champions_and_hours(
    window: Browser, chris: Person, finance: Department, marta: Person, farah: Person
) -> None:
    factories.person("Ola Mensah", finance, "champion")
    deactivate(chris, farah)
    finance.calendar = {"timezone": "Europe/London", "hours": {"mon": [["09:00", "17:00"]]}}
    side = {
        words_of(part.h2): words_of(part)
        for part in Page(window.get("/departments/finance")).soup.select("aside section")
    }
    assert "Ola Mensah" in side["Champions"]
    assert "Marta Silva" not in side["Champions"]
    assert "Mon 09:00–17:00" in side["Open"]
    assert "Marta Silva" in side["2 colleagues"]
    assert "Farah Aziz" not in side["2 colleagues"]


def test_an_empty_department_says_so_and_asks(window: Browser, finance: Department) -> None:
    page = Page(window.get("/departments/finance"))
    assert "Nothing waits here" in page.words
    assert "None yet." in page.words
    assert page.links()["Ask Finance"] == "/ask?department=finance"


def test_a_department_that_does_not_exist_is_not_found(window: Browser) -> None:
    assert window.get("/departments/finances").status_code == 404


@pytest.mark.parametrize("address", ["/departments/finance", "/tags/labels"])
def test_a_long_list_is_leafed_through(
    address: str, window: Browser, kim: Person, marta: Person, finance: Department
) -> None:
    answers = [factories.question(marta, tags="labels", departments=[finance]) for _ in range(PER_PAGE + 2)]
    for question in answers:
        factories.answer(kim, question)
    first = Page(window.get(address))
    second = Page(window.get(first.next() or ""))
    listed = [link for page in (first, second) for link in page.soup.select(".row__title a")]
    titles = [title for title in map(words_of, listed) if title.startswith("How do I do thing")]
    assert sorted(titles) == sorted(question.title for question in answers)
    assert second.next() is None


# Tags


def test_every_tag_is_listed_with_its_use(window: Browser, kim: Person) -> None:
    factories.question(kim, tags="vat labels")
    factories.question(kim, tags="vat")
    assert [words_of(card) for card in cards_of(window.get("/tags"))] == ["#vat 2 posts", "#labels 1 post"]


def test_without_a_tag_the_page_says_what_to_do(window: Browser) -> None:
    assert Page(window.get("/tags")).links()["Ask a question"] == "/ask"


def test_a_tag_shows_what_carries_it(window: Browser, kim: Person, marta: Person, farah: Person) -> None:
    factories.question(kim, "This one is about VAT", tags="vat")
    other = factories.question(kim, "This one is not about it")
    factories.practice(farah, factories.answer(marta, other), title="VAT in three steps", tags="vat")
    page = Page(window.get("/tags/vat"))
    assert {"This one is about VAT", "VAT in three steps"} <= page.links().keys()
    assert "This one is not about it" not in page.links()


def test_a_tag_that_nobody_used_leads_to_asking_with_it(window: Browser, kim: Person) -> None:
    remove(kim, factories.question(kim, tags="vat"))
    page = Page(window.get("/tags/vat"))
    assert Page(window.get(page.links()["Ask about vat"])).form("/ask")["tags"] == "vat "


def test_a_tag_that_does_not_exist_is_not_found(window: Browser) -> None:
    assert window.get("/tags/vat").status_code == 404


def test_a_moderator_says_what_a_tag_is_for_and_nobody_else(browser: SignIn, kim: Person, farah: Person) -> None:
    factories.question(kim, tags="vat")
    assert not Page(browser(kim).get("/tags/vat")).has_form("/tags/vat")
    assert browser(kim).post("/tags/vat", data={"description": "Mine"}).status_code == 403
    assert browser(farah).post("/tags/vat", data={"description": "Value added tax"}).location == "/tags/vat"
    assert Page(browser(farah).get("/tags/vat")).form("/tags/vat") == {"description": "Value added tax"}
    assert "Value added tax" in Page(browser(kim).get("/tags/vat")).words


# Following


@pytest.fixture
def question(marta: Person, finance: Department) -> Question:
    return factories.question(marta, "Who may change it?", tags="vat", departments=[finance])


@pytest.fixture(params=["department", "tag", "question"])
def followed(request: pytest.FixtureRequest, question: Question, finance: Department) -> tuple[str, int, str, str]:
    """Something to follow: its kind, its id, its page, and where its level is chosen."""
    places: dict[str, tuple[int, str, str]] = {
        "department": (finance.id, "/departments/finance", "/departments/finance/level"),
        "tag": (question.tags[0].id, "/tags/vat", "/tags/vat/level"),
        "question": (
            question.id,
            f"/questions/{question.id}/who-may-change-it",
            f"/questions/{question.id}/level",
        ),
    }
    return request.param, *places[request.param]


def test_each_level_is_offered_with_what_it_does_and_can_be_chosen(
    followed: tuple[str, int, str, str], window: Browser, kim: Person
) -> None:
    kind, id, page, address = followed
    buttons = Page(window.get(address)).soup.select("main button[name=level]")
    assert [button["value"] for button in buttons] == list(LEVELS_OF[kind])
    assert all(len(words_of(button)) > 20 for button in buttons)
    for level in LEVELS_OF[kind]:
        assert window.post(address, data={"level": level}).location == page
        assert following(kim, kind, id)[0] == level
        shown = Page(window.get(page)).soup.find(id=f"level-{kind}-{id}")
        assert NAMES[level] in words_of(shown)
        present = Page(window.get(address)).soup.select("main button[aria-current=true]")
        assert [button["value"] for button in present] == [level]


def test_the_page_says_how_many_others_follow(
    followed: tuple[str, int, str, str], window: Browser, farah: Person, chris: Person, kim: Person, sales: Department
) -> None:
    kind, id, page, _ = followed
    for person in (farah, chris, kim):
        follow(person, kind, id)
    choose_level(factories.person("Rita Reader", sales), kind, id, "muted")
    count = 3 if kind == "question" else 2  # Whoever asks follows, too.
    assert f"{count} colleagues follow this too" in Page(window.get(page)).words


def test_the_menu_is_loaded_by_itself_and_what_comes_back_is_that_of_the_page(
    followed: tuple[str, int, str, str], window: Browser
) -> None:
    kind, id, page, address = followed
    menu = Page(window.get(address, headers=FRAGMENT))
    assert menu.soup.find("html") is None
    assert len(menu.soup.select("button[name=level]")) == len(LEVELS_OF[kind])
    part = Page(window.post(address, data={"level": "muted"}, headers=FRAGMENT))
    place = f"level-{kind}-{id}"
    assert "Muted:" in part.words
    assert words_of(part.soup.find(id=place)) == words_of(Page(window.get(page)).soup.find(id=place)) != ""


def test_a_level_that_there_is_not_is_refused(followed: tuple[str, int, str, str], window: Browser) -> None:
    *_, address = followed
    for level in ("", "loud", "first_posts" if "questions" in address else "WATCHING"):
        assert window.post(address, data={"level": level}).status_code == 422


def test_the_level_that_a_label_gives_a_thread_is_shown_on_its_page(
    window: Browser, kim: Person, question: Question
) -> None:
    page = f"/questions/{question.id}/who-may-change-it"
    for level, shown in (("watching", "Watching"), ("first_posts", "Normal"), ("muted", "Muted")):
        choose_level(kim, "tag", question.tags[0].id, level)
        assert shown in words_of(Page(window.get(page)).soup.find(id=f"level-question-{question.id}"))
    choose_level(kim, "question", question.id, "tracking")
    assert "Tracking" in words_of(Page(window.get(page)).soup.find(id=f"level-question-{question.id}"))


def test_what_was_chosen_is_found_again_by_kind_and_what_is_muted_apart(
    window: Browser, kim: Person, marta: Person, question: Question, finance: Department
) -> None:
    choose_level(kim, "question", question.id, "muted")
    choose_level(kim, "department", finance.id, "watching")
    follow(kim, "person", marta.id)
    everything = Page(window.get("/settings/following"))
    assert [words_of(each) for each in everything.soup.select("main .wish > a")] == [
        "Finance",
        "Marta Silva",
        "Who may change it?",
    ]
    muted = Page(window.get("/settings/following?show=muted"))
    assert [words_of(each) for each in muted.soup.select("main .wish > a")] == ["Who may change it?"]
    address = f"/questions/{question.id}/level"
    sent = {"level": "normal", "next": "/settings/following?show=muted"}
    assert window.post(address, data=sent).location == "/settings/following?show=muted"
    assert "Nothing is muted" in Page(window.get("/settings/following?show=muted")).words


def test_many_threads_are_listed_a_page_at_a_time(window: Browser, kim: Person, marta: Person) -> None:
    for _ in range(PER_PAGE + 1):
        choose_level(kim, "question", factories.question(marta).id, "tracking")
    first = Page(window.get("/settings/following"))
    assert len(first.soup.select("main .wish")) == PER_PAGE
    following_page = str(first.soup.select_one("main a[rel=next]")["href"])  # type: ignore[index]
    assert len(Page(window.get(following_page)).soup.select("main .wish")) == 1


def press(window: Browser, kind: str, id: int, page: str, **headers: str) -> Any:
    form = Page(window.get(page)).soup.find(id=f"follow-{kind}-{id}")
    sent = {field["name"]: field["value"] for field in form.select("input, button")}  # type: ignore[union-attr]
    return window.post("/follows", data=sent, headers=headers)


def test_a_colleague_is_followed_and_no_longer_by_a_button(window: Browser, kim: Person, marta: Person) -> None:
    page = f"/people/{marta.id}/marta-silva"
    assert press(window, "person", marta.id, page).location == page
    assert following(kim, "person", marta.id)[0] == "watching"
    part = Page(press(window, "person", marta.id, page, **FRAGMENT))
    assert following(kim, "person", marta.id)[0] == "normal"
    place = f"follow-person-{marta.id}"
    assert part.soup.find("html") is None
    assert words_of(part.soup.find(id=place)) == words_of(Page(window.get(page)).soup.find(id=place)) != ""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"kind": "comment", "id": "1", "on": "1"}, 400),
        ({"kind": "person", "id": "999999", "on": "1"}, 404),
        ({"kind": "person", "id": "one", "on": "1"}, 404),
        ({"kind": "person", "id": "9223372036854775808", "on": "1"}, 404),
        ({}, 400),
    ],
)
def test_what_is_not_there_cannot_be_followed(sent: dict[str, str], status: int, window: Browser) -> None:
    assert window.post("/follows", data=sent).status_code == status


def test_a_removed_question_cannot_be_followed(window: Browser, marta: Person, question: Question) -> None:
    remove(marta, question)
    assert window.post(f"/questions/{question.id}/level", data={"level": "watching"}).status_code == 404


def test_following_goes_back_to_no_other_site(window: Browser, marta: Person, finance: Department) -> None:
    sent = {"kind": "person", "id": marta.id, "on": "1", "next": "//evil.example"}
    assert window.post("/follows", data=sent).location == "/questions?tab=following"
    sent = {"level": "muted", "next": "//evil.example"}
    assert window.post("/departments/finance/level", data=sent).location == "/departments/finance"


def test_the_description_of_a_tag_is_shown_in_the_list(window: Browser, kim: Person) -> None:
    factories.question(kim, tags="vat")
    db.session.query(Tag).one().description = "Value added tax"
    assert "Value added tax" in Page(window.get("/tags")).words
