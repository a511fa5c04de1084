"""The files of the languages: up to date, whole where a page is translated, with the places of the English words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

from forum.core.catalogues import from_python, gathered
from forum.core.config import PROJECT
from forum.core.languages import LANGUAGES, SOURCE, file_of

OTHERS = [code for code in LANGUAGES if code != SOURCE]
PLACE = re.compile(r"%\(\w+\)s")
MARKUP = re.compile(r"<[^>]*>")
# A text in a script, and whether it is given to _(); what is written for whoever reads the script is no text.
IN_SCRIPTS = re.compile(r"""(_\(\s*)?(["'`])((?:\\.|(?!\2)[^\\\n])*)\2""")
NOTES_IN_SCRIPTS = re.compile(r"/\*.*?\*/|(?:^|(?<=\s))//[^\n]*", re.DOTALL)
# Of these nearly every English sentence has one, and none of another language. Not English are words of the search
# (is:answer) and of an example of what a directory says (stakeholder of Sales).
A_WORD_OF_ENGLISH = re.compile(
    r"(?<!:)\b(the|and|you|your|is(?!:)|are|of(?! Sales)|to|with|what|who|not|yet|nobody|somebody|answers?|by|ago|how"
    r"|this|that|it|for)\b",
    re.IGNORECASE,
)
NUMBER = "%(num)s"  # may be left out of a form that is for one number only, such as Arabic's for two
# Files whose every message is translated: all but the page that shows the parts of pages to whoever builds them.
WHOLE = ("static/js/", "templates/", "forum/")
ENGLISH = ("templates/styleguide/", "forum/styleguide/")


@pytest.fixture(scope="module")
def source() -> Catalog:
    return gathered()


@pytest.fixture(scope="module", params=OTHERS)
def translated(request: pytest.FixtureRequest) -> Catalog:
    with file_of(request.param).open("rb") as file:
        return read_po(file, locale=request.param)


def messages_of(catalogue: Catalog) -> Iterator[Message]:
    return (each for each in catalogue if each.id)


def forms(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def test_each_file_has_what_is_said_today(source: Catalog, translated: Catalog) -> None:
    said, has = ({each.id for each in messages_of(each)} for each in (source, translated))
    assert (said - has, has - said) == (set(), set()), "run: .venv/bin/flask catalogues"


def test_what_stands_on_pages_is_translated(source: Catalog, translated: Catalog) -> None:
    missing = [
        each.id
        for each in messages_of(translated)
        if any(file.startswith(WHOLE) and not file.startswith(ENGLISH) for file, _ in each.locations)
        and not all(forms(each.string))
    ]
    assert missing == []


def test_a_translation_has_the_places_and_the_markup_of_its_message(translated: Catalog) -> None:
    for message in messages_of(translated):
        if not all(forms(message.string)):
            continue
        places = set(PLACE.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            missing = places - set(PLACE.findall(form)) - ({NUMBER} if message.pluralizable else set())
            assert not missing, message.id
            assert set(PLACE.findall(form)) <= places, message.id
            if places - {NUMBER} or NUMBER in form or not message.pluralizable:
                markup = sorted(MARKUP.findall(forms(message.id)[-1]))
                assert sorted(MARKUP.findall(form)) == markup, message.id


def test_no_english_is_left_in_a_translation(translated: Catalog) -> None:
    said = {form for message in messages_of(translated) for form in forms(message.string)}
    english = {form for form in said if A_WORD_OF_ENGLISH.search(MARKUP.sub("", PLACE.sub("", form)))}
    assert english == set()


def test_a_number_is_left_out_only_where_the_form_says_it(translated: Catalog) -> None:
    spelled_out = 3 if translated.num_plurals == 6 else 0  # none, one and two
    for message in messages_of(translated):
        if message.pluralizable and all(message.string) and NUMBER in message.id[1]:
            assert all(NUMBER in form for form in message.string[max(spelled_out, 1) :]), message.id


def test_each_language_has_as_many_forms_as_its_numbers_need(translated: Catalog) -> None:
    wanted = {"de": 2, "ar": 6}[str(translated.locale)]
    assert translated.num_plurals == wanted
    assert {len(each.string) for each in messages_of(translated) if each.pluralizable} == {wanted}


def test_nothing_is_only_nearly_translated(translated: Catalog) -> None:
    assert [each.id for each in messages_of(translated) if each.fuzzy] == []


def test_scripts_say_nothing_that_is_not_looked_up() -> None:
    unwrapped = [
        f"{file.name}: {words}"
        for file in sorted((PROJECT / "static" / "js").glob("*.js"))
        for looked_up, _, words in IN_SCRIPTS.findall(NOTES_IN_SCRIPTS.sub("", file.read_text(encoding="utf-8")))
        if not looked_up and re.search("[A-Z]", words) and re.search(r"\w \w", words)
    ]
    assert unwrapped == [], "say it by _() of words.js"


def test_what_is_said_by_python_is_found() -> None:
    module = """
class Gone(Refused):
    title = "It is gone"
    message = "Ask for it " "again."
    status = 404
TABLE = messages({"a": "One", "b": ("Two", "/address")})
PAIRS = messages([("c", "Three")])
flash("Done." if yes else "Not done.", "done")
raise Invalid("Choose a day.", "day")
StringField("Name", description="As you write it.")
words = partial(ngettext, "%(num)s day", "%(num)s days")
gettext(words)
flash(f"{name} is not one.")
"""
    found = [message for _, message in from_python(module)]
    assert sorted(map(str, found)) == sorted(
        map(
            str,
            [
                "It is gone",
                "Ask for it again.",
                "One",
                "Two",
                "Three",
                "Done.",
                "Not done.",
                "Choose a day.",
                "Name",
                "As you write it.",
                ("%(num)s day", "%(num)s days"),
            ],
        )
    )
