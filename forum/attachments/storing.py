"""Where the bytes of attachments lie: a folder, or a bucket that speaks S3. The same few calls for both."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from flask import Flask, current_app
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from forum.core.errors import Refused

log = logging.getLogger(__name__)

FOLDER = "attachments"  # inside the data folder, so that one copy of it holds them too
TIME = "10s"  # for one answer of the bucket; a person waits for it
FULL = ("no space left", "os error 28", "quota exceeded", "os error 122")  # what a full disk says


class StorageAway(Refused):
    """The folder or the bucket does not answer."""

    status = 503
    title = "Files cannot be kept just now"
    message = "The place where pictures and files are kept does not answer. Your text is kept; add the file later."


class StorageFull(Refused):
    """There is no room left."""

    status = 507
    title = "No room for files"
    message = "The place where pictures and files are kept is full. Your text is kept; tell an administrator."


def attach(app: Flask) -> None:
    """Let the application find its storage, which is opened when it is first needed."""
    app.extensions["attachments"] = None


def save(token: str, data: bytes) -> None:
    """Keep the bytes under that name. Raises `StorageFull` or `StorageAway`; then nothing is kept."""
    try:
        obstore.put(_store(), token, data)
    except (BaseError, OSError) as error:
        log.error("an attachment could not be kept: %s", error)
        raise why_not_kept(str(error)) from error


def read(token: str) -> bytes:
    """The bytes kept under that name. Raises `StorageAway` when they are not there, or nobody answers."""
    try:
        return bytes(obstore.get(_store(), token).bytes())
    except (BaseError, OSError) as error:
        log.error("attachment %s could not be read: %s", token, error)
        raise StorageAway() from error


def delete(tokens: Iterable[str]) -> None:
    """Delete these, whether they are there or not. Raises `StorageAway`."""
    try:
        for token in tokens:
            try:
                obstore.delete(_store(), token)
            except FileNotFoundError:
                continue  # Deleted before, by a worker that died before it could say so.
    except (BaseError, OSError) as error:
        raise StorageAway() from error


def answers() -> bool:
    """Whether the storage can be reached, and a folder written; nothing is written for it."""
    try:
        if current_app.config["PROVEN_STORAGE"] == "local":
            return os.access(_folder(current_app.config), os.W_OK | os.X_OK)
        next(iter(obstore.list(_store(), prefix="none", chunk_size=1)), None)
    except (BaseError, OSError):
        return False
    return True


def why_not_kept(said: str) -> Refused:
    """The refusal for what the storage said."""
    return StorageFull() if any(words in said.lower() for words in FULL) else StorageAway()


def _store() -> Any:
    if current_app.extensions["attachments"] is None:
        current_app.extensions["attachments"] = _open(current_app.config)
    return current_app.extensions["attachments"]


def _open(config: dict[str, Any]) -> Any:
    if config["PROVEN_STORAGE"] == "local":
        return LocalStore(_folder(config))
    place, endpoint = urlsplit(config["PROVEN_STORAGE"]), config["PROVEN_S3_ENDPOINT"]
    given = {
        "endpoint": endpoint,
        "access_key_id": config["PROVEN_S3_KEY"],
        "secret_access_key": config["PROVEN_S3_SECRET"],
        "region": config["PROVEN_S3_REGION"],
    }
    return S3Store(
        place.netloc,
        prefix=place.path.strip("/") or None,
        client_options={"timeout": TIME, "allow_http": endpoint.startswith("http://")},
        retry_config={"max_retries": 2},
        **{name: value for name, value in given.items() if value},  # Without keys: those of the machine.
    )


def _folder(config: dict[str, Any]) -> Path:
    folder = Path(config["PROVEN_DATA"]) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
