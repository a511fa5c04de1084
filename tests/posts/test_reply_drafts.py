"""Drafts of answers and comments: kept for their writer alone, never written over by another window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.clock import now
from forum.core.db import db
from forum.people.models import Person
from forum.posts import reply_drafts
from forum.posts.models import ReplyDraft
from forum.posts.removing import remove
from forum.posts.reply_drafts import ChangedElsewhere, Seen
from forum.privacy.retention import prune
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


@pytest.fixture
def thread(marta: Person) -> Question:
    return factories.question(marta)


def keep(person: Person, on: Any, body: str, *, seen: Seen = Seen(), kind: str = "answer") -> ReplyDraft | None:  # noqa: B008
    kept = reply_drafts.keep(person, on, kind, body, seen=seen)
    db.session.flush()
    return kept


def bodies() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(ReplyDraft.body).order_by(ReplyDraft.id)))


def test_it_is_kept_for_each_thread_and_kind_apart(kim: Person, thread: Question) -> None:
    other = factories.question(kim)
    keep(kim, thread, "An answer.")
    keep(kim, thread, "A remark.", kind="comment")
    keep(kim, other, "Elsewhere.")
    assert bodies() == ["An answer.", "A remark.", "Elsewhere."]


def test_the_same_window_writes_on(kim: Person, thread: Question) -> None:
    keep(kim, thread, "One", seen=Seen(0, "a"))
    kept = keep(kim, thread, "One two\r\n", seen=Seen(0, "a"))  # What it was told of is still on its way.
    assert kept is not None
    assert (kept.version, bodies()) == (2, ["One two\n"])


def test_another_window_that_has_seen_it_writes_on(kim: Person, thread: Question) -> None:
    keep(kim, thread, "One", seen=Seen(0, "a"))
    keep(kim, thread, "One two", seen=Seen(1, "b"))
    assert bodies() == ["One two"]


def test_another_window_that_has_not_seen_it_is_told_what_it_says(kim: Person, thread: Question) -> None:
    keep(kim, thread, "One", seen=Seen(0, "a"))
    with pytest.raises(ChangedElsewhere) as told:
        keep(kim, thread, "Another", seen=Seen(0, "b"))
    assert told.value.draft.body == "One"
    assert bodies() == ["One"]


def test_the_same_words_from_two_windows_are_no_difference(kim: Person, thread: Question) -> None:
    keep(kim, thread, "One", seen=Seen(0, "a"))
    assert keep(kim, thread, "One", seen=Seen(0, "b")) is not None


def test_an_empty_text_throws_it_away(kim: Person, thread: Question) -> None:
    keep(kim, thread, "One")
    assert keep(kim, thread, "  \n", seen=Seen(1)) is None
    assert bodies() == []


def test_an_empty_text_of_a_window_that_has_not_seen_it_does_not(kim: Person, thread: Question) -> None:
    keep(kim, thread, "One", seen=Seen(0, "a"))
    with pytest.raises(ChangedElsewhere):
        keep(kim, thread, "", seen=Seen(0, "b"))


def test_what_is_posted_is_no_draft_any_more(browser: SignIn, kim: Person, thread: Question) -> None:
    keep(kim, thread, "Ring the ga", seen=Seen(0, "a"))
    browser(kim).post(f"/questions/{thread.id}/answers", data={"body": "Ring the gate."})
    assert bodies() == []


def test_words_of_another_window_stay_when_one_is_posted(browser: SignIn, kim: Person, thread: Question) -> None:
    keep(kim, thread, "Something else.", seen=Seen(0, "a"))
    browser(kim).post(f"/questions/{thread.id}/answers", data={"body": "Ring the gate.", "draft_window": "b"})
    assert bodies() == ["Something else."]


def test_what_is_sent_before_the_post_and_arrives_after_it_is_not_kept(kim: Person, thread: Question) -> None:
    factories.answer(kim, thread, "Ring the gate.")
    assert keep(kim, thread, "Ring the ga", seen=Seen(3, "a")) is None
    assert keep(kim, thread, "Ring the gate. Twice.", seen=Seen(3, "a")) is not None


def test_what_was_taken_back_is_kept_again(kim: Person, thread: Question) -> None:
    remove(kim, factories.answer(kim, thread, "Ring the gate."))
    assert keep(kim, thread, "Ring the gate.") is not None


def test_a_comment_and_a_reply_to_it_have_drafts_of_their_own(
    browser: SignIn, kim: Person, marta: Person, thread: Question
) -> None:
    remark = factories.comment(marta, thread)
    keep(kim, thread, "On the question.", kind="comment")
    keep(kim, remark, "On the remark.", kind="comment")
    sent = {"body": "On the remark.", "reply_to": str(remark.id)}
    browser(kim).post(f"/posts/{thread.id}/comments", data=sent)
    assert bodies() == ["On the question."]


def test_it_is_forgotten_after_two_weeks(kim: Person, thread: Question) -> None:
    old, young = keep(kim, thread, "Old."), keep(kim, thread, "Young.", kind="comment")
    assert old
    assert young
    old.touched_at, young.touched_at = now() - timedelta(days=15), now() - timedelta(days=13)
    db.session.commit()
    prune()
    assert bodies() == ["Young."]


def test_a_script_keeps_reads_and_is_told_of_another_window(browser: SignIn, kim: Person, thread: Question) -> None:
    window, url = browser(kim), f"/posts/{thread.id}/draft?of=answer"
    assert window.get(url).status_code == 204
    answer = window.post(url, data={"body": "One", "draft_window": "a", "unnamed": "y"})
    assert (answer.status_code, answer.headers["Draft"]) == (204, "1")
    kept = window.get(url).json
    assert (kept["body"], kept["version"], kept["unnamed"]) == ("One", 1, True)
    refused = window.post(url, data={"body": "Two", "draft_window": "b"})
    assert (refused.status_code, refused.json["body"]) == (409, "One")
    assert window.post(url, data={"body": "", "draft_seen": "1"}).status_code == 202


def test_nobody_else_reads_it(browser: SignIn, kim: Person, marta: Person, farah: Person, thread: Question) -> None:
    keep(kim, thread, "zquokka")
    db.session.commit()
    for person in (marta, farah):
        window = browser(person)
        assert window.get(f"/posts/{thread.id}/draft?of=answer").status_code == 204
        assert "zquokka" not in window.get(f"/questions/{thread.id}", follow_redirects=True).text
        assert "zquokka" not in window.get("/drafts").text


def test_nobody_else_throws_it_away(browser: SignIn, kim: Person, marta: Person, thread: Question) -> None:
    draft = keep(kim, thread, "Mine.")
    assert draft is not None
    db.session.commit()
    browser(marta).post(f"/drafts/{draft.id}/discard")
    assert bodies() == ["Mine."]
    browser(kim).post(f"/drafts/{draft.id}/discard")
    assert bodies() == []


def test_without_javascript_a_button_saves_it_and_the_page_has_it_again(
    browser: SignIn, kim: Person, thread: Question
) -> None:
    answer = browser(kim).post(
        f"/questions/{thread.id}/answers", data={"body": "Half an ans", "keep": ""}, follow_redirects=True
    )
    assert "Saved. You can go on in any browser." in answer.text
    elsewhere = Page(browser(kim).get(f"/questions/{thread.id}", follow_redirects=True))
    sent = elsewhere.form(f"/questions/{thread.id}/answers")
    assert (sent["body"], sent["draft_seen"]) == ("Half an ans", "1")


def test_without_javascript_two_windows_are_shown_both_texts(browser: SignIn, kim: Person, thread: Question) -> None:
    window, url = browser(kim), f"/questions/{thread.id}/answers"
    window.post(url, data={"body": "The first.", "keep": ""})
    refused = window.post(url, data={"body": "The second.", "keep": ""})
    assert refused.status_code == 409
    assert "The first." in refused.text
    sent = Page(refused).form(url)
    assert sent["body"] == "The second."
    assert window.post(url, data={**sent, "keep": ""}).status_code == 303
    assert bodies() == ["The second."]


def test_the_list_has_questions_answers_and_comments(browser: SignIn, kim: Person, thread: Question) -> None:
    window = browser(kim)
    window.post("/ask/draft", data={"title": "Who has the key?", "draft": "k"})
    reply = factories.comment(kim, factories.answer(kim, thread))
    keep(kim, thread, "An answer.")
    keep(kim, reply, "A reply.", kind="comment")
    db.session.commit()
    page = window.get("/drafts").text
    for words in ("/ask?draft=k", "Who has the key?", thread.title, "An answer.", "A reply.", f"reply_to={reply.id}"):
        assert words in page
    begun = window.get(f"/posts/{reply.on_id}/comments/new?reply_to={reply.id}").text
    assert "A reply." in begun


def test_what_was_written_on_something_gone_stays_in_the_list(
    browser: SignIn, kim: Person, marta: Person, thread: Question
) -> None:
    keep(kim, thread, "In vain.")
    remove(marta, thread)
    db.session.commit()
    page = browser(kim).get("/drafts").text
    assert "In vain." in page
    assert "It is no longer there." in page
    assert thread.title not in page
