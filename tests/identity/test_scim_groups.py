"""Groups of a directory, the roles they mean, and versions, so that nobody overwrites what they have not read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from scim2_models import Context, Group, ListResponse
from sqlalchemy import select

from forum.core.db import db, transaction
from forum.core.events import EventRow
from forum.identity import groups, meanings, scim
from forum.identity.models import DirectoryGroup
from forum.people import changing
from forum.people.models import Person, Session
from tests import factories
from tests.identity.test_scim import DirectoryService, directory, user

__all__ = ["directory"]

LINES = "kb-moderators = moderator\nsales-leads = stakeholder of Sales\nkb-champions = champion\nadmins = administrator"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture(autouse=True)
def lines(chris: Person, sales: Any) -> None:
    """What the groups mean here."""
    with transaction():
        meanings.configure(chris, default=None, departments="", roles=LINES, links_by_email=False)


def group(name: str, *members: Person, **more: Any) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": name,
        "externalId": f"ext-{name}",
        "members": [{"value": str(each.id)} for each in members],
        **more,
    }


def patch(directory: DirectoryService, id: str, *operations: dict[str, Any], **more: Any) -> Any:
    return directory.send("PATCH", f"/Groups/{id}", {"schemas": [PATCH], "Operations": list(operations)}, **more)


def roles(person: Person) -> set[tuple[str, int | None]]:
    db.session.expire(person, ["roles"])
    return {(role.name, role.department_id) for role in person.roles}


def test_a_group_is_made_found_and_told_of_as_the_standard_has_it(
    directory: DirectoryService, kim: Person, marta: Person
) -> None:
    made = directory.send("POST", "/Groups", group("KB-Moderators", kim, marta))
    assert (made.status_code, made.headers["Location"]) == (201, made.json["meta"]["location"])
    id = made.json["id"]
    for address in (f"/Groups/{id}", "/Groups", '/Groups?filter=displayName eq "kb-moderators"'):
        assert directory.send("GET", address).status_code == 200
    shown = Group.model_validate(directory.send("GET", f"/Groups/{id}").json, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert {each.value for each in shown.members or ()} == {str(kim.id), str(marta.id)}
    words = {"filter": 'externalId eq "ext-KB-Moderators"', "excludedAttributes": "members"}
    found = directory.send("GET", "/Groups", query_string=words).json
    page = ListResponse[Group].model_validate(found, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert (page.total_results, (page.resources or [])[0].members) == (1, None)
    none = directory.send("GET", "/Groups", query_string={"filter": 'displayName eq "nobody"'}).json
    assert none["totalResults"] == 0
    assert directory.send("GET", "/Groups", query_string={"filter": 'displayName sw "kb"'}).status_code == 400


def test_whoever_is_in_a_group_has_its_role_at_once_and_loses_it_with_the_group(
    directory: DirectoryService, browser: Any, kim: Person, sales: Any, finance: Any
) -> None:
    window = browser(kim)
    id = directory.send("POST", "/Groups", group("kb-moderators", kim)).json["id"]
    assert roles(kim) == {("moderator", None)}
    assert window.get("/").status_code == 302  # Rights that changed begin with another session.
    leads = directory.send("POST", "/Groups", group("sales-leads", kim)).json["id"]
    champions = directory.send("POST", "/Groups", group("kb-champions", kim)).json["id"]
    assert roles(kim) == {("moderator", None), ("stakeholder", sales.id), ("champion", sales.id)}
    directory.patch(kim.id, {"op": "replace", "path": f"{list(user())[-1]}:department", "value": "Finance"})
    assert roles(kim) == {("moderator", None), ("stakeholder", sales.id), ("champion", finance.id)}
    patch(directory, champions, {"op": "replace", "path": "displayName", "value": "means nothing"})
    assert directory.send("DELETE", f"/Groups/{id}").status_code == 204
    assert directory.send("GET", f"/Groups/{id}").status_code == 404
    assert directory.send("PUT", f"/Groups/{leads}", group("sales-leads")).status_code == 200
    assert roles(kim) == set()
    told = db.session.scalars(
        select(EventRow.data).where(EventRow.name == "GroupChangedByDirectory").order_by(EventRow.id)
    ).all()
    assert [each["deed"] for each in told] == ["made", "made", "made", "changed", "removed", "changed"]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Remove", "path": "members", "value": [{"value": "{0}"}]},
        {"op": "remove", "path": 'members[value eq "{0}"]'},
    ],
    ids=["as Entra", "as the standard"],
)
def test_members_come_and_go_by_patches(
    directory: DirectoryService, kim: Person, marta: Person, operation: dict[str, Any]
) -> None:
    id = directory.send("POST", "/Groups", group("kb-moderators", kim)).json["id"]
    added = patch(directory, id, {"op": "Add", "path": "members", "value": [{"value": str(marta.id)}]})
    assert added.status_code == 200
    assert roles(marta) == roles(kim) == {("moderator", None)}
    gone = json.loads(json.dumps(operation).replace("{0}", str(kim.id)))
    assert patch(directory, id, gone).status_code == 200
    assert (roles(kim), roles(marta)) == (set(), {("moderator", None)})
    renamed = patch(directory, id, {"op": "replace", "value": {"id": id, "displayName": "others"}})  # as Okta
    assert renamed.json["displayName"] == "others"
    assert roles(marta) == set()


def test_a_patch_of_thousands_of_members_or_conditions_takes_no_minute() -> None:
    """Each member was once looked at for each other one: this test took five minutes."""
    row = DirectoryGroup(id=1, name="everybody", since=datetime(2026, 11, 30, tzinfo=UTC))
    many = groups.Group(row, [(id, "Somebody") for id in range(1, groups.MOST_MEMBERS + 1)])
    head = {"schemas": [PATCH]}
    values = [{"value": str(id)} for id in range(2, groups.MOST_MEMBERS + 1)]
    add = {"op": "Add", "path": "members", "value": [{"value": "7"}]}
    gone = {"op": "Remove", "path": "members", "value": values}
    assert scim.patched_group({**head, "Operations": [gone, add]}, many).members == {"1", "7"}
    path = "members[" + " or ".join(['value eq "9"'] * groups.MOST_MEMBERS) + "]"
    with pytest.raises(scim.NotUnderstood):
        scim.patched_group({**head, "Operations": [{"op": "remove", "path": path}]}, many)


def test_roles_that_no_known_group_decides_about_stay(
    directory: DirectoryService, kim: Person, chris: Person, finance: Any
) -> None:
    changing.set_roles(chris, kim, [("stakeholder", finance.id)])
    id = directory.send("POST", "/Groups", group("kb-moderators", kim)).json["id"]
    assert roles(kim) == {("moderator", None), ("stakeholder", finance.id)}
    directory.send("POST", "/Groups", group("sales-leads"))
    directory.send("PUT", f"/Groups/{id}", group("kb-moderators"))
    assert roles(kim) == set()  # Now the directory has said who answers for departments.


def test_the_last_administrator_stays_one_and_nothing_of_it_is_kept(
    directory: DirectoryService, chris: Person, kim: Person
) -> None:
    id = directory.send("POST", "/Groups", group("admins", chris)).json["id"]
    refused = directory.send("PUT", f"/Groups/{id}", group("admins"))
    assert refused.status_code == 409
    assert roles(chris) == {("administrator", None)}
    assert [each["value"] for each in directory.send("GET", f"/Groups/{id}").json["members"]] == [str(chris.id)]


def test_what_no_group_can_be_is_refused_in_words(directory: DirectoryService, kim: Person) -> None:
    directory.send("POST", "/Groups", group("kb-moderators"))
    twice = directory.send("POST", "/Groups", group("KB-moderators", externalId="other"))
    assert (twice.status_code, twice.json["scimType"]) == (409, "uniqueness")
    for sent in (group("", kim), group("x", members=[{"value": "999999"}]), {"schemas": group("x")["schemas"]}, [], 7):
        answer = directory.send("POST", "/Groups", sent)
        assert answer.status_code == 400, sent
        assert answer.json["detail"]
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = None if method in ("GET", "DELETE") else group("x")
        assert directory.send(method, "/Groups/99", body).status_code in (400, 404)
        assert directory.send(method, "/Groups/9" * 9, body).status_code == 404


def test_neither_a_persona_nor_whoever_was_taken_out_is_a_member(directory: DirectoryService, kim: Person) -> None:
    unnamed = factories.person()
    unnamed.is_persona = True
    db.session.commit()
    assert directory.send("POST", "/Groups", group("kb-moderators", unnamed)).status_code == 400
    assert roles(unnamed) == set()


# Versions


@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_a_change_to_another_version_than_was_read_is_refused(
    directory: DirectoryService, kim: Person, kind: str
) -> None:
    id = directory.send("POST", "/Groups", group("kb-moderators", kim)).json["id"] if kind == "Groups" else kim.id
    read = directory.send("GET", f"/{kind}/{id}")
    version = read.json["meta"]["version"]
    assert read.headers["ETag"] == version
    directory.headers["If-None-Match"] = version
    again = directory.send("GET", f"/{kind}/{id}")
    assert (again.status_code, again.get_data()) == (304, b"")
    del directory.headers["If-None-Match"]
    operation = {"op": "replace", "path": "displayName", "value": "Another Name"}
    body = {"schemas": [PATCH], "Operations": [operation]}
    directory.headers["If-Match"] = version
    changed = directory.send("PATCH", f"/{kind}/{id}", body)
    assert changed.status_code == 200
    assert changed.headers["ETag"] == changed.json["meta"]["version"] != version
    for method, sent in (("PATCH", body), ("PUT", group("x") if kind == "Groups" else user()), ("DELETE", None)):
        refused = directory.send(method, f"/{kind}/{id}", sent)
        assert refused.status_code == 412, method
    assert directory.send("GET", f"/{kind}/{id}").json["displayName"] == "Another Name"
    directory.headers["If-Match"] = "*"
    assert directory.send("PATCH", f"/{kind}/{id}", body).status_code == 200
    assert directory.send("GET", "/ServiceProviderConfig").json["etag"] == {"supported": True}


def test_a_version_does_not_change_by_itself_and_tells_nothing(directory: DirectoryService, kim: Person) -> None:
    first = directory.send("GET", f"/Users/{kim.id}").json["meta"]["version"]
    factories.question(kim)
    db.session.query(Session).delete()
    db.session.commit()
    assert directory.send("GET", f"/Users/{kim.id}").json["meta"]["version"] == first
    everybody = directory.send("GET", "/Users").json["Resources"]
    assert first in [each["meta"]["version"] for each in everybody]


def test_groups_are_said_to_be_there(directory: DirectoryService, app: Flask) -> None:
    types = directory.send("GET", "/ResourceTypes").json["Resources"]
    assert {each["endpoint"] for each in types} == {"/Users", "/Groups"}
