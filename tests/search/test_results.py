"""From hits to what a person may see: checked again in the database, and never nothing because the index is away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.core import jobs
from forum.core.db import db
from forum.core.events import EventRow
from forum.people.models import Person
from forum.posts.removing import remove
from forum.practices.promoting import address as practice_address
from forum.practices.promoting import retire
from forum.questions.asking import address
from forum.questions.merging import merge
from forum.questions.models import Question
from forum.search.current import engine
from forum.search.known import known
from forum.search.query import parse
from forum.search.results import LIMITED, Result, find, titles_of
from tests import factories


@pytest.fixture
def question(kim: Person) -> Question:
    return factories.question(kim, "Where is the quokka ladder?", tags="yard", body="A quokka needs it.")


@pytest.fixture
def answer(marta: Person, question: Question) -> Answer:
    return factories.answer(marta, question, "The quokka took it.")


def results(typed: str) -> list[Result]:
    """What was found, whether it stands for its thread or beneath."""
    return [each for found in find(parse(typed), page=1).results for each in (found, *found.more)]


def waiting() -> list[str]:
    return [job.listener for job in db.session.scalars(select(jobs.Job)) if job.listener == "build_index"]


def test_every_kind_leads_to_its_place_on_its_page(
    question: Question, answer: Answer, kim: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    comment = factories.comment(kim, answer, "Which quokka?")
    practice = factories.practice(farah, answer, title="Keep the quokka away")
    remark = factories.comment(kim, practice, "Quokka, please.")
    work_off()
    thread, page = address(question.id, question.title), practice_address(practice.id, practice.title)
    assert {(found.kind, found.url) for found in results("quokka")} == {
        ("question", thread),
        ("answer", f"{thread}#post-{answer.id}"),
        ("comment", f"{thread}#post-{comment.id}"),
        ("practice", page),
        ("comment", f"{page}#post-{remark.id}"),
    }


def test_a_result_says_whose_it_is_where_it_stands_and_how_far_it_got(
    question: Question, answer: Answer, kim: Person, work_off: Callable[[], None]
) -> None:
    accept(kim, answer)
    work_off()
    found = {each.kind: each for each in results("quokka")}
    asked, answered = found["question"], found["answer"]
    assert (asked.author_name, asked.state, asked.answers) == ("Kim Tran", "accepted", 1)
    assert (answered.author_name, answered.state, answered.title) == ("Marta Silva", "accepted", question.title)
    assert [*answered.departments] == [("sales", "Sales")]


def test_a_result_says_what_became_of_it_and_why_it_stands_where_it_stands(
    question: Question, answer: Answer, kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    better_by_words = factories.question(marta, "Quokka, quokka, quokka!", body="Quokka quokka quokka.")
    accept(kim, answer)
    answer.worked, answer.failed = 9, 1
    work_off()
    found = {each.id: each for each in results("quokka")}
    assert (found[question.id].worked, found[question.id].tried, found[question.id].is_proven) == (9, 10, False)
    assert found[better_by_words.id].reason == ""
    assert {found[question.id].reason, found[answer.id].reason} <= {"", "Ranked up: worked for 9 of 10"}


def test_the_excerpt_comes_from_the_part_that_matched_and_says_which(
    question: Question, answer: Answer, kim: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    other = factories.question(kim, "Has anybody seen the numbat steps?", body="They are gone.")
    merge(farah, other, question)
    work_off()
    places = {each.id: (each.place, each.excerpt_html) for each in results("quokka took")}
    assert places[question.id] == ("In an answer by Marta Silva", "The <mark>quokka</mark> <mark>took</mark> it.")
    assert places[answer.id][0] == ""
    asked = results("quokka numbat")[0]
    assert (asked.place, asked.excerpt_html) == ("Also asked as", "Has anybody seen the <mark>numbat</mark> steps?")
    assert asked.times_asked == 2


def test_an_excerpt_never_comes_from_an_answer_that_was_removed(
    question: Question, answer: Answer, marta: Person, work_off: Callable[[], None]
) -> None:
    work_off()
    remove(marta, answer)
    assert [(each.place, each.excerpt_html) for each in results("quokka took")] == [
        ("", "A <mark>quokka</mark> needs it.")
    ]


def test_a_practice_shows_the_section_that_matched(
    question: Question, answer: Answer, farah: Person, work_off: Callable[[], None]
) -> None:
    factories.practice(farah, answer, title="Keep it shut", texts={"when_not": "When a potoroo sits on it."})
    work_off()
    assert "When a <mark>potoroo</mark> sits" in results("potoroo")[0].excerpt_html


def test_a_retired_practice_says_so(
    question: Question, answer: Answer, farah: Person, work_off: Callable[[], None]
) -> None:
    practice = factories.practice(farah, answer, title="Keep the quokka away")
    retire(farah, practice, because="It left.")
    work_off()
    assert [found.state for found in results("quokka is:practice")] == ["retired"]


def test_what_was_removed_is_not_shown_even_before_the_index_knows(
    question: Question, answer: Answer, kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    factories.comment(kim, answer, "Which quokka?")
    work_off()
    remove(marta, answer)
    assert {found.kind for found in results("quokka")} == {"question"}
    remove(farah, question)
    assert results("quokka") == []


def test_what_was_removed_is_not_counted_even_before_the_index_knows(
    kim: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    only = factories.question(kim, "Where is the quokka ladder?")
    work_off()
    remove(farah, only)
    found = find(parse("quokka"), page=1)
    assert (found.results, found.page.total, dict(found.page.facets)) == ([], 0, {})


def test_what_was_removed_is_not_counted_beside_an_empty_page_either(
    kim: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    only = factories.question(kim, "Where is the quokka ladder?")
    work_off()
    assert find(parse("quokka is:solved"), page=1).page.facets["state"] == [("open", 1), ("solved", 0)]
    remove(farah, only)
    assert dict(find(parse("quokka is:solved"), page=1).page.facets) == {}


def test_a_remark_on_an_answer_that_was_removed_is_not_shown(
    kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    asked = factories.question(kim, "Where is the ladder?")
    given = factories.answer(marta, asked)
    factories.comment(kim, given, "The quokka sits on it.")
    work_off()
    remove(farah, given)
    assert results("quokka") == []
    assert find(parse("quokka"), page=1, by=kim).results == []


def test_a_merged_wording_that_was_removed_is_said_nowhere(
    kim: Person, marta: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    stands = factories.question(kim, "Where does a parcel go that nobody wants?")
    other = factories.question(marta, "Where does a quokka parcel go that nobody wants?")
    merge(farah, other, stands)
    work_off()
    assert [each.also for each in known("where does a quokka parcel go")][:1] == [other.title]
    remove(farah, other)
    shown = [str(find(parse("parcel quokka"), page=1).results), str(known("where does a quokka parcel go"))]
    assert "quokka" not in "".join(shown).replace("where does a quokka", "")


def test_a_misspelled_word_is_put_right_by_titles_that_may_be_seen_only(
    question: Question, kim: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    same = factories.question(kim, "Who lent me the wombat?")
    merge(farah, same, question)
    work_off()
    assert [find(parse(typed), page=1).page.suggestion for typed in ("quokak", "wombta")] == ["quokka", "wombat"]
    remove(farah, same)
    assert [find(parse(typed), page=1).page.suggestion for typed in ("quokak", "wombta")] == ["quokka", None]
    remove(farah, question)
    assert find(parse("quokak"), page=1).page.suggestion is None


def test_what_was_edited_is_shown_as_it_is_now(question: Question, kim: Person, work_off: Callable[[], None]) -> None:
    work_off()
    question.html = "<p>A wombat needs it.</p>"
    assert "wombat" in results("quokka")[0].excerpt_html


def test_many_results_cost_as_many_statements_as_one(
    kim: Person, work_off: Callable[[], None], statements: Callable[[], Any]
) -> None:
    def cost(typed: str = "quokka") -> int:
        work_off()
        with statements() as seen:
            results(typed)
        return len(seen)

    factories.question(kim, "Where is the quokka?", tags="x")
    few = cost()
    for n in range(12):
        factories.question(kim, f"Where is quokka number {n}?", tags="x y")
    assert cost() == few == 3
    assert cost("quokka is:question is:open dept:sales tag:x") == 3
    assert cost("quokka is:solved") == 3  # Nothing, and whether what else could be chosen may be seen.


# When the index is away


@pytest.fixture
def no_index(question: Question, answer: Answer, farah: Person) -> None:
    factories.practice(farah, answer, title="Keep the QUOKKA away")
    factories.question(farah, "Something else, 100% sure")
    db.session.commit()


def test_titles_are_searched_and_it_is_said(no_index: None) -> None:
    found = find(parse("quokka"), page=1)
    assert [(each.kind, each.title) for each in found.results] == [
        ("practice", "Keep the QUOKKA away"),
        ("question", "Where is the quokka ladder?"),
    ]
    assert found.limited == LIMITED


@pytest.mark.parametrize(
    ("typed", "count"), [("quokka ladder", 1), ("ladder wombat", 0), ("100%", 1), ("l_dder", 0), ("q%a", 0)]
)
def test_every_word_has_to_be_in_the_title_as_it_was_typed(typed: str, count: int, no_index: None) -> None:
    assert find(parse(typed), page=1).page.total == count


def test_removed_posts_are_not_among_the_titles(no_index: None, question: Question, farah: Person) -> None:
    remove(farah, question)
    assert [each.kind for each in results("quokka")] == ["practice"]


def test_a_rebuild_is_asked_for_once_however_many_people_search(no_index: None) -> None:
    for _ in range(3):
        results("quokka")
    assert waiting() == ["build_index"]
    asked_for = select(func.count()).select_from(EventRow).where(EventRow.name == "IndexFellBehind")
    assert db.session.scalar(asked_for) == 1  # Events are kept for ever: one search more is not one more of them.


def test_the_worker_repairs_it_and_everything_is_found_again(no_index: None, work_off: Callable[[], None]) -> None:
    results("quokka")
    work_off()
    found = find(parse("took"), page=1)
    assert found.limited is None
    assert "answer" in {each.kind for each in found.results}


# Titles


def test_titles_lead_to_their_pages_and_removed_ones_are_left_out(
    app: Flask, question: Question, kim: Person, work_off: Callable[[], None]
) -> None:
    gone = factories.question(kim, "Where is the other quokka?")
    work_off()
    remove(kim, gone)
    hits = engine().suggest("quok")
    assert {hit.post_id for hit in hits} == {question.id, gone.id}
    assert [(each["title"], each["url"]) for each in titles_of(hits)] == [
        (question.title, address(question.id, question.title))
    ]
