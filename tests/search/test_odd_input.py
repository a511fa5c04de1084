"""Whatever is typed into the search box, every engine answers, soon, and nothing of it comes back as markup.

`PROVEN_TEST_ALL_ODD=1` tries all that is collected and grown; without it a sample is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from forum.core import text
from forum.people.models import Person
from forum.search.analysis import sketch
from forum.search.highlight import highlight, mark
from forum.search.port import Document, SearchEngine
from forum.search.query import LONGEST, parse, to_text
from tests import factories
from tests.conftest import Browser
from tests.pages import Page
from tests.search.engines.documents import LIBRARY, document
from tests.search.engines.test_contract import ENGINES
from tests.search.odd import collected, grown, sample

GROWN = grown(1_000)
MOST = 1.0  # seconds of the processor for one input, in everything it is used for: a promise, not a measurement
WRITTEN = 60  # odd inputs that stand in posts as well
ENGINE_SAMPLE, PAGE_SAMPLE = 200, 60  # inputs of each kind
OBEYED = "main :is(script, iframe, img, object, embed, style), [onerror], [onload]"
RAW = re.compile(r"<(?!/?mark>)|(?<!mark)>")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    made = ENGINES[request.param](tmp_path)
    made.rebuild([*LIBRARY, *posts(GROWN[:WRITTEN])])
    return made


def posts(texts: Iterable[str]) -> Iterator[Document]:
    """Documents with these texts, as far as a post can hold them."""
    for id, each in enumerate(texts, start=100):
        written = as_written(each)
        yield document(f"q{id}", written[:150], written, answers=written)


def as_written(typed: str) -> str:
    """What a post keeps of it: no half characters, and not more than it may have."""
    return typed.encode("utf-8", errors="replace").decode()[: text.MAX_SOURCE]


def broken(inputs: Iterable[str], use: Callable[[str], object]) -> list[str]:
    """Which of these inputs are not answered, or answered too late."""
    found = []
    for typed in inputs:
        try:
            used = seconds(use, typed)
            if used > MOST:  # Once more: it may have met the tidying up after a thousand tests before.
                used = seconds(use, typed)
        except Exception as error:  # Whatever it is: the others are tried, too.
            found.append(f"{typed[:60]!r}: {type(error).__name__} {str(error)[:100]}")
        else:
            if used > MOST:
                found.append(f"{typed[:60]!r}: {used:.1f} s")
    return found


def seconds(use: Callable[[str], object], typed: str) -> float:
    """How long the processor took over it, in this thread."""
    started = time.thread_time()
    use(typed)
    return time.thread_time() - started


def ask(engine: SearchEngine, typed: str) -> None:
    """Use it for everything that a search engine is used for."""
    query = parse(typed)
    assert parse(to_text(query)) == query  # as the links that put a filter on or off have it
    page = engine.search(query)
    assert page.total >= len(page.hits)
    engine.similar(sketch(typed[:512]), kinds=("question", "practice"))
    engine.rarity(sketch(typed[:512]))
    engine.suggest(typed)
    if page.suggestion:
        engine.search(parse(page.suggestion))
    check_marks(as_written(typed), page.terms)


def check_marks(written: str, terms: Sequence[str]) -> None:
    for words in (terms, written[:LONGEST].split(), ["script", "mark", "img", "amp"]):
        for shown in (highlight(written, words), mark(written[:150], words)):
            assert not RAW.search(shown), shown[:200]
            assert shown.count("<mark>") == shown.count("</mark>")


@pytest.mark.usefixtures("app")  # The clock, by which “yesterday” is understood, is the application's.
def test_odd_input_grown_from_a_seed_is_answered(engine: SearchEngine) -> None:
    assert broken(sample(GROWN, ENGINE_SAMPLE), lambda typed: ask(engine, typed)) == []


@pytest.mark.usefixtures("app")
def test_hostile_input_is_answered(engine: SearchEngine, shared_data: Path) -> None:
    assert broken(sample(collected(shared_data), ENGINE_SAMPLE), lambda typed: ask(engine, typed)) == []


def test_odd_input_is_indexed_and_what_stood_there_before_is_still_found(engine: SearchEngine) -> None:
    engine.index(posts(GROWN[WRITTEN : 2 * WRITTEN]))
    longest = [each for each in sample(GROWN, ENGINE_SAMPLE) if len(each) >= text.MAX_SOURCE]
    assert broken(longest, lambda written: engine.index(posts([written]))) == []
    assert "q1" in {hit.id for hit in engine.search(parse("old warehouse parcel")).hits}
    assert engine.health().ok


@pytest.fixture
def window(kim: Person, marta: Person, browser: Callable[[Person], Browser], work_off: Callable[[], None]) -> Browser:
    question = factories.question(kim, "Parcel went to the <old> warehouse", tags="shipping")
    factories.answer(marta, question, "Read the address & the `<mark>` aloud.")
    work_off()
    return browser(kim)


@pytest.mark.parametrize(
    ("path", "name"), [("/search", "q"), ("/suggest", "q"), ("/ask/similar", "title")], ids=lambda given: given
)
def test_no_page_fails_or_obeys_what_was_typed(
    path: str, name: str, window: Browser, request: pytest.FixtureRequest
) -> None:
    def look(typed: str) -> None:
        answer = window.get(path, query_string={name: typed[:4_000].encode("utf-8", errors="surrogatepass")})
        assert answer.status_code < 500, answer.status
        if path != "/suggest":
            assert Page(answer).soup.select(OBEYED) == []

    assert broken(sample(GROWN, PAGE_SAMPLE), look) == []
    assert broken(sample(collected(request.getfixturevalue("shared_data")), PAGE_SAMPLE), look) == []
