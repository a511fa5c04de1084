"""The identity provider: what it says of itself, where to send somebody, and whom a signed answer names.

The one module that speaks OpenID Connect and the only one that fetches anything from another server. It fetches from
the issuer that the operator set, and from the addresses that this issuer's own document names; never from one that
somebody typed. It follows no redirect, waits some seconds at most and reads no more than a document may be long.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import PreparedRequest, RequestException, Session

from forum.core.clock import real_now
from forum.core.config import is_safe_to_fetch
from forum.core.errors import Refused

log = logging.getLogger(__name__)

# Signed with a key that only the provider has. `none` proves nothing, and HS256 would take our own secret, or worse
# the provider's public key, for the key.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
PATIENCE = 5  # seconds for one answer of the provider: somebody is waiting before an empty page.
LARGEST = 1_000_000  # bytes of a document; the largest seen, with many keys, has some ten thousand.
SKEW = 60  # seconds by which the two clocks may differ
KEPT = 3_600  # seconds for which the provider's document and keys are believed without asking again
AWAY = 10  # seconds for which a provider that did not answer is not asked again: each asking holds a thread of ours
AGAIN = 30  # seconds before keys are fetched anew for a signature by an unknown key: anybody can make up one


class Away(Refused):
    """The provider does not answer, or not as a provider does."""

    status = 503
    title = "The sign-in of your organisation does not answer"
    message = (
        "Proven asks it who you are, and it says nothing at the moment. Wait some minutes and try again. Whoever is"
        " signed in already can go on working."
    )

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why  # For administrators and the log; never what a person typed or a secret.


class NotProved(Refused):
    """The answer does not prove who somebody is. What was wrong with it is in the log only."""

    status = 400
    title = "You are not signed in"
    message = (
        "What came back does not prove who you are. Begin again from the sign-in page; if it happens again, tell an"
        " administrator."
    )

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


@dataclass(frozen=True)
class Client:
    """This site as the provider knows it. The secret is shown nowhere, not even in a traceback."""

    issuer: str
    client_id: str
    secret: str
    scopes: str
    acr: str
    back_to: str

    def __repr__(self) -> str:
        return f"Client of {self.issuer}"


@dataclass(frozen=True)
class Discovery:
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    names_itself: bool = False  # Whether each answer says whose it is (RFC 9207), so that two cannot be mixed up.
    secret_in_body: bool = False


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun: what has to come back, and what proves that it comes back to the same browser."""

    address: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of one client, with what it said lately. One object serves all threads of a process."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._away: tuple[float, str] | None = None
        self._discovery: tuple[float, Discovery] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def discovery(self) -> Discovery:
        """What the provider says of itself, at most an hour old. Raises `Away`, which says what is wrong with it."""
        if self._discovery is not None and time.monotonic() - self._discovery[0] <= KEPT:
            return self._discovery[1]
        if self._away is not None and time.monotonic() - self._away[0] <= AWAY:
            raise Away(self._away[1])
        try:
            return self.look_up()
        except Away as away:
            self._away = (time.monotonic(), away.why)
            raise

    def look_up(self) -> Discovery:
        """What the provider says of itself at this moment. Raises `Away`."""
        address = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
        said = _fetch(address)
        if said.get("issuer") != self.client.issuer:
            raise Away(f"{address} is about {said.get('issuer')!r}, and PROVEN_OIDC_ISSUER is {self.client.issuer!r}")
        methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        challenges = said.get("code_challenge_methods_supported")
        if isinstance(challenges, list) and "S256" not in challenges:
            raise Away(f"{address} offers no PKCE with S256, which protects a sign-in on its way")
        found = Discovery(
            issuer=self.client.issuer,
            authorization_endpoint=_endpoint(said, "authorization_endpoint"),
            token_endpoint=_endpoint(said, "token_endpoint"),
            jwks_uri=_endpoint(said, "jwks_uri"),
            userinfo_endpoint=_endpoint(said, "userinfo_endpoint", needed=False),
            end_session_endpoint=_endpoint(said, "end_session_endpoint", needed=False),
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
            secret_in_body="client_secret_basic" not in methods and "client_secret_post" in methods,
        )
        self._discovery, self._away = (time.monotonic(), found), None
        return found

    def start(self) -> Begun:
        """Where to send a browser to sign in, with a state, a nonce and a PKCE verifier of its own. Raises `Away`."""
        discovery = self.discovery()
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        more = {"acr_values": self.client.acr} if self.client.acr else {}
        with self._session(discovery) as session:
            address, state = session.create_authorization_url(
                discovery.authorization_endpoint,
                state=secrets.token_urlsafe(24),
                nonce=nonce,
                code_verifier=verifier,
                **more,
            )
        return Begun(address, state, nonce, verifier)

    def finish(
        self, answer: Mapping[str, str], begun: Begun, wanted: Callable[[Mapping[str, Any]], bool]
    ) -> dict[str, Any]:
        """The proved claims of whoever signed in, given the query that came back.

        Where `wanted` says that something is missing in the signed token, the provider is asked for it. Raises
        `NotProved` and `Away`.
        """
        discovery = self.discovery()
        self._check_sender(answer, discovery)
        if "error" in answer or not answer.get("code"):
            raise NotProved(f"the provider answered {answer.get('error', 'without a code')!r}")
        with self._session(discovery) as session:
            token = self._redeem(session, discovery, answer["code"], begun.verifier)
            claims = self._read(token, begun.nonce)
            if discovery.userinfo_endpoint and wanted(claims):
                claims = {**_more_about(session, discovery, claims["sub"]), **claims}
        return claims

    def where_to_sign_out(self, back_to: str) -> str:
        """The provider's page on which one ends the session there; empty when it has none, or does not answer."""
        try:
            endpoint = self.discovery().end_session_endpoint
        except Away:
            return ""
        if not endpoint:
            return ""
        page = PreparedRequest()
        page.prepare_url(endpoint, {"client_id": self.client.client_id, "post_logout_redirect_uri": back_to})
        return str(page.url)

    def count_keys(self) -> int:
        """How many keys the provider signs with, fetched now. Raises `Away`."""
        return len(self._fetch_keys().keys)

    def _session(self, discovery: Discovery) -> OAuth2Session:
        by = "client_secret_post" if discovery.secret_in_body else "client_secret_basic"
        return OAuth2Session(
            client_id=self.client.client_id,
            client_secret=self.client.secret or None,
            token_endpoint_auth_method=by if self.client.secret else "none",
            scope=self.client.scopes,
            redirect_uri=self.client.back_to,
            code_challenge_method="S256",
            default_timeout=PATIENCE,
        )

    def _check_sender(self, answer: Mapping[str, str], discovery: Discovery) -> None:
        """An answer that says whose it is must be this provider's, or a code of another one would be sent to it."""
        named = answer.get("iss")
        if named is None and not discovery.names_itself:
            return
        if named != self.client.issuer:
            raise NotProved(f"the answer says that it comes from {named!r}")

    def _redeem(self, session: OAuth2Session, discovery: Discovery, code: str, verifier: str) -> dict[str, Any]:
        try:
            return dict(
                session.fetch_token(
                    discovery.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    allow_redirects=False,
                )
            )
        except OAuthError as error:
            raise NotProved(f"the provider takes no such code: {error.error}") from None
        except (RequestException, ValueError) as error:
            raise Away(f"{discovery.token_endpoint} does not answer: {type(error).__name__}") from None

    def _read(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        raw = str(token.get("id_token") or "")
        try:
            read = self._verify(raw)
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self.client.issuer},
                    "aud": {"essential": True, "value": self.client.client_id},
                    "sub": {"essential": True, "allow_blank": False},
                },
                params={"nonce": nonce, "client_id": self.client.client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(real_now().timestamp()), leeway=SKEW)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotProved(f"the token is not good: {type(error).__name__} {error}") from None
        if self.client.acr and claims.get("acr") not in self.client.acr.split():
            raise NotProved(f"the sign-in proved {claims.get('acr')!r}, not {self.client.acr!r}")
        return dict(claims)

    def _verify(self, raw: str) -> jwt.Token:
        """The token, if one of the provider's keys signed it; keys that changed meanwhile are fetched once more."""
        fetched, keys = self._keys or (0.0, None)
        if keys is None or time.monotonic() - fetched > KEPT:
            keys = self._fetch_keys()
        try:
            return jwt.decode(raw, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if not fetched or time.monotonic() - fetched < AGAIN:
                raise
        return jwt.decode(raw, self._fetch_keys(), algorithms=ALGORITHMS)

    def _fetch_keys(self) -> KeySet:
        address = self.discovery().jwks_uri
        try:
            keys = KeySet.import_key_set(_fetch(address))  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Away(f"{address} holds no keys: {type(error).__name__}") from None
        self._keys = (time.monotonic(), keys)
        return keys


def _more_about(session: OAuth2Session, discovery: Discovery, subject: str) -> dict[str, Any]:
    said = _fetch(discovery.userinfo_endpoint, session)
    if said.get("sub") != subject:
        raise NotProved("the provider's user info is about somebody else")
    return said


def _endpoint(said: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    address = said.get(name)
    if address is None and not needed:
        return ""
    if not isinstance(address, str) or not is_safe_to_fetch(address):
        raise Away(f"the provider's document names no {name} that begins with https://")
    return address


def _fetch(address: str, session: Session | None = None) -> dict[str, Any]:
    """The JSON object at an address of the provider. Raises `Away`, which says why there is none."""
    how: dict[str, Any] = {"timeout": PATIENCE, "allow_redirects": False, "stream": True}
    try:
        with (session or Session()).get(address, headers={"Accept": "application/json"}, **how) as answer:
            if answer.status_code != 200:
                raise Away(f"{address} answers with status {answer.status_code}")
            body = answer.raw.read(LARGEST + 1, decode_content=True)
    except RequestException as error:
        raise Away(f"{address} cannot be reached: {type(error).__name__}") from None
    if len(body) > LARGEST:
        raise Away(f"{address} answers with more than {LARGEST:,} bytes")
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Away(f"{address} does not answer in JSON")
    return said
