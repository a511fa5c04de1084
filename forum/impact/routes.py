"""The pages about impact: the five strips, the rows behind each figure, whom it reaches, the method, and the tables."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.languages import gettext, ngettext
from forum.core.permissions import allowed, require
from forum.core.rate_limits import limiter, post_limit
from forum.core.spreadsheets import as_file
from forum.core.web import current_person, go_to
from forum.departments.labelling import all_departments, found_department
from forum.impact import noting, tables
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period
from forum.impact.forms import NoteForm
from forum.impact.measures import strips
from forum.impact.measures.trends import titles, trends
from forum.impact.pictures import of_figures
from forum.impact.reach.counting import beside, in_words, reach_of
from forum.impact.reach.welcoming import welcome, welcomes
from forum.impact.rows import listed
from forum.impact.ten import checking as ten_practices
from forum.impact.viewing import asked_for, earlier, frame, when

bp = Blueprint("impact", __name__)

SHOWN_QUARTERS = 4  # beside each other: a year


@bp.get("/impact")
def index() -> str:
    """The five strips of a period, and the quarters beside each other."""
    facts, period = asked_for(request.values)
    found = strips.figures_of(facts, period)
    before = earlier(facts, period)
    quarters = trends(facts)
    return render_template(
        "impact/index.html",
        nothing_yet=not facts.needs,
        strips=[(strip, found[strip.key], strip.sentence(found[strip.key])) for strip in strips.STRIPS],
        quarters=quarters[-SHOWN_QUARTERS:],
        shares=titles(quarters[0], facts),
        changes=_changes(facts, period),
        before=strips.heads_before(facts, before) if before else {},
        opens=request.args.get("open"),
        pictures=of_figures.of_strips(facts, period, before),
        trends=of_figures.since_launch(facts),
        tables=[(key, name) for key, (name, _) in tables.TABLES.items()],
        notes=[each for each in facts.notes if period.begin.date() <= each.begins_on < period.end.date()],
        **frame(facts, period),
    )


@bp.get("/impact/<measure>/rows")
def rows(measure: str) -> str:
    """What a figure was counted from, or one part of it: as many rows as it says."""
    facts, period = asked_for(request.values)
    figure = strips.figure(facts, period, measure) or abort(404)
    part = request.args.get("part", "")
    known = {each.key: each.words for each in figure.parts}
    if part and part not in known:
        abort(404)
    page = listed(current_person(), facts, figure.kind, figure.part(part), request.args.get("after"))
    return render_template(
        "impact/rows.html",
        title=figure.title,
        counted=known.get(part, gettext("in all")),
        how=figure.how,
        page=page,
        back=(gettext("Impact"), _address_of(facts, period, measure)),
        next_url=page.next_key
        and url_for("impact.rows", measure=measure, part=part or None, after=page.next_key, **when(facts, period)),
        **frame(facts, period),
    )


@bp.get("/impact/reach")
def reach() -> str:
    """Whom the forum reaches: groups, never persons."""
    facts, period = asked_for(request.values)
    found = reach_of(facts, period)
    return render_template(
        "impact/reach.html",
        reach=found,
        words=in_words(found),
        departments=beside(facts, SHOWN_QUARTERS),
        welcomes=welcomes(current_person(), all_departments()),
        unevenness=found.unevenness if allowed(current_person(), "impact.see_load") else None,
        **frame(facts, period),
    )


@bp.post("/impact/reach/invitations")
@limiter.limit(post_limit)
def invite() -> Any:
    """Invite everybody of a department who never brought a need here."""
    department = found_department(request.form.get("department", "")) or abort(404)
    with transaction():
        count = welcome(current_person(), department)
    flash(
        ngettext(
            "%(num)s colleague in %(department)s will hear from you.",
            "%(num)s colleagues in %(department)s will hear from you.",
            count,
            department=department.name,
        ),
        "done",
    )
    return go_to("impact.reach", anchor="invite")


@bp.get("/impact/ten")
def ten() -> str:
    """Which of the ten practices each department has in use, quarter by quarter; in full the reader's own, another one
    or all of them beside each other."""
    facts, quarter = asked_for(request.values, only_quarters=True)
    checks = ten_practices.checks(facts, quarter)
    department = request.args.get("department") or str(current_person().department_id)
    return render_template(
        "impact/ten.html",
        ten=ten_practices.TEN,
        checks=checks,
        shown=[each for each in checks if str(each.department_id) == department] or checks,
        history=ten_practices.history(facts),
        names=facts.departments,
        **frame(facts, quarter) | {"periods": [*reversed(facts.quarters)]},
    )


@bp.get("/impact/ten/<practice>/rows")
def ten_rows(practice: str) -> str:
    """What was counted for one of the ten in one department, or only that for which it holds."""
    facts, quarter = asked_for(request.values, only_quarters=True)
    found = ten_practices.practised(practice) or abort(404)
    department = request.args.get("department", type=int)
    if department is None or department not in facts.departments:
        abort(404)
    count = ten_practices.check(facts, department, quarter).counts[found.key]
    part = "those" if request.args.get("part") == "those" else None
    page = listed(current_person(), facts, count.kind, count.those if part else count.all, request.args.get("after"))

    def address(part: str | None, after: str | None = None) -> str:
        given: dict[str, Any] = {"department": department, "part": part, "after": after, **when(facts, quarter)}
        return url_for("impact.ten_rows", practice=found.key, **given)

    return render_template(
        "impact/rows.html",
        title=f"{facts.departments[department]}: {gettext(found.title)}",
        counted=gettext(found.holds) if part else gettext("in all"),
        how=found.how,
        page=page,
        among=[
            (address(None), f"{len(count.all)} {gettext('in all')}", not part),
            (address("those"), f"{len(count.those)} {gettext(found.holds)}", bool(part)),
        ],
        back=(gettext("The ten practices"), url_for("impact.ten", _anchor=found.key, **when(facts, quarter))),
        next_url=page.next_key and address(part, page.next_key),
        **frame(facts, quarter),
    )


@bp.get("/impact/method")
def method() -> str:
    """How every figure is computed, so that an outsider can do it again."""
    facts, period = asked_for(request.values)
    found = strips.figures_of(facts, period)
    return render_template(
        "impact/method.html",
        strips=[(strip, found[strip.key]) for strip in strips.STRIPS],
        columns=tables.NEED_COLUMNS,
        tables=[(key, name) for key, (name, _) in tables.TABLES.items()],
        ten=ten_practices.TEN,
        **frame(facts, period),
    )


@bp.route("/impact/note", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def note() -> Any:
    """Say of a quarter whether the right things were measured."""
    require(current_person(), "impact.note")
    _, period = asked_for(request.values)
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
    return go_to("impact.index", period=period.key, open="changed", anchor="note")


@bp.get("/impact/<table>.csv")
def table(table: str) -> BaseResponse:
    """A table to be taken away."""
    facts, period = asked_for(request.values)
    _, read = tables.TABLES.get(table) or abort(404)
    return as_file(f"proven-{table}-{period.key}-{facts.as_of:%Y-%m-%d}", *read(facts, period))


def _address_of(facts: Facts, period: Period, measure: str) -> str:
    """Where a figure stands on the page: its strip is opened, for an anchor alone does not open it everywhere."""
    strip = strips.strip_of(facts, period, measure)
    return url_for("impact.index", open=strip, _anchor=measure, **when(facts, period))


def _changes(facts: Facts, period: Period) -> dict[str, str]:
    """How each share has moved since the period before, by the key of its figure."""
    before = earlier(facts, period)
    return strips.changes(facts, before, period) if before else {}
