"""Merging two questions on their pages, as a browser without JavaScript does it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.answers.answering import accept, drifted_counts
from forum.departments.models import Department
from forum.needs.merging import object_to
from forum.people.models import Person
from forum.posts.removing import remove
from forum.questions.asking import address
from forum.questions.merging import merge, standing_merge, undo
from forum.questions.models import Question
from forum.search import comparing, indexing
from forum.search.known import known as known_answers
from forum.search.query import parse
from forum.search.results import find
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]
Work = Callable[[], None]


@pytest.fixture
def ola(sales: Department) -> Person:
    return factories.person("Ola Berg", sales)


@pytest.fixture
def known(kim: Person) -> Question:
    return factories.question(kim, "How do I correct a quokka's address?", body="It lives elsewhere now.")


@pytest.fixture
def again(ola: Person) -> Question:
    return factories.question(ola, "The wombat has moved, who changes that?", body="It digs at another place.")


@pytest.fixture
def merged(farah: Person, known: Question, again: Question) -> Question:
    merge(farah, again, known, "Both animals moved.")
    return again


def test_a_moderator_finds_the_other_question_compares_and_merges(
    browser: SignIn, farah: Person, known: Question, again: Question, work_off: Work
) -> None:
    work_off()
    window = browser(farah)
    page = Page(window.get(address(again.id, again.title)))
    assert page.links()["Merge into another question"] == f"/questions/{again.id}/merge"
    found = Page(window.get(f"/questions/{again.id}/merge?q=correct+address"))
    compare = found.links()[f"Compare with {known.title}"]
    page = Page(window.get(compare))
    assert "It lives elsewhere now." in page.words
    assert "It digs at another place." in page.words
    action = f"/questions/{again.id}/merge"
    answer = window.post(action, data={**page.form(action), "reason": "Both animals moved."})
    assert (answer.status_code, answer.location) == (303, address(known.id, known.title))
    shown = Page(window.get(answer.location))
    assert f"Also asked as {again.title} Ola Berg" in shown.words
    assert "Asked 2 times" in shown.words


@pytest.mark.parametrize(
    "typed", ["{id}", "#{id}", "https://proven.example/questions/{id}/how-do-i", "/questions/{id}"]
)
def test_the_other_question_is_found_by_its_number_or_address(
    browser: SignIn, farah: Person, known: Question, again: Question, typed: str
) -> None:
    page = Page(browser(farah).get(f"/questions/{again.id}/merge", query_string={"q": typed.format(id=known.id)}))
    assert f"Compare with {known.title}" in page.links()


def test_the_number_of_a_merged_question_finds_the_one_that_stands_for_it(
    browser: SignIn, farah: Person, marta: Person, known: Question, merged: Question
) -> None:
    third = factories.question(marta)
    page = Page(browser(farah).get(f"/questions/{third.id}/merge?q={merged.id}"))
    assert f"Compare with {known.title}" in page.links()


@pytest.mark.parametrize("typed", ["999999", "99999999999999", "#", "/questions/", "nothing like it", "\x00"])
def test_what_leads_nowhere_finds_nothing(browser: SignIn, farah: Person, again: Question, typed: str) -> None:
    page = Page(browser(farah).get(f"/questions/{again.id}/merge", query_string={"q": typed}))
    assert (page.status, "Nothing" in page.words) == (200, True)


@pytest.mark.parametrize("into", ["", "0", "x", "99999999999999", "itself", "removed"])
def test_a_choice_that_cannot_be_is_refused_and_the_reason_is_kept(
    browser: SignIn, farah: Person, known: Question, again: Question, into: str
) -> None:
    if into == "removed":
        remove(farah, known)
    typed = {"itself": str(again.id), "removed": str(known.id)}.get(into, into)
    page = Page(browser(farah).post(f"/questions/{again.id}/merge", data={"into": typed, "reason": "Same words."}))
    assert page.status == 422
    assert page.soup.select_one('[role="alert"]') is not None
    if into == "itself":
        assert page.form(f"/questions/{again.id}/merge")["reason"] == "Same words."


def test_a_question_is_not_offered_to_itself_and_that_is_said_before_anything_is_sent(
    browser: SignIn, farah: Person, known: Question, again: Question, merged: Question
) -> None:
    window = browser(farah)
    for own in (known, merged):  # What was merged into it leads back to it.
        page = Page(window.get(f"/questions/{known.id}/merge?q=%23{own.id}"))
        assert "That is this question itself, or one that was merged into it" in page.words
        page = Page(window.get(f"/questions/{known.id}/merge?into={own.id}"))
        assert "That is this question, or one that was merged into it." in page.words
        assert not page.has_form(f"/questions/{known.id}/merge")


def test_whoever_asked_the_other_one_hears_at_once_that_somebody_else_decides(
    browser: SignIn, farah: Person, known: Question
) -> None:
    own = factories.question(farah)
    page = Page(browser(farah).get(f"/questions/{known.id}/merge?into={own.id}"))
    assert "You asked that one yourself, so somebody else decides about it" in page.words


def test_the_answers_of_both_stand_there_to_be_compared(
    browser: SignIn, farah: Person, marta: Person, kim: Person, known: Question, again: Question
) -> None:
    for number in range(4):
        given = factories.answer(marta, known, f"Tell the zoo, part {number}.")
    accept(kim, given)
    page = Page(browser(farah).get(f"/questions/{again.id}/merge?into={known.id}"))
    assert "Accepted Marta Silva 0 votes Accepted, not confirmed yet Tell the zoo, part 3." in page.words
    assert "The best 3 of 4." in page.words
    assert page.words.count("Tell the zoo") == 3
    assert "Nobody has answered it." in page.words


def test_the_old_address_leads_to_the_question_that_stands_for_it_and_says_so(
    browser: SignIn, marta: Person, farah: Person, known: Question, merged: Question
) -> None:
    window = browser(marta)
    answer = window.get(address(merged.id, merged.title))
    assert answer.status_code == 302  # 301 would be kept by browsers after it was undone.
    page = Page(window.get(answer.location))
    assert page.title == known.title
    assert f"You followed a link to {merged.title} , which was merged" in page.words
    assert "You followed" not in Page(window.get(address(known.id, known.title))).words
    undo(farah, standing_merge(merged.id))  # type: ignore[arg-type]
    assert window.get(address(merged.id, merged.title)).status_code == 200


def test_the_original_words_can_be_read_with_the_remarks_on_them(
    browser: SignIn, marta: Person, merged: Question
) -> None:
    remark = factories.comment(marta, merged, "Which wombat?")
    window = browser(marta)
    page = Page(window.get(f"/questions/{merged.id}/wording"))
    assert (page.title, "Which wombat?" in page.words) == (merged.title, True)
    assert "Both animals moved." in page.words
    assert window.get(f"/posts/{merged.id}").location == f"/questions/{merged.id}/wording"
    assert window.get(f"/posts/{remark.id}").location == f"/questions/{merged.id}/wording#post-{remark.id}"


def test_the_page_of_the_words_of_a_question_that_is_not_merged_is_its_own_page(
    browser: SignIn, marta: Person, known: Question
) -> None:
    assert browser(marta).get(f"/questions/{known.id}/wording").location == address(known.id, known.title)


def test_an_answer_to_a_question_that_was_merged_meanwhile_is_given_where_it_belongs(
    browser: SignIn, marta: Person, known: Question, merged: Question
) -> None:
    answer = browser(marta).post(f"/questions/{merged.id}/answers", data={"body": "Write a letter to it."})
    assert answer.location.startswith(f"/questions/{known.id}#post-")
    assert drifted_counts() == {}


@pytest.mark.parametrize("deed", ["sharing", "claim"])
def test_other_deeds_land_at_the_question_that_stands_for_it(
    browser: SignIn, marta: Person, known: Question, merged: Question, deed: str
) -> None:
    answer = browser(marta).post(f"/questions/{merged.id}/{deed}")
    assert browser(marta).get(answer.location).location.startswith(address(known.id, known.title))


def test_the_asker_objects_and_another_moderator_keeps_or_takes_apart(
    browser: SignIn, farah: Person, ola: Person, finance: Department, known: Question, merged: Question
) -> None:
    thread = address(known.id, known.title)
    action = f"/questions/{merged.id}/merge"
    asker = browser(ola)
    assert Page(asker.get(thread)).has_form(f"{action}/objection")
    assert not Page(browser(farah).get(thread)).has_form(f"{action}/objection")
    asker.post(f"{action}/objection")
    page = Page(asker.get(thread))
    assert "You said that it is another question" in page.words
    assert not page.has_form(f"{action}/objection")
    assert not Page(browser(farah).get(thread)).has_form(f"{action}/confirmation")
    second = browser(factories.person("Mo Diaz", finance, "moderator"))
    page = Page(second.get(thread))
    assert page.has_form(f"{action}/confirmation")
    assert page.has_form(f"{action}/undoing")
    assert second.post(f"{action}/confirmation").status_code == 303
    assert "says that it is another question" not in Page(second.get(thread)).words
    answer = second.post(f"{action}/undoing")
    assert answer.location == address(merged.id, merged.title)


def test_when_the_question_that_stands_for_it_is_removed_its_old_address_answers_alike(
    browser: SignIn, marta: Person, farah: Person, known: Question, merged: Question
) -> None:
    remove(farah, known)
    window = browser(marta)
    assert window.get(address(merged.id, merged.title)).status_code == 404
    assert window.get(f"/questions/{merged.id}/wording").status_code == 200
    assert window.post(f"/questions/{merged.id}/answers", data={"body": "Write a letter."}).status_code == 404


def test_searching_for_the_words_of_either_finds_one_question(
    farah: Person, marta: Person, known: Question, again: Question, work_off: Work
) -> None:
    answer = factories.answer(marta, again, "A wombat says so at the gate.")
    factories.comment(marta, again, "My wombat too.")
    work_off()
    made = merge(farah, again, known)
    work_off()
    (thread,) = find(parse("wombat"), page=1).results
    assert {(each.kind, each.id, each.title) for each in (thread, *thread.more)} == {
        ("question", known.id, known.title),
        ("answer", answer.id, known.title),
    }
    assert [each.id for each in known_answers("wombat moved who changes")] == [known.id]
    assert comparing.drift() == set()
    undo(farah, made)
    work_off()
    assert {each.id for each in find(parse("wombat is:question"), page=1).results} == {again.id}
    assert comparing.drift() == set()


def test_an_index_that_missed_a_merge_catches_up(
    farah: Person, known: Question, again: Question, work_off: Work
) -> None:
    work_off()
    merge(farah, again, known)
    assert comparing.drift() == {known.id, again.id}
    indexing.catch_up()
    assert [each.id for each in find(parse("wombat"), page=1).results] == [known.id]


def test_while_the_index_is_away_a_merged_question_is_not_found_by_its_title(
    farah: Person, known: Question, merged: Question
) -> None:
    assert [each.id for each in find(parse("quokka"), page=1).results] == [known.id]
    assert find(parse("wombat"), page=1).results == []


def test_an_edit_of_the_merged_words_is_found_too(
    browser: SignIn, ola: Person, known: Question, merged: Question, work_off: Work
) -> None:
    work_off()
    window = browser(ola)
    form = Page(window.get(f"/questions/{merged.id}/edit")).form()
    window.post(f"/questions/{merged.id}/edit", data={**form, "body": "It digs under the numbat."})
    work_off()
    assert [each.id for each in find(parse("numbat"), page=1).results] == [known.id]


def test_an_objection_counts_once(ola: Person, merged: Question) -> None:
    made = standing_merge(merged.id)
    assert made is not None
    object_to(ola, made)
    first = made.objected_at
    object_to(ola, made)
    assert made.objected_at == first
