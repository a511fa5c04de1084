"""The site inside this process, as it is, and what is read from its pages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from bench.attacks import walls
from bench.attacks.pages import Pages

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@contextmanager
def site(environ: dict[str, str]) -> Iterator[tuple[Flask, Pages]]:
    """The site as it is, inside this process."""
    with walls.ground(environ, "whole") as ground, ground.app.app_context():
        yield ground.app, Pages(ground.app)


def token_of(client: Any, path: str) -> str:
    """The token of the form on a page."""
    found = TOKEN.search(client.get(path).text)
    return unescaped(found[1]) if found else ""


def unescaped(words: str) -> str:
    """Words as they were before they were put into a page."""
    return html.unescape(words)
