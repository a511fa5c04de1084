"""Asking, mending and browsing questions, as a browser without JavaScript does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core.db import db
from forum.core.paging import PER_PAGE
from forum.departments.following import follow
from forum.needs.listing import AMONG
from forum.needs.models import AskSession
from forum.needs.opening import share
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.removing import remove
from forum.questions import listing
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, Typed, words_of

SignIn = Callable[[Person], Browser]
MOST_PAGES = 5
NOT_SAID = {
    "impact": "slowed",
    "moment": "",
    "looked_first": "",
    "needed_by": "",
    "tried": "",
    "colleague": "",
    "draft_window": "",
    "draft_seen": "",
}  # of the need: what the form offers by itself
ASKED = {
    "title": "Who may change a customer's VAT number?",
    "body": "I *tried* it in the CRM.\n\n| field | works |\n|---|---|\n| VAT | no |",
    "tags": "vat customers",
    "draft": "key-of-this-form",
}


@pytest.fixture
def window(browser: SignIn, kim: Person) -> Browser:
    return browser(kim)


@pytest.fixture
def ask(window: Browser, kim: Person) -> Callable[..., Any]:
    """Sends the form of /ask, filled in well but for what is given."""
    return lambda **given: window.post("/ask", data={**ASKED, "departments": kim.department_id, **given})


def the_question() -> Question:
    return db.session.scalars(select(Question)).one()


def count(kind: type[Post]) -> int:
    return len(db.session.scalars(select(kind.id)).all())


# Asking


def test_a_question_is_posted_and_shown_with_its_text_and_labels(ask: Any, window: Browser, finance: Any) -> None:
    answer = ask(departments=[finance.id])
    assert (answer.status_code, answer.location) == (
        303,
        f"/questions/{the_question().id}/who-may-change-a-customer-s-vat-number",
    )
    page = Page(window.get(answer.location))
    assert page.title == ASKED["title"]
    assert page.soup.find("em").text == "tried"  # type: ignore[union-attr]
    assert page.links()["Finance"] == "/departments/finance"
    assert page.links()["vat"] == "/tags/vat"


def test_a_question_may_concern_several_departments(ask: Any, sales: Any, finance: Any) -> None:
    ask(departments=[sales.id, finance.id])
    assert [row.departments for row in listing.page([], None).rows] == [(("finance", "Finance"), ("sales", "Sales"))]


def test_all_that_is_wrong_with_a_question_is_said_at_once(browser: Callable[[Person], Browser], kim: Person) -> None:
    page = Page(browser(kim).post("/ask", data={"title": "", "body": "", "tags": "a b c d e f"}))
    assert (page.status, page.problems) == (422, ["title", "body", "departments", "tags"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "VAT?"}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"body": " \n "}, "body"),
        ({"body": "x" * 30_001}, "body"),
        ({"departments": []}, "departments"),
        ({"departments": ["0", "rubbish"]}, "departments"),
        ({"tags": "one two three four five six"}, "tags"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_a_refused_question_names_the_field_and_keeps_everything_that_was_typed(
    given: Typed, field: str, ask: Any, kim: Person
) -> None:
    answer = ask(**given)
    page = Page(answer)
    assert (page.status, page.problems) == (422, [field])
    expected = {**ASKED, **NOT_SAID, "departments": str(kim.department_id), "similar_seen": "", **given}
    if field == "departments":
        del expected["departments"]  # Nothing that could be chosen was chosen.
    assert page.form("/ask") == expected
    assert count(Question) == 0


def test_the_preview_keeps_everything_and_shows_what_the_page_will_show(ask: Any) -> None:
    answer = ask(preview="body")
    assert Page(answer).form("/ask")["body"] == ASKED["body"]
    assert count(Question) == 0
    ask()
    assert the_question().html in answer.text


def test_a_text_too_long_to_be_previewed_is_kept(ask: Any) -> None:
    page = Page(ask(preview="body", body="x" * 30_001))
    assert (page.status, page.problems) == (422, ["body"])
    assert page.form("/ask")["body"] == "x" * 30_001


@pytest.fixture
def known(marta: Person, work_off: Callable[[], None]) -> Question:
    """What somebody asked before, in other words."""
    question = factories.question(marta, "Changing the VAT number of a customer")
    work_off()
    return question


def test_similar_questions_are_shown_once_and_then_the_question_is_posted(
    ask: Any, window: Browser, known: Question
) -> None:
    page = Page(ask())
    assert page.status == 200
    assert known.title in page.words
    assert page.form("/ask")["body"] == ASKED["body"]
    assert count(Question) == 1
    answer = window.post("/ask", data=page.form("/ask"))
    assert answer.status_code == 303
    assert count(Question) == 2


def test_whom_similar_questions_often_concern_is_proposed_and_not_ticked(
    ask: Any, window: Browser, marta: Person, work_off: Callable[[], None]
) -> None:
    for title in ("Changing the VAT number of a customer", "Change the VAT number of customers"):
        factories.question(marta, title, departments=[marta.department])
    work_off()
    here = window.get("/ask/similar?title=Change+a+customer+VAT+number", headers={"HX-Request": "true"})
    assert f'data-tick="departments-{marta.department_id}"' in here.text
    page = Page(ask(departments=[]))
    page = page if page.status == 200 else Page(ask())
    assert f"Questions like this often concern {marta.department.name}" in page.words


def test_a_question_unlike_any_other_is_posted_at_once(ask: Any, known: Question) -> None:
    assert ask(title="Where is the key of the bicycle shed?").status_code == 303


def test_what_is_wrong_with_a_question_is_said_before_similar_ones_are_shown(ask: Any, known: Question) -> None:
    page = Page(ask(departments=[]))
    assert page.problems == ["departments"]
    assert known.title not in page.words


def test_similar_questions_appear_while_the_title_is_typed(window: Browser, known: Question) -> None:
    part = Page(window.get("/ask/similar", query_string={"title": "change vat number"}))
    assert part.soup.find("h1") is None
    assert part.soup.find("a")["href"].startswith(f"/questions/{known.id}/")  # type: ignore[index]
    assert Page(window.get("/ask/similar", query_string={"title": "change"})).words.startswith("While you type")


def test_what_is_only_related_does_not_stand_in_the_way(ask: Any, window: Browser, known: Question) -> None:
    title = "Which customer has the longest number of open invoices?"
    assert "Related" in Page(window.get("/ask/similar", query_string={"title": title})).words
    assert ask(title=title).status_code == 303


def test_what_looks_like_the_same_can_be_taken_or_joined_by_whoever_did_not_ask_it(
    window: Browser, known: Question, marta: Person, browser: SignIn
) -> None:
    def buttons(of: Browser) -> set[str]:
        part = Page(of.get("/ask/similar", query_string={"title": known.title}))
        assert "Looks like the same?" in part.words
        return {button["formaction"] for button in part.soup.find_all("button")}

    assert buttons(window) == {f"/questions/{known.id}/sharing"}
    factories.answer(factories.person(), known)
    assert buttons(window) == {f"/questions/{known.id}/sharing", "/known"}
    assert buttons(browser(marta)) == {"/known"}


def test_how_many_are_shown_is_told_to_whoever_does_not_see_them(window: Browser, known: Question) -> None:
    def said(title: str) -> str:
        answer = window.get("/ask/similar", query_string={"title": title}, headers={"HX-Request": "true"})
        return words_of(Page(answer).soup.find(id="similar-count"))

    assert said(known.title) == "1 known question or practice below the title"
    assert said("The key of the bicycle shed") == ""


def test_having_the_same_need_instead_of_asking_ends_the_draft(typed: Any, window: Browser, known: Question) -> None:
    typed()
    window.post(f"/questions/{known.id}/sharing", data={"draft": "key-of-this-form"})
    assert Page(window.get("/ask")).form("/ask")["title"] == ""
    assert db.session.scalars(select(AskSession.ending)).all() == ["deflected"]


def test_whoever_answers_is_shown_what_helped_before_and_a_link_to_write(
    window: Browser, question: Question, known: Question, marta: Person, work_off: Callable[[], None]
) -> None:
    address = f"/questions/{question.id}/known"
    answer = factories.answer(factories.person(), known, "Finance changes it.")
    work_off()
    assert Page(window.get(address)).words == ""  # Nobody said yet that it helps.
    accept(marta, answer)
    work_off()
    part = Page(window.get(address))
    assert "Finance changes it." in part.words
    assert part.soup.button["data-insert"].startswith(f"[{known.title}](/questions/{known.id}/")  # type: ignore[index, union-attr]


def test_what_the_page_before_knew_is_filled_in(window: Browser, finance: Any) -> None:
    page = Page(window.get("/ask?title=vat+number&department=finance&tags=vat"))
    form = page.form("/ask")
    assert form.pop("draft")
    form["draft_window"] = ""  # Every form that is opened is a window of its own.
    assert form == {
        "title": "vat number",
        "body": "",
        "departments": str(finance.id),
        "tags": "vat ",
        "similar_seen": "",
        **NOT_SAID,
    }


# Drafts


@pytest.fixture
def typed(window: Browser) -> Callable[..., Any]:
    """What the page sends while one types, as it holds the form at that moment."""
    return lambda **given: window.post("/ask/draft", data={**ASKED, **given})


def test_what_is_typed_is_there_again_in_another_browser(
    typed: Any, browser: SignIn, kim: Person, finance: Any
) -> None:
    assert typed(departments=finance.id, impact="blocked", needed_by="soon", colleague="@ola").status_code == 204
    page = Page(browser(kim).get("/ask"))
    assert "Your draft from" in page.words
    assert page.form("/ask") | {"draft_window": "", "draft_seen": ""} == {
        **ASKED,
        **NOT_SAID,
        "departments": str(finance.id),
        "impact": "blocked",
        "needed_by": "soon",
        "colleague": "@ola",
        "similar_seen": "",
    }


def test_too_little_is_not_kept(typed: Any, window: Browser) -> None:
    assert typed(title="Lift", body="", tags="").status_code == 202
    assert "Your draft from" not in Page(window.get("/ask")).words


def test_nobody_else_sees_a_draft_by_any_way(typed: Any, browser: SignIn, farah: Person, chris: Person) -> None:
    typed(title="The wombat in the cellar")
    for person in (farah, chris):
        window = browser(person)
        for address in (
            "/ask",
            "/ask?draft=key-of-this-form",
            "/",
            "/questions",
            "/search?q=wombat",
            "/suggest?q=The",
            "/inbox",
        ):
            assert "in the cellar" not in window.get(address).text, address


@pytest.mark.parametrize("sent", [{"preview": "body"}, {"departments": []}], ids=["previewed", "refused"])
def test_a_form_that_comes_back_is_kept_without_scripts(sent: Typed, ask: Any, window: Browser) -> None:
    ask(**sent)
    assert Page(window.get("/ask")).form("/ask")["body"] == ASKED["body"]


def test_what_is_kept_while_similar_questions_are_shown_is_gone_once_it_is_posted(
    ask: Any, window: Browser, known: Question
) -> None:
    page = Page(ask())
    assert Page(window.get("/ask")).form("/ask")["title"] == ASKED["title"]
    window.post("/ask", data=page.form("/ask"))
    assert Page(window.get("/ask")).form("/ask")["title"] == ""


def test_taking_a_known_answer_ends_the_draft(typed: Any, window: Browser, known: Question) -> None:
    typed()
    assert window.post("/known", data={**ASKED, "post": str(known.id)}).status_code == 303
    (session,) = db.session.scalars(select(AskSession))
    assert (session.ending, session.post_id, session.words) == ("deflected", known.id, None)
    assert Page(window.get("/ask")).form("/ask")["title"] == ""


def test_a_question_that_was_not_posted_keeps_its_draft(typed: Any, ask: Any) -> None:
    typed()
    ask(tags="one two three four five six")
    (session,) = db.session.scalars(select(AskSession))
    assert (session.ending, session.post_id) == (None, None)


def test_of_two_windows_neither_writes_over_the_other(typed: Any, window: Browser) -> None:
    typed()
    first, second = Page(window.get("/ask")).form("/ask"), Page(window.get("/ask")).form("/ask")
    for form, words in [(first, "Behind the door?"), (second, "In the yard?"), (first, "Behind the red door?")]:
        form["draft"] = window.post("/ask/draft", data={**form, "body": words}).headers["Draft"]
    page = Page(window.get("/ask"))
    other = Page(window.get(page.links()[f"Go on with your earlier draft: {ASKED['title']}"]))
    assert [page.form("/ask")["body"], other.form("/ask")["body"]] == ["Behind the red door?", "In the yard?"]


def test_posting_from_a_window_that_is_behind_leaves_the_draft_of_the_other(
    typed: Any, window: Browser, kim: Person
) -> None:
    typed()
    first, second = Page(window.get("/ask")).form("/ask"), Page(window.get("/ask")).form("/ask")
    window.post("/ask/draft", data={**first, "body": "Behind the red door?"})
    asked = window.post("/ask", data={**second, "departments": kim.department_id, "similar_seen": "yes"})
    assert asked.status_code == 303
    assert Page(window.get("/ask")).form("/ask")["body"] == "Behind the red door?"


def test_a_draft_can_be_thrown_away(typed: Any, window: Browser) -> None:
    typed()
    page = Page(window.get("/ask"))
    assert window.post("/ask/draft/discard", data=page.form("/ask")).location == "/ask"
    assert Page(window.get("/ask")).form("/ask")["title"] == ""


def test_a_draft_can_be_thrown_away_from_the_list_of_drafts(typed: Any, window: Browser) -> None:
    typed()
    form = Page(window.get("/drafts")).form("/ask/draft/discard")
    assert window.post("/ask/draft/discard", data=form).location == "/drafts"
    assert "Nothing half-written" in Page(window.get("/drafts")).words


def test_a_search_that_found_nothing_wins_and_offers_the_draft(typed: Any, window: Browser) -> None:
    typed()
    page = Page(window.get("/ask?title=long+ladder"))
    assert page.form("/ask")["title"] == "long ladder"
    earlier = page.links()[f"Go on with your earlier draft: {ASKED['title']}"]
    assert Page(window.get(earlier)).form("/ask")["title"] == ASKED["title"]


def test_asking_on_from_a_search_leaves_the_earlier_draft_as_it_was(typed: Any, window: Browser) -> None:
    typed()
    window.post("/ask/draft", data={**Page(window.get("/ask?title=The+long+ladder")).form("/ask"), "body": "Where?"})
    page = Page(window.get("/ask"))
    assert page.form("/ask")["body"] == "Where?"
    earlier = page.links()[f"Go on with your earlier draft: {ASKED['title']}"]
    assert Page(window.get(earlier)).form("/ask")["body"] == ASKED["body"]


def test_a_draft_wins_over_a_department_that_the_page_before_knew(typed: Any, window: Browser, finance: Any) -> None:
    typed()
    assert Page(window.get("/ask?department=finance")).form("/ask")["title"] == ASKED["title"]


def test_an_address_with_somebody_elses_draft_is_an_empty_form(typed: Any, browser: SignIn, marta: Person) -> None:
    typed()
    assert Page(browser(marta).get("/ask?draft=key-of-this-form")).form("/ask")["title"] == ""


def test_keeping_has_a_limit_of_its_own(typed: Any, ask: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PROVEN_POST_LIMIT", "1 per minute")
    monkeypatch.setitem(app.config, "PROVEN_DRAFT_LIMIT", "3 per minute")
    assert [typed().status_code for _ in range(4)] == [204, 204, 204, 429]
    assert ask().status_code == 303


# For a colleague


def test_a_question_for_a_colleague_is_offered_to_them_and_becomes_theirs(
    ask: Any, window: Browser, browser: SignIn, kim: Person, marta: Person
) -> None:
    asked = ask(colleague="@Marta-Silva").location
    shown = Page(window.get(asked))
    assert "Marta Silva is asked whether it is theirs. Until then it is yours." in shown.words
    hers = browser(marta)
    page = Page(hers.get(asked))
    assert "Kim Tran asked this for you" in page.words
    assert "I need this too" not in page.words
    assert "I am on it" not in page.words
    (yes,) = (action for action, _ in page.forms() if action.endswith("/agreement"))
    assert hers.post(yes).location == asked
    page = Page(hers.get(asked))
    assert "written down by Kim Tran" in page.words
    assert "Is it yours?" not in page.words
    assert the_question().author_id == marta.id
    assert [row.author_name for row in listing.page([], None).rows] == ["Marta Silva"]


def test_declining_leaves_the_page_as_it_was(
    ask: Any, window: Browser, browser: SignIn, kim: Person, marta: Person
) -> None:
    asked = ask(colleague="marta-silva").location
    hers = browser(marta)
    (no,) = (action for action, _ in Page(hers.get(asked)).forms() if action.endswith("/refusal"))
    hers.post(no)
    for one in (hers, window):
        words = Page(one.get(asked)).words
        assert "Is it yours?" not in words
        assert "Until then it is yours." not in words
        assert "written down by" not in words


@pytest.mark.parametrize("colleague", ["@nobody-of-that-name", "kim-tran", "@"])
def test_a_colleague_who_cannot_be_asked_is_said_beside_the_field(
    colleague: str, ask: Any, kim: Person, marta: Person
) -> None:
    answer = ask(colleague=colleague)
    if colleague == "@":  # Nobody was named.
        assert answer.status_code == 303
        return
    page = Page(answer)
    assert (page.status, page.problems) == (422, ["colleague"])
    assert page.form("/ask")["colleague"] == colleague
    assert count(Question) == 0


def test_nobody_else_learns_for_whom_it_was_asked(ask: Any, browser: SignIn, marta: Person, farah: Person) -> None:
    asked = ask(colleague="marta-silva").location
    assert "Marta" not in Page(browser(farah).get(asked)).words


def test_asking_from_a_department_ticks_it(window: Browser, finance: Any) -> None:
    link = Page(window.get("/departments/finance")).links()["Ask Finance"]
    assert Page(window.get(link)).form("/ask")["departments"] == str(finance.id)


def test_writing_too_fast_is_slowed_down_and_said(
    ask: Any, app: Any, monkeypatch: pytest.MonkeyPatch, work_off: Callable[[], None]
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_POST_LIMIT", "2 per minute")
    answers = [ask() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert Page(answers[-1]).title == "A little slower, please"


# One question


@pytest.fixture
def question(kim: Person, finance: Any) -> Question:
    return factories.question(kim, "Who may change a VAT number?", body="Me?", tags="vat", departments=[finance])


def test_an_address_with_another_title_leads_to_the_right_one(window: Browser, question: Question) -> None:
    right = f"/questions/{question.id}/who-may-change-a-vat-number"
    for address in (f"/questions/{question.id}", f"/questions/{question.id}/an-older-title"):
        answer = window.get(address)
        assert (answer.status_code, answer.location) == (301, right)


def test_a_removed_question_and_one_that_never_was_look_alike(window: Browser, kim: Person, question: Question) -> None:
    remove(kim, question)
    pages = [Page(window.get(f"/questions/{id}")) for id in (question.id, question.id + 1_000)]
    assert [page.status for page in pages] == [404, 404]
    assert pages[0].title == pages[1].title == "Nothing here"


def test_an_id_of_something_else_is_not_a_question(window: Browser, marta: Person, question: Question) -> None:
    answer = factories.answer(marta, question)
    for address in (f"/questions/{answer.id}", f"/questions/{answer.id}/edit", f"/questions/{answer.id}/similar"):
        assert window.get(address).status_code == 404
    assert window.post(f"/questions/{answer.id}/answers", data={"body": "Where am I?"}).status_code == 404


def test_similar_questions_stand_beside_it_without_itself(window: Browser, question: Question, known: Question) -> None:
    part = Page(window.get(f"/questions/{question.id}/similar"))
    assert known.title in part.words
    assert question.title not in part.words


# Mending


def test_the_asker_mends_the_question_and_the_page_says_so(window: Browser, question: Question, sales: Any) -> None:
    form = Page(window.get(f"/questions/{question.id}/edit")).form()
    assert (form["title"], form["body"], form["tags"]) == ("Who may change a VAT number?", "Me?", "vat ")
    changed = {"title": "Who changes a VAT number?", "body": "I?", "departments": sales.id, "tags": "vat crm"}
    answer = window.post(f"/questions/{question.id}/edit", data={**form, **changed, "reason": "Grammar"})
    assert answer.status_code == 303
    page = Page(window.get(answer.location, follow_redirects=True))
    assert page.title == "Who changes a VAT number?"
    assert {"Sales", "vat", "crm"} <= page.links().keys()
    assert "Finance" not in page.links()
    assert "edited" in page.words


def test_a_moderator_may_mend_it_and_nobody_else(
    browser: SignIn, farah: Person, marta: Person, question: Question
) -> None:
    address = f"/questions/{question.id}/edit"
    form = Page(browser(farah).get(address)).form()
    assert browser(marta).get(address).status_code == 403
    assert browser(marta).post(address, data={**form, "body": "Mine!"}).status_code == 403
    assert browser(farah).post(address, data={**form, "body": "Clearer."}).status_code == 303
    assert the_question().body == "Clearer."


@pytest.mark.parametrize(
    ("given", "field"),
    [({"title": "VAT?"}, "title"), ({"body": ""}, "body"), ({"departments": []}, "departments")],
    ids=lambda given: str(given)[:20],
)
def test_a_refused_edit_names_the_field_and_keeps_what_was_typed(
    given: Typed, field: str, window: Browser, question: Question
) -> None:
    form = Page(window.get(f"/questions/{question.id}/edit")).form()
    typed = {**form, "title": "A title that is kept", "body": "A text that is kept.", "tags": "kept", "reason": "Kept."}
    page = Page(window.post(f"/questions/{question.id}/edit", data={**typed, **given}))
    assert (page.status, page.problems) == (422, [field])
    expected = {**typed, **given}
    assert page.form() == {name: value for name, value in expected.items() if value != []}


def test_the_preview_of_an_edit_saves_nothing(window: Browser, question: Question) -> None:
    form = Page(window.get(f"/questions/{question.id}/edit")).form()
    page = Page(
        window.post(f"/questions/{question.id}/edit", data={**form, "body": "Some *new* text", "preview": "body"})
    )
    assert page.form()["body"] == "Some *new* text"
    assert "<em>new</em>" in str(page.soup.find(id="body-preview"))
    assert the_question().body == "Me?"


def test_of_two_tabs_the_second_is_refused_with_both_texts_and_goes_through_when_sent_again(
    browser: SignIn, kim: Person, farah: Person, question: Question
) -> None:
    address = f"/questions/{question.id}/edit"
    first, second = browser(kim), browser(farah)
    mine, theirs = Page(first.get(address)).form(), Page(second.get(address)).form()
    assert second.post(address, data={**theirs, "body": "Somebody in accounting?"}).status_code == 303
    typed = {**mine, "body": "Somebody in the office?", "title": "Who changes VAT numbers?"}
    page = Page(first.post(address, data=typed))
    assert page.status == 409
    assert "Somebody in accounting?" in page.words
    assert {**page.form(), "version": ""} == {**typed, "version": ""}
    assert the_question().body == "Somebody in accounting?"
    assert first.post(address, data=page.form()).status_code == 303
    assert the_question().body == "Somebody in the office?"


def test_a_third_text_saved_while_one_reads_the_two_is_not_overwritten_either(
    window: Browser, question: Question
) -> None:
    address = f"/questions/{question.id}/edit"
    form = Page(window.get(address)).form()
    window.post(address, data={**form, "body": "First"})
    again = Page(window.post(address, data={**form, "body": "Second"})).form()
    other = Page(window.get(address)).form()
    window.post(address, data={**other, "body": "Third"})
    assert window.post(address, data=again).status_code == 409
    assert the_question().body == "Third"


# The lists


@pytest.mark.parametrize("tab", listing.TABS)
def test_an_empty_tab_says_what_to_do_next(tab: str, window: Browser) -> None:
    page = Page(window.get(f"/questions?tab={tab}"))
    assert page.status == 200
    assert page.soup.select_one(".empty a.button") is not None


def test_a_tab_that_does_not_exist_is_not_found(window: Browser) -> None:
    assert window.get("/questions?tab=hot").status_code == 404


@pytest.mark.parametrize("among", AMONG)
def test_nobody_who_waits_is_said_in_words_for_each_part(among: str, window: Browser) -> None:
    page = Page(window.get(f"/questions?among={among}"))
    assert page.status == 200
    assert "Nobody" in page.words
    assert page.soup.select_one(".empty a.button") is not None


def test_a_part_that_does_not_exist_is_not_found(window: Browser) -> None:
    assert window.get("/questions?among=others").status_code == 404


def test_each_row_says_why_it_stands_where_it_stands(browser: SignIn, kim: Person, marta: Person) -> None:
    share(marta, factories.question(kim, "Where are the pallets?"))
    page = Page(browser(kim).get("/questions"))
    assert "Slowed down · waits less than an hour · 2 people need it · your department" in page.words


def test_the_first_list_starts_with_those_who_need_somebody(window: Browser, kim: Person, marta: Person) -> None:
    factories.question(kim, "Nobody has answered this")
    factories.answer(marta, factories.question(kim, "This has its answer"))
    page = Page(window.get("/questions"))
    assert "Nobody has answered this" in page.words
    assert "This has its answer" not in page.words


def test_each_tab_shows_its_own(window: Browser, kim: Person, marta: Person, finance: Any) -> None:
    accept(marta, factories.answer(kim, factories.question(marta, "Accepted and of Finance")))
    factories.question(kim, "Open and mine")
    follow(kim, "department", finance.id)

    def shown(tab: str) -> set[str]:
        links = Page(window.get(f"/questions?tab={tab}")).links()
        return {title for title in ("Accepted and of Finance", "Open and mine") if title in links}

    both = {"Accepted and of Finance", "Open and mine"}
    assert {tab: shown(tab) for tab in listing.TABS} == {
        "needs": {"Open and mine"},
        "active": both,
        "new": both,
        "unconfirmed": {"Accepted and of Finance"},
        "confirmed": set(),
        "following": both,  # Whoever asks follows it.
        "mine": {"Open and mine"},
    }


@pytest.mark.parametrize("tab", ["needs", "active", "new"])
def test_all_pages_together_show_every_question_once_though_somebody_asks_in_between(
    tab: str, window: Browser, kim: Person, marta: Person
) -> None:
    asked = {factories.question(kim).title for _ in range(2 * PER_PAGE + 3)}
    read: list[str] = []
    for page in leafed(window, f"/questions?tab={tab}"):
        read += [link for link in page.links() if link.startswith("How do I do thing")]
        factories.question(marta, "Asked while somebody leafs")
    assert len(read) == len(set(read))
    assert set(read) == asked


def leafed(window: Browser, address: str | None) -> Iterator[Page]:
    for _ in range(MOST_PAGES):
        if address is None:
            return
        page = Page(window.get(address))
        yield page
        address = page.next()
    raise AssertionError("The pages never end.")
