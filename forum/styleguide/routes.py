"""The style guide: what every page is made of, in every state; for whoever works on the site, and demonstrations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, g, render_template

from forum.styleguide import samples
from forum.styleguide.colours import pairs, themes
from forum.styleguide.scales import sizes

bp = Blueprint("styleguide", __name__)


@bp.get("/styleguide")
def index() -> str:
    """Every component with its states, the sizes, and the colours with their measured contrast."""
    if not (g.organisation.is_demo or current_app.debug):
        abort(404)
    return render_template(
        "styleguide/index.html",
        themes=themes(),
        pairs={theme: list(pairs(theme)) for theme in themes()},
        text_sizes=sizes("text"),
        spaces=sizes("space"),
        form=samples.form(),
        rows=samples.rows(),
        votes=samples.votes(),
        pictures=samples.pictures(),
        allowed=_may,
    )


def _may(action: str, subject: Any) -> bool:
    """The samples say of themselves what may be done with them."""
    return bool(getattr(subject, "may_be_voted", False))
