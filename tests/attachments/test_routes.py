"""Uploading from an editor and from the page without JavaScript; who is served what, and with which words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from forum.attachments import storing
from forum.attachments.models import Attachment, PostAttachment
from forum.core.db import db
from forum.moderation.converting import convert, made_from, undo
from forum.people.models import Person, Role
from forum.posts.models import Post
from forum.posts.removing import remove, take_off
from forum.posts.voices import voice_in
from tests import factories
from tests.attachments import files
from tests.attachments.sending import FOR_AN_EDITOR, send
from tests.attachments.test_keeping import kept, show
from tests.conftest import Browser
from tests.pages import Page

Window = Callable[[Person], Browser]


def line_in(page: Page) -> str:
    """The line that a page gives."""
    return str(page.soup.select_one("#line")["value"])  # type: ignore[index]


def test_an_editor_is_told_what_it_needs_and_no_name_of_a_picture(browser: Window, kim: Person) -> None:
    answer = send(browser(kim), files.photograph(), "Kim at home.jpg")
    made = db.session.scalars(select(Attachment)).one()
    assert answer.status_code == 201
    assert answer.get_json() == {
        "address": f"/attachments/{made.token}",
        "name": "picture.jpg",
        "picture": True,
        "remark": "",
    }


def test_without_javascript_the_picture_is_asked_about_and_the_line_given(browser: Window, kim: Person) -> None:
    window = browser(kim)
    asked = send(window, files.picture(), headers={})
    assert asked.status_code == 303
    page = window.get(asked.location).get_data(as_text=True)
    assert "What does the picture show?" in page
    assert "![" not in page
    refused = window.get(f"{asked.location}?alt=").get_data(as_text=True)
    assert "Say in a sentence" in refused
    token = asked.location.split("/")[2]
    told = Page(window.get(f"{asked.location}?alt=The+[Feed]+button"))
    assert line_in(told) == rf"![The \[Feed\] button](/attachments/{token})"
    decorative = Page(window.get(f"{asked.location}?decorative=y"))
    assert line_in(decorative) == f"![](/attachments/{token})"


def test_the_line_of_a_file_is_its_name(browser: Window, kim: Person) -> None:
    window = browser(kim)
    page = Page(window.get(send(window, files.PDF, "Plan [new].pdf", headers={}).location))
    assert line_in(page).startswith(r"[Plan \[new\].pdf](/attachments/")


def test_a_refusal_is_said_in_words_on_the_page_and_to_the_editor(browser: Window, kim: Person) -> None:
    window = browser(kim)
    page = send(window, files.SVG, "a.svg", headers={})
    assert page.status_code == 422
    assert "could run in a browser" in page.get_data(as_text=True)
    assert "could run in a browser" in send(window, files.SVG).get_json()["message"]
    nothing = window.post("/attachments", data={}, headers=FOR_AN_EDITOR)
    assert nothing.get_json()["message"] == "Choose a file first."


def test_a_file_larger_than_other_requests_is_taken_and_a_much_larger_one_is_not_read(
    browser: Window, kim: Person, client: Browser
) -> None:
    window = browser(kim)
    assert send(window, b"word " * 500_000, "a.txt").status_code == 201
    assert "is the most" in send(window, bytes(10_500_000)).get_json()["message"]
    assert send(window, bytes(12_000_000)).status_code == 413
    assert window.post("/preview", data={"body": "a" * 2_000_000}).status_code == 413
    assert send(client, bytes(2_000_000)).status_code == 413  # Of a stranger no more than any form.


def test_a_full_quota_is_said_before_any_work(
    browser: Window, kim: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_ATTACHMENT_DAY", 10)
    answer = send(browser(kim), files.bomb(100, 100))
    assert answer.status_code == 422
    assert "Try again tomorrow" in answer.get_json()["message"]


def test_too_many_uploads_are_told_when_to_come_back(
    browser: Window, kim: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_UPLOAD_LIMIT", "2 per hour")
    window = browser(kim)
    answers = [send(window, b"words", "a.txt") for _ in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 3_600


def test_everybody_who_may_read_a_post_sees_its_picture(browser: Window, kim: Person, marta: Person) -> None:
    picture = kept(kim)
    assert browser(marta).get(picture.address).status_code == 404
    show(picture, kim)
    assert browser(marta).get(picture.address).data == b"bytes"


def test_of_a_removed_post_those_see_it_who_may_put_it_back(
    browser: Window, kim: Person, marta: Person, farah: Person, chris: Person
) -> None:
    picture = kept(marta)
    remove(marta, factories.answer(marta, factories.question(kim), f"![a]({picture.address})"))
    picture.person_id = None  # So that it counts who may put the post back, not who uploaded it.
    statuses = {who.handle: browser(who).get(picture.address).status_code for who in (kim, marta, farah, chris)}
    assert statuses == {kim.handle: 404, marta.handle: 200, farah.handle: 200, chris.handle: 404}


def test_a_removed_question_takes_the_pictures_of_its_answers_along(
    browser: Window, kim: Person, marta: Person, farah: Person
) -> None:
    picture = kept(marta)
    question = factories.question(kim)
    factories.answer(marta, question, f"![a]({picture.address})")
    remove(farah, question)
    assert browser(kim).get(picture.address).status_code == 404


@pytest.mark.parametrize("unnamed", [False, True])
@pytest.mark.parametrize("withheld", ["waiting", "refused", "hidden", "converted"])
def test_of_a_withheld_post_its_author_and_moderators_see_it_and_nobody_else(
    browser: Window, kim: Person, marta: Person, farah: Person, chris: Person, withheld: str, unnamed: bool
) -> None:
    question = factories.question(kim)
    picture = kept(marta)
    given = factories.answer(voice_in(marta, question, unnamed=unnamed), question, f"![a]({picture.address})")
    take_off(None, given, withheld=withheld)
    picture.person_id = None  # So that it counts who wrote the post, not who uploaded it.
    db.session.flush()
    statuses = {who.handle: browser(who).get(picture.address).status_code for who in (kim, marta, farah, chris)}
    assert statuses == {kim.handle: 404, marta.handle: 200, farah.handle: 200, chris.handle: 404}
    quoting = factories.question(kim, body=f"![a]({picture.address})")
    assert db.session.scalar(select(PostAttachment).where(PostAttachment.post_id == quoting.id)) is None


def test_whoever_hid_a_post_and_is_no_moderator_any_more_sees_its_picture_no_more(
    browser: Window, kim: Person, marta: Person, farah: Person
) -> None:
    picture = kept(marta)
    given = factories.answer(marta, factories.question(kim), f"![a]({picture.address})")
    take_off(farah, given, withheld="hidden")
    assert browser(farah).get(picture.address).status_code == 200
    db.session.execute(delete(Role))
    db.session.expire_all()
    assert browser(farah).get(picture.address).status_code == 404


def test_what_somebody_removed_that_they_wrote_without_a_name_they_still_see(
    browser: Window, kim: Person, marta: Person
) -> None:
    question, picture = factories.question(kim), kept(marta)
    given = factories.answer(voice_in(marta, question, unnamed=True), question, f"![a]({picture.address})")
    remove(marta.owner_among(given), given)
    assert [browser(who).get(picture.address).status_code for who in (kim, marta)] == [404, 200]


def test_a_comment_that_was_an_answer_shows_its_picture(
    browser: Window, kim: Person, marta: Person, farah: Person
) -> None:
    picture = kept(marta)
    made = convert(farah, factories.answer(marta, factories.question(kim), f"![a]({picture.address})"))
    assert browser(kim).get(picture.address).status_code == 200
    undo(farah, made_from(made))  # type: ignore[arg-type]
    assert browser(kim).get(picture.address).status_code == 200


def test_what_is_not_there_and_what_may_not_be_seen_are_answered_alike(
    browser: Window, kim: Person, marta: Person
) -> None:
    window, hidden = browser(marta), kept(kim)
    window.get("/help")  # Which gives the session its cookie.
    answers = [window.get(address) for address in (hidden.address, f"/attachments/{'0' * 32}", "/attachments/x")]
    assert {each.status_code for each in answers} == {404}
    assert {"Nothing here" in each.get_data(as_text=True) for each in answers} == {True}
    assert len({frozenset(each.headers.keys()) for each in answers}) == 1


def test_a_stranger_is_sent_to_sign_in(client: Browser, kim: Person) -> None:
    picture = kept(kim)
    show(picture, kim)
    assert client.get(picture.address).location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("kind", "name", "shown_as", "served_as"),
    [
        ("png", "", "inline; filename=picture.png", "image/png"),
        ("txt", "Приказ.txt", "attachment; filename=.txt; filename*=UTF-8''%D0%9F", "text/plain; charset=utf-8"),
        ("pdf", 'a";b.pdf', 'attachment; filename="a\\";b.pdf"', "application/pdf"),
    ],
)
def test_it_is_served_so_that_a_browser_does_nothing_with_it(
    browser: Window, kim: Person, kind: str, name: str, shown_as: str, served_as: str
) -> None:
    answer = browser(kim).get(kept(kim, kind=kind, name=name).address)
    assert answer.headers["Content-Disposition"].startswith(shown_as)
    assert answer.content_type == served_as
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_part_is_served_and_what_the_browser_has_is_not_sent_again(browser: Window, kim: Person) -> None:
    window, picture = browser(kim), kept(kim, b"0123456789")
    part = window.get(picture.address, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.data) == (206, b"234")
    tag = window.get(picture.address).headers["ETag"]
    again = window.get(picture.address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_while_the_storage_is_away_texts_are_posted_and_pages_show_where_a_picture_was(
    browser: Window, app: Flask, kim: Person
) -> None:
    window, picture, file = browser(kim), kept(kim), kept(kim, kind="txt", name="a.txt")
    question = show(picture, kim)
    folder = app.config["PROVEN_DATA"] / storing.FOLDER
    aside = folder.rename(folder.with_name("aside"))
    folder.write_text("in the way")
    storing.attach(app)
    try:
        answer = send(window, files.picture())
        assert answer.status_code == 503
        assert "Your text is kept" in answer.get_json()["message"]
        assert window.get(f"/questions/{question.id}", follow_redirects=True).status_code == 200
        in_its_place = window.get(picture.address)
        assert (in_its_place.status_code, in_its_place.mimetype) == (503, "image/svg+xml")
        assert window.get(file.address).status_code == 503
        said = {"body": "Still here, with words alone."}
        assert window.post(f"/questions/{question.id}/answers", data=said).status_code == 303
        assert window.get("/readyz").get_json()["files"] is False
    finally:
        folder.unlink()
        aside.rename(folder)
    assert db.session.scalar(select(func.count(Attachment.id))) == 2  # Of the upload that failed nothing stays.
    assert window.get("/readyz").get_json()["files"] is True


def test_a_pdf_in_a_text_without_a_name_comes_back_as_a_form_with_the_text(
    browser: Window, kim: Person, marta: Person
) -> None:
    pdf, question = kept(kim, kind="pdf", name="a.pdf"), factories.question(marta)
    typed = f"Here is how: [a.pdf]({pdf.address})"
    answer = browser(kim).post(f"/questions/{question.id}/answers", data={"body": typed, "unnamed": "y"})
    assert answer.status_code == 422
    assert "A PDF can say who made it" in answer.text
    assert typed in answer.text
    assert db.session.scalar(select(func.count(Post.id))) == 1
