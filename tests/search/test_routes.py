"""The search page: what people type, what they find, and what they can do next."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from forum.answers.answering import accept
from forum.core.clock import as_of, now
from forum.core.db import db, transaction
from forum.departments.models import Department
from forum.people.models import Person
from forum.posts.votes import cast
from forum.search import keeping
from forum.search.engines import fts5
from forum.search.engines.builds import POINTER
from forum.search.engines.whoosh import WhooshEngine
from forum.search.history import remember
from forum.search.indexing import rebuild
from forum.search.port import Page as FoundPage
from forum.search.query import parse
from forum.search.results import PER_PAGE
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, words_of

SAMPLED = 4  # hostile strings of each file; all of them are read by the test of the query language


@pytest.fixture
def window(browser: Callable[[Person], Browser], kim: Person) -> Browser:
    return browser(kim)


@pytest.fixture
def look(window: Browser) -> Callable[..., Page]:
    """Opens the search page for what is typed."""
    return lambda typed, **more: Page(window.get("/search", query_string={"q": typed, **more}))


@pytest.fixture
def library(kim: Person, marta: Person, farah: Person, sales: Any, finance: Any, work_off: Callable[[], None]) -> None:
    """A few posts, each found in another way."""
    with as_of(datetime(2026, 1, 10, 12, tzinfo=UTC)):
        factories.question(kim, "How do I stop a shipment?", body="The order was released by hand.", tags="shipping")
    with as_of(datetime(2026, 2, 20, 12, tzinfo=UTC)):
        solved = factories.question(
            marta, "Who may change the delivery address?", tags="shipping vat", departments=[sales, finance]
        )
        answer = factories.answer(kim, solved, "Ring dispatch before the order was released.")
        accept(marta, answer)
        cast(kim, solved, 1)
    with as_of(datetime(2026, 3, 30, 12, tzinfo=UTC)):
        factories.comment(marta, answer, "Dispatch is closed at noon.")
        factories.practice(farah, answer, title="Read the address aloud", departments=[sales], tags="shipping")
        factories.question(farah, "Invoice with error 0x80070005", body="It stops at C++.", departments=[finance])
    work_off()


def found(page: Page) -> list[str]:
    """Kind and title of every result."""
    seen = []
    for row in page.soup.select("ol.rows > li"):
        seen.append(f"{words_of(row.select_one('.row__state'))} {row.h3.get_text()}")
        seen += [f"{words_of(also).split(' by ')[0]}: {row.h3.get_text()}" for also in row.select(".row__more a")]
    return sorted(seen)


SHIPMENT = "Question: How do I stop a shipment?"
ADDRESS = "Question: Who may change the delivery address?"
ANSWER = "Answer: Who may change the delivery address?"
COMMENT = "Comment: Who may change the delivery address?"
PRACTICE = "Best practice: Read the address aloud"
INVOICE = "Question: Invoice with error 0x80070005"

TYPED = {
    "shipment": [SHIPMENT],
    "shipments": [SHIPMENT],
    "SHIPMENT stopped": [SHIPMENT],
    '"stop a shipment"': [SHIPMENT],
    '"shipment stop"': [],
    "released -dispatch": [SHIPMENT],
    "0x80070005": [INVOICE],
    "c++": [INVOICE],
    "tag:vat": [ANSWER, ADDRESS, COMMENT],
    "tag:shipping is:question": [SHIPMENT, ADDRESS],
    "dept:finance is:question": [INVOICE, ADDRESS],
    "department:finance is:open": [INVOICE],
    "author:kim-tran": [ANSWER, PRACTICE, SHIPMENT],
    "is:solved": [ADDRESS],
    "is:open": [INVOICE, SHIPMENT],
    "is:answered": [],
    "is:accepted": [ANSWER],
    "is:practice": [PRACTICE],
    "is:comment noon": [COMMENT],
    "is:question after:2026-02-01": [INVOICE, ADDRESS],
    "is:question before:2026-02-01": [SHIPMENT],
    "is:question after:2026-02-01 before:2026-03-01": [ADDRESS],
    "tag:vat dept:nowhere": [],
    'dispatch tag:"vat"': [ANSWER, ADDRESS, COMMENT],
}


def test_the_query_language_finds_what_was_meant(library: None, look: Callable[..., Page]) -> None:
    assert {typed: found(look(typed)) for typed in TYPED} == {typed: sorted(hits) for typed, hits in TYPED.items()}


def test_the_number_of_results_and_what_was_typed_stand_at_the_top(library: None, look: Callable[..., Page]) -> None:
    page = look("tag:vat")
    assert page.title == "3 results for “tag:vat”"
    assert page.soup.find(id="search")["value"] == "tag:vat"  # type: ignore[index]


def test_an_empty_search_explains_itself(window: Browser) -> None:
    for address in ("/search", "/search?q=", "/search?q=+++", "/search?q=-only"):
        page = Page(window.get(address))
        assert (page.status, page.title) == (200, "Search")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "-invoice",
            "“-invoice” only says what to leave out. Add a word, or a filter such as is:question, to look for.",
        ),
        ("*", "“*” has no letter and no number to look for. Type a word."),
        ("sort:newest", "“sort:newest” only says in which order. Add a word, or a filter such as is:question."),
        ("the", "“the” stands nearly everywhere, so it is not looked for. Add a word that tells more."),
        ("is:lost", "“is:lost” means nothing here"),
    ],
)
def test_what_is_missing_from_a_search_is_said(typed: str, said: str, look: Callable[..., Page]) -> None:
    assert said in look(typed).words


def test_a_search_that_found_nothing_leads_to_asking_with_the_words_filled_in(
    library: None, look: Callable[..., Page], window: Browser
) -> None:
    link = look('wombat "in the cellar" tag:vat').links()["Ask your colleagues"]
    assert Page(window.get(link)).form("/ask")["title"] == "wombat in the cellar"


def test_what_was_not_understood_is_said_and_the_rest_is_searched(library: None, look: Callable[..., Page]) -> None:
    page = look("shipment is:lost after:whenever sort:best")
    assert found(page) == [SHIPMENT]
    for words in ("“is:lost” means nothing here", "“whenever” is not a date", "“sort:best” is not known"):
        assert words in page.words


def test_when_nothing_has_all_words_those_with_some_are_shown_and_it_is_said(
    library: None, look: Callable[..., Page]
) -> None:
    page = look("shipment wombat")
    assert found(page) == [SHIPMENT]
    assert "Nothing has all of these words." in page.words


@pytest.mark.parametrize("typed", ["author:kim", "author:me", 'author:"Kim Tran"', "author:tran", "author:kim-tran"])
def test_a_colleague_may_be_named_in_any_way(typed: str, library: None, look: Callable[..., Page]) -> None:
    assert found(look(typed)) == sorted([ANSWER, PRACTICE, SHIPMENT])


def test_who_and_what_is_not_known_here_is_said(library: None, look: Callable[..., Page]) -> None:
    page = look("author:nobody dept:nowhere")
    assert "Nobody here is called “nobody”." in page.words
    assert "There is no department called “nowhere”." in page.words


def test_every_example_of_the_help_is_a_search(library: None, window: Browser) -> None:
    help = Page(window.get("/search")).soup.select(".search-help dt a")
    assert len(help) >= 10
    for example in help:
        assert Page(window.get(example["href"])).title != "Search", example.text


def test_a_thread_stands_once_with_what_else_it_has_and_all_of_it_counts(
    library: None, look: Callable[..., Page]
) -> None:
    page = look("tag:vat")
    assert len(page.soup.select("ol.rows > li")) == 1
    assert len(page.soup.select(".row__more a")) == 2
    for order in ("newest", "active", "votes"):
        assert len(look(f"tag:vat sort:{order}").soup.select("ol.rows > li")) == 1


@pytest.mark.usefixtures("library")
def test_what_was_also_searched_for_is_said_and_moderators_can_mend_it(
    look: Callable[..., Page], browser: Callable[[Person], Browser], farah: Person
) -> None:
    keeping.keep(farah, "consignment, shipment")
    page = look("consignment")
    assert found(page) == [SHIPMENT]
    assert "Also searched for “shipment”, which means the same here." in page.words
    assert "Also searched for" not in look("stop").words
    assert "/synonyms" not in page.links().values()
    assert "/synonyms" in Page(browser(farah).get("/search?q=consignment")).links().values()


# What was searched for


def test_the_last_searches_are_offered_to_whoever_made_them_until_they_are_cleared(
    library: None, look: Callable[..., Page], window: Browser, browser: Callable[[Person], Browser], marta: Person
) -> None:
    look("dispatch tag:vat")
    assert window.get("/searches").json == [{"title": "dispatch tag:vat", "url": "/search?q=dispatch+tag:vat"}]
    assert Page(window.get("/search")).links()["dispatch tag:vat"] == "/search?q=dispatch+tag:vat"
    assert browser(marta).get("/searches").json == []
    assert window.post("/searches/removal").status_code == 303
    assert window.get("/searches").json == []


def test_what_is_typed_is_remembered_only_when_it_rests(
    library: None, look: Callable[..., Page], window: Browser
) -> None:
    typing = {"HX-Request": "true"}
    page = Page(window.get("/search?q=wombat", headers=typing))
    assert window.get("/searches").json == []
    window.post("/searches", data=page.form("/searches"))
    assert [each["title"] for each in window.get("/searches").json] == ["wombat"]
    assert not look("wombat").has_form("/searches")


def test_moderators_see_what_several_people_did_not_find_and_never_who(
    library: None, browser: Callable[[Person], Browser], kim: Person, marta: Person, farah: Person
) -> None:
    window = browser(farah)
    for person in (kim, kim, marta, farah, kim):
        browser(person).get("/search?q=Wombat+cellar")
    browser(kim).get("/search?q=lonely+quokka")
    browser(kim).get("/search?q=dispatch")
    page = Page(window.get("/searches/missed"))
    assert "This week Wombat cellar 3 people last on" in page.words
    assert Page(window.get(page.links()["Ask it : Wombat cellar"])).form("/ask")["title"] == "Wombat cellar"
    assert len(page.soup.select("ul.rows > li")) == 1
    assert not any(name in page.words for name in ("Kim", "Marta", "lonely"))


def test_what_is_missed_stands_under_its_week(
    browser: Callable[[Person], Browser], kim: Person, marta: Person, farah: Person
) -> None:
    today = now()
    for days, words in ((0, "wombat"), (7, "quokka"), (7, "numbat")):
        with as_of(today - timedelta(days=days)):
            for person in (kim, marta):
                remember(person, parse(words), FoundPage(hits=[], total=0))
                db.session.commit()
    page = Page(browser(farah).get("/searches/missed"))
    weeks = [[words_of(title) for title in each.select("h3")] for each in page.soup.select("section.section")]
    assert weeks == [["wombat"], ["numbat", "quokka"]]


def test_what_nobody_has_to_write_is_dismissed_and_can_be_put_back(
    library: None, browser: Callable[[Person], Browser], kim: Person, marta: Person, farah: Person
) -> None:
    for person in (kim, marta):
        browser(person).get("/search?q=Wombat")
    window = browser(farah)
    form = Page(window.get("/searches/missed")).form("/searches/missed/dismissals")
    assert window.post("/searches/missed/dismissals", data=form).status_code == 303
    page = Page(window.get("/searches/missed"))
    assert "“Wombat” is off the list." in str(page.soup)
    assert "apart from what was dismissed" in page.words
    form = page.form("/searches/missed/dismissals/removal")
    assert window.post("/searches/missed/dismissals/removal", data=form).status_code == 303
    assert "Wombat 2 people" in Page(window.get("/searches/missed")).words


# Narrowing down


def test_facets_count_and_a_click_narrows_and_another_one_widens_again(
    library: None, look: Callable[..., Page], window: Browser
) -> None:
    def facet(page: Page, words: str) -> Any:
        return next(link for link in page.soup.select("a.filter__link") if words_of(link).startswith(words))

    page = look("tag:shipping")
    counts = {words_of(link) for link in page.soup.select("a.filter__link")}
    assert {"Questions 2", "Answers 1", "Comments 1", "Best practices 1", "Sales 5", "Finance 3", "vat 3"} <= counts
    assert "Best practice 1" not in counts  # Its kind, and no state besides.
    narrowed = Page(window.get(facet(page, "Best practices")["href"]))
    assert found(narrowed) == [PRACTICE]
    assert "is:practice remove" in narrowed.words
    assert {"Questions 2", "Answers 1", "Comments 1"} <= {words_of(a) for a in narrowed.soup.select("a.filter__link")}
    switched = Page(window.get(facet(narrowed, "Questions")["href"]))
    assert found(switched) == [SHIPMENT, ADDRESS]
    assert {"Open 1", "Accepted or solved 1"} <= {words_of(a) for a in switched.soup.select("a.filter__link")}
    widened = Page(window.get(facet(narrowed, "Best practices")["href"]))
    assert found(widened) == found(page)


def test_where_nothing_is_found_one_sees_where_something_is(library: None, look: Callable[..., Page]) -> None:
    page = look("shipment is:solved")
    assert page.title.startswith("Nothing found")
    assert {"Open 1", "Accepted or solved remove 0"} == {words_of(link) for link in page.soup.select("a.filter__link")}
    assert "Nothing has these words and fits the filters" in page.words
    assert page.links()["Search without filters"] == "/search?q=shipment"
    assert "Search without filters" not in look("wombat").links()


def test_every_filter_in_use_can_be_taken_off(library: None, look: Callable[..., Page], window: Browser) -> None:
    page = look("dispatch tag:vat dept:sales author:kim-tran is:answer after:2026-01-01 before:2026-12-31")
    assert found(page) == [ANSWER]
    chips = {
        words_of(chip).removesuffix(" remove"): chip["href"]
        for chip in page.soup.select('[aria-label="Filters in use"] a')
    }
    assert set(chips) == {
        "tag:vat",
        "dept:sales",
        "author:kim-tran",
        "is:answer",
        "after:2026-01-01",
        "before:2026-12-31",
    }
    for name, address in chips.items():
        assert name not in Page(window.get(address)).title
    assert found(Page(window.get(chips["is:answer"]))) == [ANSWER]


def test_the_order_can_be_chosen(library: None, look: Callable[..., Page], window: Browser) -> None:
    page = look("is:question")

    def first(label: str) -> str:
        rows = Page(window.get(page.links()[label])).soup.select("ol.rows > li h3")
        return words_of(rows[0])

    assert first("Newest") == "Invoice with error 0x80070005"
    assert first("Most votes") == "Who may change the delivery address?"
    assert first("Latest activity") == "Invoice with error 0x80070005"


def test_all_pages_together_show_every_result_once(
    kim: Person, look: Callable[..., Page], window: Browser, work_off: Callable[[], None]
) -> None:
    made = {factories.question(kim, f"Where is quokka number {n}?").title for n in range(2 * PER_PAGE + 3)}
    work_off()
    pages = [look("quokka")]
    for _ in range(2):
        pages.append(Page(window.get(pages[-1].next() or "nowhere")))
    read = [title.get_text() for page in pages for title in page.soup.select("ol.rows > li h3")]
    assert len(read) == len(made)
    assert set(read) == made
    page = pages[-1]
    assert page.next() is None
    assert page.soup.find("a", rel="prev") is not None


@pytest.mark.parametrize("number", ["0", "-3", "x", "999999999999999999999", ""])
def test_a_page_that_is_not_there_is_no_error(number: str, library: None, look: Callable[..., Page]) -> None:
    assert look("tag:vat", page=number).status == 200


# What to do next


def test_a_misspelled_word_gets_a_suggestion_that_leads_to_results(
    library: None, look: Callable[..., Page], window: Browser
) -> None:
    page = look("shipmnet tag:shipping")
    assert page.links()["shipment tag:shipping"]
    assert SHIPMENT in found(Page(window.get(page.links()["shipment tag:shipping"])))


def test_an_empty_result_leads_to_asking_with_the_words_filled_in(
    library: None, look: Callable[..., Page], window: Browser
) -> None:
    page = look('quokka "long ladder" tag:vat -yard')
    assert page.title.startswith("Nothing found for")
    assert Page(window.get(page.links()["Ask your colleagues"])).form("/ask")["title"] == "quokka long ladder"


def test_whoever_found_the_wrong_thing_can_ask_too(library: None, look: Callable[..., Page], window: Browser) -> None:
    page = look("shipment")
    assert Page(window.get(page.links()["Ask it as a question"])).form("/ask")["title"] == "shipment"


# Safety


def test_markup_in_posts_is_marked_and_shown_but_never_obeyed(
    kim: Person, marta: Person, look: Callable[..., Page], work_off: Callable[[], None], window: Browser
) -> None:
    question = factories.question(
        kim,
        "Does <script>alert(1)</script> quokka?",
        body="`<script>alert(2)</script>` and <img src=x onerror=a> quokka",
    )
    factories.answer(marta, question, 'A quokka & "quotes" <b onclick="x">bold</b>')
    work_off()
    for typed in ("quokka", "script alert", "onerror", '"><script>alert(3)</script>'):
        answer = window.get("/search", query_string={"q": typed})
        rows = Page(answer).soup.select("ol.rows > li .row__main")
        allowed = {
            "h3",
            "a",
            "p",
            "mark",
            "span",
            "svg",
            "path",
            "circle",
            "time",
            "rect",
            "line",
            "polyline",
            "ul",
            "li",
        }
        assert {tag.name for row in rows for tag in row.find_all()} <= allowed
        assert "<script>alert" not in answer.text
    page = look("quokka")
    assert any("Does <script>alert(1)</script> quokka?" in words for words in found(page))
    assert {mark.text.lower() for mark in page.soup.find_all("mark")} == {"quokka"}


@pytest.mark.parametrize(
    "typed",
    [
        "*",
        "[a TO z]",
        "word~9",
        "(" * 400,
        "NOT " * 100,
        "a:b:c",
        '"',
        "-" * 50,
        "\x00",
        "tag:",
        "🦘" * 60,
        "x" * 9_000,
    ],
    ids=lambda typed: typed[:8].encode("unicode_escape").decode(),
)
def test_odd_input_is_answered(typed: str, library: None, look: Callable[..., Page], window: Browser) -> None:
    assert look(typed).status == 200
    assert window.get("/suggest", query_string={"q": typed}).status_code == 200
    assert window.get("/ask/similar", query_string={"title": typed}).status_code == 200


def test_hostile_strings_are_answered(library: None, look: Callable[..., Page], shared_data: Path) -> None:
    refused = []
    for file in sorted((shared_data / "security").glob("*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines()
        for line in lines[:: max(len(lines) // SAMPLED, 1)]:
            payload = json.loads(line)["payload"]
            if isinstance(payload, str):
                page = look(payload.encode("utf-8", errors="replace"))
                obeyed = page.soup.select("main :is(script, iframe, img, object, embed, style)")
                refused += [payload] if page.status != 200 or obeyed else []
    assert refused == []


def test_when_not_all_matches_were_counted_the_page_says_so(
    library: None, look: Callable[..., Page], app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions["search"] = fts5.Fts5Engine(tmp_path / "index")
    rebuild(lambda _done: None)
    assert look("address").soup.h1.get_text() == "2 results for “address”"
    monkeypatch.setattr(fts5, "LOOKED_AT", 2)
    assert look("address").soup.h1.get_text() == "At least 2 results for “address”"


# When the index is away


@pytest.fixture(params=["missing", "damaged"])
def no_index(request: pytest.FixtureRequest, library: None, app: Flask, tmp_path: Path) -> Iterator[None]:
    """An index that cannot be used, met by a process that starts now."""
    for file in (tmp_path / "index").rglob("*"):
        if request.param == "missing" and file.name == POINTER:
            file.unlink()
        elif request.param == "damaged" and file.suffix == ".toc":
            file.write_bytes(b"rubbish")
    app.extensions["search"] = WhooshEngine(tmp_path / "index")
    yield
    gc.collect()  # Here and not during the next test, which would be blamed for the files left open.


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves damaged files to the garbage collector.
def test_without_an_index_titles_are_searched_it_is_said_and_the_worker_repairs_it(
    no_index: None, look: Callable[..., Page], work_off: Callable[[], None]
) -> None:
    page = look("address")
    assert found(page) == sorted([ADDRESS, PRACTICE])
    assert "The search index is being rebuilt. Until it is back, only titles are searched." in page.words
    assert "being rebuilt" in look("dispatch").words
    work_off()
    page = look("dispatch")
    assert found(page) == sorted([ADDRESS, ANSWER, COMMENT])
    assert "being rebuilt" not in page.words


def test_titles_are_not_offered_while_the_index_is_away(window: Browser, kim: Person) -> None:
    factories.question(kim, "Where is the quokka?")
    assert window.get("/suggest?q=quok").json == []


def test_titles_are_offered_while_a_search_is_typed(library: None, window: Browser) -> None:
    titles = [each["title"] for each in window.get("/suggest?q=addr").json]
    assert sorted(titles) == ["Read the address aloud", "Who may change the delivery address?"]
    assert all(BeautifulSoup(title, "html.parser").find() is None for title in titles)


def test_a_department_is_found_by_its_name_whatever_signs_it_has(window: Browser, kim: Person) -> None:
    with transaction():
        db.session.add(made := Department(name="People & Learning", slug="people-and-learning"))
    factories.question(kim, "Where is the quokka course?", departments=[made])
    assert "There is no department" not in window.get('/search?q=quokka dept:"People %26 Learning"').text


def test_a_name_that_many_have_stands_in_addresses_as_it_was_typed(window: Browser, kim: Person) -> None:
    many = [factories.person(f"Anna Number{number}", kim.department) for number in range(30)]
    factories.question(many[7], "Where is the quokka ladder?")
    work = Page(window.get("/search?q=quokka+author:anna"))
    assert all(len(url) < 100 for url in work.links().values() if "/search" in url)


@pytest.mark.usefixtures("library")
def test_a_word_that_is_not_finished_finds_titles_that_have_it(look: Callable[..., Page]) -> None:
    page = look("shipm")
    assert "Nothing has what you typed. These titles have words that begin so." in page.words
    assert any("shipment" in title for title in page.links())
    assert look("ware tag:nowhere").links().get("Ask your colleagues")


@pytest.mark.usefixtures("library")
def test_words_that_stand_everywhere_find_nothing_by_their_beginning_either(look: Callable[..., Page]) -> None:
    page = look("the")
    assert "No word to look for" in page.words
    assert found(page) == []


@pytest.mark.usefixtures("library")
def test_what_only_filters_ask_for_is_not_said_to_be_unwritten(look: Callable[..., Page]) -> None:
    assert "Nothing fits these filters" in look("tag:nowhere").words


@pytest.mark.usefixtures("library")
def test_a_page_past_the_end_is_the_first(look: Callable[..., Page]) -> None:
    assert look("address", page=9).words == look("address").words
