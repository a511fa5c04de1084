"""What templates may call: addresses of built files, icons, times in words, and the permission table."""

from __future__ import annotations

import json
from collections.abc import Hashable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request
from jinja2 import Template
from lucide.jinja import lucide
from markupsafe import Markup, escape

from forum.core.clock import now
from forum.core.config import PROJECT
from forum.core.languages import (
    SOURCE,
    day_in_words,
    direction,
    gettext,
    language,
    messages,
    moment_in_words,
    ngettext,
    number,
    words_of_scripts,
)
from forum.core.permissions import allowed
from forum.core.web import current_person, nonce

BUILT = PROJECT / "static" / "dist"
# Icons that point along the line: turned where it runs from right to left.
POINTING = {"arrow-left", "arrow-right", "chevron-right", "log-out", "message-circle-reply", "reply", "send", "undo-2"}
LABELS_IN_TEXTS = messages(("Table", "Step", "Picture", "Text"))  # which core/text.py gives to what has no words
KEPT_ROWS = 5_000  # rows of lists kept drawn in one process: about 10 MB


def attach(app: Flask) -> None:
    """Give the templates their words."""
    app.jinja_env.globals.update(asset=asset, icon=icon, ago=ago, day=day, plural=plural)
    app.jinja_env.globals.update(clock_time=clock_time, today=today)
    app.jinja_env.globals.update(called=called, needs=needs, scripts=scripts)
    app.jinja_env.globals.update(kept=kept, allowed=_allowed, nonce=nonce)
    app.jinja_env.filters["trusted"] = trusted
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_every_page)


def asset(name: str) -> str | None:
    """Address of a built file such as "app.js", or None when the front end was not built."""
    built = _manifest(BUILT / "manifest.json").get(name)
    return f"/static/dist/{built}" if built else None


def needs(name: str) -> str:
    """Have this page fetch a built script that most pages do without; the layout fetches it at the page's end."""
    g.setdefault("scripts", []).append(name)
    return ""


def scripts() -> list[str]:
    """The addresses of what the parts of this page need, each once."""
    return [address for name in dict.fromkeys(g.get("scripts", [])) if (address := asset(name))]


@cache
def icon(name: str, size: int = 18) -> Markup:
    """A Lucide icon, drawn inline and hidden from screen readers: a word always stands beside it."""
    turns = {"class": "turns"} if name in POINTING else {}
    drawn = lucide(name, size=size, aria_hidden="true", focusable="false", **turns)
    return Markup(drawn)


def trusted(html: str) -> Markup:
    """HTML that `core/text.py` made, or that the search engine marked: the only texts that are not escaped."""
    if language() != SOURCE:  # Those of our own in it, which are stored in English; nobody can write attributes.
        for words in LABELS_IN_TEXTS:
            html = html.replace(f'aria-label="{words}"', f'aria-label="{escape(gettext(words))}"')
    return Markup(html)


def ago(moment: datetime) -> Markup:
    """How long ago, in words, with the exact time behind it."""
    exact = gettext("%(day)s, %(time)s UTC", day=day(moment.date()), time=f"{moment:%H:%M}")
    words = _in_words(now() - moment, moment)
    # Words of ours and digits only; Markup's own format takes ten times as long, thirty times a page.
    return Markup(f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}" title="{exact}">{words}</time>')


def called(person: Any) -> str:
    """What a person is called on the pages of whoever is looking; of a persona of their own they are told so."""
    reader = current_person()
    mine = person.is_persona and reader.is_authenticated and person.id in reader.selves
    return gettext("You, as “%(name)s”", name=person.name) if mine else str(person.name)


def day(when: date) -> str:
    """A date in words: 3 April 2026."""
    return day_in_words(when)


def kept(template: str, row: Hashable, when: Markup | None = None) -> Markup:
    """A fragment drawn from `row`, `when` and the language alone, once for the same: lists show the same rows all day.

    The fragment sees neither the person nor the request, so that nobody is shown what was drawn for somebody else.
    """
    return _drawn(current_app.jinja_env.get_template(template), row, when, language())


@lru_cache(maxsize=KEPT_ROWS)
def _drawn(template: Template, row: Hashable, when: Markup | None, _language: str) -> Markup:
    return Markup(template.render(row=row, when=when))


def clock_time(moment: datetime) -> Markup:
    """A moment to come, in the reader's own hours where their browser tells, else in UTC: Tue 24 November, 10:00."""
    # As the language orders the parts; see https://babel.pocoo.org/en/latest/dates.html#date-fields.
    words = moment_in_words(moment, gettext("EEE d MMMM, HH:mm 'UTC'"))
    return Markup(f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}" data-local>{words}</time>')


def today() -> str:
    """Today's date as form fields take it."""
    return now().date().isoformat()


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 answer`, `2 answers`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def _in_words(age: timedelta, moment: datetime) -> str:
    if age < timedelta(seconds=45):
        return gettext("just now")
    if age < timedelta(minutes=1):
        return ngettext("%(num)s second ago", "%(num)s seconds ago", age.seconds)
    if age < timedelta(hours=1):
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", age // timedelta(minutes=1))
    if age < timedelta(days=1):
        return ngettext("%(num)s hour ago", "%(num)s hours ago", age // timedelta(hours=1))
    if age < timedelta(days=30):
        return ngettext("%(num)s day ago", "%(num)s days ago", age.days)
    if age < timedelta(days=365):
        return ngettext("%(num)s month ago", "%(num)s months ago", age.days // 30)
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
    person = current_person()
    if not person.is_authenticated:
        return False
    if allowed(person, action, subject):
        return True
    # What belongs to the person, or to the question that they asked, where they wrote without a name.
    voices = {person.owner_among(each) for each in (subject, getattr(subject, "question", None))} - {person}
    return any(allowed(voice, action, subject) for voice in voices)


def _every_page() -> dict[str, Any]:
    person = current_person()
    return {
        "me": person,
        "signed_in": person,  # Whoever is signed in, also where `me` is the persona under which they speak.
        "organisation": g.get("organisation"),
        "language": "en-GB" if language() == SOURCE else language(),
        "direction": direction(language()),
        "script_words": words_of_scripts(),
        "theme": person.theme if person.is_authenticated else request.cookies.get("theme", "auto"),
        "shortcuts": person.shortcuts if person.is_authenticated else True,
        "request_id": g.get("request_id", ""),
    }
