"""A search typed in a chat: who asks is known by a signature alone, and is told what every employee may read."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app

from forum.core.clock import real_now
from forum.core.languages import gettext, ngettext
from forum.hooks.telling import HARMLESS
from forum.search.query import parse
from forum.search.results import find

MOST = 5  # links: more than that is what the search page is for
LONGEST = 200  # characters of what is looked for
STALE = 5 * 60  # seconds: what was caught on its way is worth nothing later


def is_signed(moment: str, signature: str, body: bytes) -> bool:
    """Whether the chat sent this, within the last five minutes; as Slack signs: v0=HMAC-SHA-256 of v0:time:body."""
    secret = current_app.config["PROVEN_CHAT_SECRET"]
    if not secret or not moment.isascii() or not moment.isdecimal() or len(moment) > 12:
        return False
    if abs(real_now().timestamp() - int(moment)) > STALE:
        return False
    mark = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={mark}".encode(), signature.encode())


def answer(typed: str) -> str:
    """What is found, in lines that a chat shows: a title and its address each."""
    words = typed.strip()[:LONGEST]
    query = parse(words)
    if query.is_empty:
        return gettext("Write what you look for behind the command, such as: customs number for samples")
    found = find(query, page=1)
    base = current_app.config["PROVEN_ADDRESS"]
    if not found.results:
        return gettext("Nothing found. Ask your colleagues: %(address)s", address=f"{base}/ask")
    lines = [f"• {each.title.translate(HARMLESS)}\n  {base}{each.url}" for each in found.results[:MOST]]
    return "\n".join([ngettext("%(num)s found:", "%(num)s found:", found.page.total), *lines])
