"""What templates may call: addresses of built files, icons, times in words, and the permission table."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_login import current_user
from lucide.jinja import lucide
from markupsafe import Markup

from forum.core.clock import now
from forum.core.config import PROJECT
from forum.core.permissions import allowed
from forum.core.web import nonce

BUILT = PROJECT / "static" / "dist"
STEPS = (
    (timedelta(minutes=1), timedelta(seconds=1), "second"),
    (timedelta(hours=1), timedelta(minutes=1), "minute"),
    (timedelta(days=1), timedelta(hours=1), "hour"),
    (timedelta(days=30), timedelta(days=1), "day"),
    (timedelta(days=365), timedelta(days=30), "month"),
)


def attach(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.globals.update(asset=asset, icon=icon, ago=ago, day=day, plural=plural, allowed=_allowed, nonce=nonce)
    app.jinja_env.filters["trusted"] = trusted
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_every_page)


def asset(name: str) -> str | None:
    """Address of a built file such as "app.js", or None when the front end was not built."""
    built = _manifest(BUILT / "manifest.json").get(name)
    return f"/static/dist/{built}" if built else None


@cache
def icon(name: str, size: int = 18) -> Markup:
    """A Lucide icon, drawn inline and hidden from screen readers: a word always stands beside it."""
    drawn = lucide(name, size=size, aria_hidden="true", focusable="false")
    return Markup(drawn)


def trusted(html: str) -> Markup:
    """HTML that `core/text.py` made, or that the search engine marked: the only texts that are not escaped."""
    return Markup(html)


def ago(moment: datetime) -> Markup:
    """How long ago, in words, with the exact time behind it."""
    exact = f"{day(moment.date())}, {moment:%H:%M} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.strftime("%Y-%m-%dT%H:%M:%SZ"), exact, _in_words(now() - moment, moment)
    )


def day(when: date) -> str:
    """A date in words: 3 April 2026."""
    return f"{when.day} {when.strftime('%B %Y')}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 answer`, `2 answers`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _in_words(age: timedelta, moment: datetime) -> str:
    if age < timedelta(seconds=45):
        return "just now"
    for below, unit, word in STEPS:
        if age < below:
            return f"{plural(age // unit, word)} ago"
    return day(moment.date())


_seen: dict[Path, tuple[float, dict[str, str]]] = {}


def _manifest(file: Path) -> dict[str, str]:
    """The list of built files, read again when it was built anew."""
    try:
        changed = file.stat().st_mtime
    except FileNotFoundError:
        return {}
    if file not in _seen or _seen[file][0] != changed:
        _seen[file] = (changed, json.loads(file.read_text()))
    return _seen[file][1]


def _allowed(action: str, subject: Any = None) -> bool:
    return current_user.is_authenticated and allowed(current_user, action, subject)


def _every_page() -> dict[str, Any]:
    signed_in = current_user.is_authenticated
    return {
        "me": current_user,
        "organisation": g.get("organisation"),
        "theme": current_user.theme if signed_in else request.cookies.get("theme", "auto"),
        "shortcuts": current_user.shortcuts if signed_in else True,
        "request_id": g.get("request_id", ""),
    }
