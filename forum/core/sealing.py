"""Sealed texts: what the database keeps but cannot read, since the key lies outside of it.

Each purpose has a key of its own, made of the application's secret key by HKDF. A text that was sealed for one purpose
opens for no other, so nothing can be moved from one column, or one person, to another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

FORMAT = b"1"  # AES-256-GCM, a nonce of 12 bytes before what was sealed; another way of sealing gets another number.
KEY_LENGTH = 32  # bytes
NONCE_LENGTH = 12  # bytes, as GCM wants it


class CannotOpen(Exception):
    """It was sealed with another key or for another purpose, or it was changed since."""


def seal(plain: str, purpose: str) -> str:
    """The text, readable only by `open_sealed` with the same purpose. Sealing it again gives another text."""
    nonce = secrets.token_bytes(NONCE_LENGTH)
    sealed = AESGCM(_key("seal", purpose)).encrypt(nonce, plain.encode(), FORMAT)
    return base64.urlsafe_b64encode(FORMAT + nonce + sealed).decode()


def open_sealed(sealed: str, purpose: str) -> str:
    """What was sealed for that purpose. Raises `CannotOpen`."""
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())
        form, nonce, rest = raw[:1], raw[1 : 1 + NONCE_LENGTH], raw[1 + NONCE_LENGTH :]
        return AESGCM(_key("seal", purpose)).decrypt(nonce, rest, form).decode()
    except (ValueError, InvalidTag) as error:
        raise CannotOpen() from error


def fingerprint(plain: str, purpose: str) -> str:
    """The same text always has the same one, and without the key nobody can try which text it is of."""
    return hmac.new(_key("fingerprint", purpose), plain.encode(), hashlib.sha256).hexdigest()


def _key(use: str, purpose: str) -> bytes:
    secret = current_app.config["SECRET_KEY"].encode()
    return HKDF(SHA256(), KEY_LENGTH, salt=None, info=f"proven {use}: {purpose}".encode()).derive(secret)
