"""Lists of people: who is here, found by a part of the name or the job."""

from __future__ import annotations

from typing import Any

import pytest

from forum.core.db import db
from forum.core.paging import PER_PAGE
from forum.people.changing import deactivate, describe, set_roles
from forum.people.listing import (
    SUGGESTED,
    Sought,
    champions_of,
    directory,
    everybody,
    headcounts,
    members_of,
    suggested,
)
from forum.people.models import Person
from tests import factories


@pytest.fixture
def anna(sales: Any) -> Person:
    person = factories.person("Anna Wójcik", sales)
    describe(person, person, name=person.name, job_title="Order desk, 50% of the time", about="")
    return person


@pytest.fixture
def gone(sales: Any, chris: Person) -> Person:
    """Somebody who left."""
    person = factories.person("Gone Person", sales)
    deactivate(chris, person)
    return person


def names(words: str = "") -> list[str]:
    return [person.name for _, people in directory(words) for person in people]


def test_the_directory_groups_people_by_department_and_name(
    anna: Person, kim: Person, marta: Person, gone: Person, chris: Person
) -> None:
    assert [(department.name, [person.name for person in people]) for department, people in directory()] == [
        ("Finance", ["Marta Silva"]),
        ("Sales", ["Anna Wójcik", "Chris Dunn", "Kim Tran"]),
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("order desk", ["Anna Wójcik"]),
        ("wój", ["Anna Wójcik"]),
        ("WÓJ", ["Anna Wójcik"]),
        ("wojcik", ["Anna Wójcik"]),
        ("anna-w", ["Anna Wójcik"]),
        ("50%", ["Anna Wójcik"]),
        ("%", ["Anna Wójcik"]),
        ("_", []),
        ("  kim ", ["Kim Tran"]),
        ("gone", []),
        ("\\", []),
    ],
)
def test_a_part_of_name_handle_or_job_finds_a_person(
    words: str, found: list[str], anna: Person, kim: Person, gone: Person
) -> None:
    assert names(words) == found


def test_those_who_left_stand_at_the_end_for_administrators(anna: Person, kim: Person, gone: Person) -> None:
    page, number = everybody()
    assert [person.name for person in page.rows] == ["Anna Wójcik", "Chris Dunn", "Kim Tran", "Gone Person"]
    assert (page.next_key, number) == (None, 4)


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought("wojcik"), ["Anna Wójcik"]),
        (Sought("@kim-t"), ["Kim Tran"]),
        (Sought("KIM-TRAN@NORTHWICK"), ["Kim Tran"]),
        (Sought("order desk"), []),
        (Sought("%"), []),
        (Sought(role="moderator"), ["Farah Aziz"]),
        (Sought(role="administrator"), ["Chris Dunn"]),
        (Sought(role="employee"), ["Anna Wójcik", "Kim Tran", "Gone Person"]),
        (Sought(state="left"), ["Gone Person"]),
        (Sought("n", role="employee", state="active"), ["Anna Wójcik", "Kim Tran"]),
    ],
)
def test_administrators_find_people_by_words_role_and_state(
    sought: Sought, found: list[str], anna: Person, kim: Person, farah: Person, gone: Person
) -> None:
    page, number = everybody(sought)
    assert ([person.name for person in page.rows], number) == (found, len(found))


def test_pages_of_people_neither_skip_nor_repeat_anybody(chris: Person, sales: Any, finance: Any) -> None:
    made = [factories.person(None, sales) for _ in range(PER_PAGE * 2)]
    for person in made[::2]:
        person.name = "Same Name"
    factories.person("Other Department", finance)
    for person in made[::3]:
        deactivate(chris, person)
    sought, found, key = Sought(department_id=sales.id), [], None
    while True:
        page, number = everybody(sought, key)
        found += [person.id for person in page.rows]
        if not (key := page.next_key):
            break
    assert sorted(found) == sorted([chris.id, *(person.id for person in made)])
    assert number == len(found)


@pytest.mark.parametrize("key", ["0", "x", "999999", "-1"])
def test_a_key_that_is_nobodys_is_the_start_of_the_list(key: str, kim: Person) -> None:
    assert kim in everybody(after=key)[0].rows


def test_only_those_who_are_here_are_members_and_counted(anna: Person, kim: Person, gone: Person, sales: Any) -> None:
    assert [person.name for person in members_of(sales)] == ["Anna Wójcik", "Chris Dunn", "Kim Tran"]
    assert headcounts()[sales.id] == 3


def test_champions_are_those_of_the_department_who_still_have_the_role(
    chris: Person, kim: Person, anna: Person, sales: Any, finance: Any
) -> None:
    set_roles(chris, kim, [("champion", finance.id)])
    set_roles(chris, anna, [("champion", sales.id)])
    assert list(champions_of(finance)) == [kim]  # Of whichever department they are.
    set_roles(chris, kim, [])
    assert list(champions_of(finance)) == []


@pytest.mark.parametrize(
    ("typed", "handles"), [("an", ["anna-wojcik"]), ("W", ["anna-wojcik"]), ("nna", []), ("g", [])]
)
def test_names_are_offered_by_how_they_begin(
    typed: str, handles: list[str], anna: Person, kim: Person, gone: Person
) -> None:
    assert [person["handle"] for person in suggested(typed)] == handles


def test_signs_that_mean_something_to_the_database_mean_nothing_here(anna: Person, kim: Person) -> None:
    assert [person["handle"] for person in suggested("a%k")] == []
    assert [person["handle"] for person in suggested("_nna")] == []


def test_no_more_names_are_offered_than_fit(sales: Any) -> None:
    for n in range(SUGGESTED + 3):
        factories.person(f"Twin Number{n}", sales)
    db.session.flush()
    assert len(suggested("twin")) == SUGGESTED
