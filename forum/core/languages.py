"""In which language somebody is spoken to, and the words, numbers, dates and lists of that language.

What is said is written in English where it is said, and looked up when it is shown, never when it is stored: the same
row is read by people of every language. Outside a request everything is English, but a mail is written inside
`speaking`, in the language of whoever gets it. What counts as said stands in catalogues.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from forum.core.config import PROJECT

CATALOGUES = PROJECT / "forum" / "translations"
SOURCE = "en"
LANGUAGES = {SOURCE: "English", "de": "Deutsch", "ar": "العربية"}  # each by its own name, as its readers look for it
# How each writes dates and numbers: British where we write English. Digits are 0 to 9 in every language, since texts
# of colleagues, addresses and pictures have them.
LOCALES = {code: Locale.parse("en_GB" if code == SOURCE else code) for code in LANGUAGES}
LONGEST_WISH = 500  # characters of what a browser says of languages: it costs time, and a stranger may send any length
FROM_SCRIPTS = "static/js/"  # where messages come from that scripts say


class Catalogues(Domain):  # type: ignore[misc]
    """The messages of each language, read from its .po file at the first need and kept as long as the process runs."""

    def get_translations(self) -> NullTranslations:
        """Those of whoever is looking."""
        return catalogue(language())


class _Babel(Babel):  # type: ignore[misc]
    @cached_property
    def domain_instance(self) -> Domain:
        return Catalogues()


def attach(app: Flask) -> None:
    """Let templates speak the language of whoever is looking. Reads all catalogues now, so that nobody waits for it."""
    _Babel(app, locale_selector=lambda: LOCALES[language()])
    app.jinja_env.globals.update(ngettext=_ngettext_in_page, listed=listed, number=number)
    app.jinja_env.filters.update(said=said, inside=inside)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    for code in LANGUAGES:
        catalogue(code)


def language() -> str:
    """The language of whoever is looking: their own choice, else the organisation's, else their browser's."""
    if not has_app_context():
        return SOURCE
    if "language" not in g:
        if not has_request_context():
            return SOURCE
        g.language = _chosen() or current_app.config["PROVEN_LANGUAGE"] or _of_browser()
    return str(g.language)


def locale() -> Locale:
    """How whoever is looking writes dates and numbers."""
    return LOCALES[language()]


def direction(code: str) -> str:
    """In which direction a language is written: "ltr" or "rtl"."""
    return str(LOCALES[code].text_direction)


def language_of(person: Any) -> str:
    """The language in which to write to somebody who is not looking: their own choice, else the organisation's."""
    chosen = person.language or current_app.config["PROVEN_LANGUAGE"]
    return chosen if chosen in LANGUAGES else SOURCE


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Say everything inside in this language, whoever is looking."""
    before = g.get("language")
    g.language = code
    try:
        yield
    finally:
        g.language = before
        if before is None:
            g.pop("language")


def gettext(message: str, **values: Any) -> str:
    """A message in the reader's language, with the values that it has places for."""
    if not message:
        return ""  # Of nothing, a catalogue tells about itself.
    words = str(catalogue(language()).ugettext(message))
    return words % values if values else words


def ngettext(one: str, many: str, count: int, **values: Any) -> str:
    """The form of a message that this number takes; `%(num)s` is the number as the language writes it."""
    words = str(catalogue(language()).ungettext(one, many, count))
    return words % {"num": number(count), **values}


class Message(str):
    """Words of ours, in English, that a module holds: looked up by `said` when they are shown."""


def messages(held: Any) -> Any:
    """A table or a list whose words are all messages; of pairs, and of a table, the second of each."""
    if isinstance(held, str):
        return Message(held)
    if isinstance(held, Mapping):
        return {key: messages(value) for key, value in held.items()}
    if held and all(isinstance(each, tuple) and len(each) == 2 for each in held):
        return type(held)((key, messages(value)) for key, value in held)
    return type(held)(messages(each) for each in held)


def said(words: Any) -> Any:
    """Words in the reader's language if they are a message; what somebody wrote stays as it is."""
    return gettext(words) if isinstance(words, Message) else words


def inside(words: str) -> str:
    """A message as it stands in the middle of a sentence: English begins it small, others keep what is a noun."""
    return words.lower() if language() == SOURCE else gettext(words)


def retold(words: str, forms: Iterable[str]) -> str:
    """What was put together in English, by one of these messages, and stored: in the reader's language.

    A month among its values is said in that language, too; anything that no message made stays as it is.
    """
    if language() == SOURCE:
        return words
    for form in forms:
        if found := _pattern(form).fullmatch(words):
            given = found.groupdict()
            return gettext(form, **(given | ({"month": _month(given["month"])} if "month" in given else {})))
    return words


def listed(words: Iterable[str]) -> str:
    """Some things with commas and the language's "and": A, B and C."""
    return str(format_list(list(words), locale=locale()))


def number(value: float) -> str:
    """A number with the separators of the reader's language."""
    return _number(value, language())


def measured(number: str, unit: str) -> str:
    """A number with its unit, which stay in one line however narrow the page is."""
    return f"{number}\N{NO-BREAK SPACE}{unit}"


def day_in_words(when: date) -> str:
    """A date in words: 3 April 2026."""
    return _day(when.year, when.month, when.day, language())


def weekday(place: int) -> str:
    """What a day of the week is called in short, Monday being 0."""
    return str(locale().days["format"]["abbreviated"][place])


def moment_in_words(moment: datetime, pattern: str) -> str:
    """A moment by a pattern of Babel, with the names of months and days of the reader's language."""
    return str(format_datetime(moment, pattern, locale=locale()))


def words_of_scripts() -> dict[str, str]:
    """What scripts say, by their English words; nothing in English, which they know."""
    return _words_of_scripts(language())


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(code: str) -> NullTranslations:
    """The messages of a language; of English none, since they are written in it."""
    if code == SOURCE:
        return NullTranslations()
    packed = BytesIO()
    with file_of(code).open("rb") as source:
        write_mo(packed, read_po(source, locale=code))
    packed.seek(0)
    return Translations(packed)


def file_of(code: str) -> Path:
    """Where the messages of a language stand."""
    return CATALOGUES / code / "LC_MESSAGES" / "messages.po"


@lru_cache(maxsize=len(LANGUAGES))
def _words_of_scripts(code: str) -> dict[str, str]:
    if code == SOURCE:
        return {}
    with file_of(code).open("rb") as source:
        messages = [each for each in read_po(source, locale=code) if each.id and isinstance(each.id, str)]
    said = (each for each in messages if any(file.startswith(FROM_SCRIPTS) for file, _ in each.locations))
    return {str(each.id): str(each.string) for each in said if each.string}


def _chosen() -> str:
    chosen = getattr(current_user, "language", "")  # Of a stranger there is none.
    return chosen if chosen in LANGUAGES else ""


def _of_browser() -> str:
    """What it asks for most of the languages there are; Austrian German is German."""
    wish = request.headers.get("Accept-Language", "")[:LONGEST_WISH]
    wanted = (each.partition("-")[0].lower() for each in parse_accept_header(wish, LanguageAccept).values())
    return next((code for code in wanted if code in LANGUAGES), SOURCE)


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """What texts look like that this message makes."""
    parts = re.split(r"%\((\w+)\)s", form)
    return re.compile(
        "".join(f"(?P<{part}>.*)" if n % 2 else re.escape(part) for n, part in enumerate(parts)), re.DOTALL
    )


def _month(name: str) -> str:
    names = {words: number for number, words in LOCALES[SOURCE].months["format"]["wide"].items()}
    return str(locale().months["format"]["wide"][names[name]]) if name in names else name


@lru_cache(maxsize=10_000)
def _number(value: float, code: str) -> str:
    return str(format_decimal(value, locale=LOCALES[code]))


@lru_cache(maxsize=10_000)
def _day(year: int, month: int, day: int, code: str) -> str:
    return str(format_date(date(year, month, day), "long", locale=LOCALES[code]))


@pass_eval_context
def _ngettext_in_page(context: EvalContext, one: str, many: str, count: int, **values: Any) -> str:
    """As Jinja's own, but that the number is written as the language writes it."""
    words = catalogue(language()).ungettext(one, many, count)
    made: Callable[[str], str] = Markup if context.autoescape else str
    return made(words) % {**values, "num": number(count)}
