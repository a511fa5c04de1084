"""Going somewhere by its name: what there is, as far as one may open it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from forum.home.going import Goal, goals
from forum.people.models import Person
from forum.posts.removing import remove
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


def addresses(found: Sequence[Goal]) -> list[str]:
    return [each.url for each in found]


def test_every_page_of_the_menus_can_be_gone_to_by_its_name(browser: SignIn, farah: Person, chris: Person) -> None:
    for person in (farah, chris):
        listed = {row["url"]: row["title"] for row in browser(person).get("/suggest/goals").get_json()}
        menu = Page(browser(person).get("/")).soup.select(".menu__panel > nav a[href], .footer a[href]")
        assert len(menu) > 15
        for link in menu:
            assert str(link["href"]).partition("#")[0] in listed


def test_nobody_finds_what_they_may_not_open(kim: Person, farah: Person, browser: SignIn) -> None:
    assert "/moderation" in addresses(goals(farah, "flagged"))
    assert "/moderation" not in addresses(goals(kim, "flagged"))
    for row in browser(kim).get("/suggest/goals").get_json():
        assert browser(kim).get(row["url"]).status_code == 200


def test_posts_people_departments_and_topics_are_found_by_name_and_what_was_removed_is_not(
    browser: SignIn, kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    asked = factories.question(kim, "Where do the zebra labels go?", tags="zebra")
    work_off()

    def found(typed: str) -> list[tuple[str, str]]:
        return [(row["kind"], row["url"]) for row in browser(farah).get(f"/suggest/goals?q={typed}").get_json()]

    question = ("Question", f"/questions/{asked.id}/where-do-the-zebra-labels-go")
    assert found("zebra") == [("Topic", "/tags/zebra"), question, ("", "/search?q=zebra")]
    assert found(marta.name)[0] == ("Colleague", f"/people/{marta.id}/{marta.handle}")
    assert found(marta.department.name)[0] == ("Department", f"/departments/{marta.department.slug}")
    assert found("dark")[0] == ("Page", "/settings")  # It is one of the things there.
    remove(farah, asked)
    work_off()
    assert question not in found("zebra")


def test_without_javascript_it_is_a_page(browser: SignIn, kim: Person) -> None:
    page = Page(browser(kim).get("/go?q=inb"))
    assert [link["href"] for link in page.soup.select("main a")] == ["/inbox", "/search?q=inb"]
