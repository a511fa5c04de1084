"""What a person finds in half a year of Northwick Instruments who does not remember how it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from forum.people.models import Person
from forum.practices.models import Practice
from forum.questions.models import Question
from forum.search import meaning, vectors
from forum.search.embedding import packaged
from forum.search.engines.whoosh import WhooshEngine
from forum.search.vector_jobs import make_all
from tests.conftest import Browser
from tests.search.prepared import ELSEWHERE, FORTY, MERGED_INTO, RETYPED, SEARCHES, TWENTY

SHOWN = 5  # suggestions, or results at the top: further down nobody looks


@pytest.fixture
def titles(northwick: Flask) -> dict[str, str]:
    """The title of every question and practice, by its address without the words behind the number."""
    assert isinstance(northwick.extensions["search"], WhooshEngine)  # the default, as everybody gets it
    session = northwick.extensions["sqlalchemy"].session
    pages = {"questions": Question, "practices": Practice}
    return {
        f"/{folder}/{id}": title
        for folder, kind in pages.items()
        for id, title in session.execute(select(kind.id, kind.title))
    }


@pytest.fixture
def window(northwick: Flask) -> Browser:
    """Kim, at work in the demonstration."""
    session = northwick.extensions["sqlalchemy"].session
    kim = session.scalar(select(Person).where(Person.name == "Kim Tran"))
    return northwick.test_client().sign_in(kim)  # type: ignore[attr-defined,no-any-return]


def suggested(window: Browser, typed: str, titles: dict[str, str]) -> list[str]:
    """The first titles of what stands beside the form while one asks."""
    return linked(window.get("/ask/similar", query_string={"title": typed}).text, "a", titles)


def found(window: Browser, typed: str, titles: dict[str, str]) -> list[str]:
    """The titles of the first pages among the results of a search; an answer leads to its question."""
    return linked(window.get("/search", query_string={"q": typed}).text, "ol.rows > li h3 a, ol.rows > li a", titles)


def linked(html: str, selector: str, titles: dict[str, str]) -> list[str]:
    paths = (urlsplit(str(link["href"])).path for link in BeautifulSoup(html, "html.parser").select(selector))
    pages = ("/".join(path.split("/")[:3]) for path in paths)
    return list(dict.fromkeys(titles[page] for page in pages if page in titles))[:SHOWN]


def not_suggested(
    window: Browser, retyped: Sequence[tuple[str, str]], titles: dict[str, str]
) -> list[tuple[str, list[str]]]:
    """What was typed whose original is not suggested, with what is; a merged one is the question it was merged into."""
    offered = {typed: suggested(window, typed, titles) for typed, _ in retyped}
    return [
        (typed, offered[typed])
        for typed, original in retyped
        if MERGED_INTO.get(original, original) not in offered[typed]
    ]


@pytest.fixture
def meant(northwick: Flask) -> Iterator[None]:
    """As where the extra is installed and an administrator has switched it on."""
    pytest.importorskip("onnxruntime", reason="the extra requirements-semantic.txt is not installed")
    model = packaged()
    make_all(model, lambda *_: None)
    with meaning.measured_with(meaning.Fixed(model, vectors.load(model))):
        yield


def test_of_twenty_old_questions_retyped_at_least_sixteen_are_suggested(
    window: Browser, titles: dict[str, str], meant: None
) -> None:
    missed = not_suggested(window, TWENTY, titles)
    assert len(missed) <= 4, missed


def test_of_sixty_old_questions_retyped_at_least_nine_in_ten_are_suggested(
    window: Browser, titles: dict[str, str], meant: None
) -> None:
    assert len({original for _, original in RETYPED}) == len(TWENTY) + len(FORTY) == 60
    missed = not_suggested(window, RETYPED, titles)
    assert len(missed) <= 6, missed


def test_by_words_alone_eight_in_ten_of_the_sixty_are_suggested(window: Browser, titles: dict[str, str]) -> None:
    """Where one says rebate and the other discount, words do not help, unless a moderator said that they are one."""
    missed = not_suggested(window, RETYPED, titles)
    assert len(missed) <= 12, missed


def test_what_has_nothing_to_do_with_work_is_not_answered_by_chance(
    window: Browser, titles: dict[str, str], meant: None
) -> None:
    offered = {typed: suggested(window, typed, titles) for typed in ELSEWHERE}
    assert sum(map(len, offered.values())) <= len(ELSEWHERE), offered


def test_of_thirty_searches_at_least_27_have_the_right_thread_at_the_top(
    window: Browser, titles: dict[str, str]
) -> None:
    shown = {typed: found(window, typed, titles) for typed, _ in SEARCHES}
    missed = [(typed, shown[typed]) for typed, right in SEARCHES if not set(right) & set(shown[typed])]
    assert len(missed) <= len(SEARCHES) // 10, missed
