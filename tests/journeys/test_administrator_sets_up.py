"""An administrator sets an organisation up, lets people in and out, and keeps the place in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from forum.people.models import Person
from tests import factories
from tests.journeys import axe, steps
from tests.journeys.conftest import Site, Visit, Watch, running

pytestmark = pytest.mark.browser

PASSWORD = "a few plain words"


@pytest.fixture
def chris(visit: Visit) -> Page:
    """The browser of the demonstration's administrator."""
    return visit("chris")


@pytest.fixture
def nia(site: Site) -> Person:
    """A colleague of Sales."""
    with site.arranging():
        return factories.person(None, site.person("kim").department, password=PASSWORD)


def invite(page: Page, email: str) -> str:
    """Invite somebody to Sales; returns the link."""
    page.goto("/admin/invitations")
    page.get_by_label("E-mail of the new colleague").fill(email)
    page.get_by_label("Department").select_option("Sales")
    page.get_by_role("button", name="Make the link").click()
    return page.get_by_label("Link", exact=True).input_value()


def join(page: Page, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("status").filter(has_text=f"Welcome, {name}.")).to_be_visible()


def test_an_empty_organisation_is_set_up_from_the_printed_address(tmp_path: Path, visit: Visit, watch: Watch) -> None:
    watch.expect(403)
    with running(tmp_path, "--empty") as new:
        page = visit(at=new)
        page.goto("/")
        expect(page.get_by_role("main")).to_contain_text("Open the address that the server printed")
        page.goto(new.printed(r"/welcome\?key=\w+"))
        assert axe.problems(page) == []
        page.get_by_label("Name of your organisation").fill("Weighing & Sons")
        page.get_by_label("Your name").fill("Chris Dunn")
        page.get_by_label("Your e-mail").fill("chris@weighing.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Departments").fill("Workshop\nOffice")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("status").filter(has_text="Your organisation is set up.")).to_be_visible()
        page.get_by_role("link", name="Departments").last.click()
        expect(page.get_by_role("heading", level=3)).to_have_text(["Office", "Workshop"])
        page.goto("/")
        page.get_by_role("link", name="Ask a question").click()
        steps.write_question(page, "Where do we keep the spare weights?", "Asked on the first day.", "Workshop")
        steps.post_question(page)
        page.context.close()  # Before the server: the page may still be loading a part.


def test_a_colleague_comes_in_by_a_link_and_finds_their_department(chris: Page, visit: Visit) -> None:
    link = invite(chris, "new.person@northwick.example")
    page = visit()
    join(page, link, "Nora Newcomer")
    page.get_by_role("link", name="Departments", exact=True).first.click()
    page.get_by_role("main").get_by_role("link", name="Sales", exact=True).click()
    expect(page.get_by_role("complementary").get_by_role("link", name="Nora Newcomer")).to_be_visible()


def test_a_link_lets_one_person_in(chris: Page, visit: Visit, watch: Watch) -> None:
    watch.expect(409)
    link = invite(chris, "once.only@northwick.example")
    join(visit(), link, "Vera Twice")
    second = visit()
    second.goto(link)
    expect(second.get_by_label("Your name")).to_have_count(0)
    expect(second.get_by_role("main")).to_contain_text("no longer")


def test_who_leaves_is_signed_out_at_once_and_what_they_wrote_stays(
    site: Site, chris: Page, visit: Visit, nia: Person
) -> None:
    with site.arranging():
        asked = factories.question(site.person(nia.handle), "Who has the key to the sample room?")
    leaver = visit(nia.handle)
    leaver.goto("/practices")
    chris.goto(f"/admin/people/{nia.id}")
    chris.get_by_role("button", name="Has left: end access").click()
    expect(chris.get_by_role("button", name="Let back in")).to_be_visible()
    leaver.get_by_role("link", name="Questions", exact=True).first.click()
    expect(leaver.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    chris.goto(f"/questions/{asked.id}")
    expect(chris.get_by_role("article", name=f"Question by {nia.name}")).to_be_visible()


def test_who_has_left_cannot_sign_in_until_let_back_in(chris: Page, visit: Visit, nia: Person, watch: Watch) -> None:
    watch.expect(422)
    chris.goto(f"/admin/people/{nia.id}")
    chris.get_by_role("button", name="Has left: end access").click()
    page = visit()
    page.goto("/sign-in")
    steps.sign_in(page, nia.email, PASSWORD)
    expect(page.get_by_role("alert")).to_be_visible()
    chris.get_by_role("button", name="Let back in").click()
    expect(chris.get_by_role("button", name="Has left: end access")).to_be_visible()
    steps.sign_in(page, nia.email, PASSWORD)
    expect(steps.greeting(page)).to_be_visible()


def test_a_forgotten_password_is_chosen_anew_by_a_link(chris: Page, visit: Visit, nia: Person) -> None:
    chris.goto(f"/admin/people/{nia.id}")
    chris.get_by_role("button", name="Link for a new password").click()
    page = visit()
    page.goto(chris.get_by_label("Link", exact=True).input_value())
    page.get_by_label("New password").fill("other plain words")
    page.get_by_role("button", name="Save and sign in").click()
    expect(steps.greeting(page)).to_be_visible()
    again = visit()
    again.goto("/sign-in")
    steps.sign_in(again, nia.email, "other plain words")
    expect(steps.greeting(again)).to_be_visible()


def test_a_role_counts_from_the_next_sign_in_on(site: Site, chris: Page, visit: Visit, nia: Person) -> None:
    with site.arranging():
        asked = factories.question(site.person("kim"))
    page = visit(nia.handle)
    page.goto(f"/questions/{asked.id}")
    expect(page.get_by_role("link", name="Merge into another question", include_hidden=True)).to_have_count(0)
    chris.goto(f"/admin/people/{nia.id}")
    chris.get_by_label("Moderator").check()
    chris.get_by_role("button", name="Save").click()
    expect(chris.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.reload()
    expect(
        page.get_by_role("button", name="Sign in", exact=True)
    ).to_be_visible()  # The old session may do nothing more.
    page = visit(nia.handle)
    page.goto(f"/questions/{asked.id}")
    expect(page.get_by_role("link", name="Merge into another question", include_hidden=True)).to_have_count(1)


def test_a_new_department_can_be_asked(chris: Page, visit: Visit) -> None:
    chris.goto("/admin/departments")
    chris.get_by_label("Name").fill("Night Shift")
    chris.get_by_role("button", name="Add").click()
    expect(chris.get_by_role("heading", name="Night Shift", level=3)).to_be_visible()
    kim = visit("kim")
    kim.goto("/departments/night-shift")
    kim.get_by_role("link", name="Ask Night Shift").click()
    expect(kim.get_by_label("Night Shift")).to_be_checked()


def test_the_search_index_is_built_anew_on_request_while_searching_goes_on(site: Site, chris: Page) -> None:
    chris.goto("/admin/system")
    chris.get_by_role("button", name="Build the index anew").click()
    expect(chris.get_by_role("status").filter(has_text="The index is being built anew.")).to_be_visible()
    chris.goto("/search?q=parcel")
    expect(chris.locator(".row__title")).not_to_have_count(0)
    site.settle()
    chris.goto("/admin/system")
    expect(chris.get_by_role("main")).to_contain_text("Healthy")


def test_an_employee_does_not_see_the_administration(visit: Visit, watch: Watch) -> None:
    watch.expect(403)
    kim = visit("kim")
    kim.goto("/admin/people")
    expect(kim.get_by_role("heading", name="Not yours to do")).to_be_visible()
