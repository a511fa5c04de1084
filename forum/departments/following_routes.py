"""Following a colleague or a cause, and the levels at which one follows a question, a topic or a department."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from forum.causes.models import Cause
from forum.core.db import transaction
from forum.core.forms import typed_id
from forum.core.languages import gettext, messages, said
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, fragment_or_redirect, get_visible, safe_next, wants_fragment
from forum.departments.following import choose_level, following
from forum.departments.labelling import found_department, found_tag
from forum.departments.levels import LEVELS_OF, NAMES, OF_LABEL, OF_THREAD, PICTURES
from forum.departments.models import Department, Tag
from forum.notifications.followed import labels_and_people, threads
from forum.people.models import Person
from forum.posts.read_marks import followed_and_read
from forum.questions.asking import address
from forum.questions.models import Question

bp = Blueprint("following", __name__)

FOLLOWED: dict[str, Any] = {"person": Person, "cause": Cause}  # what is followed or not, without levels between

GROUPS = messages(
    {
        "department": "Departments",
        "tag": "Topics",
        "person": "Colleagues",
        "cause": "Causes",
        "question": "Questions",
    }
)


@bp.app_context_processor
def _looks() -> dict[str, Any]:
    return {"level_names": NAMES, "level_pictures": PICTURES}


@bp.post("/follows")
@limiter.limit(post_limit)
def set_follow() -> Any:
    """Follow a person or a cause, or no longer."""
    kind = request.form.get("kind", "")
    if kind not in FOLLOWED:
        abort(400)
    with transaction():
        followed, person = get_visible(FOLLOWED[kind], typed_id(request.form.get("id"))), current_person()
        choose_level(person, kind, followed.id, "watching" if request.form.get("on") == "1" else "normal")
    return fragment_or_redirect(
        "posts/_follow.html",
        safe_next(request.form.get("next"), url_for("questions.index", tab="following")),
        kind=kind,
        id=followed.id,
        follow_state=following(person, kind, followed.id),
    )


@bp.get("/settings/following")
def index() -> str:
    """Everything that one follows or has muted, by kind."""
    person = current_person()
    show = "muted" if request.args.get("show") == "muted" else "all"
    before = typed_id(request.args.get("after"))
    page = threads(person, show, before)
    others = {} if before else labels_and_people(person, show)
    shown: dict[str, Any] = {} if show == "all" else {"show": show}
    return render_template(
        "notifications/following.html",
        groups=[(words, {**others, "question": page.rows}.get(kind, ())) for kind, words in GROUPS.items()],
        show=show,
        here=url_for(".index", **shown),
        next_url=page.next_key and url_for(".index", after=page.next_key, **shown),
    )


@bp.route("/questions/<id:id>/level", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def of_question(id: int) -> Any:
    """How much one hears of a thread: as whoever one is in it, also without a name."""
    question = get_visible(Question, id)
    voice = current_person().voice_for(question)
    return _level(voice, "question", question, question.title, address(question.id, question.title))


@bp.route("/tags/<slug>/level", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def of_tag(slug: str) -> Any:
    """How much one hears of a topic."""
    tag: Tag = found_tag(slug) or abort(404)
    return _level(current_person(), "tag", tag, f"#{tag.slug}", url_for("departments.tag", slug=slug))


@bp.route("/departments/<slug>/level", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def of_department(slug: str) -> Any:
    """How much one hears of what concerns a department."""
    department: Department = found_department(slug) or abort(404)
    page = url_for("departments.show", slug=slug)
    return _level(current_person(), "department", department, department.name, page)


def _level(voice: Person, kind: str, followed: Any, name: str, page: str) -> Any:
    """The choice of levels, as a menu or as a page; or what came of choosing one."""
    back_url = safe_next(request.values.get("next"), page)
    words = OF_THREAD if kind == "question" else OF_LABEL
    about = {"kind": kind, "id": followed.id, "level_url": request.path}
    if request.method == "POST":
        level = request.form.get("level", "")
        with transaction():
            choose_level(voice, kind, followed.id, level)
        done = f"{gettext(NAMES[level])}: {gettext(words[level])}."
        return fragment_or_redirect(
            "posts/_level.html", back_url, words=done, **about, follow_state=_state(voice, kind, followed.id)
        )
    return render_template(
        "posts/_levels.html" if wants_fragment() else "posts/level.html",
        **about,
        level=_state(voice, kind, followed.id)[0],
        levels=[(each, said(words[each])) for each in LEVELS_OF[kind]],
        name=name,
        back_url=back_url,
    )


def _state(voice: Person, kind: str, id: int) -> tuple[str, int]:
    """The level that counts, and how many people follow it."""
    return followed_and_read(current_person(), voice, id)[0] if kind == "question" else following(voice, kind, id)
