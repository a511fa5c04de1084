"""Bookmarking a post, and the list of one's own bookmarks."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from forum.bookmarks import listing
from forum.bookmarks.forms import BookmarkForm
from forum.bookmarks.marking import KINDS, bookmark, of, unmark
from forum.core import text
from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person
from forum.posts.models import Post
from forum.posts.pages import page_url, shown_post, titles_of

bp = Blueprint("bookmarks", __name__)

EXCERPT = 200  # characters of an answer: enough to know it again


@bp.get("/bookmarks")
def index() -> str:
    """What one wants to find again."""
    page = listing.bookmarks(current_person(), request.args.get("after"))
    posts = [post for _, post in page.rows]
    titles = titles_of(posts)
    there = {post.id for post in posts if post.removed_at is None and titles[post.id]}
    answers = [post for post in posts if post.kind == "answer" and post.id in there]
    return render_template(
        "bookmarks/index.html",
        rows=page.rows,
        titles=titles,
        there=there,
        addresses={post.id: page_url(post) for post in posts if post.id in there or post.withheld is not None},
        excerpts={post.id: text.excerpt(post.body, EXCERPT) for post in answers},
        next_url=page.next_key and url_for("bookmarks.index", after=page.next_key),
    )


@bp.route("/posts/<id:id>/bookmark", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def mark(id: int) -> Any:
    """Bookmark a post, or change when one is reminded of it."""
    form, post = BookmarkForm(), shown_post(id)
    if post.kind not in KINDS:
        abort(404)
    if request.method == "GET":
        return _page(post, form)
    try:
        with transaction():
            made = bookmark(current_person(), post, when=form.when.data or "", day=form.day.data)
    except Invalid as error:
        form.refuse(error)
        return _page(post, form), 422
    if made.remind_on:
        flash(
            "Bookmarked. It stands under “Bookmarks”, for you alone."
            " You are reminded when your work begins on that day.",
            "done",
        )
    else:
        flash("Bookmarked. It stands under “Bookmarks”, for you alone.", "done")
    return redirect(page_url(post), code=303)


@bp.post("/bookmarks/<id:id>/removal")
@limiter.limit(post_limit)
def remove(id: int) -> Any:
    """Take a bookmark of one's own away; of whom any other is, nobody is told."""
    with transaction():
        unmark(current_person(), id)
    flash("It is no longer bookmarked.", "done")
    return redirect(url_for("bookmarks.index"), code=303)


def _page(post: Post, form: BookmarkForm) -> str:
    return render_template(
        "bookmarks/mark.html",
        form=form,
        post=post,
        title=titles_of([post])[post.id],
        mine=of(current_person(), post.id),
        back_url=page_url(post),
    )
