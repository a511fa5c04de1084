"""What the pages of moderators share: the texts that they keep, and the form of an act with its reason."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from forum.core.db import db
from forum.core.forms import typed_id
from forum.moderation import canned
from forum.moderation.models import CannedReason
from forum.posts.models import Post
from forum.posts.pages import page_url


def use_canned(form: Any) -> None:
    """Put a kept text into the form, behind what was typed: whoever chose it may still change it."""
    id = typed_id(request.form.get("canned_id")) if "canned" in request.form else 0
    chosen = db.session.get(CannedReason, id) if id else None
    if chosen is not None:
        form.words.data = "\n\n".join(part for part in ((form.words.data or "").strip(), chosen.words) if part)


def act_page(act: str, form: Any, post: Post) -> str:
    """The page on which a post is flagged, hidden or locked, with a reason."""
    return render_template(
        "moderation/act.html",
        act=act,
        form=form,
        post=post,
        back_url=page_url(post),
        canned_reasons=canned.kept() if act != "flag" else [],
    )
