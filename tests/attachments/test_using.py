"""Which posts use an attachment, and that nobody can show what they may not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import edit_answer
from forum.attachments.models import Attachment, PostAttachment
from forum.attachments.using import SaysWhoMadeIt
from forum.core.db import db
from forum.people.models import Person
from forum.posts.removing import remove
from forum.posts.writing import write
from tests import factories
from tests.attachments.test_keeping import kept, show


def used_in(attachment: Attachment) -> set[int]:
    """The posts that use it."""
    using = select(PostAttachment.post_id).where(PostAttachment.attachment_id == attachment.id)
    return set(db.session.scalars(using))


def test_a_post_uses_what_its_text_names(kim: Person) -> None:
    picture, other = kept(kim), kept(kim)
    question = show(picture, kim)
    assert used_in(picture) == {question.id}
    assert used_in(other) == set()


def test_an_edit_adds_and_takes_nothing_out_that_the_history_shows(kim: Person, marta: Person) -> None:
    first, second = kept(marta), kept(marta)
    answer = factories.answer(marta, factories.question(kim), f"![a]({first.address})")
    edit_answer(marta, answer, write(f"![b]({second.address})"), seen=1)
    assert used_in(first) == used_in(second) == {answer.id}


def test_what_a_colleague_has_not_shown_yet_cannot_be_shown_for_them(kim: Person, marta: Person) -> None:
    picture = kept(kim)
    show(picture, marta)
    assert used_in(picture) == set()


def test_what_is_in_a_post_may_be_quoted_and_what_was_removed_may_not(kim: Person, marta: Person) -> None:
    picture = kept(kim)
    first = show(picture, kim)
    quoted = show(picture, marta)
    assert used_in(picture) == {first.id, quoted.id}
    for post in (first, quoted):
        remove(db.session.get_one(Person, post.author_id), post)
    again = show(picture, marta)
    assert again.id not in used_in(picture)


def test_a_text_without_a_file_costs_no_statement(kim: Person, statements: Callable[[], Any]) -> None:
    factories.question(kim)
    with statements() as seen:
        factories.question(kim)
    assert not [each for each in seen if "attachment" in each]


def test_a_picture_has_its_size_in_the_page_and_an_unknown_one_is_a_link(kim: Person) -> None:
    picture = kept(kim)
    html = write(f"![a lamp]({picture.address}) ![a ghost](/attachments/{'0' * 32})").html
    assert f'<a class="picture" href="{picture.address}"><img src="{picture.address}" alt="a lamp" width="4"' in html
    assert f'<a href="/attachments/{"0" * 32}">a ghost</a>' in html


@pytest.fixture
def persona(kim: Person) -> Person:
    """Somebody who writes without a name."""
    made = factories.person("A colleague")
    made.is_persona = True  # type: ignore[attr-defined]
    return made


def test_in_a_text_without_a_name_nothing_leads_to_whoever_added_the_file(kim: Person, persona: Person) -> None:
    picture, words = kept(kim), kept(kim, kind="txt", name="Kim Tran.txt")
    for each in (picture, words):
        show(each, persona)
    db.session.expire_all()
    for each in (picture, words):
        assert used_in(each)
        assert (each.person_id, each.name) == (None, "")
        moment = each.uploaded_at
        assert (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def test_a_pdf_that_can_say_who_made_it_does_not_go_with_a_text_without_a_name(kim: Person, persona: Person) -> None:
    with pytest.raises(SaysWhoMadeIt):
        show(kept(kim, kind="pdf", name="a.pdf", width=None, height=None), persona)


def test_what_was_shown_with_a_name_keeps_it_when_it_is_quoted_without_one(kim: Person, persona: Person) -> None:
    picture = kept(kim)
    show(picture, kim)
    show(picture, persona)
    db.session.expire_all()
    assert picture.person_id == kim.id
