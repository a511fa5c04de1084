"""What holds for every figure, whatever it measures."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from hypothesis import given

from forum.causes.measuring import Known
from forum.core.suppression import K
from forum.impact.facts.facts import Facts
from forum.impact.measures.strips import STRIPS, figure, figures_of
from forum.impact.rows import MAY_OPEN, listed
from tests.impact.worlds import QUARTER_1, any_facts, any_results, facts, need


def every_figure(known: Facts) -> list[Any]:
    return [each for strip in figures_of(known, QUARTER_1).values() for each in strip.values()]


@given(any_facts | any_results)
def test_the_list_behind_a_number_is_as_long_as_the_number(known: Facts) -> None:
    reader: Any = SimpleNamespace(id=1, selves={1})
    for each in every_figure(known):
        for ids in (each.ids, *(part.ids for part in each.parts)):
            assert len(set(ids)) == len(ids), f"{each.key} counts a row twice"
            assert set(ids) <= set(each.ids), f"{each.key} has a part that is not of it"
            # Each row is one that the reader may open or one of those that are counted as closed.
            assert all(MAY_OPEN[each.kind](reader, known, id) in (True, False) for id in ids)


@given(any_results)
def test_causes_objectives_stories_and_rounds_are_listed_as_long_as_their_number(known: Facts) -> None:
    reader: Any = SimpleNamespace(id=1, selves={1})
    known = replace(known, causes=known.causes or [Known(1, "", "", "suspected", 1, None, None)])
    for each in every_figure(replace(known, tellings=[t for t in known.tellings if t.cause_id == known.causes[0].id])):
        if each.kind not in ("need", "commitment"):
            for ids in (each.ids, *(part.ids for part in each.parts)):
                page = listed(reader, known, each.kind, ids, None)
                assert (len(page.rows), page.closed) == (len(ids), 0), each.key


@given(any_facts | any_results)
def test_of_fewer_than_five_nothing_is_said_in_percent(known: Facts) -> None:
    for each in every_figure(known):
        if each.n < K:
            assert "%" not in each.words, each.words
            assert each.interval is None
            assert each.bounds is None


@given(any_facts | any_results)
def test_an_interval_holds_its_share(known: Facts) -> None:
    for each in every_figure(known):
        for limits in filter(None, (each.interval, each.bounds)):
            assert 0 <= limits.low <= each.value + 1e-9
            assert each.value - 1e-9 <= limits.high <= 1


@given(any_facts | any_results)
def test_every_strip_with_measures_has_a_sentence(known: Facts) -> None:
    for strip in STRIPS:
        if strip.measures:
            assert strip.sentence(figures_of(known, QUARTER_1)[strip.key]).endswith(".")


@given(any_facts | any_results)
def test_a_large_number_leads_to_rows_that_there_are(known: Facts) -> None:
    for each in every_figure(known):
        for head in each.heads:
            assert not head.part or head.part in {part.key for part in each.parts}, (each.key, head)
            assert head.part == "" or not head.number.isdigit() or int(head.number) == each.count(head.part), head
            if each.n < K:
                assert "%" not in head.number, head


def test_no_figure_is_computed_twice_of_the_same_facts() -> None:
    known = facts([need()])
    assert figure(known, QUARTER_1, "confirmed") is figure(known, QUARTER_1, "confirmed")
    assert figure(known, QUARTER_1, "nonsense") is None


def test_no_two_figures_share_a_name() -> None:
    keys = [each.key for each in every_figure(facts())]
    assert len(set(keys)) == len(keys)
