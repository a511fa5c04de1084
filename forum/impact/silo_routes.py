"""The page of silos, who helped another department, where people look first, and the second person of a thread."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request, url_for

from forum.core.db import transaction
from forum.core.errors import Forbidden
from forum.core.forms import typed_id
from forum.core.permissions import allowed
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to
from forum.departments.labelling import all_departments
from forum.departments.models import Department
from forum.impact import introducing, silo_pictures, silos
from forum.impact.answers_behind import answers_behind
from forum.impact.looking import WORDS, looked_first
from forum.impact.mixing import Thread
from forum.impact.models import Introduction
from forum.impact.plots import percent
from forum.impact.recognising import recognised
from forum.impact.silos import Quarter

bp = Blueprint("silos", __name__, url_prefix="/impact/silos")

PERIODS = {"last": "Last quarter", "before": "Quarter before", "both": "Half a year"}


@bp.get("")
def index() -> str:
    """How open departments are to each other, who answers whom, and what hangs on one person."""
    departments, period = all_departments(), _period()
    before, last = silos.quarters()
    half_year = silos.joined(before, last)
    shown = {"last": last, "before": before, "both": half_year}[period]
    busiest = silo_pictures.busiest(shown, departments)
    change = silos.change(before, last)
    return render_template(
        "impact/silos.html",
        tab="matrix",
        period=period,
        periods=PERIODS,
        shown=shown,
        before=before,
        last=last,
        was=silo_pictures.in_words(before.openness),
        is_now=silo_pictures.in_words(last.openness),
        moved=silo_pictures.change_in_words(change, before.openness, last.openness),
        openness=silo_pictures.openness_picture(before, last),
        matrix=silo_pictures.matrix_picture(shown, busiest),
        flow=silo_pictures.flow_picture(shown, busiest),
        percent=percent,
        hidden=len(departments) - len(busiest),
        gaps=half_year.gaps,
        names={each.id: each.name for each in departments},
        slugs={each.id: each.slug for each in departments},
        **_threads(half_year, departments),
    )


@bp.get("/looked-first")
def looking() -> str:
    """Where people look before they ask, by department, in both quarters."""
    before, last = silos.quarters()
    found = looked_first(before, last, all_departments())
    return render_template(
        "impact/looked_first.html",
        tab="looking",
        chart=silo_pictures.looked_picture(found.last),
        places=list(WORDS.values()),
        before=silo_pictures.places_in_words(found.before),
        last=silo_pictures.places_in_words(found.last),
        rows=[(name, silo_pictures.places_in_words(said)) for name, said in found.departments],
    )


@bp.get("/thanks")
def thanks() -> str:
    """Everybody who helped another department in the last quarter."""
    since, until = silos.period("last")
    page = recognised(since, until, typed_id(request.args.get("after")))
    next_url = page.next_key and url_for("silos.thanks", after=page.next_key)
    return render_template("impact/thanks.html", tab="thanks", rows=page.rows, since=since, next_url=next_url)


@bp.get("/answers")
def answers() -> str:
    """The verified answers behind one number of the matrix."""
    departments = {each.slug: each for each in all_departments()}
    asking = departments.get(request.args.get("asked", "")) or abort(404)
    answering = departments.get(request.args.get("answered", "")) or abort(404)
    since, until = silos.period(_period())
    page = answers_behind(since, until, (asking.id, answering.id), request.args.get("after"))
    here: dict[str, Any] = {"asked": asking.slug, "answered": answering.slug, "period": _period()}
    return render_template(
        "impact/answers.html",
        tab="matrix",
        asking=asking,
        answering=answering,
        period=PERIODS[_period()],
        rows=page.rows,
        next_url=page.next_key and url_for("silos.answers", **here, after=page.next_key),
    )


@bp.get("/matrix.csv")
def as_csv() -> Response:
    """The whole matrix with what was expected, for whoever wants to recompute it."""
    names = {each.id: each.name for each in all_departments()}
    shown = silos.quarter(*silos.period(_period()))
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(("asked", "people", "answered", "people", "verified answers", "expected"))
    for asking, answering in sorted(shown.expected, key=lambda pair: (names[pair[0]], names[pair[1]])):
        pair = asking, answering
        times, of = shown.matrix.get(pair, 0), f"{shown.expected[pair]:.4f}"
        writer.writerow((names[asking], shown.sizes[asking], names[answering], shown.sizes[answering], times, of))
    return Response(
        lines.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=silos-{_period()}.csv"},
    )


@bp.post("/introductions")
@limiter.limit(post_limit)
def ask_second() -> Any:
    """Ask the proposed person to be the second one."""
    return _decide(introducing.introduce, "{} is asked, and sees why.")


@bp.post("/introductions/refusal")
@limiter.limit(post_limit)
def refuse_second() -> Any:
    """Not this person."""
    return _decide(introducing.refuse, "{} is not proposed for this again.")


@bp.get("/introductions/<id:id>")
def introduction(id: int) -> str:
    """What somebody was asked, and what they said; only they and whoever looks after the thread see it."""
    person, found = current_person(), introducing.find(id) or abort(404)
    if not (allowed(person, "introduction.reply", found) or allowed(person, "introduction.make", found)):
        raise Forbidden()
    names = {each.id: each.name for each in all_departments()}
    return render_template("impact/introduction.html", introduction=found, names=names)


@bp.post("/introductions/<id:id>/reply")
@limiter.limit(post_limit)
def reply(id: int) -> Any:
    """Say yes or no."""
    with transaction():
        found = introducing.find(id) or abort(404)
        introducing.reply(current_person(), found, request.form.get("state", ""))
    return go_to("silos.introduction", id=id)


def _period() -> str:
    given = request.args.get("period", "last")
    return given if given in PERIODS else "last"


def _threads(half_year: Quarter, departments: Sequence[Department]) -> dict[str, Any]:
    """The threads that this person may see, with who is proposed as the second one; no statement when there is none."""
    person = current_person()
    threads = [each for each in half_year.threads if allowed(person, "introduction.make", each)]
    names = {each.id: each.name for each in departments}
    proposed, made = introducing.proposals(person, half_year, threads, names)
    carriers = introducing.people(each.person_id for each in threads)
    sees_some = allowed(person, "introduction.see")
    return {"sees_threads": sees_some, "threads": threads, "proposed": proposed, "made": made, "carriers": carriers}


def _decide(act: Callable[..., Introduction], words: str) -> Any:
    """Take up or refuse what was proposed, if it is proposed still."""
    with transaction():
        half_year = silos.joined(*silos.quarters())
        names = {each.id: each.name for each in all_departments()}
        made = act(current_person(), _thread(half_year), typed_id(request.form.get("person")), half_year, names)
    flash(words.format(made.person.name), "done")
    return go_to("silos.index", anchor="threads")


def _thread(half_year: Quarter) -> Thread:
    pair = typed_id(request.form.get("asking")), typed_id(request.form.get("answering"))
    for thread in half_year.threads:
        if (thread.asking_id, thread.answering_id) == pair:
            return thread
    raise introducing.NoLongerProposed()
