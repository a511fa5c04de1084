"""The demonstration under its own server, and a browser in which its people are signed in."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from bench import serving
from bench.attacks.browsing import chromium
from forum.core.config import PROJECT
from forum.people import demo

__all__ = ["chromium", "demonstration", "signed_in"]


@contextmanager
def demonstration(data: Path | None) -> Iterator[str]:
    """Address of the demonstration; filled in first, unless `data` holds it, where it is kept for the next run."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = data or Path(temporary)
        environ = serving.settings(folder, "", "whoosh")
        if not (folder / "proven.sqlite").exists():
            command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"]
            subprocess.run(command, cwd=PROJECT, env={**os.environ, **environ}, check=True, stdout=subprocess.DEVNULL)
        with serving.product(environ, folder) as server:
            yield f"http://127.0.0.1:{server.port}"


@contextmanager
def signed_in(browser: Browser, address: str, handle: str = "", **how: Any) -> Iterator[BrowserContext]:
    """A profile of its own in which somebody is signed in, or nobody; `how` is how they look at the site."""
    context = browser.new_context(base_url=address, **how)
    if handle:
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("E-mail").fill(f"{handle}@northwick.example")
        page.get_by_label("Password", exact=True).fill(demo.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.close()
    yield context
    context.close()
