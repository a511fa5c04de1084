"""A small identity provider for tests: Authlib's server behind real HTTP on this machine, which can be made to lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT_ID, SECRET = "proven", "a secret between the two"
KEYS = [RSAKey.generate_key(2048, {"kid": "first"}), ECKey.generate_key("P-256", {"kid": "second"})]
STRANGE = RSAKey.generate_key(2048, {"kid": "first"})  # Of somebody who only says that it is the first.


class Client(ClientMixin):
    """The one client that is registered."""

    client_id = CLIENT_ID
    back_to = ""

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.back_to

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back_to

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):
    """A code that was handed out, with what it was asked for."""

    def __init__(self, code: str, asked: Any, user: dict[str, Any]) -> None:
        self.code, self.user = code, user
        self.redirect_uri, self.scope = asked.payload.redirect_uri, asked.payload.scope
        self.nonce = asked.payload.data.get("nonce")
        self.code_challenge = asked.payload.data.get("code_challenge")
        self.code_challenge_method = asked.payload.data.get("code_challenge_method")

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class IdentityProvider:
    """One provider. `user` is whoever sits before its login page; the rest is how it behaves."""

    def __init__(self) -> None:
        self.issuer = ""
        self.client = Client()
        self.user: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}  # Claims that stand in a token in the place of true ones; None takes one out.
        self.signs_with: Any = KEYS[0]
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "first"}
        self.document: dict[str, Any] = {}  # What the discovery document says otherwise.
        self.more: dict[str, Any] = {}  # What only the user info says.
        self.named: str | None = None  # What an answer says it comes from, in the place of the issuer.
        self.asked: list[str] = []  # Every path that was asked for.
        self.fails = False
        self._codes: dict[str, Code] = {}

    def app(self) -> Flask:
        """Its pages."""
        app = Flask("identity_provider")
        server = AuthorizationServer(app, query_client={CLIENT_ID: self.client}.get)
        server.save_token = lambda token, request: None
        server.register_grant(_grant(self), [_OpenID(self), CodeChallenge(required=True)])

        @app.before_request
        def note() -> Any:
            self.asked.append(request.path)
            return Response("down", status=503) if self.fails else None

        @app.get("/.well-known/openid-configuration")
        def discovery() -> Response:
            said = {
                "issuer": self.issuer,
                **{f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")},
                "end_session_endpoint": f"{self.issuer}/end",
                "jwks_uri": f"{self.issuer}/keys",
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
            return jsonify({**said, **self.document})

        @app.get("/keys")
        def keys() -> Response:
            return jsonify(KeySet(KEYS).as_dict(private=False))

        @app.get("/authorization")
        def authorization() -> Any:
            grant = server.get_consent_grant(end_user=self.user)
            answer = server.create_authorization_response(grant_user=self.user, grant=grant)
            back = f"{answer.location}&{urlencode({'iss': self.named or self.issuer})}"
            return redirect(back)

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        @app.get("/userinfo")
        def userinfo() -> Response:
            return jsonify({**self.user, **self.more})

        return app

    def claims(self, nonce: str | None) -> dict[str, Any]:
        """What a token says."""
        moment = int(time.time())
        true = {"iss": self.issuer, "aud": CLIENT_ID, "iat": moment, "exp": moment + 300, "nonce": nonce, **self.user}
        return {name: value for name, value in {**true, **self.lies}.items() if value is not None}

    def keep(self, code: Code) -> None:
        """Keep a code until it is redeemed."""
        self._codes[code.code] = code

    def find(self, code: str) -> Code | None:
        """A code that was not redeemed yet."""
        return self._codes.get(code)

    def forget(self, code: Code) -> None:
        """A code is redeemed once."""
        del self._codes[code.code]


def _grant(provider: IdentityProvider) -> type[grants.AuthorizationCodeGrant]:
    class Grant(grants.AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

        def save_authorization_code(self, code: str, request: Any) -> None:
            provider.keep(Code(code, request, dict(provider.user)))

        def query_authorization_code(self, code: str, client: Any) -> Code | None:
            return provider.find(code)

        def delete_authorization_code(self, code: Code) -> None:
            provider.forget(code)

        def authenticate_user(self, code: Code) -> dict[str, Any]:
            return code.user

    return Grant


class _OpenID(OpenIDCode):
    def __init__(self, provider: IdentityProvider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False

    def encode_id_token(self, token: Any, request: Any) -> str:
        claims, header = self.provider.claims(request.authorization_code.get_nonce()), self.provider.header
        if header["alg"] in ("none", "HS256"):
            return forged(claims, header["alg"])
        return jwt.encode(header, claims, self.provider.signs_with, algorithms=[header["alg"]])


def forged(claims: dict[str, Any], alg: str) -> str:
    """A token as a forger writes it by hand: without a signature, or signed by the public key as if it were a secret.

    Whoever takes the algorithm from the token believes both. Libraries refuse to make them.
    """
    parts = [_encoded(json.dumps(each).encode()) for each in ({"alg": alg, "kid": "first"}, claims)]
    signed = ".".join(parts)
    public = KEYS[0].as_pem(private=False)
    signature = hmac.digest(public, signed.encode(), hashlib.sha256) if alg == "HS256" else b""
    return f"{signed}.{_encoded(signature)}"


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def running() -> Iterator[IdentityProvider]:
    """A provider that answers on a port of this machine until the block ends."""
    provider = IdentityProvider()
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
