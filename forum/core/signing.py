"""With what cookies, the tokens of forms and links in mails are signed: HMAC-SHA-256.

Everything that is signed goes through itsdangerous, in Flask, in Flask-WTF and here, so it is set once for all of them.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Serializer, Signer

# What was signed with SHA-1, as itsdangerous does by itself, is still read: by links, and by cookies.
BEFORE: list[Any] = [{"digest_method": hashlib.sha1}, {"digest_method": hashlib.sha1, "key_derivation": "hmac"}]


class SignedCookies(SecureCookieSessionInterface):
    """Flask's cookies, which name their digest themselves."""

    digest_method = staticmethod(hashlib.sha256)


def attach(app: Flask) -> None:
    """Sign with SHA-256 from now on, whoever signs in this process."""
    Signer.default_digest_method = staticmethod(hashlib.sha256)
    Serializer.default_fallback_signers = [*BEFORE]
    app.session_interface = SignedCookies()
