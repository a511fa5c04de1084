"""Where a request that changes something was sent from: a page of another site is turned away before anything else.

Beside the token of the form, which is what protects; this holds when a token has leaked, and costs no lookup.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, request

from forum.core.errors import Forbidden

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
# "none" is a person who typed the address or took a bookmark. "same-site" is another host of the same organisation.
OWN = ("same-origin", "none")


class SentFromElsewhere(Forbidden):
    """A page of another site, or one that does not say of which, sent a form of this one."""

    title = "This did not come from here"
    message = "A page of another site sent this form, so nothing was done. Open the page here and send it yourself."


def attach(app: Flask) -> None:
    """Look at every unsafe request before it is worked on."""
    app.before_request(_refuse_foreign_pages)


def _refuse_foreign_pages() -> None:
    if request.method not in SAFE_METHODS and not _is_sent_from_here():
        raise SentFromElsewhere()


def _is_sent_from_here() -> bool:
    """What the browser says of it. Programmes that are no browsers say nothing, and have no cookies to abuse."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in OWN
    origin = request.headers.get("Origin")  # Of browsers over plain HTTP, which say nothing else.
    return origin is None or urlsplit(origin).netloc in _own_hosts()


def _own_hosts() -> tuple[str, str]:
    # The second one for a proxy that passes on the request under a name of its own.
    return request.host, urlsplit(current_app.config["PROVEN_ADDRESS"]).netloc
