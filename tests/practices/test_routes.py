"""The library, one practice, and what moderators and owners do with it, as a browser does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.models import Answer
from forum.core.clock import clock
from forum.core.db import db
from forum.people.changing import deactivate
from forum.people.models import Person
from forum.practices.models import SECTIONS, Practice
from forum.practices.promoting import Facts, retire
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page, Typed, words_of

SignIn = Callable[[Person], Browser]
TEXTS = {
    "title": "Label boxes on two sides",
    "problem": "Boxes got lost.",
    "body": "1. Print *two* labels.\n2. Stick them on.",
    "why_it_works": "One side is always visible.",
    "when_not": "Round boxes.",
    "what_it_takes": "A second label.",
}


@pytest.fixture
def question(kim: Person, sales: Any) -> Question:
    return factories.question(
        kim, "How do we label the boxes?", body="They get lost.", tags="boxes", departments=[sales]
    )


@pytest.fixture
def answer(marta: Person, question: Question) -> Answer:
    return factories.answer(marta, question, "On two sides.")


@pytest.fixture
def practice(farah: Person, answer: Answer) -> Practice:
    return factories.practice(farah, answer, title="Label boxes on two sides", tags="boxes")


@pytest.fixture
def here(practice: Practice) -> str:
    return f"/practices/{practice.id}/label-boxes-on-two-sides"


def the_practice() -> Practice:
    return db.session.scalars(select(Practice)).one()


# Promoting


def test_the_form_of_a_promotion_is_filled_in_from_question_and_answer(
    browser: SignIn, marta: Person, farah: Person, answer: Answer, sales: Any
) -> None:
    form = Page(browser(farah).get(f"/posts/{answer.id}/promotion/new")).form(f"/posts/{answer.id}/promotion")
    assert form == {
        "title": "Label the boxes",
        "problem": "They get lost.",
        "body": "On two sides.",
        "why_it_works": "",
        "when_not": "",
        "what_it_takes": "",
        "owner": str(marta.id),
        "departments": str(sales.id),
        "tags": "boxes ",
        "review_pace": "normal",
        "practice_form": "",
        "minutes": "",
        "cost": "",
        "permission": "",
        "contact": "Marta Silva",
    }


def test_what_is_filled_in_stands_folded_until_it_is_refused(browser: SignIn, farah: Person, answer: Answer) -> None:
    window, address = browser(farah), f"/posts/{answer.id}/promotion"
    page = Page(window.get(f"{address}/new"))
    folded = page.soup.select_one("form details.whole")
    assert folded is not None
    assert not folded.has_attr("open")
    assert [field["name"] for field in folded.select("textarea")] == ["problem", "body"]
    form = page.form(address)
    both = {"is_free": "y", "cost": "Ten euros."}
    page = Page(window.post(address, data={**form, **both}))
    assert (page.status, page.problems) == (422, ["why_it_works", "when_not", "cost"])
    assert not page.soup.select("form details.whole[open]")
    page = Page(window.post(address, data={**form, **TEXTS, "body": ""}))
    assert page.problems == ["body"]
    assert page.soup.select("form details.whole[open]")


def test_a_title_that_is_a_question_is_doubted_once(browser: SignIn, farah: Person, answer: Answer) -> None:
    window, address = browser(farah), f"/posts/{answer.id}/promotion"
    form = {**Page(window.get(f"{address}/new")).form(address), **TEXTS, "title": "Where do labels go?"}
    page = Page(window.post(address, data=form))
    assert (page.status, page.problems) == (422, ["title"])
    form = page.form(address)
    assert Page(window.post(address, data={**form, "title": "And the boxes?"})).problems == ["title"]
    assert window.post(address, data=form).status_code == 303
    assert the_practice().title == "Where do labels go?"


def test_what_it_takes_is_said_in_a_word_and_changed_under_owner_and_review(
    browser: SignIn, farah: Person, answer: Answer
) -> None:
    window, address = browser(farah), f"/posts/{answer.id}/promotion"
    form = Page(window.get(f"{address}/new")).form(address)
    facts = {"practice_form": "checklist", "minutes": "5", "is_free": "y", "permission": "nobody"}
    made = window.post(address, data={**form, **TEXTS, **facts})
    page = Page(window.get(made.location))
    for words in ("Checklist", "5 minutes", "Costs nothing", "Permission: nobody", "Ask Marta Silva"):
        assert words in page.words
    care = f"/practices/{the_practice().id}/care"
    kept = Page(window.get(care)).form()
    assert {name: kept[name] for name in facts} == facts
    del kept["is_free"]
    window.post(care, data={**kept, "minutes": "", "cost": "A label printer, 200 euros"})
    page = Page(window.get(made.location))
    assert "A label printer, 200 euros" in page.words
    assert "5 minutes" not in page.words


def test_a_moderator_promotes_from_the_thread_and_both_pages_lead_to_each_other(
    browser: SignIn, farah: Person, answer: Answer
) -> None:
    window = browser(farah)
    thread = Page(window.get(f"/questions/{answer.question_id}", follow_redirects=True))
    to_form = next(link["href"] for link in thread.post(answer.id).select('a[href*="promotion"]'))
    form = Page(window.get(str(to_form))).form(f"/posts/{answer.id}/promotion")
    made = window.post(f"/posts/{answer.id}/promotion", data={**form, **TEXTS})
    assert (made.status_code, made.location) == (303, f"/practices/{the_practice().id}/label-boxes-on-two-sides")
    page = Page(window.get(made.location))
    assert page.links()["From this thread"].endswith(f"/how-do-we-label-the-boxes#post-{answer.id}")
    assert "Written by Marta Silva" in page.words
    assert "Made a best practice by Farah Aziz" in page.words
    thread = Page(window.get(f"/questions/{answer.question_id}", follow_redirects=True))
    assert thread.links()["Label boxes on two sides"] == f"/practices/{the_practice().id}"
    assert not thread.post(answer.id).select('a[href*="promotion"]')


@pytest.mark.parametrize(
    ("given", "field"),
    [
        *[({name: "  "}, name) for name in ("title", *SECTIONS)],
        ({"departments": []}, "departments"),
        ({"tags": "one two three four five six"}, "tags"),
        ({"owner": "0"}, "owner"),
        ({"review_pace": "never"}, "review_pace"),
        ({"minutes": "five"}, "minutes"),
        ({"is_free": "y", "cost": "Ten euros."}, "cost"),
    ],
    ids=lambda given: given if isinstance(given, str) else None,
)
def test_a_refused_promotion_names_the_field_and_keeps_everything_that_was_typed(
    given: Typed, field: str, browser: SignIn, farah: Person, answer: Answer
) -> None:
    window, address = browser(farah), f"/posts/{answer.id}/promotion"
    typed = {**Page(window.get(f"{address}/new")).form(address), **TEXTS, **given}
    page = Page(window.post(address, data=typed))
    assert (page.status, page.problems) == (422, [field])
    kept = page.form(address)
    unchosen = {"departments", "owner", "review_pace"} & given.keys()  # What cannot be chosen is not kept.
    assert {k: v for k, v in kept.items() if k not in unchosen} == {k: v for k, v in typed.items() if k not in unchosen}
    assert db.session.scalars(select(Practice)).all() == []


def test_somebody_who_left_cannot_be_made_the_owner(
    browser: SignIn, chris: Person, marta: Person, farah: Person, answer: Answer
) -> None:
    window, address = browser(farah), f"/posts/{answer.id}/promotion"
    form = Page(window.get(f"{address}/new")).form(address)
    deactivate(chris, marta)
    assert Page(window.post(address, data={**form, **TEXTS})).problems == ["owner"]


@pytest.mark.parametrize("missing", ["when_not", None])
def test_a_promotion_can_be_previewed_before_it_is_complete(
    missing: str | None, browser: SignIn, farah: Person, answer: Answer
) -> None:
    window, address = browser(farah), f"/posts/{answer.id}/promotion"
    form = Page(window.get(f"{address}/new")).form(address)
    typed = {**form, **TEXTS, **({missing: ""} if missing else {})}
    page = Page(window.post(address, data={**typed, "preview": "body"}))
    assert page.status == 200
    assert "One side is always visible." in words_of(page.soup.find(attrs={"aria-labelledby": "preview-title"}))
    assert page.form(address) == typed


def test_only_moderators_open_or_send_the_form(browser: SignIn, kim: Person, chris: Person, answer: Answer) -> None:
    for person in (kim, chris):
        window = browser(person)
        assert window.get(f"/posts/{answer.id}/promotion/new").status_code == 403
        sent = {**TEXTS, "owner": kim.id, "departments": kim.department_id, "review_pace": "normal"}
        assert window.post(f"/posts/{answer.id}/promotion", data=sent).status_code == 403
        assert window.post(f"/posts/{answer.id}/promotion", data={**sent, "preview": "body"}).status_code == 403
    assert db.session.scalars(select(Practice)).all() == []


def test_a_comment_can_be_promoted_and_the_text_of_a_question_cannot(
    browser: SignIn, farah: Person, kim: Person, answer: Answer
) -> None:
    window, remark = browser(farah), factories.comment(kim, answer, "Or four.")
    form = Page(window.get(f"/posts/{remark.id}/promotion/new")).form(f"/posts/{remark.id}/promotion")
    assert form["body"] == "Or four."
    assert window.get(f"/posts/{answer.question_id}/promotion/new").status_code == 409
    assert window.post(f"/posts/{answer.question_id}/promotion", data={**form, **TEXTS}).status_code == 409
    assert window.post(f"/posts/{remark.id}/promotion", data={**form, **TEXTS}).status_code == 303
    thread = Page(window.get(f"/questions/{answer.question_id}", follow_redirects=True))
    assert not thread.post(answer.question_id).select(f'a[href="/posts/{answer.question_id}/promotion/new"]')


def test_whoever_promotes_reads_what_speaks_for_waiting(browser: SignIn, farah: Person, answer: Answer) -> None:
    window, address = browser(farah), f"/posts/{answer.id}/promotion/new"
    words = Page(window.get(address)).words
    assert "Nobody has said yet whether this answer worked. It was written less than a day ago" in words
    answer.worked = 1
    db.session.commit()
    clock().move(timedelta(days=2))
    assert "You may want to wait." not in Page(window.get(address)).words


def test_what_it_takes_is_asked_once_in_figures_or_in_words(browser: SignIn, farah: Person, answer: Answer) -> None:
    window, address = browser(farah), f"/posts/{answer.id}/promotion"
    sent = {**Page(window.get(f"{address}/new")).form(address), **TEXTS, "what_it_takes": ""}
    assert window.post(address, data=sent).status_code == 422
    made = window.post(address, data={**sent, "minutes": "5"})
    page = Page(window.get(made.location))
    takes = next(part for part in page.soup.select(".practice__part") if part.h2 and "What it takes" in part.h2.text)
    assert "5 minutes" in takes.text


def test_the_same_answer_is_not_promoted_twice(browser: SignIn, farah: Person, practice: Practice) -> None:
    page = Page(browser(farah).get(f"/posts/{practice.source_id}/promotion/new"))
    assert page.status == 409
    assert "This has been promoted already." in page.words


def test_an_answer_whose_practice_was_removed_gets_that_one_back_and_no_second(
    browser: SignIn, farah: Person, here: str, practice: Practice
) -> None:
    window, address = browser(farah), f"/posts/{practice.source_id}/promotion"
    form = Page(window.get(f"/practices/{practice.id}/care")).form()
    window.post(f"/posts/{practice.id}/removal")
    assert window.get(f"{address}/new").status_code == 409
    assert window.post(address, data={**form, **TEXTS}).status_code == 409
    assert window.post(f"/posts/{practice.id}/restoration").status_code == 303
    assert window.get(here).status_code == 200


def test_whoever_wrote_the_answer_cannot_take_the_practice_from_the_others(
    browser: SignIn, marta: Person, here: str, practice: Practice
) -> None:
    assert browser(marta).post(f"/posts/{practice.id}/removal").status_code == 409
    assert browser(marta).get(here).status_code == 200


# One practice


def test_an_address_with_another_title_leads_to_the_right_one(
    browser: SignIn, kim: Person, practice: Practice, here: str
) -> None:
    for address in (f"/practices/{practice.id}", f"/practices/{practice.id}/another-title"):
        answer = browser(kim).get(address)
        assert (answer.status_code, answer.location) == (301, here)


def test_the_page_says_what_to_do_why_when_not_who_keeps_it_and_until_when(
    browser: SignIn, kim: Person, here: str, practice: Practice
) -> None:
    page = Page(browser(kim).get(here))
    assert page.title == "Label boxes on two sides"
    for words in (
        "It went wrong again.",
        "Do this Look first. Then leap.",
        "Why it works Looking costs a minute, leaping back an hour.",
        "When not In the dark.",
        "What it takes Five minutes, no money, nobody's permission.",
        "Kept by Marta Silva",
        f"Next review {practice.review_on.day} {practice.review_on:%B %Y}",
        "1 version",
    ):
        assert words in page.words
    assert page.links()["Finance"] == "/departments/finance"
    assert page.links()["boxes"] == "/tags/boxes"


def test_a_removed_practice_is_not_found_and_gone_from_its_thread(
    browser: SignIn, farah: Person, here: str, practice: Practice
) -> None:
    window = browser(farah)
    window.post(f"/posts/{practice.id}/removal")
    assert window.get(here).status_code == 404
    assert "Label boxes" not in Page(window.get(f"/questions/{practice.question_id}", follow_redirects=True)).words


def test_it_can_be_remarked_on(browser: SignIn, kim: Person, here: str, practice: Practice) -> None:
    window = browser(kim)
    sent = window.post(f"/posts/{practice.id}/comments", data={"body": "Works for *round* ones too."})
    assert sent.location.startswith(f"/practices/{practice.id}#post-")
    assert "Works for round ones too." in Page(window.get(here)).words


def test_an_id_of_something_else_is_not_a_practice(browser: SignIn, farah: Person, answer: Answer) -> None:
    for deed in ("", "/edit", "/care", "/retirement"):
        assert browser(farah).get(f"/practices/{answer.id}{deed}").status_code == 404


# Versions


def test_anybody_writes_the_next_version_and_the_history_shows_the_words(
    browser: SignIn, kim: Person, here: str, practice: Practice
) -> None:
    window, address = browser(kim), f"/practices/{practice.id}/edit"
    form = Page(window.get(address)).form()
    sent = window.post(address, data={**form, "when_not": "In the dark or in fog.", "reason": "Fog too."})
    assert (sent.status_code, sent.location) == (303, here)
    page = Page(window.get(here))
    assert "When not In the dark or in fog." in page.words
    assert "2 versions" in page.words
    newest = Page(window.get(f"/posts/{practice.id}/history")).soup.find(attrs={"aria-labelledby": "revision-2"})
    assert words_of(newest.find("ins")) == "[added: or in fog ]"  # type: ignore[union-attr]
    assert "Kim Tran" in words_of(newest)
    assert "Fog too." in words_of(newest)


@pytest.mark.parametrize("name", ["title", *SECTIONS])
def test_a_refused_version_names_the_section_and_keeps_the_others(
    name: str, browser: SignIn, kim: Person, practice: Practice
) -> None:
    window, address = browser(kim), f"/practices/{practice.id}/edit"
    typed = {**Page(window.get(address)).form(), **TEXTS, "reason": "Kept.", name: ""}
    page = Page(window.post(address, data=typed))
    assert (page.status, page.problems, page.form()) == (422, [name], typed)
    assert the_practice().version == 1


def test_of_two_versions_at_once_the_second_is_shown_both_and_goes_through_when_sent_again(
    browser: SignIn, kim: Person, marta: Person, practice: Practice
) -> None:
    address = f"/practices/{practice.id}/edit"
    form = Page(browser(kim).get(address)).form()
    browser(marta).post(address, data={**form, "problem": "Boxes vanished."})
    page = Page(browser(kim).post(address, data={**form, "problem": "Boxes went astray."}))
    assert page.status == 409
    assert "vanished" in page.words
    assert page.form()["problem"] == "Boxes went astray."
    assert browser(kim).post(address, data=page.form()).status_code == 303
    assert the_practice().problem == "Boxes went astray."


def test_a_moderator_goes_back_to_an_earlier_version_in_every_section(
    browser: SignIn, farah: Person, here: str, practice: Practice
) -> None:
    window, address = browser(farah), f"/practices/{practice.id}/edit"
    before = Page(window.get(here)).soup.find("article")
    window.post(address, data={**Page(window.get(address)).form(), **TEXTS, "title": "Do nothing at all"})
    window.post(f"/posts/{practice.id}/rollback", data={"number": "1"})
    after = Page(window.get(here)).soup.find("article")
    assert words_of(after).replace("3 versions", "1 version") == words_of(before)


# Owner, review and retirement


def test_a_moderator_hands_it_over(browser: SignIn, kim: Person, farah: Person, here: str, practice: Practice) -> None:
    window, address = browser(farah), f"/practices/{practice.id}/care"
    form = Page(window.get(address)).form()
    assert form["owner"] == str(practice.owner_id)
    sent = window.post(address, data={**form, "owner": kim.id, "tags": "labels", "review_pace": "fast"})
    assert (sent.status_code, sent.location) == (303, here)
    page = Page(window.get(here))
    assert "Kept by Kim Tran" in page.words
    assert "labels" in page.links()
    assert "boxes" not in page.links()


@pytest.mark.parametrize(
    ("given", "field"),
    [({"owner": "0"}, "owner"), ({"departments": []}, "departments"), ({"review_pace": "never"}, "review_pace")],
    ids=lambda given: given if isinstance(given, str) else None,
)
def test_a_refused_handing_over_changes_nothing(
    given: Typed, field: str, browser: SignIn, farah: Person, practice: Practice
) -> None:
    window, address = browser(farah), f"/practices/{practice.id}/care"
    page = Page(window.post(address, data={**Page(window.get(address)).form(), "tags": "labels", **given}))
    assert (page.status, page.problems, page.form()["tags"]) == (422, [field], "labels")
    db.session.refresh(practice, ["tags"])
    assert [tag.slug for tag in practice.tags] == ["boxes"]


def test_its_owner_confirms_it_once_it_is_due_and_nobody_else_is_offered_to(
    browser: SignIn, kim: Person, marta: Person, here: str, practice: Practice
) -> None:
    address = f"/practices/{practice.id}/confirmation"
    clock().move(timedelta(days=181))
    owner, colleague = browser(marta), browser(kim)  # Signed in after the clock moved.
    page = Page(owner.get(here))
    assert "Review was due" in page.words
    assert page.has_form(address)
    assert not Page(colleague.get(here)).has_form(address)
    assert colleague.post(address).status_code == 403
    assert owner.post(address).status_code == 303
    assert "Next review" in Page(owner.get(here)).words


def test_a_retired_one_says_why_and_leads_to_its_successor(
    browser: SignIn, farah: Person, kim: Person, here: str, question: Question, practice: Practice
) -> None:
    better = factories.practice(farah, factories.answer(kim, question), title="Label boxes on all sides")
    window, address = browser(farah), f"/practices/{practice.id}/retirement"
    assert f'value="{practice.id}"' not in str(Page(window.get(address)).soup.find("select", id="successor"))
    window.post(address, data={"reason": "Boxes are turned over.", "successor": better.id})
    page = Page(window.get(f"/practices/{practice.id}/retired"))
    assert "Retired. Boxes are turned over. Use Label boxes on all sides instead." in page.words
    assert page.links()["Label boxes on all sides"] == f"/practices/{better.id}/label-boxes-on-all-sides"
    assert "Improve it" not in page.links()


def test_retiring_needs_a_reason_and_keeps_the_chosen_successor(
    browser: SignIn, farah: Person, kim: Person, question: Question, practice: Practice
) -> None:
    better = factories.practice(farah, factories.answer(kim, question))
    window, address = browser(farah), f"/practices/{practice.id}/retirement"
    page = Page(window.post(address, data={"reason": " ", "successor": better.id}))
    assert (page.status, page.problems, page.form()["successor"]) == (422, ["reason"], str(better.id))
    assert db.session.get_one(Practice, practice.id).retired_at is None


@pytest.mark.parametrize("which", ["itself", "a removed one", "a retired one"])
def test_only_another_practice_takes_its_place(
    which: str, browser: SignIn, farah: Person, kim: Person, question: Question, practice: Practice
) -> None:
    other = factories.practice(farah, factories.answer(kim, question))
    window = browser(farah)
    deed = {"a removed one": f"/posts/{other.id}/removal", "a retired one": f"/practices/{other.id}/retirement"}.get(
        which
    )
    if deed:
        window.post(deed, data={"reason": "No."})
    successor = practice.id if which == "itself" else other.id
    page = Page(window.post(f"/practices/{practice.id}/retirement", data={"reason": "No.", "successor": successor}))
    assert (page.status, page.problems) == (422, ["successor"])


def test_nobody_but_moderators_cares_for_or_retires_it(browser: SignIn, marta: Person, practice: Practice) -> None:
    window = browser(marta)  # Its owner.
    for deed in ("care", "retirement"):
        assert window.get(f"/practices/{practice.id}/{deed}").status_code == 403
        assert window.post(f"/practices/{practice.id}/{deed}", data={"reason": "No."}).status_code == 403


# The library


def test_filters_narrow_the_library_and_stay_chosen(
    browser: SignIn, kim: Person, practice: Practice, sales: Any
) -> None:
    window = browser(kim)
    title = "Label boxes on two sides"
    assert title in Page(window.get("/practices?department=finance&tag=boxes")).links()
    page = Page(window.get("/practices?department=sales&tag=boxes"))
    assert title not in page.links()
    chosen = [option.get("value") or option.text for option in page.soup.select("option[selected]")]
    assert chosen == ["sales", "boxes"]


def test_the_library_shows_what_costs_nothing_or_has_one_form(
    browser: SignIn, farah: Person, kim: Person, marta: Person, question: Question, practice: Practice
) -> None:
    facts = {
        "Free checklist": ("checklist", True),
        "Free script": ("script", True),
        "Dear checklist": ("checklist", False),
    }
    for title, (form, free) in facts.items():
        source = factories.answer(marta, question)
        made = factories.practice(
            farah, source, title=title, facts=Facts(form=form, is_free=free, cost="" if free else "9")
        )
        assert made.is_free is free
    window = browser(kim)

    def shown(asked: str) -> set[str]:
        links = Page(window.get(f"/practices?{asked}")).links()
        return {title for title in (*facts, practice.title) if title in links}

    assert shown("form=checklist") == {"Free checklist", "Dear checklist"}
    assert shown("cost=0") == {"Free checklist", "Free script"}
    assert shown("form=checklist&cost=0") == {"Free checklist"}
    assert shown("form=odd") == set()


@pytest.mark.parametrize(
    "asked", ["", "?form=buddy", "?cost=0", "?state=due", "?state=retired", "?department=sales", "?tag=x", "?state=odd"]
)
def test_an_empty_library_says_what_to_do_next(asked: str, browser: SignIn, kim: Person) -> None:
    page = Page(browser(kim).get(f"/practices{asked}"))
    assert page.status == 200
    assert page.soup.select_one(".empty a[href]") is not None


def test_a_state_shows_its_own(
    browser: SignIn, farah: Person, kim: Person, question: Question, practice: Practice
) -> None:
    retired = factories.practice(farah, factories.answer(kim, question), title="Paint the boxes red")
    window = browser(farah)
    window.post(f"/practices/{retired.id}/retirement", data={"reason": "No paint."})

    def shown(state: str) -> list[str]:
        links = Page(window.get(f"/practices?state={state}")).links()
        return [title for title in ("Label boxes on two sides", "Paint the boxes red") if title in links]

    assert {state: shown(state) for state in ("current", "due", "retired")} == {
        "current": ["Label boxes on two sides"],
        "due": [],
        "retired": ["Paint the boxes red"],
    }


# Where the address of a retired one leads


def test_the_old_address_leads_to_what_took_its_place_and_says_why(
    kim: Person, marta: Person, farah: Person, question: Question, practice: Practice, here: str, browser: SignIn
) -> None:
    better = factories.practice(farah, factories.answer(marta, question), title="Print on the box itself")
    retire(farah, practice, because="Labels come off in the rain.", successor=better)
    window = browser(kim)
    old = f"/practices/{practice.id}"
    for address in (old, here, f"{old}/any-words"):
        assert window.get(address).location == f"/practices/{better.id}/print-on-the-box-itself?from={practice.id}"
    page = Page(window.get(here, follow_redirects=True))
    assert page.title == "Print on the box itself"
    assert "which was retired: Labels come off in the rain." in page.words
    assert page.links()["Label boxes on two sides"] == f"{old}/retired"
    kept = Page(window.get(f"{old}/retired"))
    assert "Labels come off in the rain." in kept.words
    assert kept.title == "Label boxes on two sides"


@pytest.mark.parametrize("given", ["0", "999999", "x", "9" * 30, ""])
def test_an_address_that_claims_to_come_from_elsewhere_says_nothing(
    given: str, kim: Person, here: str, browser: SignIn
) -> None:
    answer = browser(kim).get(f"{here}?from={given}")
    assert answer.status_code == 200
    assert "You followed a link" not in Page(answer).words


def test_without_a_successor_the_retired_one_stays_where_it_was(
    kim: Person, farah: Person, practice: Practice, here: str, browser: SignIn
) -> None:
    window = browser(kim)
    assert window.get(f"/practices/{practice.id}/retired").location == here
    retire(farah, practice, because="No labels any more.")
    assert "No labels any more." in Page(window.get(here)).words
