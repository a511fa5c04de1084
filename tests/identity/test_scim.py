"""A directory that says who works here: the requests that Entra, Okta and others send, and what they may not."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum.core.db import db, transaction
from forum.core.events import EventRow
from forum.identity import meanings, tokens
from forum.identity.models import DirectoryToken
from forum.people.models import Person, Session
from forum.people.reporting import leads
from forum.privacy.erasing import erase
from tests import factories

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class DirectoryService:
    """What sends SCIM: a token and nothing else, no session and no CSRF token."""

    def __init__(self, app: Flask, secret: str) -> None:
        self.window: Any = app.test_client()
        self.window.sends_token = False
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def send(self, method: str, path: str, payload: Any = None, **more: Any) -> Any:
        if payload is not None:
            more.update(json=payload, content_type="application/scim+json")
        return self.window.open(f"/scim/v2{path}", method=method, headers=self.headers, **more)

    def patch(self, id: Any, *operations: dict[str, Any]) -> Any:
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": list(operations)}
        return self.send("PATCH", f"/Users/{id}", body)


def user(name: str = "ada@northwick.example", **more: Any) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "userName": name,
        "externalId": f"ext-{name}",
        "displayName": "Ada Quist",
        "emails": [{"value": name, "primary": True, "type": "work"}],
        "active": True,
        ENTERPRISE: {"department": "Sales"},
        **more,
    }


@pytest.fixture
def directory(app: Flask, chris: Person) -> DirectoryService:
    with transaction():
        secret = tokens.make_token(chris, "Entra")
    return DirectoryService(app, secret)


def test_somebody_is_made_found_and_told_of_as_the_directory_said(directory: DirectoryService, sales: Any) -> None:
    made = directory.send("POST", "/Users", user(title="Buyer"))
    assert made.status_code == 201
    assert made.content_type == "application/scim+json"
    id = made.json["id"]
    assert made.headers["Location"] == made.json["meta"]["location"]
    shown = directory.send("GET", f"/Users/{id}").json
    assert (shown["userName"], shown["title"], shown["active"]) == ("ada@northwick.example", "Buyer", True)
    assert shown[ENTERPRISE]["department"] == "Sales"
    person = db.session.get_one(Person, int(id))
    assert (person.name, person.department_id, person.password_hash) == ("Ada Quist", sales.id, None)
    for words in ('userName eq "ADA@northwick.example"', 'externalId eq "ext-ada@northwick.example"'):
        found = directory.send("GET", "/Users", query_string={"filter": words}).json
        assert (found["totalResults"], found["Resources"][0]["id"]) == (1, id)
    none = directory.send("GET", "/Users", query_string={"filter": 'userName eq "nobody"'}).json
    assert none["totalResults"] == 0


def test_somebody_who_was_here_before_the_directory_is_found_by_address_and_taken_over(
    directory: DirectoryService, kim: Person
) -> None:
    found = directory.send("GET", "/Users", query_string={"filter": f'userName eq "{kim.email}"'}).json["Resources"]
    assert [each["id"] for each in found] == [str(kim.id)]
    directory.patch(kim.id, {"op": "Add", "path": "externalId", "value": "e-7"})
    assert directory.send("GET", f"/Users/{kim.id}").json["externalId"] == "e-7"


@pytest.mark.parametrize("value", [False, "False", "false"])
@pytest.mark.parametrize("in_path", [True, False])
def test_inactive_ends_every_session_before_the_next_request_and_active_lets_back_in(
    directory: DirectoryService, browser: Any, kim: Person, value: Any, in_path: bool
) -> None:
    question = factories.question(kim)
    window = browser(kim)
    assert window.get("/").status_code == 200
    operation = (
        {"op": "Replace", "path": "active", "value": value}
        if in_path
        else {"op": "replace", "value": {"active": value}}
    )
    answer = directory.patch(kim.id, operation)
    assert (answer.status_code, answer.json["active"]) == (200, False)
    assert window.get("/").status_code == 302
    assert db.session.scalar(select(func.count(Session.id))) == 0
    assert question.removed_at is None
    directory.patch(kim.id, {"op": "Replace", "path": "active", "value": True})
    assert db.session.get_one(Person, kim.id).is_active


def test_who_is_removed_is_gone_for_the_directory_and_comes_back_as_the_same_person(
    directory: DirectoryService, sales: Any
) -> None:
    id = directory.send("POST", "/Users", user()).json["id"]
    assert directory.send("DELETE", f"/Users/{id}").status_code == 204
    assert not db.session.get_one(Person, int(id)).is_active
    for method in ("GET", "DELETE"):
        assert directory.send(method, f"/Users/{id}").status_code == 404
    assert directory.send("PUT", f"/Users/{id}", user()).status_code == 404
    everybody = directory.send("GET", "/Users").json["Resources"]
    assert id not in [each["id"] for each in everybody]
    again = directory.send("POST", "/Users", user())
    assert (again.status_code, again.json["id"], again.json["active"]) == (201, id, True)


def test_put_changes_what_is_said_and_leaves_the_rest(
    directory: DirectoryService, finance: Any, chris: Person, kim: Person
) -> None:
    kim.job_title = "Buyer"
    sent = user("kim@northwick.example", displayName="Kim Tran-Berg", **{ENTERPRISE: {"department": "finance"}})
    del sent["active"]
    assert directory.send("PUT", f"/Users/{kim.id}", sent).status_code == 200
    assert (kim.name, kim.email, kim.job_title) == ("Kim Tran-Berg", "kim@northwick.example", "Buyer")
    assert kim.department_id == finance.id
    assert kim.is_active


def test_put_that_does_not_say_active_lets_nobody_back_in(directory: DirectoryService, kim: Person) -> None:
    directory.patch(kim.id, {"op": "replace", "path": "active", "value": False})
    sent = user(kim.email)
    del sent["active"]
    assert directory.send("PUT", f"/Users/{kim.id}", sent).json["active"] is False


@pytest.mark.parametrize("written", ["{0}", {"value": "{0}"}], ids=["as Entra", "as the standard"])
def test_the_manager_is_whom_one_reports_to(
    directory: DirectoryService, kim: Person, marta: Person, written: Any
) -> None:
    value = {"value": str(marta.id)} if isinstance(written, dict) else str(marta.id)
    path = f"{ENTERPRISE}:manager"
    answer = directory.patch(kim.id, {"op": "Add", "path": path, "value": value})
    assert answer.status_code == 200
    assert answer.json[ENTERPRISE]["manager"]["value"] == str(marta.id)
    assert leads(marta, kim)
    circle = directory.patch(marta.id, {"op": "Add", "path": path, "value": {"value": str(kim.id)}})
    assert (circle.status_code, circle.json["scimType"]) == (400, "invalidValue")
    directory.patch(kim.id, {"op": "Remove", "path": path})
    assert db.session.get_one(Person, kim.id).manager_id is None


def test_a_patch_that_changes_the_name_by_its_parts_or_as_a_whole(directory: DirectoryService, kim: Person) -> None:
    directory.patch(
        kim.id,
        {"op": "Replace", "path": "name.givenName", "value": "Kim"},
        {"op": "Replace", "path": "name.familyName", "value": "Berg"},
    )
    assert kim.name == "Kim Berg"
    directory.patch(kim.id, {"op": "Replace", "path": "displayName", "value": "Kim B. Tran"})
    assert kim.name == "Kim B. Tran"


def test_a_list_is_told_in_pages(directory: DirectoryService, kim: Person, marta: Person) -> None:
    first = directory.send("GET", "/Users", query_string={"count": 2}).json
    rest = directory.send("GET", "/Users", query_string={"count": 2, "startIndex": 3}).json
    assert (first["totalResults"], first["itemsPerPage"], rest["itemsPerPage"]) == (3, 2, 1)
    assert len({each["id"] for each in first["Resources"] + rest["Resources"]}) == 3
    assert directory.send("GET", "/Users", query_string={"count": 0}).json["totalResults"] == 3


@pytest.mark.parametrize(
    ("method", "path", "payload", "status", "kind"),
    [
        ("POST", "/Users", {"schemas": [], "displayName": "Nobody"}, 400, "invalidValue"),
        ("POST", "/Users", user("kim-tran@northwick.example"), 409, "uniqueness"),
        ("POST", "/Users", user("no address", emails=[]), 400, "invalidValue"),
        (
            "POST",
            "/Users",
            user("x@northwick.example", **{ENTERPRISE: {"department": "Atlantis"}}),
            400,
            "invalidValue",
        ),
        ("PATCH", "/Users/1", {"Operations": [{"op": "explode"}]}, 400, "invalidValue"),
        ("POST", "/Users", [1], 400, "invalidSyntax"),
        ("GET", "/Users/0", None, 404, None),
        ("GET", "/Users/99999999999", None, 404, None),
        ("GET", '/Users?filter=userName co "a"', None, 400, "invalidFilter"),
        ("GET", "/Users?filter=userName eq", None, 400, "invalidFilter"),
        ("GET", '/Users?filter=userName eq "a" or active eq true', None, 400, "invalidFilter"),
        ("POST", "/ResourceTypes", {}, 405, None),
    ],
)
def test_what_cannot_be_done_is_refused_as_the_standard_has_it(
    directory: DirectoryService, kim: Person, method: str, path: str, payload: Any, status: int, kind: Any
) -> None:
    if "/Users/1" in path:
        path = path.replace("/1", f"/{kim.id}")
    answer = directory.send(method, path, payload)
    if status == 405:
        assert answer.status_code == 405
        return
    assert (answer.status_code, answer.json["status"], answer.json.get("scimType")) == (status, str(status), kind)
    assert answer.json["schemas"] == [ERROR]


def test_the_last_administrator_cannot_be_ended(directory: DirectoryService, chris: Person) -> None:
    answer = directory.patch(chris.id, {"op": "replace", "path": "active", "value": False})
    assert answer.status_code == 409
    assert "last administrator" in answer.json["detail"]
    assert chris.is_active


def test_a_department_is_understood_by_a_line_and_else_by_default(
    directory: DirectoryService, finance: Any, chris: Person
) -> None:
    meanings.configure(chris, default=finance, departments="Vertrieb = Sales", roles="", links_by_email=False)
    first = directory.send("POST", "/Users", user("a@b.example", **{ENTERPRISE: {"department": "Vertrieb"}})).json
    second = directory.send("POST", "/Users", user("c@b.example", **{ENTERPRISE: {"department": "?"}})).json
    assert [each[ENTERPRISE]["department"] for each in (first, second)] == ["Sales", "Finance"]


@pytest.mark.parametrize("name", ["ServiceProviderConfig", "ResourceTypes", "Schemas"])
def test_the_service_says_what_it_can(directory: DirectoryService, name: str) -> None:
    said = directory.send("GET", f"/{name}")
    assert said.status_code == 200
    assert "urn:ietf:params:scim" in said.text


def test_no_session_counts_here_and_no_token_elsewhere(app: Flask, browser: Any, chris: Person, directory: Any) -> None:
    window = browser(chris)
    for method in ("GET", "POST"):
        answer = window.open("/scim/v2/Users", method=method, json=user() if method == "POST" else None)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert app.test_client().get("/admin/people", headers=directory.headers).status_code == 302


def test_a_token_is_kept_as_a_hash_named_noted_and_ended_at_once(
    app: Flask, directory: DirectoryService, chris: Person, kim: Person
) -> None:
    kept = db.session.scalars(select(DirectoryToken)).one()
    secret = directory.headers["Authorization"].removeprefix("Bearer ")
    assert secret not in (kept.token_hash, kept.name)
    assert kept.used_at is None
    assert directory.send("GET", "/Users").status_code == 200
    assert kept.used_at is not None
    with transaction():
        tokens.revoke_token(chris, kept)
    assert directory.send("GET", "/Users").status_code == 401
    assert directory.patch(kim.id, {"op": "replace", "path": "active", "value": False}).status_code == 401
    assert kim.is_active


def test_every_deed_is_written_down_with_ids_only(directory: DirectoryService, sales: Any) -> None:
    id = directory.send("POST", "/Users", user()).json["id"]
    directory.patch(id, {"op": "replace", "path": "title", "value": "Buyer"})
    directory.send("DELETE", f"/Users/{id}")
    rows = db.session.scalars(
        select(EventRow).where(EventRow.name == "ProvisionedByDirectory").order_by(EventRow.id)
    ).all()
    assert [row.data["deed"] for row in rows] == ["made", "changed", "removed"]
    assert all(set(row.data) == {"person_id", "token_id", "deed"} and row.actor_id is None for row in rows)
    left = db.session.scalars(select(EventRow).where(EventRow.name == "PersonLeft")).one()
    assert left.actor_id is None


def test_too_much_at_once_is_slowed_down(
    app: Flask, directory: DirectoryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_SCIM_LIMIT", "2 per minute")
    statuses = [directory.send("GET", "/Users").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_removed_entry_is_told_by_no_answer(directory: DirectoryService, kim: Person, marta: Person) -> None:
    directory.send("DELETE", f"/Users/{kim.id}")
    for query in ({}, {"filter": f'userName eq "{kim.email}"'}):
        answer = directory.send("GET", "/Users", query_string=query).json
        assert str(kim.id) not in [each["id"] for each in answer.get("Resources", [])]
    db.session.execute(update(Person).where(Person.id == marta.id).values(manager_id=kim.id))
    db.session.commit()
    assert directory.send("GET", f"/Users/{marta.id}").status_code == 200


def test_a_directory_knows_no_persona_and_nobody_who_was_taken_out(
    directory: DirectoryService, chris: Person, kim: Person, marta: Person
) -> None:
    persona = factories.question(kim, unnamed=True).author_id
    db.session.commit()
    with transaction():
        erase(chris, marta, typed=marta.name)
    told = directory.send("GET", "/Users").json
    assert {int(each["id"]) for each in told["Resources"]} == {chris.id, kim.id}
    for id in (persona, marta.id):
        back = {"op": "replace", "path": "active", "value": True}
        assert directory.send("GET", f"/Users/{id}").status_code == 404
        assert directory.patch(id, back).status_code == 404
        assert directory.send("PUT", f"/Users/{id}", user()).status_code == 404
        assert directory.send("DELETE", f"/Users/{id}").status_code == 404
        assert db.session.get_one(Person, id, populate_existing=True).left_at is not None


def test_nobody_is_called_by_the_address_of_somebody_whom_the_directory_has_not_named(
    directory: DirectoryService, chris: Person, kim: Person
) -> None:
    taken = directory.patch(kim.id, {"op": "replace", "path": "userName", "value": chris.email})
    assert (taken.status_code, taken.json["scimType"]) == (409, "uniqueness")
    found = directory.send("GET", "/Users", query_string={"filter": f'userName eq "{chris.email}"'}).json
    assert [each["id"] for each in found["Resources"]] == [str(chris.id)]


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/Groups/1/members", 404, None),
        ("GET", "/Users/1/photo", 404, None),
        ("POST", "/Bulk", 404, None),
        ("GET", "", 404, None),
        ("GET", "/", 404, None),
        ("DELETE", "/Users", 405, "GET, HEAD, OPTIONS, POST"),
    ],
)
def test_what_is_no_address_of_the_service_is_refused_as_a_directory_reads_it(
    directory: DirectoryService, app: Flask, method: str, path: str, status: int, allow: str | None
) -> None:
    answer = directory.send(method, path)
    assert (answer.status_code, answer.mimetype) == (status, "application/scim+json")
    assert (answer.json["schemas"], answer.json["status"]) == ([ERROR], str(status))
    assert answer.headers.get("Allow") == allow
    assert DirectoryService(app, "").send(method, path).status_code == 401


def test_an_address_that_only_begins_like_it_has_the_page_for_people(directory: DirectoryService) -> None:
    assert directory.window.get("/scim/v20").mimetype == "text/html"
