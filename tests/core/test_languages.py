"""In which language somebody is spoken to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask, render_template_string
from sqlalchemy import JSON, String, select

from forum.core import config
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import (
    LANGUAGES,
    Message,
    gettext,
    language,
    listed,
    messages,
    ngettext,
    number,
    retold,
    said,
    speaking,
)
from forum.core.templating import ago, day
from forum.needs.models import ASKED_BECAUSE
from forum.people.models import Person
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

ARABIC = re.compile("[\u0600-\u06ff]")


def of_page(window: Browser, address: str = "/", **headers: str) -> str:
    """The language of a page and its direction, as its first tag says them."""
    html = window.get(address, headers=headers).get_data(as_text=True)
    return html[html.index("<html") :].split(" data-theme")[0].removeprefix("<html ")


def choose(window: Browser, code: str) -> None:
    """Choose a language in the settings, as their form does."""
    window.post("/settings/looks", data={"theme": "auto", "shortcuts": "y", "language": code})


def test_a_person_is_spoken_to_in_the_language_they_chose(browser: Callable[[Person], Browser], kim: Person) -> None:
    window = browser(kim)
    choose(window, "ar")
    assert of_page(window, **{"Accept-Language": "de"}) == 'lang="ar" dir="rtl"'
    assert "ما ينجح هنا" in window.get("/practices").get_data(as_text=True)
    choose(window, "de")
    assert of_page(window) == 'lang="de" dir="ltr"'


def test_who_has_chosen_none_has_that_of_the_browser(browser: Callable[[Person], Browser], kim: Person) -> None:
    window = browser(kim)
    assert of_page(window, **{"Accept-Language": "de-AT,en;q=0.5"}) == 'lang="de" dir="ltr"'
    assert of_page(window, **{"Accept-Language": "fi"}) == 'lang="en-GB" dir="ltr"'
    choose(window, "ar")
    choose(window, "")
    assert of_page(window, **{"Accept-Language": "de"}) == 'lang="de" dir="ltr"'


def test_that_of_the_organisation_stands_before_the_browsers(
    app: Flask, browser: Callable[[Person], Browser], kim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_LANGUAGE", "ar")
    window = browser(kim)
    assert of_page(window, **{"Accept-Language": "de"}) == 'lang="ar" dir="rtl"'
    choose(window, "en")
    assert of_page(window, **{"Accept-Language": "de"}) == 'lang="en-GB" dir="ltr"'


def test_strangers_are_spoken_to_in_that_of_their_browser(client: Browser, kim: Person) -> None:
    assert of_page(client, "/sign-in", **{"Accept-Language": "ar"}) == 'lang="ar" dir="rtl"'


def test_whatever_a_browser_says_of_languages_is_one_of_ours_and_long_lists_are_not_read(
    client: Browser, kim: Person
) -> None:
    for odd in ("../../de", "de/../..", "de\x01", "*", ";q=", "fi;q=x,,", "DE\u00a0", "fi," * 20_000 + "ar"):
        assert of_page(client, "/sign-in", **{"Accept-Language": odd}) == 'lang="en-GB" dir="ltr"', odd[:20]


def test_a_language_that_is_not_there_cannot_be_chosen(browser: Callable[[Person], Browser], kim: Person) -> None:
    window = browser(kim)
    choose(window, "de")
    choose(window, "tlh")
    assert kim.language == "de"


def test_choosing_colours_in_the_menu_leaves_the_language(browser: Callable[[Person], Browser], kim: Person) -> None:
    window = browser(kim)
    choose(window, "de")
    window.post("/settings/looks", data={"only": "theme", "theme": "dark"})
    assert (kim.language, kim.theme) == ("de", "dark")


def test_the_settings_offer_each_language_by_its_own_name(browser: Callable[[Person], Browser], kim: Person) -> None:
    page = browser(kim).get("/settings").get_data(as_text=True)
    for code, name in LANGUAGES.items():
        assert f'<option lang="{code}" value="{code}">{name}</option>' in page


def test_the_setting_knows_the_languages_there_are() -> None:
    assert set(config.SPOKEN) == {"", *LANGUAGES}


def test_outside_a_request_everything_is_english(app: Flask) -> None:
    assert language() == "en"
    assert gettext("Retired") == "Retired"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "لا إجابات"),
        (1, "إجابة واحدة"),
        (2, "إجابتان"),
        (3, "3 إجابات"),
        (11, "11 إجابة"),
        (100, "100 إجابة"),
        (103, "103 إجابات"),
    ],
)
def test_arabic_has_six_forms_of_a_number(app: Flask, count: int, words: str) -> None:
    with speaking("ar"):
        assert ngettext("%(num)s answer", "%(num)s answers", count) == words


@pytest.mark.parametrize(
    ("past", "german", "arabic"),
    [
        (timedelta(seconds=5), "gerade eben", "قبل لحظات"),
        (timedelta(minutes=1), "vor 1 Minute", "قبل دقيقة"),
        (timedelta(hours=2), "vor 2 Stunden", "قبل ساعتين"),
        (timedelta(hours=3), "vor 3 Stunden", "قبل 3 ساعات"),
        (timedelta(days=11), "vor 11 Tagen", "قبل 11 يومًا"),
    ],
)
def test_how_long_ago_is_said_in_each_language(app: Flask, past: timedelta, german: str, arabic: str) -> None:
    with speaking("de"):
        assert f">{german}</time>" in ago(now() - past)
    with speaking("ar"):
        assert f">{arabic}</time>" in ago(now() - past)


def test_days_numbers_and_lists_are_written_as_the_language_writes_them(app: Flask) -> None:
    when, names = date(2026, 4, 3), ["Ola", "Kim", "Ewa"]
    assert (day(when), number(12_345), listed(names)) == ("3 April 2026", "12,345", "Ola, Kim and Ewa")
    with speaking("de"):
        assert (day(when), number(12_345), listed(names)) == ("3. April 2026", "12.345", "Ola, Kim und Ewa")
    with speaking("ar"):
        assert (day(when), listed(names)) == ("3 أبريل 2026", "Ola وKim وEwa")
        assert number(12_345).isascii(), "digits as in everything that colleagues write"


def test_what_somebody_wrote_stays_as_it_is(app: Flask) -> None:
    with speaking("de"):
        assert (said("Retired"), said(Message("Retired"))) == ("Retired", "Zurückgezogen")
        assert {key: said(words) for key, words in messages({"retired": "Retired"}).items()} == {
            "retired": "Zurückgezogen"
        }


def test_why_somebody_was_asked_is_told_in_the_language_of_the_reader(app: Flask) -> None:
    stored = ASKED_BECAUSE["solved in"] % {"month": "March", "title": "Which box?"}
    assert stored == "You solved a similar one in March: “Which box?”"
    assert retold(stored, ASKED_BECAUSE.values()) == stored
    with speaking("de"):
        assert retold(stored, ASKED_BECAUSE.values()) == "Sie haben im März etwas Ähnliches gelöst: „Which box?“"
        assert retold("Because I say so", ASKED_BECAUSE.values()) == "Because I say so"


def test_values_in_a_message_are_escaped(app: Flask) -> None:
    page = '{{ _("by %(name)s", name="<b>") }}, {{ ngettext("%(num)s open", "%(num)s open", 2) }}'
    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert render_template_string(page) == "von &lt;b&gt;, 2 offen"


def test_what_is_kept_drawn_for_one_reader_is_drawn_anew_for_another_language(
    browser: Callable[[Person], Browser], kim: Person, marta: Person
) -> None:
    factories.question(marta, "Which box?")
    window = browser(kim)

    def lists(code: str) -> tuple[str, ...]:
        looked_at = "/questions?tab=new", "/practices"
        return tuple(Page(window.get(address, headers={"Accept-Language": code})).words for address in looked_at)

    english = lists("en")
    assert "0 answers" in english[0]
    assert "0 Antworten" in lists("de")[0]
    assert "إجابة" in lists("ar")[0]
    assert lists("en") == english


def test_what_somebody_does_in_arabic_leaves_no_arabic_word_behind(
    browser: Callable[[Person], Browser], kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    window = browser(kim)
    choose(window, "ar")
    question = factories.question(marta, "Which box?")
    asked = {"title": "Where is the ladder?", "body": "It is gone.", "impact": "blocked"}
    for address, typed in (
        ("/ask", {**asked, "departments": [kim.department_id]}),
        (f"/questions/{question.id}/answers", {"body": "The blue one."}),
        (f"/questions/{question.id}/sharing", {}),
        (f"/questions/{question.id}/claim", {}),
        (f"/posts/{question.id}/comments", {"body": "Blue?"}),
    ):
        assert window.post(address, data=typed).status_code in (200, 303), address
    work_off()
    left = [
        (table.name, column.name, value)
        for table in db.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON)
        for value in db.session.scalars(select(column))
        if ARABIC.search(str(value))
    ]
    assert left == []
