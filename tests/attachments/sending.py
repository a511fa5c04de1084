"""Sending a file as the editor does."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from tests.conftest import Browser

FOR_AN_EDITOR = {"Accept": "application/json"}


def send(window: Browser, data: bytes, name: str = "a.png", headers: dict[str, str] | None = None) -> Any:
    """The answer to an upload."""
    form = {"file": (BytesIO(data), name)}
    return window.post("/attachments", data=form, headers=FOR_AN_EDITOR if headers is None else headers)
