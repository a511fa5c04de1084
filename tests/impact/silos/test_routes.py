"""What the pages of silos say, and to whom."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from forum.core.clock import as_of, now
from forum.core.db import db
from forum.departments.models import Department
from forum.impact.facts.periods import QUARTER
from forum.impact.facts.reading import read
from forum.impact.silos.looking import Looked, looked_first
from forum.needs.check_ins import latest_of, reply
from forum.needs.models import Need
from forum.needs.opening import asked_need
from forum.people.models import Person
from forum.posts.thanks import thank
from tests import factories
from tests.conftest import Browser
from tests.impact.conftest import Helps, half_year

Open = Callable[[Person], Browser]


def words_of(answer: object) -> str:
    return " ".join(BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ").split())  # type: ignore[attr-defined]


def test_an_organisation_without_answers_is_told_so(browser: Open, kim: Person) -> None:
    page = words_of(browser(kim).get("/impact/silos"))
    assert "0 of 0 answers crossed a border: too few to say more" in page
    assert "No answer to what was asked in this time is verified yet." in page


def test_the_matrix_is_a_picture_and_a_table_at_once(browser: Open, helps: Helps, kim: Person, marta: Person) -> None:
    helps(marta, kim, 6)
    page = BeautifulSoup(browser(kim).get("/impact/silos").text, "html.parser")
    (picture,) = page.select(".chart--heat")
    assert picture.select_one("h3").get_text() == "Who answers whom"  # type: ignore[union-attr]
    assert [cell.get_text() for cell in picture.select("tbody tr")[1].find_all(["th", "td"])] == [
        "Sales",
        "6; 6.0 expected",
        "0; 0.0 expected",
    ]
    assert not page.select("[style], script:not([src]), style")


def test_a_number_opens_to_the_answers_behind_it(browser: Open, helps: Helps, kim: Person, marta: Person) -> None:
    (answer,) = helps(marta, kim)
    helps(kim, marta)
    window = browser(kim)
    silos = BeautifulSoup(window.get("/impact/silos").text, "html.parser")
    assert [(link["href"], link.get_text()) for link in silos.select(".heat a")] == [
        ("/impact/silos/answers?asked=finance&answered=sales&period=q1", "1; 1.0 expected"),
        ("/impact/silos/answers?asked=sales&answered=finance&period=q1", "1; 1.0 expected"),
    ]
    page = window.get("/impact/silos/answers?asked=sales&answered=finance&period=q1").text
    assert f"#post-{answer.id}" in page
    assert words_of(window.get("/impact/silos/answers?asked=sales&answered=finance")).count("Answered by") == 1
    assert "None" in words_of(window.get("/impact/silos/answers?asked=sales&answered=sales"))
    assert window.get("/impact/silos/answers?asked=sales&answered=nowhere").status_code == 404


def test_the_answers_behind_a_number_come_by_pages(browser: Open, helps: Helps, kim: Person, marta: Person) -> None:
    helps(marta, kim, 32)
    page = BeautifulSoup(browser(kim).get("/impact/silos/answers?asked=sales&answered=finance").text, "html.parser")
    (link,) = page.select(".pager a")
    assert words_of(browser(kim).get(str(link["href"]))).count("Answered by") == 2


def test_the_file_holds_the_whole_matrix_with_what_was_expected(
    browser: Open, helps: Helps, kim: Person, marta: Person
) -> None:
    helps(marta, kim, 2)
    answer = browser(kim).get("/impact/silos/matrix.csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert answer.mimetype == "text/csv"
    assert ["Sales", "1", "Finance", "1", "2", "2.0000"] in rows
    assert len(rows) == 5


def test_a_period_that_there_is_not_is_the_latest_whole_quarter(browser: Open, kim: Person) -> None:
    assert browser(kim).get("/impact/silos?period=ever").status_code == 200


def test_whoever_helped_elsewhere_is_named_once_with_a_sentence_and_no_number(
    browser: Open, helps: Helps, kim: Person, marta: Person, finance: Department
) -> None:
    at_home = factories.person("Anton Home", finance)
    helped = [*helps(marta, kim, 2), *helps(at_home, factories.person(None, finance))]
    for answer, note in zip(helped, ("It *held*.", "", "Fine."), strict=True):
        need = asked_need(answer.question)
        assert need is not None
        check_in = latest_of(need)
        assert check_in is not None
        reply(db.session.get_one(Person, need.person_id), check_in, "resolved", note=note)
    page = words_of(browser(kim).get("/impact/silos/thanks"))
    assert page.count("Marta Silva") == 1
    assert "“It held.” Kim Tran" in page
    assert "Anton Home" not in page
    thank(kim, helped[1], "You saved my Friday.")
    assert "“You saved my Friday.” Kim Tran" in words_of(browser(kim).get("/impact/silos/thanks"))


def test_who_helped_comes_by_name_and_by_pages(browser: Open, helps: Helps, kim: Person) -> None:
    for number in range(32):
        (answer,) = helps(factories.person(f"Helper {number:02}"), kim)
        need = asked_need(answer.question)
        assert need is not None
        check_in = latest_of(need)
        assert check_in is not None
        reply(kim, check_in, "resolved")
    page = BeautifulSoup(browser(kim).get("/impact/silos/thanks").text, "html.parser")
    assert [each.get_text() for each in page.select("main h2")] == [f"Helper {n:02}" for n in range(30)]
    (link,) = page.select(".pager a")
    page = BeautifulSoup(browser(kim).get(str(link["href"])).text, "html.parser")
    assert [each.get_text() for each in page.select("main h2")] == ["Helper 30", "Helper 31"]


def looks(person: Person, place: str | None, *, at: timedelta = timedelta()) -> None:
    """Somebody asks, having looked there first."""
    with as_of(now() - at):
        need: Need | None = asked_need(factories.question(person))
    assert need is not None
    need.looked_first = place
    db.session.flush()


def told(departments: Sequence[Department]) -> Looked:
    """What is told of the half-year once it is over."""
    half = half_year()
    with as_of(now() + timedelta(days=1)):
        return looked_first(read(), None, half, half, departments)


def test_where_people_look_is_told_of_groups_of_five_and_more(sales: Department, finance: Department) -> None:
    people = [factories.person(None, sales) for _ in range(6)]
    for person, place in zip(people, ("web", "web", "manual", "nobody", "web", None), strict=True):
        looks(person, place)
    for person in [factories.person(None, finance) for _ in range(4)]:
        looks(person, "manual")
    found = told([sales, finance])
    assert found.before is None
    assert found.last == {"web": 3, "manual": 5, "nobody": 1}
    assert found.departments == []  # Finance is too small, and could be had by subtracting Sales from everybody.


def test_small_departments_are_told_of_together(sales: Department, finance: Department) -> None:
    yard = factories.department("Yard")
    for department in (sales, finance, yard):
        for person in [factories.person(None, department) for _ in range(6 if department is sales else 4)]:
            looks(person, "web")
    found = told([sales, finance, yard])
    assert found.departments == [("Sales", {"web": 6}), ("Together: Finance, Yard", {"web": 8})]


def test_one_person_who_asks_often_is_no_group(sales: Department) -> None:
    people = [factories.person(None, sales) for _ in range(6)]
    for _ in range(9):
        looks(people[0], "web")
    found = told([sales])
    assert (found.last, found.departments) == (None, [])


def test_the_change_of_where_people_look_is_told_by_quarter(browser: Open, sales: Department) -> None:
    with as_of(now() - timedelta(days=200)):
        people = [factories.person(None, sales) for _ in range(5)]
    for person in people:
        looks(person, "web", at=timedelta(days=120))
        looks(person, "colleague")
    window = browser(people[0])
    going_on = words_of(window.get("/impact/silos/looked-first?period=q2"))
    assert "Months 1–3 0 % 0 % 100 % 0 % 0 % Months 4–6 not shown" in going_on
    assert "By department" not in going_on
    with as_of(now() + QUARTER):
        page = words_of(browser(people[0]).get("/impact/silos/looked-first?period=q2"))
    assert "Months 1–3 0 % 0 % 100 % 0 % 0 % Months 4–6 100 % 0 % 0 % 0 % 0 %" in page


@pytest.mark.parametrize(("who", "sees"), [("kim", False), ("marta", True), ("farah", True)])
def test_breadth_is_seen_by_oneself_and_by_moderators(
    browser: Open, helps: Helps, kim: Person, marta: Person, farah: Person, who: str, sees: bool
) -> None:
    helps(marta, kim)
    people = {"kim": kim, "marta": marta, "farah": farah}
    page = words_of(browser(people[who]).get(f"/people/{marta.id}/{marta.handle}"))
    assert ("worked helped mostly 1 other department." in page) == sees


def test_a_department_says_what_came_in_and_what_went_out(
    browser: Open, helps: Helps, kim: Person, marta: Person, farah: Person
) -> None:
    (answer,) = helps(marta, kim)
    practice = factories.practice(farah, answer, title="Count twice")
    factories.outcome(kim, practice)
    factories.outcome(factories.person(None, kim.department), practice, "not")
    assert "0 of 1 seen to work there" in words_of(browser(kim).get("/departments/sales"))
    assert "Count twice from Finance worked for 1 of 2" in words_of(browser(kim).get("/departments/sales"))
    assert "Count twice tried in Sales worked for 1 of 2" in words_of(browser(kim).get("/departments/finance"))
    assert "From elsewhere, tried here" not in words_of(browser(kim).get("/departments/finance"))


def test_the_page_of_silos_costs_the_same_however_many_answers_there_are(
    browser: Open, helps: Helps, farah: Person, kim: Person, marta: Person, statements: Callable[[], object]
) -> None:
    window = browser(farah)
    counts = []
    for _ in range(2):
        helps(marta, kim, 4)
        helps(kim, marta, 4)
        window.get("/impact/silos")
        with statements() as seen:  # type: ignore[attr-defined]
            assert window.get("/impact/silos").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 13
