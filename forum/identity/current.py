"""The identity provider of the application, as its settings say, and who may sign in without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from forum.core.permissions import allowed
from forum.identity.claims import Names
from forum.people.models import Person

if TYPE_CHECKING:
    from forum.identity.provider import Provider

BACK = "/sign-in/provider/answer"  # Where the provider sends a browser back to; registered there.


def is_configured() -> bool:
    """Whether there is an identity provider."""
    return bool(current_app.config["PROVEN_OIDC_ISSUER"])


def provider() -> Provider:
    """The identity provider. Made when it is first asked for: the library takes half a second to load."""
    from forum.identity.provider import Client, Provider

    made = current_app.extensions.get("identity_provider")
    if not isinstance(made, Provider):
        settings = current_app.config
        made = Provider(
            Client(
                issuer=settings["PROVEN_OIDC_ISSUER"],
                client_id=settings["PROVEN_OIDC_CLIENT_ID"],
                secret=settings["PROVEN_OIDC_CLIENT_SECRET"],
                scopes=settings["PROVEN_OIDC_SCOPES"],
                acr=settings["PROVEN_OIDC_ACR"],
                back_to=back_to(),
            )
        )
        current_app.extensions["identity_provider"] = made
    return made


def back_to() -> str:
    """The address to register with the provider. Made of the setting and not of the request, which anybody can send."""
    return f"{current_app.config['PROVEN_ADDRESS']}{BACK}"


def name() -> str:
    """What the provider is called."""
    return str(current_app.config["PROVEN_OIDC_NAME"])


def claim_names() -> Names:
    """Under which names the provider says what."""
    settings = current_app.config
    return Names(
        department=settings["PROVEN_OIDC_DEPARTMENT_CLAIM"],
        roles=settings["PROVEN_OIDC_ROLES_CLAIM"],
        active=settings["PROVEN_OIDC_ACTIVE_CLAIM"],
    )


def who_has_passwords() -> str:
    """Who may sign in with a password kept here: "on" for everybody, "administrators", or "off" for nobody."""
    return str(current_app.config["PROVEN_LOCAL_SIGN_IN"])


def may_use_password(person: Person) -> bool:
    """Whether this person may sign in with a password kept here."""
    who = who_has_passwords()
    return who == "on" or (who == "administrators" and allowed(person, "sign_in.break_glass"))


def counts_as_second_factor() -> bool:
    """Whether its sign-in counts as one with a second factor, whatever it says about how somebody signed in.

    Where `PROVEN_OIDC_ACR` asks for a strength, the token has been held to it.
    """
    return bool(current_app.config["PROVEN_OIDC_SECOND_FACTOR"] or current_app.config["PROVEN_OIDC_ACR"])
