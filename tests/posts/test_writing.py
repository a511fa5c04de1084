"""From what was typed to what is stored: the same for every entry, within bounds, at a known cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.text import MAX_SOURCE
from forum.people.models import Person
from forum.posts.removing import remove
from forum.posts.writing import write
from tests import factories


def test_what_is_kept_is_what_was_typed_without_what_nobody_can_see(app: Any) -> None:
    assert write("one\r\ntwo\x00\x1b\ud800\rthree").source == "one\ntwo\nthree"


def test_composed_and_decomposed_letters_are_stored_alike(app: Any) -> None:
    assert write("Zoe\u0308").source == "Zo\u00eb"


def test_the_longest_text_is_taken_and_one_character_more_is_refused(app: Any) -> None:
    assert len(write("x" * MAX_SOURCE).source) == MAX_SOURCE
    with pytest.raises(Invalid, match="30,001 characters") as refusal:
        write("x" * (MAX_SOURCE + 1))
    assert refusal.value.field == "body"


def test_a_shorter_limit_is_kept_to(app: Any) -> None:
    with pytest.raises(Invalid, match="11 characters long; 10 is the most"):
        write("x" * 11, at_most=10)


def test_blanks_around_a_text_do_not_count(app: Any) -> None:
    assert write("\n\n  x\n\n", at_most=1).html == "<p>x</p>"


def test_everybody_mentioned_is_known_by_id_once(kim: Person, marta: Person) -> None:
    written = write("@Marta-Silva and @kim-tran and @marta-silva, not @nobody and not kim-tran@mail.example.")
    assert sorted(written.mentioned) == sorted((kim.id, marta.id))
    assert f'<a class="mention" href="/people/{marta.id}/marta-silva">@Marta-Silva</a>' in written.html
    assert "@nobody" in written.html
    assert "/people/0" not in written.html


def test_a_removed_question_is_no_longer_referred_to(kim: Person) -> None:
    question = factories.question(kim)
    assert f'href="/questions/{question.id}"' in write(f"See #{question.id}.").html
    remove(kim, question)
    assert write(f"See #{question.id}.").html == f"<p>See #{question.id}.</p>"


def test_a_title_cannot_break_out_of_the_reference_to_it(kim: Person) -> None:
    question = factories.question(kim, 'Is "quoted" <b>bold</b> a title?')
    assert 'title="Is &quot;quoted&quot; &lt;b&gt;bold&lt;/b&gt; a title?"' in write(f"#{question.id}").html


def test_a_line_that_begins_with_a_reference_is_no_heading(kim: Person) -> None:
    question = factories.question(kim)
    assert f'<p><a class="reference" href="/questions/{question.id}"' in write(f"#{question.id} has it.").html
    assert write("# This is one").html == "<h3>This is one</h3>"


@pytest.mark.parametrize("number", ["2147483648", "99999999999999999999", "0", "007"])
def test_a_number_that_no_question_can_have_is_only_a_number(number: str, app: Any) -> None:
    assert write(f"Ticket #{number} is closed.").html == f"<p>Ticket #{number} is closed.</p>"


def test_a_plain_text_costs_no_statement_and_a_full_one_two(
    kim: Person, marta: Person, statements: Callable[[], Any]
) -> None:
    numbers = " ".join(f"#{factories.question(kim).id}" for _ in range(5))
    db.session.commit()
    with statements() as plain:
        write("Nothing *special* here.")
    with statements() as full:
        write(f"@kim-tran, @marta-silva: {numbers}")
    assert (len(plain), len(full)) == (0, 2)
