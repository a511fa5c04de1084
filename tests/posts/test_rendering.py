"""Rendering again after the renderer changed: everything old, nothing else, in steps that hold nobody up."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from forum.core import text
from forum.core.db import db
from forum.people.models import Person
from forum.posts import rendering
from forum.posts.models import Post
from tests import factories

OLD = "<p>As it was rendered long ago.</p>"


@pytest.fixture
def posts(kim: Person, marta: Person, farah: Person) -> list[Any]:
    """One post of each kind."""
    question = factories.question(kim, body="A *question*.")
    answer = factories.answer(marta, question, "An *answer*.")
    return [question, answer, factories.comment(kim, answer, "A *remark*."), factories.practice(farah, answer)]


@pytest.fixture
def grown_old(posts: list[Any]) -> list[Any]:
    """The same after the renderer changed."""
    for post in posts:
        post.html, post.renderer = OLD, text.RENDERER - 1
    posts[-1].sections_html = {"problem": OLD}
    db.session.commit()
    return posts


def html() -> list[str]:
    return [post.html for post in db.session.query(Post).order_by(Post.id)]


def test_posts_of_every_kind_are_rendered_from_their_sources(grown_old: list[Any]) -> None:
    assert sum(rendering.render_outdated()) == 4
    assert html()[:3] == [
        "<p>A <em>question</em>.</p>",
        "<p>An <em>answer</em>.</p>",
        "<p>A <em>remark</em>.</p>",
    ]
    assert {post.renderer for post in db.session.query(Post)} == {text.RENDERER}


def test_every_section_of_a_practice_is_rendered(grown_old: list[Any]) -> None:
    list(rendering.render_outdated())
    practice = db.session.get_one(type(grown_old[-1]), grown_old[-1].id)
    assert practice.sections_html["problem"] == "<p>It went wrong again.</p>"
    assert practice.sections_html["body"] == practice.html
    assert len(practice.sections_html) == 5


def test_what_is_up_to_date_is_left_alone(posts: list[Any]) -> None:
    posts[0].html = OLD
    db.session.commit()
    assert list(rendering.render_outdated()) == []
    assert html()[0] == OLD


def test_it_goes_in_steps_and_what_was_done_stays_when_it_is_stopped(
    grown_old: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "AT_ONCE", 3)
    steps = rendering.render_outdated()
    assert next(steps) == 3
    steps.close()
    db.session.rollback()
    assert [rendered == OLD for rendered in html()] == [False, False, False, True]
    assert list(rendering.render_outdated()) == [1]


def test_texts_and_versions_and_the_history_stay_as_they_are(grown_old: list[Any]) -> None:
    before = [(post.body, post.version, post.edited_at) for post in db.session.query(Post).order_by(Post.id)]
    list(rendering.render_outdated())
    assert [(post.body, post.version, post.edited_at) for post in db.session.query(Post).order_by(Post.id)] == before


def test_the_command_says_how_many_it_did(app: Flask, grown_old: list[Any]) -> None:
    run = app.test_cli_runner().invoke(args=["render-again"])
    assert "4 posts rendered" in run.output
    assert html()[0] == "<p>A <em>question</em>.</p>"
    assert "Every post is up to date." in app.test_cli_runner().invoke(args=["render-again"]).output
