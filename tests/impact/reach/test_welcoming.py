"""The norm in one line, and warm invitations: true, kind, of five and more, and once a quarter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.errors import Forbidden
from forum.core.suppression import K
from forum.departments.models import Department
from forum.impact.models import WarmInvitation
from forum.impact.reach.norm import Norm, norm_for
from forum.impact.reach.welcoming import NobodyToInvite, welcome, welcomes
from forum.needs.launch import launch
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.people.quarters import LENGTH
from tests import factories
from tests.conftest import Browser

Open = Callable[[Person], Browser]


@pytest.fixture
def piotr(sales: Department) -> Person:
    """The champion of Sales."""
    return factories.person("Piotr Lis", sales, "champion")


@pytest.fixture
def solved(sales: Department, farah: Person, marta: Person) -> list[Person]:
    """Five colleagues of Sales for whom a practice worked."""
    practice = factories.practice(farah, factories.answer(marta, factories.question(farah)))
    people = [factories.person(None, sales) for _ in range(5)]
    for each in people:
        factories.outcome(each, practice)
    return people


def invitations() -> int:
    return db.session.scalar(select(func.count()).select_from(WarmInvitation)) or 0


@pytest.mark.parametrize(
    ("solved", "colleagues", "is_one"), [(3, 4, False), (3, 5, True), (2, 5, False), (4, 8, False), (5, 8, True)]
)
def test_a_norm_is_what_most_of_five_or_more_do(solved: int, colleagues: int, is_one: bool) -> None:
    assert Norm(solved, colleagues, everywhere=False).is_one is is_one
    assert K == 5


def test_whoever_had_nothing_solved_yet_reads_how_many_colleagues_had(kim: Person, solved: list[Person]) -> None:
    assert norm_for(kim) == Norm(5, 5, everywhere=False)
    assert norm_for(solved[0]) is None


def test_where_the_department_has_no_norm_that_of_all_is_told_if_there_is_one(
    kim: Person, marta: Person, solved: list[Person]
) -> None:
    assert norm_for(marta) == Norm(5, 7, everywhere=True)  # Farah and Kim had none.
    for _ in range(4):
        factories.person()
    assert norm_for(marta) is None


def test_what_only_helped_in_part_or_not_is_not_solved(
    kim: Person, sales: Department, farah: Person, marta: Person
) -> None:
    practice = factories.practice(farah, factories.answer(marta, factories.question(farah)))
    for said in ("partly", "not", "not", "partly", "not", "not"):
        factories.outcome(factories.person(None, sales), practice, said)
    assert norm_for(kim) is None


def test_the_home_page_says_it_in_one_line(kim: Person, solved: list[Person], browser: Open) -> None:
    assert "5 of 5 of your colleagues in Sales had a need solved here." in browser(kim).get("/").text
    assert "had a need solved here" not in browser(solved[0]).get("/").text


def test_a_champion_invites_those_who_brought_nothing_and_learns_only_how_many(
    kim: Person, piotr: Person, solved: list[Person], browser: Open, work_off: Callable[[], None]
) -> None:
    page = browser(piotr).get("/impact/reach")
    assert "2 of 7 have not brought a need yet." in page.text  # Kim, and Piotr himself.
    assert kim.name not in page.text
    done = browser(piotr).post("/impact/reach/invitations", data={"department": "sales"}, follow_redirects=True)
    assert "1 colleague in Sales will hear from you." in done.text
    work_off()
    inbox = browser(kim).get("/inbox").text
    assert "Piotr Lis invites you. 5 of 6 of your colleagues in Sales had a need solved here." in inbox
    assert 'href="/ask"' in inbox
    assert "invites you" not in browser(solved[0]).get("/inbox").text


def test_nobody_is_invited_twice_in_a_quarter_whoever_sends_it(
    kim: Person, piotr: Person, farah: Person, solved: list[Person]
) -> None:
    began = launch()
    with as_of(began + timedelta(days=1)):
        assert welcome(piotr, piotr.department) == 1
        (told,) = welcomes(piotr, [piotr.department])
        assert (told.silent, told.ready) == (2, 0)
        assert welcome(farah, piotr.department) == 1  # Piotr, who could not invite himself.
        with pytest.raises(NobodyToInvite):
            welcome(farah, piotr.department)
    with as_of(began + LENGTH):
        assert welcome(farah, piotr.department) == 2
    assert invitations() == 4


def test_a_department_of_four_is_neither_counted_nor_invited(
    kim: Person, marta: Person, farah: Person, finance: Department
) -> None:
    assert welcomes(farah, [finance]) == []
    with pytest.raises(NobodyToInvite):
        welcome(farah, finance)


def test_only_a_champion_of_the_department_and_moderators_invite(
    kim: Person, marta: Person, piotr: Person, solved: list[Person], browser: Open
) -> None:
    for person, department in ((kim, kim.department), (piotr, marta.department)):
        with pytest.raises(Forbidden):
            welcome(person, department)
        assert welcomes(person, [department]) == []
    assert "Invite colleagues warmly" not in browser(kim).get("/impact/reach").text


def test_whoever_brings_a_need_is_asked_no_longer(
    kim: Person, piotr: Person, solved: list[Person], work_off: Callable[[], None]
) -> None:
    welcome(piotr, piotr.department)
    db.session.commit()
    work_off()
    note = db.session.scalars(select(Notification).where(Notification.person_id == kim.id)).one()
    assert (note.kind, note.reason, note.done_at) == ("welcome", "colleague", None)
    factories.question(kim)
    work_off()
    db.session.expire_all()
    assert note.done_at is not None
    assert note.done_at <= now()


def test_without_a_norm_the_note_says_nothing_of_others(
    kim: Person, piotr: Person, sales: Department, browser: Open, work_off: Callable[[], None]
) -> None:
    for _ in range(3):
        factories.person(None, sales)
    welcome(piotr, sales)
    db.session.commit()
    work_off()
    inbox = browser(kim).get("/inbox").text
    assert "Piotr Lis invites you. What is in your way just now?" in inbox
    assert "of your colleagues" not in inbox
