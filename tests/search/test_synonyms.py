"""Synonyms of the house: what a search and the panel of known answers find by another word, and from when on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import update

from forum.core.clock import as_of, now
from forum.core.db import db
from forum.people.models import Person
from forum.search import keeping
from forum.search.models import SynonymGroup
from forum.search.query import parse
from forum.search.results import find
from forum.search.similar import similar
from forum.search.synonyms import WEIGHT, alternatives, expand, rewordings
from tests import factories


def test_a_word_is_also_called_what_stands_in_its_group_and_nothing_else(farah: Person) -> None:
    keeping.keep(farah, "RMA, return authorisation")
    keeping.keep(farah, "PO = purchase order")
    assert alternatives(["open", "rma", "orders"]) == {"rma": ("return authorisation",)}


def test_each_word_of_a_phrase_stands_for_the_whole_only_when_they_follow_each_other(farah: Person) -> None:
    keeping.keep(farah, "RMA, return authorisation")
    assert alternatives(["returns", "authorisation"]) == {"returns": ("RMA",), "authorisation": ("RMA",)}
    assert alternatives(["authorisation", "return"]) == {}


def test_a_text_is_reworded_one_phrase_at_a_time_and_keeps_the_rest(farah: Person) -> None:
    keeping.keep(farah, "RMA, return authorisation")
    assert rewordings("Who opens an RMA for us?") == [
        "Who opens an RMA for us?",
        "Who opens an return authorisation for us?",
    ]


def test_what_only_a_rewording_has_weighs_less_and_shares_it() -> None:
    assert expand({"rma": 1.0, "open": 1.0}, ["open rma", "open return authorisation"]) == {
        "rma": 1.0,
        "open": 1.0,
        "return": WEIGHT / 2,
        "authoris": WEIGHT / 2,
    }


def test_a_changed_or_dropped_group_counts_at_once(farah: Person) -> None:
    group = keeping.keep(farah, "RMA, return authorisation")
    assert alternatives(["rma"]) == {"rma": ("return authorisation",)}
    keeping.change(farah, group, "RMA, goods back")
    db.session.flush()
    assert alternatives(["rma"]) == {"rma": ("goods back",)}
    keeping.drop(farah, group)
    db.session.flush()
    assert alternatives(["rma"]) == {}


def test_a_change_is_seen_although_the_clock_was_set_back(farah: Person) -> None:
    group = keeping.keep(farah, "RMA, return authorisation")
    keeping.keep(farah, "PO, purchase order")
    assert alternatives(["rma"]) == {"rma": ("return authorisation",)}
    with as_of(now() - timedelta(hours=1)):
        keeping.change(farah, group, "RMA, goods back")
    db.session.flush()
    assert alternatives(["rma"]) == {"rma": ("goods back",)}


def test_what_another_process_writes_is_seen(farah: Person) -> None:
    group = keeping.keep(farah, "RMA, return authorisation")
    alternatives(["rma"])
    later = group.changed_at.replace(year=group.changed_at.year + 1)
    db.session.execute(update(SynonymGroup).values(words=["RMA", "parcel home"], changed_at=later))
    assert alternatives(["rma"]) == {"rma": ("parcel home",)}


def test_a_search_finds_and_marks_what_is_called_otherwise(
    kim: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    asked = factories.question(kim, "Who signs a return authorisation?")
    work_off()
    assert find(parse("RMA"), page=1).results == []
    keeping.keep(farah, "RMA, return authorisation")
    found = find(parse("RMA"), page=1).results
    assert [each.id for each in found] == [asked.id]
    assert "<mark>return</mark>" in found[0].title_html


def test_what_was_asked_in_the_other_word_is_offered_while_asking(
    kim: Person, farah: Person, noise: None, work_off: Callable[[], None]
) -> None:
    asked = factories.question(kim, "Who signs a return authorisation?")
    work_off()
    assert similar("How to get an RMA") == []
    keeping.keep(farah, "RMA, return authorisation")
    best = similar("How to get an RMA")[0]
    assert (best.post_id, set(best.words)) == (asked.id, {"return", "authorisation"})
