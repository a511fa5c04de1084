"""What the main pages cost in SQL statements for somebody signed in: pinned, and the same when they are full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forum.answers.answering import accept
from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.thanks import thank
from forum.posts.votes import cast
from forum.questions.models import Question
from forum.search.embedding import installed
from tests import factories
from tests.conftest import Browser

FEW, MANY = 3, 40

# Three of each are the organisation, the person and the bell. Whoever makes a page cheaper lowers its number here; a
# number that has to rise is a query that everybody pays for at every look.
COSTS = {
    "home": 15,  # one for each part, also the first steps, and the norm for whom nothing was solved yet: two statements
    "needs": 9,
    "thread": 18,  # whether one may still go without a name there: one statement
    "search": 10,  # with the count of searches, by which they are limited
    "library": 9,  # two shelves
    "department": 19,  # too small for its needs to be counted: one statement less
    "impact": 4,  # the facts were read at the first look
    "ten": 4,
    "known": 7 + installed(),
}  # with the extra, whether it is switched on


@pytest.fixture
def thread(kim: Person, finance: Department) -> Question:
    return factories.question(kim, "Where is the quokka ladder?", tags="yard ladders", departments=[finance])


@pytest.fixture
def fill(
    kim: Person, marta: Person, farah: Person, finance: Department, thread: Question, work_off: Callable[[], None]
) -> Callable[[int], None]:
    """Adds so many open questions of a department, and to one thread so many answers with all that can hang on them."""

    def more(number: int) -> None:
        for n in range(number):
            factories.question(marta, f"Where is quokka number {n}?", tags="yard x", departments=[finance])
            answer = factories.answer(marta, thread, "A quokka took it.")
            factories.comment(kim, answer, "Which?", reply_to=factories.comment(marta, answer))
            cast(kim, answer, 1)
            thank(kim, answer, "Thanks.")
            factories.practice(farah, answer, title=f"Keep quokka {n} away", departments=[finance], tags="yard")
        accept(kim, answer)
        work_off()

    return more


@pytest.fixture
def costs(
    browser: Callable[[Person], Browser], thread: Question, statements: Callable[[], Any]
) -> Callable[[], dict[str, int]]:
    """How many statements each page takes for somebody who only reads."""
    window = browser(factories.person("Rita Reader", None, "champion"))
    addresses = {
        "home": "/",
        "needs": "/questions",
        "thread": f"/questions/{thread.id}/where-is-the-quokka-ladder",
        "search": "/search?q=quokka",
        "library": "/practices?department=finance&tag=yard",
        "department": "/departments/finance",
        "impact": "/impact?period=all",
        "ten": "/impact/ten",
        "known": "/ask/similar?title=Where+is+the+quokka+ladder",
    }

    def count() -> dict[str, int]:
        found = {}
        for page, address in addresses.items():
            assert window.get(address).status_code == 200  # What only a first look costs is not counted.
            with statements() as seen:
                window.get(address)
            found[page] = len(seen)
        return found

    return count


def test_each_page_costs_what_is_written_down(fill: Callable[[int], None], costs: Callable[[], dict[str, int]]) -> None:
    fill(FEW)
    assert costs() == COSTS


def test_a_full_page_costs_as_many_statements_as_one_with_little_on_it(
    fill: Callable[[int], None], costs: Callable[[], dict[str, int]]
) -> None:
    fill(FEW)
    few = costs()
    fill(MANY - FEW)
    assert costs() == few
