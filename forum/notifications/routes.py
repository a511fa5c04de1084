"""The inbox, the bell on every page, what one wishes to be told, and the link in a mail that ends mails."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, g, render_template, request, url_for
from flask import redirect as go
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.forms import typed_id
from forum.core.languages import gettext
from forum.core.permissions import allowed
from forum.core.rate_limits import limiter, post_limit
from forum.core.templating import trusted
from forum.core.web import current_person, go_to, is_prefetch, is_viewed, public, safe_next
from forum.departments import calendar
from forum.notifications import listing
from forum.notifications.later import bring_back, put_off
from forum.notifications.models import EVERYTHING, FREQUENCIES, KINDS, MODERATED
from forum.notifications.preferences import Frequencies, choose, read_stop_link, stop
from forum.notifications.reading import be_seen, put_away, put_back, read_all, read_thread
from forum.people.hours import hours_of

log = logging.getLogger(__name__)

bp = Blueprint("notifications", __name__)

SEEN_EVERY = timedelta(minutes=1)  # Written no oftener: five minutes are what counts, and a write takes the lock.
# Whoever views one has read what there was to say about it.
THREAD_PAGES = ("questions.show", "practices.show", "practices.retired")


@bp.record_once
def _take_unsigned_forms(state: BlueprintSetupState) -> None:
    # The mail programme sends this form, without a session; the signed address is the proof instead.
    state.app.extensions["csrf"].exempt(unsubscribe)


@bp.app_context_processor
def _bell() -> dict[str, Any]:
    return {"unread_notes": unread_notes}


def unread_notes() -> int:
    """How many notes the person has not looked at; the ones about the very page that is shown now do not count.

    An error page has a bell, too, so a database that cannot say is taken for a quiet inbox.
    """
    try:
        if "unread" not in g:  # The home page says it, too.
            g.unread = listing.unread(current_person(), _thread_page())
    except SQLAlchemyError:
        db.session.rollback()
        return 0
    return int(g.unread.count - g.unread.on_page)


@bp.after_app_request
def _note_the_visit(response: Response) -> Response:
    """Write down that the person is here, and that they have read what there was to say about this page."""
    if "organisation" not in g or is_prefetch() or not current_person().is_authenticated:
        return response
    person, unread = current_person(), g.get("unread")
    unseen = person.last_seen_at is None or now() - person.last_seen_at >= SEEN_EVERY
    has_read = unread is not None and unread.on_page and response.status_code == 200
    if unseen or has_read:
        try:
            with transaction():
                if unseen:
                    be_seen(person)
                if has_read:
                    read_thread(person, _thread_page(), until=unread.latest_on_page)
        except OperationalError:  # The page is ready; that it was read can be noted at the next visit.
            log.warning("a visit was not noted: the database is busy or away")
    return response


def _thread_page() -> int:
    """The question or practice whose page is really viewed by this request, or 0."""
    return (request.view_args or {}).get("id", 0) if request.endpoint in THREAD_PAGES and is_viewed() else 0


@bp.get("/inbox")
def inbox() -> str:
    """What there is to hear, unread first, by thread."""
    person, show = current_person(), request.args.get("show")
    show = show if show in ("later", "done") else "inbox"
    page = listing.inbox(person, request.args.get("after"), show=show)
    shown: dict[str, Any] = {} if show == "inbox" else {"show": show}
    put_off_now = listing.put_off_count(person)
    later = gettext("Later (%(count)s)", count=put_off_now) if put_off_now else gettext("Later")
    return render_template(
        "notifications/inbox.html",
        threads=page.rows,
        show=show,
        tabs=[
            ("inbox", gettext("Inbox"), url_for(".inbox")),
            ("later", later, url_for(".inbox", show="later")),
            ("done", gettext("Done"), url_for(".inbox", show="done")),
        ],
        latest=max((thread.latest_id for thread in page.rows), default=0),
        next_url=page.next_key and url_for(".inbox", after=page.next_key, **shown),
    )


@bp.post("/inbox/reading")
@limiter.limit(post_limit)
def create_reading() -> BaseResponse:
    """Mark everything as read that the page showed or could have shown."""
    with transaction():
        read_all(current_person(), until=typed_id(request.form.get("until")))
    return _back()


@bp.post("/inbox/apart/reading", defaults={"page_id": None})
@bp.post("/inbox/<id:page_id>/reading")
@limiter.limit(post_limit)
def create_thread_reading(page_id: int | None) -> BaseResponse:
    """Mark what there is about one thread as read."""
    with transaction():
        read_thread(current_person(), page_id, until=typed_id(request.form.get("until")))
    return _back()


@bp.post("/inbox/apart/completion", defaults={"page_id": None})
@bp.post("/inbox/<id:page_id>/completion")
@limiter.limit(post_limit)
def create_completion(page_id: int | None) -> BaseResponse:
    """Put a thread away."""
    with transaction():
        put_away(current_person(), page_id, until=typed_id(request.form.get("until")))
    place = "apart" if page_id is None else page_id
    flash(trusted(render_template("notifications/_put_away.html", place=place)), "done")
    return _back()


@bp.post("/inbox/apart/completion/withdrawal", defaults={"page_id": None})
@bp.post("/inbox/<id:page_id>/completion/withdrawal")
@limiter.limit(post_limit)
def withdraw_completion(page_id: int | None) -> BaseResponse:
    """Put a thread back."""
    with transaction():
        put_back(current_person(), page_id)
    return _back()


@bp.post("/inbox/apart/later", defaults={"page_id": None})
@bp.post("/inbox/<id:page_id>/later")
@limiter.limit(post_limit)
def create_later(page_id: int | None) -> BaseResponse:
    """Put a thread off."""
    until, when = typed_id(request.form.get("until")), request.form.get("when", "")
    with transaction():
        back_at = put_off(current_person(), page_id, until=until, when=when)
    if back_at is not None:
        place = "apart" if page_id is None else page_id
        flash(trusted(render_template("notifications/_put_off.html", place=place, back_at=back_at)), "done")
    return _back()


@bp.post("/inbox/apart/later/withdrawal", defaults={"page_id": None})
@bp.post("/inbox/<id:page_id>/later/withdrawal")
@limiter.limit(post_limit)
def withdraw_later(page_id: int | None) -> BaseResponse:
    """Bring a thread back that was put off."""
    with transaction():
        bring_back(current_person(), page_id)
    return _back()


def _back() -> BaseResponse:
    return go(safe_next(request.form.get("next"), url_for(".inbox")), code=303)


@bp.get("/settings/notifications")
def settings() -> str:
    """What one is told, where and how often."""
    person = current_person()
    frequencies = Frequencies([person.id])
    return render_template(
        "notifications/settings.html",
        groups=_by_group({kind: frequencies.chosen(person.id, kind) for kind in KINDS if _concerns(person, kind)}),
        frequencies=list(FREQUENCIES.items()),
        no_mail=frequencies.wants_no_mail(person.id),
        hours=_hours(person),
    )


@bp.post("/settings/notifications")
@limiter.limit(post_limit)
def save_settings() -> BaseResponse:
    """Choose it."""
    chosen = {kind: request.form[kind] for kind in KINDS if kind in request.form}
    with transaction():
        choose(current_person(), chosen, no_mail="no_mail" in request.form)
    flash("Saved. It counts from now on, also for mails that are waiting.", "done")
    return go_to("notifications.settings")


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@public
@limiter.limit(post_limit, methods=["POST"])
def unsubscribe(token: str) -> str:
    """End mails by the link in one of them. Opening the page changes nothing: programmes open links, too."""
    mail, scope, question_id = read_stop_link(token)
    state = "asked"
    if request.method == "POST":
        with transaction():
            state = "done" if stop(mail, scope, question_id) else "used"
    template = "notifications/unsubscribe.html"
    if question_id:
        return render_template(template, state=state, level=scope, question_id=question_id, token=token)
    words = "" if scope == EVERYTHING else KINDS[scope].words
    return render_template(template, state=state, words=words, token=token)


def _concerns(person: Any, kind: str) -> bool:
    """Whether the person can be told of a kind at all."""
    stands_in = kind == "moderation" and allowed(person, "system.see")  # for a second moderator, where there is none
    return KINDS[kind].group != MODERATED or allowed(person, "problem.see_all") or stands_in


def _by_group(chosen: dict[str, str]) -> dict[str, list[tuple[str, str, str]]]:
    """The kinds as the settings show them: group -> (kind, words, what is chosen)."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for name, frequency in chosen.items():
        groups.setdefault(KINDS[name].group, []).append((name, KINDS[name].words, frequency))
    return groups


def _hours(person: Any) -> list[str]:
    used = hours_of(person)
    return calendar.in_words({"timezone": used.timezone, "hours": used.hours})
