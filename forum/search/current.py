"""The search engine that the application was given."""

from __future__ import annotations

from flask import current_app

from forum.search.port import SearchEngine


def engine() -> SearchEngine:
    """The search engine of the current application."""
    found: SearchEngine = current_app.extensions["search"]
    return found
