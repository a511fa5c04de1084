"""The pages about impact: the five strips, the rows behind each figure, whom it reaches, the method, and the tables."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.permissions import allowed, require
from forum.core.rate_limits import limiter, post_limit
from forum.core.spreadsheets import as_file
from forum.core.web import current_person, go_to
from forum.impact import measures, noting, pictures, tables
from forum.impact.facts import Facts
from forum.impact.forms import NoteForm
from forum.impact.periods import Period
from forum.impact.reach import in_words, reach_of
from forum.impact.rows import listed
from forum.impact.trends import titles, trends
from forum.impact.viewing import asked_for, earlier, frame

bp = Blueprint("impact", __name__)


@bp.get("/impact")
def index() -> str:
    """The five strips of a period, and the quarters beside each other."""
    facts, period = asked_for(request.values.get("period"))
    found = measures.figures_of(facts, period)
    quarters = trends(facts)
    return render_template(
        "impact/index.html",
        strips=[(strip, found[strip.key], strip.sentence(found[strip.key])) for strip in measures.STRIPS],
        quarters=quarters,
        shares=titles(quarters[0], facts),
        changes=_changes(facts, period),
        pictures=pictures.of_strips(facts, period, earlier(facts, period)),
        trends=pictures.since_launch(facts),
        tables=[(key, name) for key, (name, _) in tables.TABLES.items()],
        notes=[each for each in facts.notes if period.begin.date() <= each.begins_on < period.end.date()],
        **frame(facts, period),
    )


@bp.get("/impact/<measure>/rows")
def rows(measure: str) -> str:
    """What a figure was counted from, or one part of it: as many rows as it says."""
    facts, period = asked_for(request.values.get("period"))
    figure = measures.figure(facts, period, measure) or abort(404)
    part = request.args.get("part", "")
    known = {each.key: each.words for each in figure.parts}
    if part and part not in known:
        abort(404)
    page = listed(current_person(), facts, figure.kind, figure.part(part), request.args.get("after"))
    return render_template(
        "impact/rows.html",
        figure=figure,
        part=known.get(part, ""),
        page=page,
        next_url=page.next_key
        and url_for("impact.rows", measure=measure, period=period.key, part=part or None, after=page.next_key),
        **frame(facts, period),
    )


@bp.get("/impact/reach")
def reach() -> str:
    """Whom the forum reaches: groups, never persons."""
    facts, period = asked_for(request.values.get("period"))
    found = reach_of(facts, period)
    return render_template(
        "impact/reach.html",
        reach=found,
        words=in_words(found),
        unevenness=found.unevenness if allowed(current_person(), "impact.see_load") else None,
        **frame(facts, period),
    )


@bp.get("/impact/method")
def method() -> str:
    """How every figure is computed, so that an outsider can do it again."""
    facts, period = asked_for(request.values.get("period"))
    found = measures.figures_of(facts, period)
    return render_template(
        "impact/method.html",
        strips=[(strip, found[strip.key]) for strip in measures.STRIPS],
        columns=tables.NEED_COLUMNS,
        tables=[(key, name) for key, (name, _) in tables.TABLES.items()],
        **frame(facts, period),
    )


@bp.route("/impact/note", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def note() -> Any:
    """Say of a quarter whether the right things were measured."""
    require(current_person(), "impact.note")
    _, period = asked_for(request.values.get("period"))
    if not period.is_quarter:
        abort(404)
    form = NoteForm()
    if request.method == "GET":
        return render_template("impact/note.html", form=form, period=period)
    try:
        with transaction():
            noting.note(current_person(), period, form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return render_template("impact/note.html", form=form, period=period), 422
    flash("Kept, with your name and the day.", "done")
    return go_to("impact.index", period=period.key, anchor="strip-changed")


@bp.get("/impact/<table>.csv")
def table(table: str) -> BaseResponse:
    """A table to be taken away."""
    facts, period = asked_for(request.values.get("period"))
    _, read = tables.TABLES.get(table) or abort(404)
    return as_file(f"proven-{table}-{period.key}-{facts.as_of:%Y-%m-%d}", *read(facts, period))


def _changes(facts: Facts, period: Period) -> dict[str, str]:
    """How each share has moved since the period before, by the key of its figure."""
    before = earlier(facts, period)
    return measures.changes(facts, before, period) if before else {}
