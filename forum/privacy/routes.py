"""What is kept about one, taking it away, asking to be taken out; and, for administrators, taking somebody out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, stream_with_context
from werkzeug.wrappers import Response as BaseResponse

from forum.core.clock import now
from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to
from forum.people.models import Person
from forum.people.pages import freshly_confirmed
from forum.privacy.asking import ask_for_erasure, open_request, open_requests, withdraw
from forum.privacy.erasing import erase, who_names
from forum.privacy.exporting import export
from forum.privacy.forms import ErasureForm
from forum.privacy.mentions import Named
from forum.privacy.retention import RETENTION

bp = Blueprint("privacy", __name__)


@bp.get("/settings/privacy")
def index() -> str:
    """What is kept about whoever looks, how long, and what they can do about it."""
    return render_template("privacy/index.html", retention=RETENTION, asked=open_request(current_person()))


@bp.post("/settings/privacy/export")
@limiter.limit(post_limit)
@freshly_confirmed
def take_away() -> Response:
    """Everything that is kept about one, as one file."""
    with transaction():
        made = export(current_person(), current_person())
    return Response(
        stream_with_context(made),
        mimetype="application/zip",
        headers={"Content-Disposition": f"attachment; filename=proven-about-me-{now().date()}.zip"},
    )


@bp.post("/settings/privacy/erasure")
@limiter.limit(post_limit)
@freshly_confirmed
def ask() -> BaseResponse:
    """Ask to be taken out."""
    with transaction():
        ask_for_erasure(current_person())
    flash("The administrators have been asked. Until one of them has done it, you can take it back here.", "done")
    return go_to("privacy.index")


@bp.post("/settings/privacy/erasure/withdrawal")
@limiter.limit(post_limit)
def take_back() -> BaseResponse:
    """Stay after all."""
    with transaction():
        withdraw(current_person())
    flash("You stay. Nothing was changed.", "done")
    return go_to("privacy.index")


@bp.get("/admin/privacy")
def requests() -> str:
    """Who asked to be taken out, and how long anything is kept."""
    return render_template("privacy/requests.html", requests=open_requests(current_person()), retention=RETENTION)


@bp.route("/admin/people/<id:id>/erasure", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
@freshly_confirmed
def take_out(id: int) -> Any:
    """What taking somebody out does, the texts of others to decide about, and the name to type."""
    person = get_visible(Person, id)
    require(current_person(), "person.erase", person)
    places = who_names(current_person(), person)
    if request.method == "POST":
        return _take_out(person, places)
    form = ErasureForm(formdata=None)
    form.offer(places)
    return render_template("privacy/erasure.html", form=form, person=person, places=places)


@freshly_confirmed
def _take_out(person: Person, places: Sequence[Named]) -> Any:
    form = ErasureForm()
    form.offer(places)
    try:
        with transaction():
            erase(current_person(), person, typed=form.typed.data or "", also=form.also.data or [])
    except Invalid as error:
        form.refuse(error)
        return render_template("privacy/erasure.html", form=form, person=person, places=places), 422
    flash("Done. Nothing here tells who it was any more; the search index follows within a minute.", "done")
    return go_to("privacy.requests")
