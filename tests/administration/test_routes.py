"""What administrators see and do, and that nobody else does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.administration import system_routes
from forum.administration.index_state import _growth
from forum.audit.models import AuditLine
from forum.core import jobs
from forum.core.clock import clock
from forum.core.db import db, transaction
from forum.core.paging import PER_PAGE
from forum.departments.models import Department
from forum.people.changing import deactivate, set_roles
from forum.people.joining import open_invitations
from forum.people.models import Organisation, Person
from forum.search import evaluating, indexing, progress
from forum.search.current import engine
from forum.search.evaluating import SearchEvaluation
from forum.search.vectors import Vector
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, words_of

SignIn = Callable[[Person], Browser]
PASSWORD = "correct horse battery staple"


@pytest.fixture
def window(browser: SignIn, chris: Person) -> Browser:
    return browser(chris)


def pages_of_administration(app: Flask, person: Person) -> dict[str, set[str]]:
    """The address of every page and deed of the administration, with the methods it takes."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in ("administration", "organising", "system"):
            id = person.department_id if "departments" in rule.rule else person.id
            found[rule.rule.replace("<id:id>", str(id))] = set(rule.methods or ()) & {"GET", "POST"}
    return found


def test_every_page_opens_for_an_administrator(window: Browser, app: Flask, kim: Person) -> None:
    pages = [address for address, methods in pages_of_administration(app, kim).items() if "GET" in methods]
    assert len(pages) >= 7
    assert {address: window.get(address).status_code for address in pages} == dict.fromkeys(pages, 200)


def test_nobody_else_sees_or_does_any_of_it(browser: SignIn, app: Flask, kim: Person, farah: Person) -> None:
    set_roles_of_everything_but(farah)
    for person in (kim, farah):
        window = browser(person)
        for address, methods in pages_of_administration(app, kim).items():
            for method in methods:
                answer = window.open(address, method=method)
                assert (address, method, answer.status_code) == (address, method, 403)
    assert db.session.get_one(Person, kim.id).is_active


def set_roles_of_everything_but(person: Person) -> None:
    """Give every role but the administrator's."""
    administrator = factories.person(None, None, "administrator")
    of_department = [(name, person.department_id) for name in ("champion", "stakeholder")]
    set_roles(administrator, person, [("moderator", None), *of_department])


def test_a_stranger_is_sent_to_sign_in(client: Browser, app: Flask, kim: Person) -> None:
    for address, methods in pages_of_administration(app, kim).items():
        if "GET" in methods:
            assert client.get(address).location.startswith("/sign-in")
        if "POST" in methods:
            assert client.post(address).status_code == 401


def test_the_way_there_is_shown_to_administrators_only(browser: SignIn, window: Browser, kim: Person) -> None:
    way = 'a[href="/admin/people"]'
    assert Page(window.get("/")).soup.select(way)
    assert not Page(browser(kim).get("/")).soup.select(way)


# People


def test_everybody_is_listed_with_department_roles_and_state(
    window: Browser, kim: Person, farah: Person, marta: Person, chris: Person
) -> None:
    deactivate(chris, marta)
    rows = [words_of(row) for row in Page(window.get("/admin/people")).soup.select("tbody tr")]
    found = {row.split("@")[0].split()[-1]: row for row in rows}
    assert "Sales Employee Active" in found["kim-tran"]
    assert "Finance Moderator Active" in found["farah-aziz"]
    assert "Left" in found["marta-silva"]
    assert rows[-1] == found["marta-silva"]


def test_whom_one_seeks_stands_in_the_address_and_on_every_page(window: Browser, sales: Any, finance: Any) -> None:
    for n in range(PER_PAGE + 2):
        factories.person(f"Quokka {n:02}", finance)
    factories.person("Quokka Elsewhere", sales)
    page = Page(window.get("/admin/people?q=quokka&department=finance&role=employee&state=active&after=king"))
    assert len(page.soup.select("tbody tr")) == PER_PAGE
    assert f"{PER_PAGE + 2} people" in page.words
    chosen = [option["value"] for option in page.soup.select("form[role=search] option[selected]")]
    assert (page.soup.find(id="q")["value"], chosen) == ("quokka", ["finance", "employee", "active"])  # type: ignore[index]
    further = Page(window.get(str(page.soup.select_one("a[rel=next]")["href"])))  # type: ignore[index]
    assert len(further.soup.select("tbody tr")) == 2
    assert "Nobody fits" in Page(window.get("/admin/people?q=wombat&department=nowhere")).words


def test_a_long_list_of_people_costs_as_many_statements_as_a_short_one(
    window: Browser, statements: Callable[[], Any], finance: Any
) -> None:
    window.get("/admin/people")
    for n in (2, PER_PAGE * 2):
        for _ in range(n):
            factories.person(None, finance, "champion")
        db.session.commit()
        with statements() as seen:
            window.get("/admin/people?role=champion&department=finance")
        assert len(seen) == 7  # organisation, person and bell; departments; how many, the people, their roles


def test_roles_and_department_are_given_as_they_are_ticked(
    window: Browser, kim: Person, sales: Any, finance: Any
) -> None:
    address = f"/admin/people/{kim.id}"
    assert Page(window.get(address)).form(address) == {"department": str(sales.id), "manager": ""}
    wanted = {
        "department": str(finance.id),
        "roles": ["moderator", f"champion:{finance.id}", f"stakeholder:{sales.id}"],
    }
    assert window.post(address, data=wanted).location == address
    form = Page(window.get(address)).form(address)
    assert (form["department"], sorted(form["roles"])) == (wanted["department"], sorted(wanted["roles"]))
    person = db.session.get_one(Person, kim.id)
    assert (person.is_moderator, person.is_champion_of(finance.id), person.is_champion_of(sales.id)) == (
        True,
        True,
        False,
    )


def test_a_manager_is_typed_as_a_name_and_whoever_is_below_cannot_be_one(
    window: Browser, kim: Person, marta: Person
) -> None:
    def sent(person: Person, manager: str) -> Any:
        return {"department": person.department_id, "manager": manager}

    assert window.post(f"/admin/people/{kim.id}", data=sent(kim, f"@{marta.handle}")).status_code == 303
    assert Page(window.get(f"/admin/people/{kim.id}")).form(f"/admin/people/{kim.id}")["manager"] == f"@{marta.handle} "
    assert f"reports to {marta.name}" in Page(window.get(f"/people/{kim.id}/{kim.handle}")).words
    refused = Page(window.post(f"/admin/people/{marta.id}", data=sent(marta, f"@{kim.handle}")))
    assert (refused.status, refused.problems) == (422, ["manager"])
    assert refused.form(f"/admin/people/{marta.id}")["manager"] == f"@{kim.handle}"
    assert window.post(f"/admin/people/{kim.id}", data=sent(kim, "")).status_code == 303
    assert db.session.get_one(Person, kim.id, populate_existing=True).manager_id is None


def test_what_is_not_ticked_is_taken_away(window: Browser, farah: Person) -> None:
    window.post(f"/admin/people/{farah.id}", data={"department": farah.department_id})
    assert not db.session.get_one(Person, farah.id, populate_existing=True).is_moderator


@pytest.mark.parametrize("role", ["champion", "champion:0", "champion:999999", "king", "king:1", "", "moderator:x:y"])
def test_a_role_that_does_not_exist_is_not_given(role: str, window: Browser, kim: Person) -> None:
    answer = window.post(f"/admin/people/{kim.id}", data={"department": kim.department_id, "roles": role})
    assert answer.status_code in (303, 422)
    assert [given.name for given in db.session.get_one(Person, kim.id).roles] in ([], ["moderator"])


def test_a_refused_change_moves_nobody(window: Browser, kim: Person, finance: Any) -> None:
    before = kim.department_id
    sent = {"department": finance.id, "roles": ["champion"]}
    page = Page(window.post(f"/admin/people/{kim.id}", data=sent))
    assert (page.status, page.problems) == (422, ["roles"])
    assert page.form(f"/admin/people/{kim.id}")["department"] == str(finance.id)
    assert db.session.get_one(Person, kim.id, populate_existing=True).department_id == before


def test_a_department_that_does_not_exist_is_not_moved_to(window: Browser, kim: Person) -> None:
    assert window.post(f"/admin/people/{kim.id}", data={"department": "999999"}).status_code == 404


def test_the_last_administrator_stays_and_is_told_why(window: Browser, chris: Person) -> None:
    for address, sent in (
        (f"/admin/people/{chris.id}", {"department": chris.department_id}),
        (f"/admin/people/{chris.id}/leaving", {}),
    ):
        page = Page(window.post(address, data=sent))
        assert page.status == 409
        assert "This is the last administrator." in page.words
    assert window.get("/admin/people").status_code == 200


def test_whoever_left_is_signed_out_at_once_and_comes_back_as_before(
    browser: SignIn, window: Browser, kim: Person, farah: Person
) -> None:
    theirs = browser(farah)
    window.post(f"/admin/people/{farah.id}/leaving")
    assert theirs.get("/").status_code == 302
    assert Page(window.get(f"/admin/people/{farah.id}")).has_form(f"/admin/people/{farah.id}/return")
    window.post(f"/admin/people/{farah.id}/return")
    assert browser(farah).get("/").status_code == 200
    assert db.session.get_one(Person, farah.id).is_moderator


def test_a_link_for_a_new_password_is_shown_once_and_works(window: Browser, client: Browser, kim: Person) -> None:
    page = Page(window.post(f"/admin/people/{kim.id}/password-link"))
    link = str(page.soup.find(id="new-link")["value"])  # type: ignore[index]
    assert page.form(f"/admin/people/{kim.id}")["department"] == str(kim.department_id)
    assert Page(window.get(f"/admin/people/{kim.id}")).soup.find(id="new-link") is None
    assert client.post(link, data={"password": PASSWORD}).status_code == 303


# Invitations


def test_an_invitation_waits_until_it_is_used(window: Browser, client: Browser, finance: Any) -> None:
    page = Page(window.post("/admin/invitations", data={"email": "new@northwick.example", "department": finance.id}))
    assert "new@northwick.example" in words_of(page.soup.select_one("main .rows"))
    link = str(page.soup.find(id="new-link")["value"])  # type: ignore[index]
    client.post(link, data={"name": "New Colleague", "password": PASSWORD})
    assert "No invitation is waiting to be used." in Page(window.get("/admin/invitations")).words


@pytest.mark.parametrize("email", ["", "nobody", "kim-tran@northwick.example", "a\x00@b.example "])
def test_a_refused_invitation_names_the_field_and_keeps_the_choice(
    email: str, window: Browser, kim: Person, finance: Any
) -> None:
    page = Page(window.post("/admin/invitations", data={"email": email, "department": finance.id}))
    if "\x00" in email:  # What nobody can see is passed over.
        assert [invitation.email for invitation in open_invitations()] == ["a@b.example"]
        return
    assert (page.status, page.problems) == (422, ["email"])
    assert page.form("/admin/invitations") == {"email": email, "department": str(finance.id)}
    assert list(open_invitations()) == []


def test_a_department_is_chosen_and_nothing_stays_in_the_form_after_the_link(window: Browser, finance: Any) -> None:
    address, typed = "/admin/invitations", {"email": "new@northwick.example", "department": ""}
    assert Page(window.get(address)).form(address) == {"email": "", "department": ""}
    refused = Page(window.post(address, data=typed))
    assert (refused.status, refused.problems, refused.form(address)) == (422, ["department"], typed)
    assert Page(window.post(address, data={"email": "nobody"})).problems == ["email", "department"]
    made = Page(window.post(address, data={**typed, "department": finance.id}))
    assert "The invitation of new@northwick.example is ready" in made.words
    assert made.form(address) == {"email": "", "department": ""}


def test_a_waiting_invitation_is_renewed_and_withdrawn_each_with_its_line(
    window: Browser, client: Browser, finance: Any
) -> None:
    address = "/admin/invitations"
    made = Page(window.post(address, data={"email": "new@northwick.example", "department": finance.id}))
    first = str(made.soup.find(id="new-link")["value"])  # type: ignore[index]
    renewed = Page(window.post(f"{address}/{open_invitations()[0].id}/renewal"))
    second = str(renewed.soup.find(id="new-link")["value"])  # type: ignore[index]
    assert (client.get(first).status_code, client.get(second).status_code) == (409, 200)
    assert "/join/" not in window.get(address).text
    withdrawal = f"{address}/{open_invitations()[0].id}/withdrawal"
    assert Page(window.get(address)).has_form(withdrawal)
    assert window.post(withdrawal).location == address
    assert "Its link leads nowhere any more." in Page(window.get(address)).words
    assert (client.get(second).status_code, window.post(withdrawal).status_code) == (409, 409)
    lines = select(AuditLine.kind).where(AuditLine.kind.startswith("person.invit")).order_by(AuditLine.id)
    kinds = db.session.scalars(lines)
    assert list(kinds) == ["person.invited", "person.invitation_renewed", "person.invitation_withdrawn"]


def test_whoever_came_in_otherwise_is_not_invited_anew(window: Browser, finance: Any) -> None:
    address = "/admin/invitations"
    window.post(address, data={"email": "quokka@northwick.example", "department": finance.id})
    factories.person("Quokka", finance)
    page = Page(window.post(f"{address}/{open_invitations()[0].id}/renewal"))
    assert (page.status, page.problems) == (422, ["email"])


# Departments and the organisation


def test_a_department_is_added_changed_and_found_under_its_new_name(window: Browser) -> None:
    window.post("/admin/departments", data={"name": "Warehouse", "description": "Ships boxes."})
    made = db.session.query(Department).filter_by(slug="warehouse").one()
    address = f"/admin/departments/{made.id}"
    assert Page(window.get(address)).form() == {"name": "Warehouse", "description": "Ships boxes."}
    window.post(address, data={"name": "Dispatch", "description": "Ships boxes."})
    assert Page(window.get("/departments/dispatch")).title == "Dispatch"
    assert window.get("/departments/warehouse").status_code == 404


@pytest.mark.parametrize("name", ["Sales", "SALES ", "", "??"])
def test_a_department_is_not_added_twice_or_without_a_name(name: str, window: Browser, sales: Any) -> None:
    typed = {"name": name, "description": "Kept."}
    page = Page(window.post("/admin/departments", data=typed))
    assert (page.status, page.problems, page.form("/admin/departments")) == (422, ["name"], typed)
    assert db.session.query(Department).count() == 1


def test_a_department_does_not_take_the_name_of_another(window: Browser, sales: Any, finance: Any) -> None:
    typed = {"name": "Finance", "description": "Kept."}
    page = Page(window.post(f"/admin/departments/{sales.id}", data=typed))
    assert (page.status, page.problems, page.form()) == (422, ["name"], typed)
    assert db.session.get_one(Department, sales.id).name == "Sales"


def test_the_organisation_is_renamed_on_every_page(window: Browser, client: Browser) -> None:
    said = {"name": "Northwick Instruments", "embedded_by": "", "unnamed": "everybody", "approval": "off"}
    assert Page(window.get("/admin/organisation")).form() == {**said, "first_posts": "1"}
    window.post("/admin/organisation", data={"name": "Southwick & Sons"})
    assert Page(client.get("/sign-in")).title == "Southwick & Sons"


def test_an_organisation_needs_a_name(window: Browser) -> None:
    page = Page(window.post("/admin/organisation", data={"name": " "}))
    assert (page.status, page.problems, page.form()) == (
        422,
        ["name"],
        {"name": " ", "embedded_by": "", "first_posts": ""},
    )
    assert db.session.query(Organisation).one().name == "Northwick Instruments"


# Search


def measured(**given: Any) -> None:
    figures = {"words": {"mrr10": 0.4, "hit5": 0.5}, "both": {"mrr10": 0.5, "hit5": 0.6}}
    gain = {"mrr10": 0.1, "low": 0.02, "high": 0.2}
    row = {"at": jobs.now(), "model": "tiny:1", "pairs": 30, "figures": {**figures, "gain": gain}, **given}
    with transaction():
        db.session.add(SearchEvaluation(**row))


@pytest.fixture
def extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (system_routes, evaluating):
        monkeypatch.setattr(module, "installed", lambda: True)


def test_the_search_page_says_how_to_get_the_extra_and_to_measure(
    window: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_routes, "installed", lambda: False)
    page = Page(window.get("/admin/search"))
    assert "Not installed" in page.words
    assert "requirements-semantic.txt" in page.words
    assert "search-eval" in page.words
    assert not page.has_form("/admin/search/meaning")


@pytest.mark.usefixtures("extra")
def test_meaning_is_switched_on_and_off_once_a_gain_was_shown(window: Browser) -> None:
    assert window.post("/admin/search/meaning", data={"on": "yes"}).status_code == 409
    measured()
    page = Page(window.get("/admin/search"))
    assert "Words and meaning 0.500 60 %" in page.words
    for on in ("yes", "no"):
        assert Page(window.get("/admin/search")).has_form("/admin/search/meaning")
        assert window.post("/admin/search/meaning", data={"on": on}).location == "/admin/search"
        assert db.session.query(Organisation).one().uses_meaning == (on == "yes")


@pytest.mark.usefixtures("extra")
def test_how_far_the_vectors_are_is_shown_until_all_are_made(window: Browser, kim: Person) -> None:
    asked = [factories.question(kim) for _ in range(2)]
    with transaction():
        db.session.query(Organisation).one().uses_meaning = True
        db.session.add(Vector(model="tiny:1", document=f"q{asked[0].id}", place=0, wording="", halves=b""))
    page = Page(window.get("/admin/search"))
    assert "1 of 2 titles have one" in page.words
    assert page.soup.select_one("#meaning-state[hx-get='/admin/search'] progress[value='1'][max='2']") is not None
    assert page.soup.select_one("noscript meta[http-equiv=refresh]") is not None
    with transaction():
        db.session.add(Vector(model="tiny:1", document=f"q{asked[1].id}", place=0, wording="", halves=b""))
    page = Page(window.get("/admin/search"))
    assert "2 of 2 titles have one" in page.words
    assert page.soup.select_one("progress, noscript meta, [hx-get='/admin/search']") is None


# System


def facts(window: Browser) -> dict[str, str]:
    page = Page(window.get("/admin/system"))
    return {words_of(name): words_of(name.find_next_sibling("dd")) for name in page.soup.select("dt")}


def test_the_system_page_says_how_the_index_and_the_work_stand(
    window: Browser, kim: Person, work_off: Callable[[], None]
) -> None:
    factories.question(kim)
    db.session.commit()
    due = db.session.scalars(db.select(jobs.Job.listener).where(jobs.Job.due_at <= jobs.now())).all()
    assert sorted(due) == ["first_round", "index_post", "propose_causes", "tell_hooks", "tell_of_question"]
    before = facts(window)
    assert (before["State"], before["Engine"], before["Posts in it"]) == ("Needs repair", "whoosh", "0 of 1")
    assert before["On their way"].startswith("1, the oldest due")
    assert (before["Missed"], before["Built"]) == ("not compared yet", "no rebuild known")
    assert (before["Waiting"], before["Given up"]) == ("5", "0")
    work_off()
    indexing.catch_up()
    after = facts(window)
    assert (after["State"], after["Posts in it"], after["On their way"]) == ("Healthy", "1 of 1", "none")
    assert after["Missed"].startswith("0 (compared")
    assert after["Built"] == "just now"
    assert (after["Waiting"], after["Given up"]) == ("0", "0")


def test_the_system_page_says_that_a_second_moderator_is_needed(window: Browser, sales: Any) -> None:
    assert "No moderator" in Page(window.get("/admin/system")).words
    factories.person(None, sales, "moderator")
    assert "Make a second one" in Page(window.get("/admin/system")).words
    factories.person(None, sales, "moderator")
    assert "moderator" not in Page(window.get("/admin/system")).words


def test_why_posts_cannot_be_indexed_is_said_with_what_helps(window: Browser, kim: Person, tmp_path: Path) -> None:
    factories.question(kim)
    db.session.commit()
    (tmp_path / "index").write_text("not a folder")
    jobs.run_due()
    page = Page(window.get("/admin/system"))
    assert "Posts cannot be brought into the index: NotNow: The search index cannot be" in page.words
    assert "Put it away; nothing is lost." in page.words


def test_a_rebuild_under_way_shows_how_far_it_is_and_one_that_was_killed_is_named(window: Browser, kim: Person) -> None:
    factories.question(kim)
    db.session.commit()
    told: list[str] = []
    with progress.told(40) as tell:
        tell(10)
        told.append(facts(window)["Built"])
    assert told == ["25 % 10 of 40, begun just now"]
    began = progress.build().told - timedelta(minutes=5)  # type: ignore[union-attr]
    progress._write("search-build", {"began": began, "told": began, "done": 10, "total": 40, "ended": ""})
    assert "the process that built it was ended" in Page(window.get("/admin/system")).words


@pytest.mark.parametrize(("posts", "p95", "due"), [(19_999, 300.0, False), (20_000, None, True), (10, 301.0, True)])
def test_another_engine_is_advised_from_many_posts_on_or_when_searching_is_slow(
    posts: int, p95: float | None, due: bool
) -> None:
    assert bool([*_growth("whoosh", posts, p95)]) is due


def test_work_that_failed_is_shown_with_its_error(window: Browser, kim: Person) -> None:
    factories.question(kim)
    db.session.commit()
    with transaction():
        broken = {"error": "OSError: <b>no space</b> left on device", "tries": jobs.TRIES, "given_up_at": jobs.now()}
        db.session.execute(db.update(jobs.Job).where(jobs.Job.listener == "index_post").values(**broken))
    page = Page(window.get("/admin/system"))
    assert "OSError: <b>no space</b> left on device" in page.words
    assert "index_post Given up" in page.words
    assert facts(window)["Given up"] == "1"


@pytest.fixture
def given_up(kim: Person) -> None:
    """Two pieces of work that were given up, and one that is only tried again."""
    for _ in range(3):
        factories.question(kim)
    db.session.commit()
    with transaction():
        first, second, third = db.session.scalars(
            db.select(jobs.Job).where(jobs.Job.listener == "index_post").order_by(jobs.Job.id)
        )
        for job in (first, second):
            job.error, job.tries, job.given_up_at = "OSError: no space", jobs.TRIES, jobs.now()
        third.error, third.tries, third.due_at = "OSError: no space", 3, jobs.now() + timedelta(minutes=5)


def tries_left_over() -> list[tuple[int, bool]]:
    rows = db.session.scalars(db.select(jobs.Job).where(jobs.Job.listener == "index_post").order_by(jobs.Job.id))
    return [(job.tries, job.given_up_at is not None) for job in rows]


def test_work_that_was_given_up_is_retried_alone_or_all_together(window: Browser, given_up: None) -> None:
    page = Page(window.get("/admin/system"))
    alone = [action for action, _ in page.forms() if re.fullmatch("/admin/system/jobs/[0-9]+/retry", action)]
    assert len(alone) == 2
    assert window.post(alone[0]).location == "/admin/system"
    assert tries_left_over().count((0, False)) == 1
    assert tries_left_over()[2] == (3, False)
    assert window.post("/admin/system/jobs/retry").location == "/admin/system"
    assert tries_left_over() == [(0, False), (0, False), (3, False)]
    assert not Page(window.get("/admin/system")).has_form("/admin/system/jobs/retry")


def test_retried_work_is_done_by_the_worker(window: Browser, given_up: None, work_off: Callable[[], None]) -> None:
    window.post("/admin/system/jobs/retry")
    assert "2 pieces of work will be tried again" in Page(window.get("/admin/system")).words
    work_off()
    assert tries_left_over() == [(3, False)]


def test_retrying_what_was_done_meanwhile_says_so(window: Browser) -> None:
    window.post("/admin/system/jobs/999/retry")
    assert "it was done meanwhile" in Page(window.get("/admin/system")).words


def test_a_rebuild_that_is_asked_for_twice_is_done_once_by_the_worker(
    window: Browser, kim: Person, work_off: Callable[[], None]
) -> None:
    factories.question(kim)
    for _ in range(2):
        assert window.post("/admin/system/rebuild").location == "/admin/system"
    assert "being built anew" in Page(window.get("/admin/system")).words
    assert [job.listener for job in db.session.query(jobs.Job) if job.listener == "build_index"] == ["build_index"]
    page = Page(window.get("/admin/system"))
    assert facts(window)["Built"] == "begins in a moment"
    assert page.soup.select_one("#index-state[hx-get='/admin/system']") is not None
    assert page.soup.select_one("noscript meta[http-equiv=refresh]") is not None
    work_off()
    assert engine().health().documents == 1
    page = Page(window.get("/admin/system"))
    assert facts(window)["Built"] == "just now"
    assert page.soup.select_one("#index-state[hx-get], meta[http-equiv=refresh]") is None


@pytest.fixture
def demonstration(app: Flask) -> None:
    db.session.query(Organisation).one().is_demo = True
    db.session.commit()


def test_the_clock_of_the_demonstration_moves_by_the_given_steps(demonstration: None, window: Browser) -> None:
    assert window.post("/admin/system/clock", data={"by": "3 days"}).location == "/admin/system"
    assert clock().shift == timedelta(days=3)
    assert "(3 days ahead)" in Page(window.get("/admin/system")).words


@pytest.mark.parametrize("by", ["", "1000 days", "-1 day"])
def test_it_moves_by_no_other_step(by: str, demonstration: None, window: Browser) -> None:
    assert window.post("/admin/system/clock", data={"by": by}).status_code == 403
    assert clock().shift == timedelta()


def test_the_clock_of_a_real_organisation_is_not_moved(window: Browser) -> None:
    assert not Page(window.get("/admin/system")).has_form("/admin/system/clock")
    assert window.post("/admin/system/clock", data={"by": "3 days"}).status_code == 403
    assert clock().shift == timedelta()


# Hours and timers

HOURS = {
    "timezone": "Europe/Warsaw",
    **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "06:00-14:00"),
    "sat": "08:00-10:00, 11:00-12:00",
    "sun": "",
    "holidays": "2027-05-01 Labour Day",
}


def test_hours_are_entered_and_shown_in_words_on_the_departments_page(window: Browser, sales: Any) -> None:
    address = f"/admin/departments/{sales.id}/hours"
    assert Page(window.get(address)).form(address)["mon"] == "09:00-17:00"
    assert window.post(address, data=HOURS).location == f"/admin/departments/{sales.id}"
    assert Page(window.get(address)).form(address) == HOURS
    for page in (f"/admin/departments/{sales.id}", "/departments/sales"):
        words = Page(window.get(page)).words
        for part in ("Mon–Fri 06:00–14:00", "Sat 08:00–10:00, 11:00–12:00", "Europe/Warsaw time"):
            assert part in words
    assert "1 May 2027, Labour Day" in Page(window.get("/departments/sales")).words


@pytest.mark.parametrize(
    ("field", "typed"), [("tue", "17-9"), ("timezone", "Warsaw"), ("holidays", "first of May"), ("sun", "all day")]
)
def test_refused_hours_name_the_field_and_keep_what_was_typed(
    field: str, typed: str, window: Browser, sales: Any
) -> None:
    address = f"/admin/departments/{sales.id}/hours"
    sent = {**HOURS, field: typed}
    page = Page(window.post(address, data=sent))
    assert (page.status, page.problems, page.form(address)) == (422, [field], sent)
    assert db.session.get_one(Department, sales.id).calendar == {}


def test_a_week_without_hours_is_refused_with_the_reason(window: Browser, sales: Any) -> None:
    page = Page(window.post(f"/admin/departments/{sales.id}/hours", data={"timezone": "UTC"}))
    assert (page.status, page.problems) == (422, ["mon"])
    assert "no timer would end" in page.words


def test_monday_is_repeated_without_saving(window: Browser, sales: Any) -> None:
    address = f"/admin/departments/{sales.id}/hours"
    page = Page(window.post(address, data={"timezone": "UTC", "mon": "8-12", "sat": "9-10", "repeat": "monday"}))
    form = page.form(address)
    assert [form[day] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")] == ["8-12"] * 5 + ["9-10", ""]
    assert db.session.get_one(Department, sales.id).calendar == {}


def test_timers_are_changed_and_shown_with_default_and_reason(window: Browser, sales: Any) -> None:
    address = f"/admin/departments/{sales.id}/timers"
    page = Page(window.get(address))
    assert set(page.form(address).values()) == {""}
    for part in ("Default: 8 h", "Changed values apply to new timers only", "One reminder only, to keep the trust."):
        assert part in page.words
    window.post(address, data={"remind_other": "12,5", "a_week": "3"})
    form = Page(window.get(address)).form(address)
    assert {name: value for name, value in form.items() if value} == {"remind_other": "12.5", "a_week": "3"}
    assert "2 values changed" in Page(window.get(f"/admin/departments/{sales.id}")).words


@pytest.mark.parametrize(("field", "typed"), [("remind_other", "soon"), ("silence_blocked", "0"), ("a_day", "0")])
def test_refused_timers_name_the_field_and_keep_what_was_typed(
    field: str, typed: str, window: Browser, sales: Any
) -> None:
    address = f"/admin/departments/{sales.id}/timers"
    page = Page(window.post(address, data={"others_other": "4", field: typed}))
    assert (page.status, page.problems) == (422, [field])
    assert (page.form(address)["others_other"], page.form(address)[field]) == ("4", typed)
    assert db.session.get_one(Department, sales.id).timers == {}
