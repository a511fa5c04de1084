"""What templates may call."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from forum.core import templating
from forum.core.clock import as_of
from forum.core.templating import ago, asset, day, icon, needs, plural, scripts
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(), "just now"),
        (timedelta(seconds=44), "just now"),
        (timedelta(seconds=45), "45 seconds ago"),
        (timedelta(seconds=59), "59 seconds ago"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=30), "1 month ago"),
        (timedelta(days=364), "12 months ago"),
        (timedelta(days=365), "1 April 2025"),
        (timedelta(seconds=-30), "just now"),
    ],
)
def test_how_long_ago_is_said_in_words(past: timedelta, words: str) -> None:
    with as_of(NOON):
        assert f">{words}</time>" in ago(NOON - past)


def test_behind_the_words_stands_the_exact_moment() -> None:
    with as_of(NOON):
        said = ago(datetime(2026, 3, 31, 9, 5, 7, tzinfo=UTC))
    assert said == '<time datetime="2026-03-31T09:05:07Z" title="31 March 2026, 09:05 UTC">1 day ago</time>'


def test_a_day_is_said_as_people_say_it() -> None:
    assert day(date(2026, 4, 3)) == "3 April 2026"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 answers"), (1, "1 answer"), (2, "2 answers"), (12_345, "12,345 answers")]
)
def test_one_is_one_and_the_others_are_many(count: int, words: str) -> None:
    assert plural(count, "answer") == words


def test_a_word_with_a_plural_of_its_own() -> None:
    assert (plural(1, "person", "people"), plural(3, "person", "people")) == ("1 person", "3 people")


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Builds the front end as far as these tests need it."""
    monkeypatch.setattr(templating, "BUILT", tmp_path)
    moments = iter(range(1, 10))

    def build(files: dict[str, str]) -> None:
        manifest = tmp_path / "manifest.json"
        manifest.write_text(json.dumps(files))
        os.utime(manifest, (next(moments),) * 2)  # Each build is a second after the one before.

    return build


def test_a_built_file_is_found_by_its_name(built: Callable[[dict[str, str]], None]) -> None:
    built({"app.js": "app-1234.js"})
    assert asset("app.js") == "/static/dist/app-1234.js"
    assert asset("other.js") is None


def test_a_file_that_was_built_anew_is_found_without_a_restart(built: Callable[[dict[str, str]], None]) -> None:
    built({"app.js": "app-1.js"})
    assert asset("app.js") == "/static/dist/app-1.js"
    built({"app.js": "app-2.js"})
    assert asset("app.js") == "/static/dist/app-2.js"


@pytest.mark.usefixtures("built")
def test_without_a_front_end_pages_have_their_plain_styles_and_no_script(
    browser: Callable[[Person], Browser], kim: Person
) -> None:
    assert asset("app.js") is None
    page = Page(browser(kim).get("/ask"))
    assert page.status == 200
    assert page.soup.select("script") == []
    assert [link["href"] for link in page.soup.select('link[rel="stylesheet"]')] == [
        "/static/css/main.css",
        "/static/css/ask.css",
    ]


def test_an_icon_is_not_read_aloud() -> None:
    drawn = icon("heart", size=20)
    assert 'aria-hidden="true"' in drawn
    assert 'width="20"' in drawn
    assert icon("heart", size=20) is drawn


def test_an_icon_that_there_is_not_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(Exception, match=r"nothing-of-this-name"):
        icon("nothing-of-this-name")


def test_what_is_printed_is_escaped_unless_it_is_trusted(app: Flask) -> None:
    words = {"typed": "<b>&\"'", "made": "<b>x</b>"}
    with app.test_request_context():
        page = render_template_string("{{ typed }} {{ made | trusted }} <a title='{{ typed }}'>", **words)
    assert page == "&lt;b&gt;&amp;&#34;&#39; <b>x</b> <a title='&lt;b&gt;&amp;&#34;&#39;'>"


def test_templates_ask_the_permission_table_for_whoever_is_signed_in(
    browser: Callable[[Person], Browser], kim: Person, marta: Person, client: Browser
) -> None:
    question = factories.question(kim)
    address = f"/questions/{question.id}"
    own = Page(browser(kim).get(address, follow_redirects=True))
    others = Page(browser(marta).get(address, follow_redirects=True))
    assert f"{address}/edit" in own.links().values()
    assert f"{address}/edit" not in others.links().values()


def test_a_stranger_is_allowed_nothing(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ allowed('question.ask') }}") == "False"


def test_colours_are_those_of_the_person_or_of_the_browser(
    browser: Callable[[Person], Browser], client: Browser, kim: Person
) -> None:
    def theme(window: Browser, path: str) -> str:
        return str(Page(window.get(path)).soup.html["data-theme"])  # type: ignore[index]

    kim.theme = "dark"
    assert theme(browser(kim), "/") == "dark"
    assert theme(client, "/sign-in") == "auto"
    client.set_cookie("theme", "light")
    assert theme(client, "/sign-in") == "light"
    client.set_cookie("theme", '"><script>')
    assert "<script>" not in client.get("/sign-in").text


def test_a_script_that_parts_of_a_page_need_is_fetched_once(
    app: Flask, built: Callable[[dict[str, str]], None]
) -> None:
    built({"forms.js": "forms-1.js"})
    with app.test_request_context("/"):
        assert scripts() == []
        assert needs("forms.js") + needs("forms.js") + needs("away.js") == ""
        assert scripts() == ["/static/dist/forms-1.js"]
