"""The pages about impact: who may open which row, and what stands on none of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from forum.answers.answering import accept
from forum.commitments.committing import report, undertake
from forum.commitments.models import Commitment
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.impact.ten.checking import TEN
from forum.needs.check_ins import latest_of, reply
from forum.needs.models import Need
from forum.needs.opening import asked_need, share
from forum.people.models import Person
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser

Window = Callable[[Person], Browser]

# What is measured elsewhere and says nothing about help: activity, ranks, satisfaction, money, watching people.
NOT_SHOWN = re.compile(
    r"\b(views?|points? earned|badges?|leader ?boards?|top contributors?|ranking|streaks?|active users|log-?ins?|"
    r"votes?|number of answers|posts per|satisfaction|NPS|money|euros?|dollars?|pounds?|sentiment|reading time|"
    r"p-value|E-I|average|mean time|acceptance rate|response time of)\b",
    re.IGNORECASE,
)


@pytest.fixture
def met(kim: Person, marta: Person, noise: None) -> Need:
    """A need of Kim's for which an answer worked."""
    question = factories.question(kim, "Where do labels go?")
    accept(kim, factories.answer(marta, question))
    need = asked_need(question)
    assert need is not None
    says(kim, need, "resolved")
    return need


def says(person: Person, need: Need, outcome: str) -> None:
    found = latest_of(need)
    assert found is not None
    reply(person, found, outcome)


def read(window: Browser, address: str) -> BeautifulSoup:
    answer = window.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def test_somebody_sees_at_once_what_was_just_said(browser: Window, marta: Person, met: Need) -> None:
    assert "1 of 1 confirmed." in read(browser(marta), "/impact?period=all&open=all").get_text()


def test_an_empty_forum_has_a_page_too(browser: Window, kim: Person) -> None:
    page = read(browser(kim), "/impact?open=all").get_text()
    assert "0 of 0 confirmed." in page
    assert "0 practices" in page


def test_a_need_that_was_asked_is_everybodys_to_open(browser: Window, marta: Person, met: Need) -> None:
    page = read(browser(marta), "/impact/confirmed/rows?period=all")
    assert [link["href"] for link in page.select(".row__title a")] == [f"/needs/{met.id}"]
    assert "you may not open" not in page.get_text()


def test_needs_of_others_are_counted_but_not_listed(browser: Window, farah: Person, marta: Person, met: Need) -> None:
    question = db.session.get_one(Question, met.question_id)
    says(farah, share(farah, question), "resolved")
    address = "/impact/known-share/rows?period=all"
    others, own = read(browser(marta), address), read(browser(farah), address)
    assert (len(others.select(".row")), len(own.select(".row"))) == (1, 2)
    assert "2 in all. 1 of them you may not open: they belong to others." in others.get_text()


def test_a_private_commitment_is_counted_but_not_listed(browser: Window, kim: Person, marta: Person) -> None:
    question = factories.question(marta)
    for is_private in (True, False):
        made: Commitment = undertake(
            kim,
            question,
            occasion="it rains",
            deed="bring an umbrella",
            due_on=(now() + timedelta(days=7)).date(),
            is_private=is_private,
        )
        report(kim, made, "kept")
    page = read(browser(marta), "/impact/kept/rows?period=all")
    assert len(page.select(".row")) == 1
    assert "2 in all. 1 of them you may not open" in page.get_text()
    assert len(read(browser(kim), "/impact/kept/rows?period=all").select(".row")) == 2


def test_long_lists_go_on_by_key(browser: Window, kim: Person, marta: Person) -> None:
    for _ in range(31):
        factories.question(kim)
    window = browser(marta)
    first = read(window, "/impact/first-answer/rows?period=all")
    more = first.select_one("a[rel=next]")
    assert more is not None
    assert (len(first.select(".row")), len(read(window, str(more["href"])).select(".row"))) == (30, 1)


@pytest.mark.parametrize(
    "address",
    [
        "/impact/nonsense/rows",
        "/impact/confirmed/rows?part=nonsense",
        "/impact/nonsense.csv",
        "/impact/ten/nonsense/rows?department=1",
        "/impact/ten/know/rows",
        "/impact/ten/know/rows?department=0",
        "/impact/ten/know/rows?department=nonsense",
    ],
)
def test_what_is_not_measured_is_not_found(browser: Window, kim: Person, address: str) -> None:
    assert browser(kim).get(address).status_code == 404


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, ""])
def test_a_key_that_is_none_is_the_start_of_the_list(browser: Window, kim: Person, met: Need, after: str) -> None:
    page = read(browser(kim), f"/impact/confirmed/rows?period=all&after={after}")
    assert len(page.select(".row")) == 1


def test_only_moderators_see_how_unevenly_help_is_given(browser: Window, kim: Person, farah: Person) -> None:
    assert "Gini" not in read(browser(kim), "/impact/reach").select("main")[0].get_text()
    assert "Gini" in read(browser(farah), "/impact/reach").get_text()


def test_nothing_stands_there_that_counts_activity_or_ranks_people(
    browser: Window, farah: Person, kim: Person, marta: Person, met: Need
) -> None:
    window = browser(farah)
    for address in (
        "/impact?period=all&open=all",
        "/impact/reach",
        "/impact/method",
        "/impact/confirmed/rows?period=all",
    ):
        (main,) = read(window, address).select("main")
        words = main.get_text(" ")
        assert not NOT_SHOWN.findall(words), address
        if "rows" not in address:
            assert not [each.name for each in (kim, marta, farah) if each.name in words], address


def test_each_figure_says_how_it_is_computed(browser: Window, kim: Person) -> None:
    page = read(browser(kim), "/impact?open=all")
    figures = page.select(".figure")
    assert len(figures) > 10
    assert all("How it is computed" in figure.get_text() for figure in figures)
    method = read(browser(kim), "/impact/method").get_text()
    assert not [title for figure in figures if (title := figure.select("h3")[0].get_text()) not in method]


def test_a_table_holds_words_of_people_that_are_no_formula(browser: Window, farah: Person, marta: Person) -> None:
    factories.practice(
        farah, factories.answer(marta, factories.question(farah)), title='=HYPERLINK("http://a.example")'
    )
    answer = browser(farah).get("/impact/practices.csv?period=all")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "'=HYPERLINK" in answer.text
    assert "attachment; filename=proven-practices-all-" in answer.headers["Content-Disposition"]


def test_every_figure_names_the_moment_it_is_of(browser: Window, kim: Person) -> None:
    with as_of(now() + timedelta(minutes=5)):
        words = " ".join(read(browser(kim), "/impact?open=all").get_text().split())
        assert re.search(r"As of \d+ \w+ \d{4}, \d\d:\d\d UTC", words)


def test_a_practice_of_the_ten_leads_to_what_was_counted(browser: Window, kim: Person, marta: Person) -> None:
    for place in range(31):
        question = factories.question(kim)
        if place == 0:
            said = asked_need(question)
            assert said is not None
            said.moment, said.tried = "new", "The manual."
    window = browser(marta)
    page = read(window, "/impact/ten?department=all")
    row = page.select_one("#diagnose")
    assert row is not None
    assert "Not yet 1 of 31 (3 %)" in " ".join(row.get_text(" ").split())
    found = read(window, str(row.select("a")[-1]["href"]))
    assert f"{kim.department.name}: Say at once what is needed" in found.get_text() if kim.department else ""
    assert len(found.select(".row")) == 30
    whole, some = found.select(".among__link")
    assert (whole.get_text(), some.get_text()) == ("31 in all", "1 say the moment and what was tried")
    assert len(read(window, str(some["href"])).select(".row")) == 1
    more = found.select_one("a[rel=next]")
    assert more is not None
    assert len(read(window, str(more["href"])).select(".row")) == 1


def test_the_ten_are_shown_of_the_own_department_first(browser: Window, kim: Person, marta: Person) -> None:
    assert kim.department is not None
    assert marta.department is not None
    window = browser(kim)
    for address, names in (
        ("/impact/ten", [kim.department.name]),
        (f"/impact/ten?department={marta.department.id}", [marta.department.name]),
        ("/impact/ten?department=all", sorted((kim.department.name, marta.department.name))),
        ("/impact/ten?department=nonsense", sorted((kim.department.name, marta.department.name))),
    ):
        heads = [head.get_text() for head in read(window, address).select("table")[0].select("thead th")]
        assert heads == ["Practice", *names], address


def test_the_method_says_from_where_on_each_of_the_ten_is_in_use(browser: Window, kim: Person) -> None:
    pages = [read(browser(kim), address).get_text() for address in ("/impact/ten", "/impact/method")]
    for practised in TEN:
        for page in pages:
            assert practised.how in page
