"""The welcome of somebody new: shown once, never in the way, and what is chosen there is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.permissions import allowed
from forum.departments.following import followed_ids
from forum.departments.labelling import found_tag
from forum.departments.listing import topics_of
from forum.departments.models import Department
from forum.home.arriving import can_choose_department, greet, settle
from forum.identity.models import Identity
from forum.people import changing, joining
from forum.people.models import Membership, Organisation, Person
from forum.people.sign_in import begin_session
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]
PASSWORD = "plain words in a row"
EARLIER = timedelta(days=15)


@pytest.fixture
def nora(sales: Department) -> Person:
    """Somebody who has never been here."""
    made = factories.person("Nora Newcomer", sales, password=PASSWORD)
    made.arrived_at = None
    return made


def sign_in(client: Browser, person: Person, **more: Any) -> Any:
    return client.post("/sign-in", data={"email": person.email, "password": PASSWORD, **more})


def choose(person: Person, **chosen: Any) -> None:
    settle(person, **{"department": None, "topics": [], "hours": None, **chosen})


# Shown once


def test_the_first_sign_in_leads_to_the_welcome_and_the_next_one_does_not(client: Browser, nora: Person) -> None:
    assert sign_in(client, nora).location == "/arrival"
    assert Page(client.get("/arrival")).title == "Welcome, Nora"
    client.post("/sign-out")
    assert sign_in(client, nora).location == "/"


def test_the_welcome_goes_on_to_where_one_wanted_to_go(client: Browser, nora: Person) -> None:
    first = sign_in(client, nora, next="/practices?state=due")
    assert first.location == "/arrival?next=/practices?state%3Ddue"
    page = Page(client.get(first.location))
    assert page.links()["Later"] == "/practices?state=due"
    assert client.post("/arrival", data=page.form("/arrival")).location == "/practices?state=due"


def test_the_welcome_leads_to_no_other_site(client: Browser, nora: Person) -> None:
    sign_in(client, nora)
    page = Page(client.get("/arrival", query_string={"next": "//evil.example"}))
    assert page.links()["Later"] == "/"
    assert client.post("/arrival", data=page.form("/arrival") | {"next": "//evil.example"}).location == "/"


def test_whoever_joins_by_an_invitation_is_welcomed(client: Browser, chris: Person, finance: Department) -> None:
    token = joining.invite(chris, email="new@northwick.example", department=finance)
    joined = client.post(f"/join/{token}", data={"name": "Vera New", "password": PASSWORD})
    assert joined.location == "/arrival"
    page = Page(client.get("/arrival"))
    assert page.form("/arrival")["department"] == str(finance.id)
    assert page.links()["Later"] == "/"


def test_whoever_must_add_a_second_factor_is_welcomed_the_next_time(farah: Person) -> None:
    farah.arrived_at = None
    db.session.scalars(select(Organisation)).one().requires_factor = True
    begin_session(farah)
    assert not greet(farah)
    assert farah.session is not None
    farah.session.stage = "open"
    assert [greet(farah), greet(farah)] == [True, False]


# What is chosen


def test_what_is_chosen_is_done_and_leads_home(client: Browser, nora: Person, kim: Person, finance: Department) -> None:
    factories.question(kim, tags="quotes freight paint")
    sign_in(client, nora)
    page = Page(client.get("/arrival"))
    ids = {tag.text.strip(): tag.input["value"] for tag in page.soup.select("#topics .choice")}
    chosen = page.form("/arrival") | {
        "department": finance.id,
        "topics": [ids["quotes"], ids["paint"]],
        "fri": "09:00-12:00",
    }
    done = client.post("/arrival", data=chosen)
    assert done.location == "/"
    assert "Good to have you here." in client.get("/").text
    assert nora.department_id == finance.id
    assert len(followed_ids(nora)["tag"]) == 2
    assert nora.calendar["hours"]["fri"] == [["09:00", "12:00"]]
    assert "You follow 2 topics already: paint and quotes" in Page(client.get("/arrival")).words


def test_hours_that_are_left_as_they_are_stay_those_of_the_department(
    client: Browser, nora: Person, finance: Department
) -> None:
    finance.calendar = {"timezone": "Europe/Lisbon", "hours": {"mon": [["10:00", "18:00"]]}}
    sign_in(client, nora)
    page = Page(client.get("/arrival"))
    client.post("/arrival", data=page.form("/arrival") | {"department": finance.id})
    assert (nora.department_id, nora.calendar) == (finance.id, {})


def test_hours_that_cannot_be_used_keep_everything_that_was_chosen(
    client: Browser, nora: Person, finance: Department
) -> None:
    sign_in(client, nora)
    page = Page(client.get("/arrival"))
    refused = client.post("/arrival", data=page.form("/arrival") | {"department": finance.id, "mon": "early"})
    again = Page(refused)
    assert (refused.status_code, again.problems) == (422, ["mon"])
    assert again.form("/arrival")["department"] == str(finance.id)
    assert again.form("/arrival")["mon"] == "early"
    assert again.soup.select_one("details[open]") is not None
    assert nora.department.name == "Sales"


def test_the_topics_of_another_department_are_shown_before_it_is_chosen(
    client: Browser, nora: Person, marta: Person, finance: Department
) -> None:
    for n in range(13):
        factories.question(nora, tags=f"of-sales-{n:02}")
    factories.question(marta, tags="invoices")
    sign_in(client, nora)
    page = Page(client.get("/arrival"))
    assert "invoices" not in page.words
    shown = client.post("/arrival", data=page.form("/arrival") | {"department": finance.id, "show": "topics"})
    assert Page(shown).words.index("invoices") < Page(shown).words.index("of-sales-00")
    assert nora.department.name == "Sales"


def test_the_topics_offered_are_the_most_used_of_the_department_first(
    kim: Person, marta: Person, sales: Department
) -> None:
    for tags, by in (("freight", kim), ("freight quotes", kim), *[("invoices", marta)] * 3):
        factories.question(by, tags=tags)
    freight = found_tag("freight")
    assert freight is not None
    assert [each.slug for each in topics_of(sales, 3)] == ["freight", "quotes", "invoices"]
    assert [each.slug for each in topics_of(sales, 2, but=[freight.id])] == ["quotes", "invoices"]


# Where somebody belongs


def test_in_the_first_days_one_says_oneself_where_one_belongs(nora: Person, finance: Department) -> None:
    choose(nora, department=finance)
    assert nora.department == finance
    stays = db.session.scalars(select(Membership).where(Membership.person_id == nora.id).order_by(Membership.id)).all()
    assert [stay.until is None for stay in stays] == [False, True]


def test_later_one_does_not(nora: Person, finance: Department, client: Browser) -> None:
    nora.joined_at = now() - EARLIER
    choose(nora, department=finance)
    assert nora.department.name == "Sales"
    with pytest.raises(Forbidden):
        changing.choose_department(nora, finance)
    sign_in(client, nora)
    assert "An administrator can change it." in Page(client.get("/arrival")).words


def test_nobody_says_it_for_somebody_else(nora: Person, kim: Person) -> None:
    assert not allowed(kim, "person.choose_department", nora)
    assert can_choose_department(nora)


def test_what_the_organisations_own_sign_in_says_of_the_department_is_not_changed_here(
    nora: Person, finance: Department
) -> None:
    db.session.add(
        Identity(issuer="https://id.example", subject="1", person_id=nora.id, linked_at=now(), used_at=now())
    )
    db.session.flush()
    choose(nora, department=finance)
    assert nora.department.name == "Sales"


def test_hours_are_refused_with_the_day_at_fault(nora: Person) -> None:
    with pytest.raises(Invalid) as refused:
        choose(nora, hours={"timezone": "Europe/London", "tue": "never"})
    assert refused.value.field == "tue"
