"""What the organisation learns is found from the first page, by links alone: at most three of them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser

MOST = 3  # links from the first page; opening the menu in which one stands is not counted
IN_MENU = ("Commitments", "Team", "Pulse", "Causes", "Requests", "Stories")
CAUSE = "The night job brings old delivery addresses back"


def follow(page: Page, *links: str) -> Locator:
    """From the first page by links with these words; what the page at the end says."""
    assert len(links) <= MOST
    page.goto("/")
    for words in links:
        if words in IN_MENU:
            page.locator("details[data-menu] > summary").click()
        page.get_by_role("link", name=words).and_(page.locator(":visible")).first.click()
        page.wait_for_load_state()
    return page.get_by_role("main")


def row(main: Locator, words: str) -> Locator:
    """The line of a table that begins so."""
    return main.get_by_role("row", name=re.compile(f"^{re.escape(words)}")).first


def test_a_colleague_sees_what_is_wanted_what_stood_in_the_way_and_what_was_removed(visit: Visit) -> None:
    phone = visit("kim", width=360)
    phone.goto("/")
    aims, waiting = (phone.get_by_role("region", name=name) for name in ("What we want to move", "They wait for your"))
    expect(aims.get_by_role("listitem")).to_have_count(3)
    first, waits = aims.bounding_box(), waiting.get_by_role("listitem").first.bounding_box()
    assert first is not None
    assert waits is not None
    assert first["y"] + first["height"] < waits["y"] < 740 - 60  # Its first lines are on the first screen of a phone.

    kim = visit("kim")
    objectives = follow(kim, "What we want to move")
    expect(objectives).to_contain_text("It moved from 9 to 2 while “Read the ship-to back and check the morning report")
    expect(follow(kim, "Mis-shipped orders")).to_contain_text(re.compile("What serves it.*Read the ship-to back", re.S))

    cause = follow(kim, "Causes", "Verified", CAUSE)
    # How many days have gone since the fix is another matter each day.
    expect(cause).to_contain_text(re.compile(r"14 in 85 working days, then 1 in \d+\."))
    for words in ("Speaks for the department", "What was done about it"):
        expect(cause).to_contain_text(words)
    # The first page names a removed cause only until newer news push it out: the pack is reached from the cause.
    cause.get_by_role("link", name="Evidence pack").click()
    expect(cause).to_contain_text(re.compile("Needs.*People.*In their words", re.S))
    expect(kim.get_by_role("button", name="Print")).to_be_visible()

    expect(follow(kim, "Commitments")).to_contain_text(re.compile("Overdue since.*You ask Arthur Webb", re.S))
    blockers = follow(kim, "Commitments", "What stands in the way")
    expect(row(blockers, "Permission")).to_have_text(re.compile(r"Permission\s*7\s*6"))

    sales = follow(kim, "Departments", "Sales")
    # Seven of the story; other journeys use practices too.
    expect(sales).to_contain_text(re.compile(r"From elsewhere, tried here\s*([7-9]|1\d) of \d+ seen to work there"))
    expect(sales).to_contain_text(re.compile("Why they ask.*Not written down yet", re.S))
    expect(follow(kim, "Departments", "Marketing")).to_contain_text("Why they ask")


def test_a_manager_answers_the_pulse_and_sees_what_the_team_waits_for(visit: Visit) -> None:
    arthur = visit("arthur")
    pulse = follow(arthur, "Answer the pulse")
    for group in pulse.get_by_role("group").all()[:3]:
        group.get_by_text("Mostly").click()
    pulse.get_by_role("button", name="Send").click()
    expect(arthur.get_by_role("status").filter(has_text="Thank you")).to_be_visible()
    results = arthur.get_by_role("main")
    expect(results).to_contain_text("16 of 22")
    expect(results).to_contain_text("only groups in which five or more replied")
    arthur.get_by_text("By department").first.click()
    expect(row(results, "Together: ")).to_contain_text("Smaller departments together")
    assert min(int(cells[2]) for cells in _table(results)) >= 5
    expect(follow(arthur, "Pulse")).not_to_contain_text("How far is each of them so?")  # once is enough

    team = follow(arthur, "Team")
    expect(team.locator(".badge--gone")).to_contain_text("Overdue since")
    expect(team).to_contain_text("Time that you pledged")


def test_everybody_sees_what_came_of_it(visit: Visit) -> None:
    paul = visit("paul")
    impact = follow(paul, "Impact")
    expect(impact).to_contain_text(re.compile("of work gained by.*given for it", re.S))
    expect(impact.get_by_role("row", name=re.compile("^Asked"))).to_contain_text("Asked")
    paul.get_by_role("link", name=re.compile("^6 figures")).first.click()
    how = impact.locator("details.how").first
    how.locator("summary").click()
    expect(how).to_contain_text("Kaplan–Meier")

    silos = follow(paul, "Impact", "Who answers whom")
    expect(silos).to_contain_text("openness went from 31 % to 60 % of what it would be without departments")
    paul.get_by_role("link", name="5 gaps between departments").click()
    expect(silos.get_by_role("heading", name=re.compile("^Gaps"))).to_be_in_viewport()

    reach = follow(paul, "Impact", "Whom it reaches")
    expect(row(reach, "Production & Logistics")).to_have_text(re.compile(r"3 of 7\s*6 of 7"))
    for level in ("Front line", "Middle", "Senior"):
        expect(row(reach, level)).to_be_visible()
    expect(row(follow(paul, "Impact", "The ten practices"), "Finance")).to_contain_text("6 of 10 in use")

    request = follow(paul, "Requests", "Agreed", "I need a two-day Excel course")
    for words in ("7 matching needs found", "Mina Park proposed", "Paul Hughes replied", "Did it help?"):
        expect(request).to_contain_text(words)


def test_a_moderator_sees_what_hangs_on_one_person(visit: Visit) -> None:
    farah = visit("farah")
    follow(farah, "Impact", "Who answers whom", "1 pair of departments hangs on one person")
    expect(farah.get_by_role("heading", name=re.compile("^What hangs on one person"))).to_be_in_viewport()


def _table(main: Locator) -> list[list[str]]:
    """The first table by department, without its heads."""
    rows = main.get_by_role("table").filter(has_text="Replied").first.get_by_role("row").all()[1:]
    return [[cell.inner_text() for cell in each.locator("th, td").all()] for each in rows]
