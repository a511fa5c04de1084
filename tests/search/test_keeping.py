"""What moderators may say about words that mean the same, what is refused, and how the page says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.people.models import Person
from forum.search import keeping
from forum.search.models import SynonymGroup
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


@pytest.mark.parametrize(
    "typed", ["RMA = return authorisation", "RMA, return  authorisation,", " RMA;return authorisation"]
)
def test_words_are_typed_with_commas_or_as_an_equation(farah: Person, typed: str) -> None:
    assert keeping.keep(farah, typed).words == ["RMA", "return authorisation"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "at least two"),
        ("RMA", "at least two"),
        ("RMA, RMA", "at least two"),
        ("return, returns", "same word to a search"),
        ("RMA, the", "too common"),
        ("RMA, 42", "“42” has no letter"),
        ("RMA, <b>goods back</b>", "Leave out the sign “<”."),
        ("RMA, **goods back**", r"Leave out the sign “\*”."),
        ("RMA, “goods back”", "Leave out the sign ““”."),
        ("RMA, goods that a customer sends back to us", "too long"),
        (f"RMA, {'x' * 61}", "too long"),
        ("a1, b2, c3, d4, e5, f6, g7, h8, i9", "At most 8"),
    ],
)
def test_what_would_find_nothing_or_too_much_is_refused(farah: Person, typed: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as refusal:
        keeping.keep(farah, typed)
    assert refusal.value.field == "words"


def test_a_word_of_another_group_is_refused_and_the_group_named(farah: Person) -> None:
    keeping.keep(farah, "RMA, return authorisation")
    with pytest.raises(Invalid, match="“rma” stands in “RMA, return authorisation”"):
        keeping.keep(farah, "goods back, rma")


def test_a_group_may_keep_its_own_words_when_it_is_changed(farah: Person) -> None:
    group = keeping.keep(farah, "RMA, return authorisation")
    keeping.change(farah, group, "RMA, return authorisation, goods back")
    assert group.words == ["RMA", "return authorisation", "goods back"]


def test_who_said_what_when_is_kept_also_after_a_group_is_gone(farah: Person) -> None:
    group = keeping.keep(farah, "RMA, goods back")
    keeping.change(farah, group, "RMA, goods back")  # Nothing changed: nothing to remember.
    keeping.change(farah, group, "RMA, returns")
    keeping.drop(farah, group)
    rows = db.session.execute(
        select(EventRow.data, EventRow.actor_id).where(EventRow.name == "SynonymsKept").order_by(EventRow.id)
    )
    assert [(data["words"], actor) for data, actor in rows] == [
        (["RMA", "goods back"], farah.id),
        (["RMA", "returns"], farah.id),
        ([], farah.id),
    ]


def test_only_moderators_keep_them(kim: Person, farah: Person) -> None:
    group = keeping.keep(farah, "RMA, goods back")
    with pytest.raises(Forbidden):
        keeping.keep(kim, "PO, purchase order")
    with pytest.raises(Forbidden):
        keeping.change(kim, group, "RMA, purchase order")
    with pytest.raises(Forbidden):
        keeping.drop(kim, group)


def test_the_page_lists_who_added_what_and_keeps_what_was_refused(browser: SignIn, farah: Person) -> None:
    window = browser(farah)
    window.post("/synonyms", data={"words": "RMA, return authorisation"})
    refused = Page(window.post("/synonyms", data={"words": "rma, goods back"}))
    assert (refused.status, refused.problems, refused.form("/synonyms")["words"]) == (422, ["words"], "rma, goods back")
    assert "RMA = return authorisation Added by Farah Aziz" in refused.words


def test_a_group_is_changed_and_dropped_on_its_page(browser: SignIn, farah: Person) -> None:
    window = browser(farah)
    group = keeping.keep(farah, "RMA, return authorisation")
    form = Page(window.get(f"/synonyms/{group.id}/edit")).form(f"/synonyms/{group.id}/edit")
    assert form["words"] == "RMA, return authorisation"
    refused = Page(window.post(f"/synonyms/{group.id}/edit", data={"words": "RMA"}))
    assert (refused.status, refused.form(f"/synonyms/{group.id}/edit")["words"]) == (422, "RMA")
    window.post(f"/synonyms/{group.id}/edit", data={"words": "RMA, goods back"})
    assert "Saved. Whoever looks for one of them now finds all." in str(Page(window.get("/synonyms")).soup)
    assert db.session.scalars(select(SynonymGroup)).one().words == ["RMA", "goods back"]
    window.post(f"/synonyms/{group.id}/removal")
    assert "Gone: each of the words now finds only itself." in str(Page(window.get("/synonyms")).soup)
    assert db.session.scalars(select(SynonymGroup)).all() == []
