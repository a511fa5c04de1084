"""Departments and tags as labels: as people type and choose them, and kept apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forum.core.db import db, transaction
from forum.core.errors import Forbidden, Invalid
from forum.departments.labelling import (
    TAG_LENGTH,
    add_department,
    chosen_departments,
    describe_department,
    describe_tag,
    labels_of,
    slug_of,
    typed_tags,
)
from forum.departments.listing import SUGGESTED, suggested_tags, tags_in_use, tags_with_counts
from forum.departments.models import Department, Tag
from forum.people.models import Person
from forum.search.keeping import keep
from tests import factories


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Customer Service", "customer-service"),
        ("  R&D / Łódź  ", "r-d-lodz"),
        ("Straße", "strasse"),
        ("日本語", ""),
        ("a" * 80, "a" * 60),
        ("-_-", ""),
    ],
)
def test_words_become_a_part_of_an_address(words: str, slug: str) -> None:
    assert slug_of(words) == slug


def test_a_long_slug_does_not_end_with_a_hyphen() -> None:
    assert slug_of("one two", 4) == "one"


def test_tags_are_made_once_and_found_again_in_any_writing(app: Any) -> None:
    first = typed_tags("VAT, Month-End")
    assert [tag.slug for tag in first] == ["month-end", "vat"]
    assert typed_tags("#vat vat Vat month-end") == first


def test_a_tag_is_no_longer_than_a_tag(app: Any) -> None:
    assert [len(tag.slug) for tag in typed_tags("x" * 100)] == [TAG_LENGTH]


def test_signs_alone_are_no_tag(app: Any) -> None:
    assert typed_tags(" , ## !!! ") == []


def test_more_tags_than_say_something_are_refused(app: Any) -> None:
    assert len(typed_tags("a b c d e")) == 5
    with pytest.raises(Invalid) as refusal:
        typed_tags("a b c d e f")
    assert refusal.value.field == "tags"


def test_departments_come_by_name_and_unknown_ones_are_passed_over(sales: Department, finance: Department) -> None:
    assert chosen_departments([sales.id, finance.id, 999_999]) == [finance, sales]
    with pytest.raises(Invalid):
        chosen_departments([999_999])


def test_labels_of_many_posts_cost_one_statement(
    kim: Person, sales: Any, finance: Any, statements: Callable[[], Any]
) -> None:
    first = factories.question(kim, tags="b a", departments=[sales, finance])
    second = factories.question(kim, departments=[finance])
    db.session.commit()
    with statements() as seen:
        departments, tags = labels_of([first.id, second.id])
    assert len(seen) == 1
    assert [*departments[first.id]] == [("finance", "Finance"), ("sales", "Sales")]
    assert [*tags[first.id]] == ["a", "b"]
    assert ([*departments[second.id]], [*tags[second.id]]) == ([("finance", "Finance")], [])


def test_no_posts_cost_nothing(app: Any, statements: Callable[[], Any]) -> None:
    with statements() as seen:
        labels_of([])
    assert seen == []


def test_tags_are_counted_and_the_most_used_come_first(kim: Person) -> None:
    factories.question(kim, tags="rare often")
    factories.question(kim, tags="often")
    typed_tags("never")
    assert [(tag.slug, count) for tag, count in tags_with_counts()] == [("often", 2), ("rare", 1), ("never", 0)]
    assert list(tags_in_use()) == ["never", "often", "rare"]


def test_tags_are_suggested_by_how_they_begin_and_then_by_how_much_they_are_used(kim: Person) -> None:
    factories.question(kim, tags="vat invoice-vat")
    factories.question(kim, tags="invoice-vat vat-rates")
    factories.question(kim, tags="vat-rates private")
    assert suggested_tags("vat") == ["vat-rates", "vat", "invoice-vat"]
    assert suggested_tags("VAT r") == ["vat-rates"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'; --", "v_t", "%00"])
def test_signs_with_a_meaning_to_the_database_suggest_nothing_special(kim: Person, typed: str) -> None:
    factories.question(kim, tags="vat other")
    assert set(suggested_tags(typed)) <= {"other", "vat"}
    assert suggested_tags("v_t") == suggested_tags("v%t") == []


def test_only_so_many_tags_are_suggested(kim: Person) -> None:
    for letter in "abc":
        factories.question(kim, tags=" ".join(f"{letter}{number}" for number in range(5)))
    assert len(suggested_tags("")) == SUGGESTED


def test_only_moderators_say_what_a_tag_is_for(kim: Person, chris: Person, farah: Person) -> None:
    (tag,) = typed_tags("vat")
    for person in (kim, chris):
        with pytest.raises(Forbidden):
            describe_tag(person, tag, "Mine")
    describe_tag(farah, tag, "  Value added\ntax ")
    assert db.session.get_one(Tag, tag.id).description == "Value added tax"


def test_a_department_is_added_once_whatever_the_spelling(chris: Person, sales: Department) -> None:
    assert add_department(chris, "  Research & Development ").slug == "research-development"
    for name in ("Sales", "SALES", "sales!", "Research Development"):
        with pytest.raises(Invalid) as refusal, transaction():
            add_department(chris, name)
        assert refusal.value.field == "name"


def test_a_department_needs_a_name_with_letters(chris: Person, sales: Department) -> None:
    for name in ("", "   ", "!?"):
        with pytest.raises(Invalid):
            describe_department(chris, sales, name, "")
    assert sales.name == "Sales"


def test_a_renamed_department_takes_its_address_along_and_may_keep_its_name(chris: Person, sales: Department) -> None:
    describe_department(chris, sales, "Sales", "Sells things.")
    describe_department(chris, sales, "Sales and Service", "Sells things.")
    assert (sales.name, sales.slug, sales.description) == ("Sales and Service", "sales-and-service", "Sells things.")


def test_only_administrators_change_departments(farah: Person, sales: Department) -> None:
    with pytest.raises(Forbidden):
        add_department(farah, "Mine")
    with pytest.raises(Forbidden):
        describe_department(farah, sales, "Mine", "")


def test_a_topic_is_found_by_what_its_words_are_also_called(kim: Person, farah: Person) -> None:
    keep(farah, "RMA, return authorisation")
    factories.question(kim, tags="return-authorisation rma-form")
    db.session.commit()
    assert suggested_tags("rma") == ["rma-form", "return-authorisation"]
    assert suggested_tags("return authorisation") == ["return-authorisation", "rma-form"]
    assert suggested_tags("form") == ["rma-form"]
