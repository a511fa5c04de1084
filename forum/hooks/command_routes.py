"""POST /chat/command: a search that somebody typed in the chat, sent by the chat itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState

from forum.core.errors import Forbidden
from forum.core.rate_limits import limiter, search_limit
from forum.core.web import public
from forum.hooks import command

bp = Blueprint("chat_command", __name__)

LONGEST = 8_000  # bytes: what a chat sends with a command is below one thousand


@bp.record_once
def _take_without_token(state: BlueprintSetupState) -> None:
    # The signature stands in its place: no browser can make one.
    state.app.extensions["csrf"].exempt(search)


@bp.post("/chat/command")
@public
@limiter.limit(search_limit)
def search() -> Any:
    """At most five links, which the chat shows to whoever asked alone."""
    if not current_app.config["PROVEN_CHAT_SECRET"]:
        abort(404)
    if (request.content_length or LONGEST + 1) > LONGEST:
        abort(413)
    body = request.get_data()  # Before the form is read, which uses it up.
    moment, signature = (request.headers.get(f"X-Slack-{name}", "") for name in ("Request-Timestamp", "Signature"))
    if not command.is_signed(moment, signature, body):
        raise Forbidden("The signature is wrong or too old. Chat and site must hold the same secret.")
    return jsonify(response_type="ephemeral", text=command.answer(request.form.get("text", "")))
