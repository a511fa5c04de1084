"""The pages about impact: the five strips, the rows behind each figure, whom it reaches, the method, and the tables."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from forum.core.permissions import allowed
from forum.core.spreadsheets import as_file
from forum.core.web import current_person
from forum.impact import measures, tables
from forum.impact.facts import Facts
from forum.impact.periods import Period
from forum.impact.reach import in_words, reach_of
from forum.impact.rows import listed
from forum.impact.trends import titles, trends
from forum.impact.viewing import asked_for, earlier, frame

bp = Blueprint("impact", __name__)


@bp.get("/impact")
def index() -> str:
    """The five strips of a period, and the quarters beside each other."""
    facts, period = asked_for()
    found = measures.figures_of(facts, period)
    quarters = trends(facts)
    return render_template(
        "impact/index.html",
        strips=[(strip, found[strip.key], strip.sentence(found[strip.key])) for strip in measures.STRIPS],
        quarters=quarters,
        shares=titles(quarters[0], facts),
        changes=_changes(facts, period),
        tables=[(key, name) for key, (name, _) in tables.TABLES.items()],
        **frame(facts, period),
    )


@bp.get("/impact/<measure>/rows")
def rows(measure: str) -> str:
    """What a figure was counted from, or one part of it: as many rows as it says."""
    facts, period = asked_for()
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
    facts, period = asked_for()
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
    facts, period = asked_for()
    found = measures.figures_of(facts, period)
    return render_template(
        "impact/method.html",
        strips=[(strip, found[strip.key]) for strip in measures.STRIPS],
        columns=tables.NEED_COLUMNS,
        tables=[(key, name) for key, (name, _) in tables.TABLES.items()],
        **frame(facts, period),
    )


@bp.get("/impact/<table>.csv")
def table(table: str) -> BaseResponse:
    """A table to be taken away."""
    facts, period = asked_for()
    _, read = tables.TABLES.get(table) or abort(404)
    return as_file(f"proven-{table}-{period.key}-{facts.as_of:%Y-%m-%d}", *read(facts, period))


def _changes(facts: Facts, period: Period) -> dict[str, str]:
    """How each share has moved since the period before, by the key of its figure."""
    before = earlier(facts, period)
    return measures.changes(facts, before, period) if before else {}
