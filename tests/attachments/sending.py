"""Sending a file as the editor does."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.conftest import Browser

FOR_AN_EDITOR = {"Accept": "application/json"}


def send(window: Browser, data: bytes, name: str = "a.png", headers: dict[str, str] | None = None) -> Any:
    """The answer to an upload."""
    # Put together here: the client would write what is large into a file that it leaves to the garbage collector.
    boundary, form = encode_multipart({"file": FileStorage(BytesIO(data), filename=name)})
    wanted = FOR_AN_EDITOR if headers is None else headers
    return window.post(
        "/attachments", data=form, content_type=f"multipart/form-data; boundary={boundary}", headers=wanted
    )
