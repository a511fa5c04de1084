"""Signing in by the identity provider: who is let in as whom, and every answer that proves nothing."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import EventRow
from forum.identity import meanings
from forum.identity.models import Identity
from forum.people import changing
from forum.people.models import Organisation, Person, Role, Session
from tests import factories
from tests.identity.conftest import ADA, come_by_provider, leave_for_provider
from tests.identity_provider import KEYS, SECRET, STRANGE, IdentityProvider


def ada() -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == ADA["email"]))


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/").status_code == 200)


def test_somebody_new_comes_in_with_the_department_that_the_provider_says(
    client: Any, sales: Any, provider: IdentityProvider
) -> None:
    answer = come_by_provider(client, "/practices?state=due")
    assert (answer.status_code, answer.location) == (303, "/arrival?next=/practices?state%3Ddue")
    assert is_signed_in(client)
    person = ada()
    assert person is not None
    assert (person.name, person.department.name, person.password_hash) == ("Ada Quist", "Sales", None)
    names = set(
        db.session.scalars(select(EventRow.name).where(EventRow.name.in_(("IdentityLinked", "ProvisionedByProvider"))))
    )
    assert names == {"IdentityLinked", "ProvisionedByProvider"}


def test_the_same_subject_is_the_same_person_whatever_the_address(
    client: Any, sales: Any, provider: IdentityProvider
) -> None:
    come_by_provider(client)
    provider.user.update(email="ada.berg@northwick.example", name="Ada Berg")
    come_by_provider(client.application.test_client())
    assert db.session.scalar(select(func.count(Person.id))) == 1


def test_another_subject_with_the_same_address_is_not_the_same_person(
    client: Any, app: Flask, sales: Any, chris: Person, provider: IdentityProvider
) -> None:
    meanings.configure(chris, default=None, departments="", roles="", links_by_email=True)
    come_by_provider(client)
    provider.user["sub"] = "somebody who got her address"
    other = app.test_client()
    assert come_by_provider(other).status_code == 403
    assert not is_signed_in(other)


def test_the_request_carries_state_nonce_and_a_pkce_challenge(client: Any, provider: IdentityProvider) -> None:
    asked = parse_qs(urlsplit(client.get("/sign-in/provider").location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 32 for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    ("lies", "header", "key"),
    [
        ({"nonce": "of another sign-in"}, {}, KEYS[0]),
        ({"nonce": None}, {}, KEYS[0]),
        ({"aud": "another client"}, {}, KEYS[0]),
        ({"aud": ["proven", "another client"], "azp": "another client"}, {}, KEYS[0]),
        ({"iss": "https://elsewhere.example"}, {}, KEYS[0]),
        ({"exp": int(time.time()) - 90}, {}, KEYS[0]),
        ({"sub": ""}, {}, KEYS[0]),
        ({"sub": None}, {}, KEYS[0]),
        ({}, {}, STRANGE),
        ({}, {"alg": "none"}, None),
        ({}, {"alg": "HS256"}, None),
    ],
    ids=["nonce", "no nonce", "audience", "two audiences", "issuer", "expired", "empty", "nobody", "key", "none", "hs"],
)
def test_a_token_that_proves_nothing_lets_nobody_in(
    client: Any, sales: Any, provider: IdentityProvider, lies: Any, header: Any, key: Any
) -> None:
    provider.lies, provider.signs_with = lies, key
    provider.header = {**provider.header, **header}
    answer = come_by_provider(client)
    assert answer.status_code == 400
    assert "does not prove who you are" in answer.text
    assert not is_signed_in(client)
    assert ada() is None


def test_a_token_of_a_clock_that_is_half_a_minute_ahead_is_good(
    client: Any, sales: Any, provider: IdentityProvider
) -> None:
    provider.lies = {"iat": int(time.time()) + 30, "nbf": int(time.time()) + 30}
    assert come_by_provider(client).status_code == 303


def test_a_second_key_and_another_algorithm_are_good(client: Any, sales: Any, provider: IdentityProvider) -> None:
    provider.signs_with, provider.header = KEYS[1], {"alg": "ES256", "kid": "second"}
    assert come_by_provider(client).status_code == 303


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    client: Any, app: Flask, sales: Any, provider: IdentityProvider
) -> None:
    victim = app.test_client()
    answer = victim.get(leave_for_provider(client))
    assert answer.status_code == 400
    assert "begun elsewhere" in answer.text
    assert not is_signed_in(victim)


def test_a_code_works_once(client: Any, app: Flask, sales: Any, provider: IdentityProvider) -> None:
    back = leave_for_provider(client)
    with client.session_transaction() as session:
        cookie = dict(session)
    assert client.get(back).status_code == 303
    thief = app.test_client()
    with thief.session_transaction() as session:
        session.update(cookie)  # Even with the cookie of that moment: the provider takes the code no more.
    assert thief.get(back).status_code == 400
    assert not is_signed_in(thief)


@pytest.mark.parametrize("named", ["https://elsewhere.example", ""])
def test_an_answer_of_another_provider_is_not_taken_for_this_ones(
    client: Any, sales: Any, provider: IdentityProvider, named: str
) -> None:
    back = leave_for_provider(client)
    address, _, _ = back.partition("&iss=")
    asked = len(provider.asked)
    assert client.get(f"{address}&iss={named}" if named else address).status_code == 400
    assert "/token" not in provider.asked[asked:], "the code was sent on"


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site_afterwards(
    client: Any, sales: Any, provider: IdentityProvider, to: str
) -> None:
    assert come_by_provider(client, to).location == "/arrival"


def test_a_department_that_changed_is_taken_over_at_the_next_sign_in(
    client: Any, sales: Any, finance: Any, provider: IdentityProvider
) -> None:
    come_by_provider(client)
    provider.user["department"] = "FINANCE"
    come_by_provider(client.application.test_client())
    person = ada()
    assert person is not None
    assert person.department_id == finance.id


def test_a_department_is_meant_by_a_line_or_by_default_or_nobody_comes_in(
    client: Any, app: Flask, sales: Any, finance: Any, chris: Person, provider: IdentityProvider
) -> None:
    provider.user["department"] = "Vertrieb Nord"
    refused = come_by_provider(client)
    assert refused.status_code == 403
    assert "Vertrieb Nord" in refused.text
    meanings.configure(chris, default=finance, departments="", roles="", links_by_email=False)
    come_by_provider(client)
    person = ada()
    assert person is not None
    assert person.department_id == finance.id
    meanings.configure(chris, default=finance, departments="vertrieb  nord = Sales", roles="", links_by_email=False)
    come_by_provider(app.test_client())
    assert person.department_id == sales.id


def test_groups_become_roles_and_take_them_back_and_every_other_session_ends(
    client: Any, app: Flask, sales: Any, chris: Person, provider: IdentityProvider
) -> None:
    lines = "kb-moderators = moderator\nkb-champions = champion"
    meanings.configure(chris, default=None, departments="", roles=lines, links_by_email=False)
    come_by_provider(client)
    provider.user["groups"] = ["KB-Moderators", "kb-champions", "all staff"]
    second = app.test_client()
    come_by_provider(second)
    person = ada()
    assert person is not None
    assert {(role.name, role.department_id) for role in person.roles} == {("moderator", None), ("champion", sales.id)}
    assert not is_signed_in(client)
    assert is_signed_in(second)
    provider.user["groups"] = []
    come_by_provider(app.test_client())
    assert person.roles == []
    assert not is_signed_in(second)


def test_a_role_that_no_group_stands_for_stays_as_it_was_given_here(
    client: Any, app: Flask, sales: Any, chris: Person, provider: IdentityProvider
) -> None:
    meanings.configure(chris, default=None, departments="", roles="kb = moderator", links_by_email=False)
    come_by_provider(client)
    person = ada()
    assert person is not None
    changing.set_roles(chris, person, [("stakeholder", sales.id)])
    provider.user["groups"] = ["kb"]
    come_by_provider(app.test_client())
    assert {role.name for role in person.roles} == {"stakeholder", "moderator"}


def test_the_last_administrator_stays_one_whatever_the_provider_says(
    client: Any, app: Flask, sales: Any, chris: Person, provider: IdentityProvider
) -> None:
    meanings.configure(chris, default=None, departments="", roles="it = administrator", links_by_email=True)
    provider.user.update(email=chris.email, groups=[])
    come_by_provider(client)
    assert chris.is_administrator
    assert client.get("/admin/people").status_code == 200


def test_what_the_token_lacks_is_asked_for_at_the_user_info_of_the_same_person(
    client: Any, app: Flask, sales: Any, provider: IdentityProvider
) -> None:
    del provider.user["department"]
    provider.more = {"department": "Sales", "sub": "somebody else"}
    assert come_by_provider(client).status_code == 400
    provider.more = {"department": "Sales"}
    assert come_by_provider(client).status_code == 303


def test_somebody_who_is_here_is_linked_by_a_verified_address_where_that_is_allowed_and_is_told(
    client: Any, sales: Any, chris: Person, provider: IdentityProvider
) -> None:
    here = factories.person("Ada", sales)
    here.email = ADA["email"]
    assert come_by_provider(client).status_code == 403
    meanings.configure(chris, default=None, departments="", roles="", links_by_email=True)
    provider.user["email_verified"] = False
    assert come_by_provider(client).status_code == 403
    provider.user["email_verified"] = True
    assert come_by_provider(client).status_code == 303
    assert "Your account here is now linked with Northwick Login" in client.get("/").text
    assert db.session.scalars(select(Identity.person_id)).all() == [here.id]


def test_whoever_was_deactivated_here_is_not_let_in_again(
    client: Any, app: Flask, sales: Any, chris: Person, provider: IdentityProvider
) -> None:
    come_by_provider(client)
    person = ada()
    assert person is not None
    with transaction():
        changing.deactivate(chris, person)
    assert not is_signed_in(client), "the session lived on"
    refused = come_by_provider(app.test_client())
    assert refused.status_code == 403
    assert "access to this site has ended" in refused.text
    with transaction():
        changing.reactivate(chris, person)
    assert come_by_provider(app.test_client()).status_code == 303


def test_whoever_the_provider_says_has_left_is_deactivated(
    client: Any, app: Flask, sales: Any, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_OIDC_ACTIVE_CLAIM", "employed")
    come_by_provider(client)
    provider.user["employed"] = False
    assert come_by_provider(app.test_client()).status_code == 403
    assert not is_signed_in(client)
    assert db.session.scalar(select(func.count(Session.id))) == 0


def test_while_the_provider_is_away_whoever_is_signed_in_works_on_and_the_others_are_told(
    client: Any, app: Flask, sales: Any, provider: IdentityProvider
) -> None:
    come_by_provider(client)
    provider.fails = True
    app.extensions.pop("identity_provider")  # As after an hour, or a restart.
    assert is_signed_in(client)
    stranger = app.test_client()
    answer = stranger.get("/sign-in/provider")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert stranger.get("/sign-in").status_code == 200


def test_a_provider_that_is_away_is_not_asked_again_by_everybody_who_tries(
    app: Flask, sales: Any, provider: IdentityProvider
) -> None:
    provider.fails = True
    statuses = [app.test_client().get("/sign-in/provider").status_code for _ in range(3)]
    assert statuses == [503, 503, 503]
    assert len(provider.asked) == 1


def test_a_provider_that_goes_away_in_the_middle_is_away(client: Any, sales: Any, provider: IdentityProvider) -> None:
    back = leave_for_provider(client)
    provider.fails = True
    assert client.get(back).status_code == 503


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"issuer": "https://elsewhere.example"}, "is about"),
        ({"token_endpoint": "http://elsewhere.example/token"}, "no token_endpoint"),
        ({"jwks_uri": None}, "no jwks_uri"),
        ({"code_challenge_methods_supported": ["plain"]}, "PKCE"),
    ],
)
def test_a_document_that_cannot_be_trusted_is_not_used(
    client: Any, app: Flask, provider: IdentityProvider, document: Any, words: str
) -> None:
    from forum.identity.current import provider as current_provider
    from forum.identity.provider import Away

    provider.document = document
    assert client.get("/sign-in/provider").status_code == 503
    with pytest.raises(Away) as refused:
        current_provider().look_up()
    assert words in refused.value.why


def test_a_strength_that_is_asked_for_must_have_been_proved(
    client: Any, app: Flask, sales: Any, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_OIDC_ACR", "phr")
    assert "acr_values=phr" in client.get("/sign-in/provider").location
    assert come_by_provider(client).status_code == 400
    provider.lies = {"acr": "phr"}
    assert come_by_provider(client).status_code == 303


@pytest.mark.parametrize(
    ("amr", "switch", "counts"), [(["otp"], False, True), (["pwd"], False, False), (None, True, True)]
)
def test_whoever_proved_a_second_factor_at_the_provider_need_not_add_one_here(
    client: Any,
    app: Flask,
    sales: Any,
    provider: IdentityProvider,
    monkeypatch: pytest.MonkeyPatch,
    amr: Any,
    switch: bool,
    counts: bool,
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_OIDC_SECOND_FACTOR", switch)
    come_by_provider(client)
    [came] = db.session.scalars(select(Session)).all()
    db.session.add(Role(person_id=came.person_id, name="moderator", since=now()))
    organisation = db.session.scalars(select(Organisation)).one()
    organisation.requires_factor = True
    db.session.delete(came)
    db.session.commit()
    provider.lies = {"amr": amr}
    come_by_provider(client)
    assert db.session.scalars(select(Session.stage)).all() == ["open" if counts else "setup"]


def test_signing_out_says_where_the_session_of_the_provider_is_ended(
    client: Any, sales: Any, provider: IdentityProvider
) -> None:
    come_by_provider(client)
    assert client.post("/sign-out").location == "/signed-out"
    page = client.get("/signed-out").text
    assert f"{provider.issuer}/end?client_id=proven" in page
    assert not is_signed_in(client)


def test_passwords_can_be_for_administrators_only_or_for_nobody(
    client: Any, app: Flask, sales: Any, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = "correct horse battery staple"
    factories.person("Ola", sales, password=word)
    factories.person("Root", sales, "administrator", password=word)

    def status(name: str) -> int:
        return int(
            app.test_client()
            .post("/sign-in", data={"email": f"{name}@northwick.example", "password": word})
            .status_code
        )

    assert (status("ola"), status("root")) == (303, 303)
    monkeypatch.setitem(app.config, "PROVEN_LOCAL_SIGN_IN", "administrators")
    assert (status("ola"), status("root")) == (422, 303)
    assert "For administrators only" in client.get("/sign-in").text
    monkeypatch.setitem(app.config, "PROVEN_LOCAL_SIGN_IN", "off")
    assert (status("ola"), status("root")) == (422, 422)
    page = client.get("/sign-in").text
    assert "Sign in with Northwick Login" in page
    assert 'type="password"' not in page


def test_neither_secret_nor_code_nor_token_is_written_to_the_log(
    client: Any, app: Flask, sales: Any, provider: IdentityProvider, said: Any
) -> None:
    back = leave_for_provider(client)
    client.get(back)
    provider.lies = {"nonce": "wrong"}
    come_by_provider(app.test_client())
    code = parse_qs(urlsplit(back).query)["code"][0]
    ours = "\n".join(record.getMessage() for record in said.records if record.name.startswith("forum"))
    assert "sign-in by the identity provider failed" in ours
    assert SECRET not in said.text
    assert code not in ours
    assert "eyJ" not in ours
