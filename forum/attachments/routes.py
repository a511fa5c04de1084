"""Adding a picture or file, the line that puts it into a text, and the file itself with the rights of its posts."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request, send_file
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.attachments import storing
from forum.attachments.forms import AltForm, UploadForm
from forum.attachments.models import TYPES, Attachment, PostAttachment
from forum.attachments.recognising import ALLOWED, Unsuitable, megabytes
from forum.attachments.taking_in import line_of, look_at, take_in
from forum.core.config import PROJECT
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.languages import gettext, said
from forum.core.permissions import allowed
from forum.core.rate_limits import limiter, upload_limit
from forum.core.text import clean_line
from forum.core.web import current_person, go_to, takes
from forum.people.models import Person
from forum.posts.pages import shown_post

bp = Blueprint("attachments", __name__)

LONGEST_ALT = 300  # characters: a sentence or two; more belongs into the text
TOKEN = re.compile(r"[0-9a-f]{32}")
# Whatever a file may hold: opened by itself it runs nothing, loads nothing and belongs to no site.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
IN_ITS_PLACE = PROJECT / "static" / "img" / "picture-away.svg"


@bp.get("/attachments/new")
def new() -> str:
    """Choose a file; for whoever has no JavaScript, in a tab of its own beside the text."""
    return _upload_page(UploadForm())


@bp.post("/attachments")
@takes("PROVEN_MAX_ATTACHMENT")
@limiter.limit(upload_limit)
def create() -> Any:
    """Take a picture or file in. Answers with what an editor needs, or with the page that gives the line."""
    try:
        attachment, remark = _take_in()
    except Refused as refused:
        return _show_refusal(refused)
    if not _for_an_editor():
        return go_to("attachments.line", token=attachment.token)
    made = {"address": attachment.address, "name": attachment.file_name, "picture": attachment.is_picture}
    return jsonify(**made, remark=said(remark)), 201


@bp.get("/attachments/<token>/line")
def line(token: str) -> str:
    """The line that puts one's own attachment into a text; of a picture, once it is said what it shows."""
    attachment = _find(token)
    if not allowed(current_person(), "attachment.own", attachment):
        abort(404)
    form = AltForm(formdata=request.args)
    form.alt.data = clean_line(form.alt.data or "", LONGEST_ALT)
    said = bool(form.alt.data or form.decorative.data)
    if request.args and not said:
        form.refuse(Invalid("Say in a sentence what the picture shows, or that it only decorates.", "alt"))
    finished = said or not attachment.is_picture
    words = "" if form.decorative.data else form.alt.data
    return render_template(
        "attachments/line.html",
        attachment=attachment,
        form=form,
        size=megabytes(attachment.size),
        line=line_of(attachment, words) if finished else "",
        url=attachment.address,
    )


@bp.get("/attachments/<token>")
def show(token: str) -> Any:
    """The picture or file, to whoever may read a post that uses it; to anybody else it is not there."""
    attachment = _find(token)
    if not _may_see(current_person(), attachment):
        abort(404)
    if request.if_none_match.contains(attachment.sha256):
        return _guarded(Response(status=304), attachment)
    try:
        data = storing.read(token)
    except storing.StorageAway:
        if not attachment.is_picture:
            raise
        return _guarded(Response(IN_ITS_PLACE.read_bytes(), 503, mimetype="image/svg+xml"), attachment, etag=False)
    sent = send_file(
        BytesIO(data),
        mimetype=TYPES[attachment.kind],
        as_attachment=not attachment.is_picture,
        download_name=attachment.file_name,
        etag=attachment.sha256,
        conditional=True,
    )
    return _guarded(sent, attachment)


def _take_in() -> tuple[Attachment, str]:
    person, sent = current_person(), request.files.get("file")
    if sent is None or not sent.filename:
        raise Unsuitable("Choose a file first.")
    recognised = look_at(person, sent.read(), sent.filename)
    return take_in(person, recognised), recognised.remark


def _show_refusal(refused: Refused) -> Any:
    if _for_an_editor():
        return jsonify(message=gettext(refused.message)), refused.status
    form = UploadForm()
    form.refuse(Invalid(refused.message, "file"))
    return _upload_page(form), refused.status


def _upload_page(form: UploadForm) -> str:
    most = megabytes(current_app.config["PROVEN_MAX_ATTACHMENT"])
    return render_template("attachments/new.html", form=form, allowed_kinds=ALLOWED, most=most)


def _for_an_editor() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _find(token: str) -> Attachment:
    """The attachment of that token. Answers 404 for what is none, never was, or was thrown away."""
    named = select(Attachment).where(Attachment.token == token, Attachment.thrown_away_at.is_(None))
    found = db.session.scalar(named) if TOKEN.fullmatch(token) else None
    return found or abort(404)


def _may_see(person: Person, attachment: Attachment) -> bool:
    if attachment.person_id == person.id:
        return True
    used_in = select(PostAttachment.post_id).where(PostAttachment.attachment_id == attachment.id)
    return any(_may_read(person, post_id) for post_id in db.session.scalars(used_in).all())


def _may_read(person: Person, post_id: int) -> bool:
    """Whether the post is shown to the person; a removed one is to those who may put it back, a withheld one to those
    who may read it although it is."""
    try:
        shown_post(post_id)
    except NotFound:
        post = shown_post(post_id, removed=True)
        if post.withheld is not None:
            return allowed(person.owner_among(post), "post.see_withheld", post)
        return post.removed_by_id in person.selves or allowed(person, "post.roll_back", post)
    return True


def _guarded(response: Response, attachment: Attachment, *, etag: bool = True) -> Response:
    """Kept by the browser of one person alone, who asks each time whether it may still be shown."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-cache" if etag else "no-store"
    if etag:
        response.set_etag(attachment.sha256)
    return response
