"""Web hooks: which addresses are told of what, how that went, and a test."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, current_app, flash, render_template, request
from werkzeug.wrappers import Response

from forum.administration.pages import administrators_only
from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.languages import Message
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to
from forum.departments.labelling import all_departments
from forum.hooks import registering, telling
from forum.hooks.forms import HookForm
from forum.hooks.models import KINDS, Hook
from forum.people.pages import freshly_confirmed

bp = Blueprint("hooks", __name__, url_prefix="/admin/hooks")
bp.before_request(administrators_only)


@bp.get("")
def index() -> str:
    """Every hook with its last deliveries, and the form for another one."""
    return _page()


@bp.post("")
@limiter.limit(post_limit)
@freshly_confirmed
def create() -> Any:
    """Register a hook; its secret is shown once."""
    form, kinds = HookForm(), request.form.getlist("kinds")
    departments = {each.id for each in all_departments()} & {
        int(id) for id in request.form.getlist("departments") if id.isdecimal() and len(id) < 12
    }
    try:
        with transaction():
            _, secret = registering.register(
                current_person(),
                name=form.name.data or "",
                address=form.address.data or "",
                kinds=kinds,
                department_ids=departments,
            )
    except Invalid as error:
        form.refuse(error)
        return _page(form=form, kinds=kinds, departments=departments), 422
    return _page(secret=secret)


@bp.post("/<id:id>/test")
@limiter.limit(post_limit)
def test(id: int) -> Response:
    """Send something harmless."""
    with transaction():
        telling.test(current_person(), get_visible(Hook, id))
    flash("A test is on its way. In a moment this page says what came of it.", "done")
    return go_to("hooks.index", anchor=f"hook-{id}")


@bp.post("/<id:id>/state")
@limiter.limit(post_limit)
def switch(id: int) -> Response:
    """Send there again, or no more."""
    on = request.form.get("on") == "yes"
    with transaction():
        registering.switch(current_person(), get_visible(Hook, id), on=on)
    flash("It is told again from now on." if on else "Nothing more is sent there.", "done")
    return go_to("hooks.index", anchor=f"hook-{id}")


@bp.post("/<id:id>/removal")
@limiter.limit(post_limit)
def remove(id: int) -> Response:
    """Forget a hook."""
    with transaction():
        registering.remove(current_person(), get_visible(Hook, id))
    flash("The web hook is removed, and its address forgotten.", "done")
    return go_to("hooks.index")


def _page(
    *,
    form: HookForm | None = None,
    kinds: Collection[str] = tuple(KINDS),
    departments: Collection[int] = (),
    secret: str = "",
) -> str:
    return render_template(
        "hooks/index.html",
        form=form or HookForm(formdata=None),
        chosen_kinds=kinds,
        chosen_departments=departments,
        secret=secret,
        kinds=KINDS | {telling.TEST: Message("A test")},
        offered=KINDS,
        departments=all_departments(),
        hooks=[(hook, registering.latest(hook)) for hook in registering.all_hooks()],
        mode=current_app.config["PROVEN_HOOKS"],
        takes_commands=bool(current_app.config["PROVEN_CHAT_SECRET"]),
        base=current_app.config["PROVEN_ADDRESS"],
    )
