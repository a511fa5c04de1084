"""What every search engine promises; a new one adds one line to `ENGINES`."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forum.search.analysis import sketch
from forum.search.engines import fts5, postgresql, whoosh
from forum.search.engines.fts5 import Fts5Engine
from forum.search.engines.postgresql import PostgresqlEngine
from forum.search.engines.whoosh import WhooshEngine
from forum.search.port import Building, Document, SearchEngine, SearchUnavailable
from forum.search.query import parse
from tests.search.engines import database
from tests.search.engines.documents import LIBRARY, document

ENGINES: dict[str, Callable[[Path], SearchEngine]] = {
    "whoosh": lambda folder: WhooshEngine(folder / "index"),
    "fts5": lambda folder: Fts5Engine(folder / "index"),
}
if database.IS_THERE:
    ENGINES["postgresql"] = lambda folder: database.emptied_engine()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    made = ENGINES[request.param](tmp_path)
    made.rebuild(LIBRARY)
    return made


def found(engine: SearchEngine, typed: str) -> set[str]:
    return {hit.id for hit in engine.search(parse(typed)).hits}


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("address", {"q1", "p4"}),
        ("ADDRESSES", {"q1", "p4"}),
        ("delivery address", {"q1"}),
        ('"delivery address"', {"q1"}),
        ('"address delivery"', set()),
        ('"changed your delivery addresses"', {"q1"}),  # As with single words: endings and the commonest words are one.
        ('"warehouse changed"', set()),  # The one ends the title, the other begins the text.
        ('"parcel went" "delivery address"', {"q1"}),
        ("shipment", {"q2", "a3"}),
        ("shipment -dispatch", {"q2"}),
        ('shipment -"ring dispatch"', {"q2"}),
        ("dept:sales -shipment", {"q1", "p4", "q5"}),
        ("-shipment", set()),
        ("after:2026-03-01 -shipment -coffee", {"q1", "p4"}),
        ("tag:shipping", {"q1"}),
        ("dept:it", {"p4"}),
        ("dept:it dept:marketing", {"p4", "c6"}),
        ("author:marek", {"a3"}),
        ("is:solved", {"q2"}),
        ("is:practice", {"p4"}),
        ("is:question coffee", {"q5"}),
        ("is:question is:comment coffee", {"q5", "c6"}),
        ("dept:sales is:question coffee", {"q5"}),
        ("dept:marketing is:question coffee", set()),
        ("after:2026-04-01", {"q5"}),
        ("before:2026-04-01 coffee", {"c6"}),
        ("0x80070005", {"q5"}),
        ("c++", {"q5"}),
        ("zolc", {"c6"}),
        ("CAFE", {"c6"}),
        ("xyzzy", set()),
    ],
)
def test_search_finds_what_was_meant(engine: SearchEngine, typed: str, ids: set[str]) -> None:
    assert found(engine, typed) == ids


@pytest.mark.parametrize(
    "word",
    ["Приклад", "日本語", "naïveté", "don't", "snake_case", "v2.31", "INC0012345", ".NET", "１２３", "ſtraße", "ǅ"],
)
def test_words_of_every_script_and_names_are_found_as_they_are_written(engine: SearchEngine, word: str) -> None:
    engine.index([document("q70", f"About {word} today"), document("q71", "Nothing of the kind")])
    assert found(engine, word) == found(engine, f"{word} today") == {"q70"}
    assert [hit.id for hit in engine.similar(sketch(f"{word} today"))] == ["q70"]


def test_when_no_document_has_all_words_those_with_some_are_shown_and_it_is_said(engine: SearchEngine) -> None:
    page = engine.search(parse("address xyzzy"))
    assert page.widened
    assert {hit.id for hit in page.hits} == {"q1", "p4"}
    assert {hit.id for hit in engine.search(parse("PARCEL XYZZY 0x80070005")).hits} == {"q1", "q5"}
    assert not engine.search(parse("delivery address")).widened


def test_of_many_words_those_that_tell_most_are_enough(engine: SearchEngine) -> None:
    page = engine.search(parse("could somebody please tell me what it means that my parcel went to some old place"))
    assert page.widened
    assert page.hits[0].id == "q1"


def test_facets_count_all_matches(engine: SearchEngine) -> None:
    page = engine.search(parse("is:question is:answer is:comment is:practice"), per_page=2)
    assert page.total == 6
    assert dict(page.facets["kind"]) == Counter(each.kind for each in LIBRARY)
    assert dict(page.facets["department"]) == Counter(slug for each in LIBRARY for slug in each.departments)
    assert dict(page.facets["state"]) == Counter(state for each in LIBRARY for state in each.state)


@pytest.mark.parametrize(
    ("typed", "facet", "counted"),
    [
        ("address is:question", "kind", {"question": 1, "practice": 1}),
        ("is:question", "kind", Counter(each.kind for each in LIBRARY)),
        ("dept:it", "department", Counter(slug for each in LIBRARY for slug in each.departments)),
        ("is:solved dept:sales", "state", {"open": 2, "solved": 1, "answered": 1, "accepted": 1, "practice": 1}),
        ("is:solved dept:sales", "department", {"sales": 1}),
        ("coffee -red dept:marketing", "department", {"marketing": 1}),
        ("parcel dept:it", "department", {"sales": 1, "it": 0}),  # Where nothing is, one sees where something is.
        ("parcel xyzzy dept:it", "department", {"sales": 1, "it": 0}),
        ("coffee machine after:2026-04-01 is:comment", "kind", {"question": 1, "comment": 0}),
        ("the dept:it", "department", {"sales": 5, "it": 1, "marketing": 1}),
    ],
)
def test_what_is_chosen_of_a_facet_leaves_the_numbers_of_what_else_could_be(
    engine: SearchEngine, typed: str, facet: str, counted: dict[str, int]
) -> None:
    assert dict(engine.search(parse(typed)).facets[facet]) == counted


def test_the_number_beside_each_value_is_what_is_found_with_it(engine: SearchEngine) -> None:
    for typed in ("address", "shipment", "coffee machine", "machine 0x80070005", ""):
        for value, count in engine.search(parse(f"{typed} dept:sales")).facets["department"]:
            assert engine.search(parse(f"{typed} dept:{value}")).total == count, (typed, value)


LOOKS: dict[type, tuple[Any, tuple[str, ...]]] = {
    WhooshEngine: (whoosh, ("_Matches",)),
    Fts5Engine: (fts5, ("_find",)),
    PostgresqlEngine: (postgresql, ("find", "count")),
}


@pytest.mark.parametrize(
    ("typed", "looks"),
    [("address", 1), ("address dept:sales", 2), ("address dept:sales is:question is:open tag:shipping", 5)],
)
def test_a_search_looks_once_and_once_more_for_each_facet_it_filters_by(
    engine: SearchEngine, typed: str, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, names = LOOKS[type(engine)]
    seen: list[str] = []

    def counted(name: str, real: Any) -> Any:
        def look(*given: Any, **named: Any) -> Any:
            seen.append(name)
            return real(*given, **named)

        return look

    for name in names:
        monkeypatch.setattr(module, name, counted(name, getattr(module, name)))
    assert engine.search(parse(typed)).total > 0
    assert len(seen) == looks


def test_pages_do_not_overlap(engine: SearchEngine) -> None:
    query = parse("dept:sales")
    ids = [hit.id for number in (1, 2, 3) for hit in engine.search(query, page=number, per_page=2).hits]
    assert len(ids) == len(set(ids)) == 5


def test_behind_the_last_page_there_is_nothing_and_the_total_stays(engine: SearchEngine) -> None:
    page = engine.search(parse("dept:sales"), page=9, per_page=2)
    assert (list(page.hits), page.total, page.at_least) == ([], 5, False)


def test_order_can_be_chosen(engine: SearchEngine) -> None:
    assert engine.search(parse("dept:sales sort:newest")).hits[0].id == "q5"
    assert engine.search(parse("dept:sales sort:votes")).hits[0].id == "q2"


def test_what_was_solved_comes_before_what_was_not(engine: SearchEngine) -> None:
    engine.index([document("q8", "Glue dries out"), document("q7", "Glue dries out", state=("solved",))])
    assert [hit.id for hit in engine.search(parse("glue")).hits] == ["q7", "q8"]


def test_indexing_again_replaces(engine: SearchEngine) -> None:
    engine.index([document("q1", "A quite different matter", version=2)])
    assert found(engine, "parcel") == set()
    assert found(engine, "different matter") == {"q1"}
    assert engine.versions()["q1"] == 2
    assert engine.health().documents == len(LIBRARY)


def test_of_the_same_document_twice_the_later_is_kept(engine: SearchEngine) -> None:
    engine.index([document("q9", "An early wording"), document("q9", "A late wording", version=2)])
    assert found(engine, "early") == set()
    assert found(engine, "late wording") == {"q9"}
    assert engine.versions()["q9"] == 2


def test_a_rebuild_during_a_rebuild_is_refused(engine: SearchEngine) -> None:
    def documents() -> Iterator[Document]:
        with pytest.raises(Building):
            engine.rebuild(LIBRARY)
        yield LIBRARY[0]

    engine.rebuild(documents())
    assert engine.health().documents == 1


def test_a_rebuild_replaces_everything_and_says_how_far_it_is(engine: SearchEngine) -> None:
    told: list[int] = []
    engine.rebuild([document("q8", "Glue dries out"), document("q7", "Paper curls")], on_progress=told.append)
    assert told == [1, 2]
    assert found(engine, "parcel") == set()
    assert found(engine, "glue") == {"q8"}
    assert engine.versions() == {"q8": 1, "q7": 1}


def test_deleted_documents_are_gone(engine: SearchEngine) -> None:
    engine.delete({"q1", "q99"})
    assert found(engine, "parcel") == set()
    assert "q1" not in engine.versions()
    engine.index([LIBRARY[0]])
    assert found(engine, "parcel") == {"q1"}


def test_similar_needs_only_some_of_the_words(engine: SearchEngine) -> None:
    hits = engine.similar(
        sketch("customer says the parcel went somewhere else, wrong warehouse?"), kinds=("question", "practice")
    )
    assert (hits[0].id, hits[0].title) == ("q1", "Parcel went to the old warehouse")
    assert engine.similar(sketch("the of and"), kinds=("question",)) == []
    assert "q1" not in {hit.id for hit in engine.similar(sketch("parcel warehouse"), exclude={"q1"})}
    assert {hit.id for hit in engine.similar(sketch("coffee machine"), kinds=("comment",))} == {"c6"}
    assert len(engine.similar(sketch("coffee machine"), limit=1)) == 1
    assert engine.similar({}) == engine.similar({"xyzzy": 1.0}) == []


def test_a_term_with_more_weight_counts_for_more(engine: SearchEngine) -> None:
    assert engine.similar({"coffe": 1.0, "shipment": 0.1})[0].id != "q2"
    assert engine.similar({"coffe": 0.1, "shipment": 1.0})[0].id in ("q2", "a3")


def test_what_few_documents_have_tells_more(engine: SearchEngine) -> None:
    told = engine.rarity(["warehous", "address", "xyzzy"])
    assert told["warehous"] > told["address"] > told["xyzzy"] == 0.0


def test_a_word_is_found_by_what_it_is_also_called(engine: SearchEngine) -> None:
    query = replace(parse("depot"), alternatives={"depot": ("old warehouse", "store")})
    assert [hit.id for hit in engine.search(query).hits] == ["q1"]
    query = replace(parse("depot parcel"), alternatives={"depot": ("old warehouse",)})
    assert not engine.search(query).widened


def test_what_worked_more_surely_comes_first(engine: SearchEngine) -> None:
    once, often = (
        {"state": ("accepted",), "worked": 1, "tried": 1},
        {"state": ("accepted",), "worked": 9, "tried": 10},
    )
    engine.index([document("a8", "", "Glue dries out", **often), document("a9", "", "Glue dries out", **once)])
    assert [hit.id for hit in engine.search(parse("glue")).hits] == ["a8", "a9"]


def test_titles_are_offered_while_a_word_is_still_being_typed(engine: SearchEngine) -> None:
    assert [hit.id for hit in engine.suggest("coff")] == ["q5"]
    assert [hit.id for hit in engine.suggest("coff mach")] == ["q5"]
    assert [hit.id for hit in engine.suggest("coffee machine blinks red")] == ["q5"]
    assert engine.suggest("coffee warehouse") == engine.suggest("0x8007") == []  # Of titles only, and of all the words.
    assert engine.suggest("c") == []
    assert engine.suggest("") == []


def test_a_misspelled_word_gets_a_suggestion_and_a_known_one_none(engine: SearchEngine) -> None:
    assert engine.search(parse("warehuose")).suggestion == "warehouse"
    assert engine.search(parse("delivery warehuose dept:sales")).suggestion == "delivery warehouse dept:sales"
    assert engine.search(parse("xyzzyxyzzy")).suggestion is None
    assert engine.search(parse("warehouse")).suggestion is None


def test_threads_that_search_at_the_same_moment_do_not_read_each_others_postings(engine: SearchEngine) -> None:
    colours, things = ("red", "green", "blue", "white"), ("valve", "pump", "crane", "ladder", "press")
    many = [(number, colours[number % 4], things[number % 5]) for number in range(100, 340)]
    engine.index(
        [document(f"q{n}", f"The {colour} {thing}", f"{thing} {colour} " * (n % 7)) for n, colour, thing in many]
    )
    asked = [f"{colour} {thing}" for colour in colours for thing in things]

    def answer(typed: str) -> list[tuple[str, float]]:
        return [(hit.id, hit.score) for hit in engine.search(parse(typed)).hits]

    alone = {typed: answer(typed) for typed in asked}
    wrong: list[str] = []

    def compare(first: int) -> None:
        for typed in asked[first:] + asked[:first]:
            try:
                wrong.extend([typed] if answer(typed) != alone[typed] else [])
            except SearchUnavailable as error:
                wrong.append(str(error))

    threads = [threading.Thread(target=compare, args=(2 * number,)) for number in range(8)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # Threads take turns in the middle of everything.
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert wrong == []


@pytest.mark.parametrize("name", ENGINES)
def test_an_index_that_was_never_built_says_so(name: str, tmp_path: Path) -> None:
    engine = ENGINES[name](tmp_path)
    assert not engine.health().ok
    with pytest.raises(SearchUnavailable):
        engine.search(parse("x"))
    with pytest.raises(SearchUnavailable):
        engine.index(LIBRARY)
    engine.rebuild([])
    assert engine.health().ok
    assert engine.search(parse("x")).total == 0
