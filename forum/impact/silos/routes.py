"""The page of silos, who helped another department, where people look first, and the second person of a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request, url_for

from forum.core.db import transaction
from forum.core.errors import Forbidden
from forum.core.forms import typed_id
from forum.core.languages import Message, gettext
from forum.core.permissions import allowed
from forum.core.rate_limits import limiter, post_limit
from forum.core.spreadsheets import as_file
from forum.core.web import current_person, go_to
from forum.departments.labelling import all_departments
from forum.departments.models import Department
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period, last_half, together
from forum.impact.measures.figures import percent
from forum.impact.models import Introduction
from forum.impact.silos import counting, introducing, pictures
from forum.impact.silos.answers_behind import answers_behind
from forum.impact.silos.counting import Quarter
from forum.impact.silos.looking import WORDS, looked_first
from forum.impact.silos.mixing import Thread
from forum.impact.silos.recognising import recognised
from forum.impact.viewing import asked_for, earlier, frame, when

bp = Blueprint("silos", __name__, url_prefix="/impact/silos")


bp.add_app_template_filter(introducing.reason, "reason")


@bp.get("")
def index() -> str:
    """How open departments are to each other, who answers whom, and what hangs on one person."""
    departments, (facts, period) = all_departments(), asked_for(request.values)
    before, shown, both = _quarters(facts, period)
    named = _named(facts, period)
    busiest = pictures.busiest(shown, departments)
    was, change = before.openness if before else None, counting.change(before, shown)
    head = frame(facts, period)
    both_name = together(earlier(facts, period), period).inside
    return render_template(
        "impact/silos.html",
        tab="matrix",
        shown=shown,
        before=before,
        both=both,
        both_name=both_name,
        said=[(name, pictures.in_words(each.openness)) for name, each in named.items()],
        opened=pictures.opened(change, was, shown.openness),
        moved=pictures.moved(change, was, shown.openness),
        openness=pictures.openness_picture(named),
        matrix=pictures.matrix_picture(shown, busiest, dict(both.gaps), both_name, head["when"]),
        flow=pictures.flow_picture(shown, busiest),
        percent=percent,
        hidden=len(departments) - len(busiest),
        names={each.id: each.name for each in departments},
        slugs={each.id: each.slug for each in departments},
        **_threads(both, departments),
        **head,
    )


@bp.get("/looked-first")
def looking() -> str:
    """Where people look before they ask, by department, in a period and the one before."""
    facts, period = asked_for(request.values)
    before, shown, _ = _quarters(facts, period)
    half = last_half(facts.launch, facts.as_of)
    found = looked_first(facts, before, shown, counting.quarter(facts, half) if half else None, all_departments())
    said = zip(_named(facts, period), [found.before, found.last] if before else [found.last], strict=True)
    return render_template(
        "impact/looked_first.html",
        tab="looking",
        chart=pictures.looked_picture(found.last),
        places=[gettext(words) for words in WORDS.values()],
        everybody=[(name, pictures.places_in_words(places)) for name, places in said],
        half=half,
        rows=[(name, pictures.places_in_words(places)) for name, places in found.departments],
        **frame(facts, period),
    )


@bp.get("/thanks")
def thanks() -> str:
    """Everybody who helped another department in a period."""
    facts, period = asked_for(request.values)
    page = recognised(period.begin, min(period.end, facts.as_of), typed_id(request.args.get("after")))
    next_url = page.next_key and url_for("silos.thanks", after=page.next_key, **when(facts, period))
    return render_template(
        "impact/thanks.html", tab="thanks", rows=page.rows, next_url=next_url, **frame(facts, period)
    )


@bp.get("/answers")
def answers() -> str:
    """The verified answers behind one number of the matrix."""
    facts, period = asked_for(request.values)
    departments = {each.slug: each for each in all_departments()}
    asking = departments.get(request.args.get("asked", "")) or abort(404)
    answering = departments.get(request.args.get("answered", "")) or abort(404)
    pair = (asking.id, answering.id)
    quarter = counting.quarter(facts, period)
    page = answers_behind(quarter, pair, typed_id(request.args.get("after")))
    here: dict[str, Any] = {"asked": asking.slug, "answered": answering.slug, **when(facts, period)}
    return render_template(
        "impact/answers.html",
        tab="matrix",
        asking=asking,
        answering=answering,
        count=quarter.matrix.get(pair, 0),
        rows=page.rows,
        next_url=page.next_key and url_for("silos.answers", **here, after=page.next_key),
        **frame(facts, period),
    )


@bp.get("/matrix.csv")
def as_csv() -> Response:
    """The whole matrix with what was expected, for whoever wants to recompute it."""
    facts, period = asked_for(request.values)
    names = {each.id: each.name for each in all_departments()}
    shown = counting.quarter(facts, period)
    columns = ("asked", "people", "answered", "people", "verified answers", "expected")
    rows = []
    for asking, answering in sorted(shown.expected, key=lambda pair: (names[pair[0]], names[pair[1]])):
        pair = asking, answering
        times, of = shown.matrix.get(pair, 0), f"{shown.expected[pair]:.4f}"
        rows.append((names[asking], shown.sizes[asking], names[answering], shown.sizes[answering], times, of))
    return as_file(f"silos-{period.key}-{facts.as_of:%Y-%m-%d}", columns, rows)


@bp.post("/introductions")
@limiter.limit(post_limit)
def ask_second() -> Any:
    """Ask the proposed person to be the second one."""
    return _decide(introducing.introduce, Message("%(name)s is asked, and sees why."))


@bp.post("/introductions/refusal")
@limiter.limit(post_limit)
def refuse_second() -> Any:
    """Not this person."""
    return _decide(introducing.refuse, Message("%(name)s is not proposed for this again."))


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


def _quarters(facts: Facts, period: Period) -> tuple[Quarter | None, Quarter, Quarter]:
    """The period before, where there is one; the period; both as one time."""
    before = earlier(facts, period)
    return (
        counting.quarter(facts, before) if before else None,
        counting.quarter(facts, period),
        counting.quarter(facts, together(before, period)),
    )


def _named(facts: Facts, period: Period) -> dict[str, Quarter]:
    """The period before, where there is one, and the period, by what they are called."""
    both = (earlier(facts, period), period)
    return {each.words: counting.quarter(facts, each) for each in both if each}


def _threads(both: Quarter, departments: Sequence[Department]) -> dict[str, Any]:
    """The threads that this person may see, with who is proposed as the second one; no statement when there is none."""
    person = current_person()
    threads = [each for each in both.threads if allowed(person, "introduction.make", each)]
    names = {each.id: each.name for each in departments}
    proposed, made = introducing.proposals(person, both, threads, names)
    carriers = introducing.people(each.person_id for each in threads)
    sees_some = allowed(person, "introduction.see")
    return {"sees_threads": sees_some, "threads": threads, "proposed": proposed, "made": made, "carriers": carriers}


def _decide(act: Callable[..., Introduction], words: str) -> Any:
    """Take up or refuse what was proposed, if it is proposed still."""
    with transaction():
        facts, period = asked_for(request.values)
        _, _, both = _quarters(facts, period)
        names = {each.id: each.name for each in all_departments()}
        made = act(current_person(), _thread(both), typed_id(request.form.get("person")), both, names)
    flash(gettext(words, name=made.person.name), "done")
    return go_to("silos.index", anchor="threads", **when(facts, period))


def _thread(both: Quarter) -> Thread:
    pair = typed_id(request.form.get("asking")), typed_id(request.form.get("answering"))
    for thread in both.threads:
        if (thread.asking_id, thread.answering_id) == pair:
            return thread
    raise introducing.NoLongerProposed()
