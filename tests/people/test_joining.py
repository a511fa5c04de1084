"""Coming in: by an invitation, once; and the very first person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from forum.core.clock import clock
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.people import joining
from forum.people.models import Organisation, Person
from forum.people.sign_in import check_password
from tests import factories

PASSWORD = "correct horse battery staple"


def test_an_invited_person_joins_once(client: Any, chris: Person, finance: Any) -> None:
    token = joining.invite(chris, email="New@Northwick.example", department=finance)
    assert client.get(f"/join/{token}").status_code == 200
    answer = client.post(f"/join/{token}", data={"name": "New Colleague", "password": PASSWORD})
    assert answer.status_code == 303
    person = check_password("new@northwick.example", PASSWORD)
    assert (person.department_id, person.handle) == (finance.id, "new-colleague")
    again = client.application.test_client().get(f"/join/{token}")
    assert again.status_code == 409
    assert "no longer works" in again.text


def test_a_refused_form_does_not_use_the_invitation_up(client: Any, chris: Person, finance: Any) -> None:
    token = joining.invite(chris, email="new@northwick.example", department=finance)
    assert client.post(f"/join/{token}", data={"name": "New", "password": "short"}).status_code == 422
    assert client.post(f"/join/{token}", data={"name": "New", "password": PASSWORD}).status_code == 303


def test_an_invitation_grows_old(client: Any, chris: Person, finance: Any) -> None:
    token = joining.invite(chris, email="late@northwick.example", department=finance)
    clock().move(timedelta(days=15))
    assert client.get(f"/join/{token}").status_code == 409


def test_a_second_invitation_replaces_the_first(chris: Person, finance: Any) -> None:
    first = joining.invite(chris, email="new@northwick.example", department=finance)
    second = joining.invite(chris, email="new@northwick.example", department=finance)
    with pytest.raises(joining.NoLongerOpen):
        joining.open_invitation(first)
    assert joining.open_invitation(second).email == "new@northwick.example"


def test_a_renewed_invitation_has_a_link_that_works_and_one_that_does_not(chris: Person, finance: Any) -> None:
    lost = joining.invite(chris, email="new@northwick.example", department=finance)
    renewed = joining.renew_invitation(chris, joining.open_invitation(lost))
    with pytest.raises(joining.NoLongerOpen):
        joining.open_invitation(lost)
    assert joining.open_invitation(renewed).department_id == finance.id
    assert [each.email for each in joining.open_invitations()] == ["new@northwick.example"]


def test_a_withdrawn_invitation_leads_nowhere_and_is_neither_withdrawn_nor_renewed_again(
    chris: Person, kim: Person, finance: Any
) -> None:
    token = joining.invite(chris, email="new@northwick.example", department=finance)
    invitation = joining.open_invitation(token)
    for deed in (joining.withdraw_invitation, joining.renew_invitation):
        with pytest.raises(Forbidden):
            deed(kim, invitation)
    joining.withdraw_invitation(chris, invitation)
    with pytest.raises(joining.NoLongerOpen):
        joining.open_invitation(token)
    for deed in (joining.withdraw_invitation, joining.renew_invitation):
        with pytest.raises(joining.WaitsNoLonger):
            deed(chris, invitation)
    assert list(joining.open_invitations()) == []


def test_a_link_for_a_password_is_no_invitation_to_renew(chris: Person, kim: Person) -> None:
    link = joining.open_invitation(joining.let_choose_password(chris, kim))
    with pytest.raises(Invalid):  # There is somebody with the address.
        joining.renew_invitation(chris, link)
    with pytest.raises(joining.WaitsNoLonger):
        joining.withdraw_invitation(chris, link)


@pytest.mark.parametrize("email", ["", "no-at-sign", "two@@signs", "a b@c", "kim-tran@northwick.example"])
def test_an_address_that_cannot_be_invited_is_refused(email: str, chris: Person, kim: Person, finance: Any) -> None:
    with pytest.raises(Invalid):
        joining.invite(chris, email=email, department=finance)


def test_only_administrators_invite(kim: Person, farah: Person, finance: Any) -> None:
    for person in (kim, farah):
        with pytest.raises(Forbidden):
            joining.invite(person, email="new@northwick.example", department=finance)


def test_a_link_lets_somebody_choose_a_new_password_once(client: Any, chris: Person, kim: Person) -> None:
    token = joining.let_choose_password(chris, kim)
    assert client.get(f"/join/{token}").status_code == 409  # It is not an invitation.
    assert client.post(f"/new-password/{token}", data={"password": PASSWORD}).status_code == 303
    assert check_password(kim.email, PASSWORD).id == kim.id
    assert client.application.test_client().get(f"/new-password/{token}").status_code == 409


@pytest.fixture
def not_set_up(app: Any) -> None:
    db.session.execute(delete(Organisation))
    db.session.commit()


def test_before_the_organisation_is_set_up_everything_leads_to_the_first_page(client: Any, not_set_up: None) -> None:
    assert client.get("/practices").location == "/welcome"
    assert client.get("/healthz").json == {"status": "ok"}


def test_whoever_has_the_key_sets_the_organisation_up(client: Any, not_set_up: None) -> None:
    form = {
        "organisation": "Southwick",
        "name": "Ada",
        "email": "ada@southwick.example",
        "password": PASSWORD,
        "departments": "Workshop\n\nOffice\nWorkshop",
    }
    assert client.get("/welcome").status_code == 403
    assert client.post("/welcome", data={**form, "key": "guess"}).status_code == 403
    refused = client.post("/welcome", data={**form, "key": joining.setup_key(), "departments": ""})
    assert refused.status_code == 422
    assert "Southwick" in refused.text
    assert client.post("/welcome", data={**form, "key": joining.setup_key()}).location == "/admin/invitations"
    ada = check_password("ada@southwick.example", PASSWORD)
    assert ada.is_administrator
    assert ada.department.name == "Workshop"
    assert client.get("/welcome").location == "/"


def test_nobody_becomes_administrator_by_that_way_later(kim: Person, chris: Person) -> None:
    with pytest.raises(Forbidden):
        joining.first_administrator(kim)


def test_invitations_show_their_link_once(browser: Callable[[Person], Any], chris: Person, finance: Any) -> None:
    window = browser(chris)
    answer = window.post("/admin/invitations", data={"email": "x@northwick.example", "department": finance.id})
    assert "/join/" in answer.text
    assert "/join/" not in window.get("/admin/invitations").text


def test_a_handle_is_made_of_the_name(sales: Any) -> None:
    assert factories.person("Anna Wójcik", sales).handle == "anna-wojcik"
