"""Proven: a peer-to-peer best-practice community forum for one organisation."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from forum import cli, pages
from forum.administration import directory_routes, organising_routes, system_routes
from forum.administration import routes as administration_routes
from forum.answers import routes as answers_routes
from forum.attachments import routes as attachments_routes
from forum.attachments import storing
from forum.audit import denying
from forum.audit import routes as audit_routes
from forum.audit.audited import with_audit
from forum.bookmarks import routes as bookmarks_routes
from forum.causes import answering_routes as cause_answers_routes
from forum.causes import routes as causes_routes
from forum.chats import routes as chats_routes
from forum.commitments import routes as commitments_routes
from forum.core import (
    clock,
    config,
    db,
    error_pages,
    events,
    languages,
    origins,
    packing,
    rate_limits,
    signing,
    templating,
    web,
)
from forum.core.assets import ServingAssets
from forum.core.web import is_public
from forum.departments import following_routes
from forum.departments import routes as departments_routes
from forum.feeds import routes as feeds_routes
from forum.home import going_routes
from forum.home import routes as home_routes
from forum.hooks import command_routes as chat_command_routes
from forum.hooks import routes as hooks_routes
from forum.identity import routes as identity_routes
from forum.identity import scim_routes
from forum.impact import routes as impact_routes
from forum.impact.facts import keeping
from forum.impact.links import routes as links_routes
from forum.impact.silos import routes as silos_routes
from forum.job_aids import routes as job_aids_routes
from forum.moderation import converting_routes, suggesting_routes, withholding_routes
from forum.moderation import routes as moderation_routes
from forum.needs import routes as needs_routes
from forum.nominations import routes as nominations_routes
from forum.notifications import email
from forum.notifications import routes as notifications_routes
from forum.objectives import routes as objectives_routes
from forum.people import factor_routes, persona_links, session_routes, sign_in
from forum.people import routes as people_routes
from forum.people.joining import organisation
from forum.posts import comment_routes, draft_routes
from forum.posts import routes as posts_routes
from forum.practices import promoting_routes, upkeep_routes
from forum.practices import routes as practices_routes
from forum.privacy import routes as privacy_routes
from forum.pulse import routes as pulse_routes
from forum.questions import asking_routes, merging_routes
from forum.questions import routes as questions_routes
from forum.requests import routes as requests_routes
from forum.revealing import routes as revealing_routes
from forum.reviewing import routes as reviewing_routes
from forum.search import indexing
from forum.search import routes as search_routes
from forum.styleguide import routes as styleguide_routes
from forum.subscriptions import SUBSCRIPTIONS
from forum.teams import routes as teams_routes

# Named unlike their packages: a name of this module is also an attribute of the package `forum`.
FEATURES = (
    home_routes,
    going_routes,
    questions_routes,
    asking_routes,
    merging_routes,
    answers_routes,
    needs_routes,
    posts_routes,
    comment_routes,
    draft_routes,
    attachments_routes,
    practices_routes,
    promoting_routes,
    upkeep_routes,
    nominations_routes,
    bookmarks_routes,
    feeds_routes,
    commitments_routes,
    chats_routes,
    causes_routes,
    cause_answers_routes,
    reviewing_routes,
    revealing_routes,
    moderation_routes,
    withholding_routes,
    suggesting_routes,
    converting_routes,
    objectives_routes,
    requests_routes,
    pulse_routes,
    teams_routes,
    job_aids_routes,
    impact_routes,
    silos_routes,
    links_routes,
    departments_routes,
    following_routes,
    people_routes,
    session_routes,
    factor_routes,
    identity_routes,
    scim_routes,
    notifications_routes,
    search_routes,
    administration_routes,
    organising_routes,
    system_routes,
    directory_routes,
    hooks_routes,
    chat_command_routes,
    audit_routes,
    privacy_routes,
    styleguide_routes,
    pages,
)


def create_app(environ: dict[str, str] | None = None) -> Flask:
    """The application with settings from `environ` (the process's own by default). Raises `WrongSetting`."""
    app = ServingAssets(
        __name__,
        root_path=str(config.PROJECT),
        static_folder="static",
        template_folder="templates",
    )
    app.config.update(config.load(environ))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(
        level=app.config["PROVEN_LOG"].upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if app.config["PROVEN_PROXIES"]:
        hops = app.config["PROVEN_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.connect(app)
    clock.attach(app)
    events.subscribe(app, with_audit(SUBSCRIPTIONS))
    web.attach(app)
    error_pages.attach(app)
    origins.attach(app)
    signing.attach(app)
    languages.attach(app)
    templating.attach(app)
    persona_links.attach(app)
    sign_in.attach(app)
    CSRFProtect(app)
    packing.Packing(app)
    Migrate(app, db.db, directory=str(config.PROJECT / "migrations"), render_as_batch=True)
    indexing.attach(app)
    email.attach(app)
    storing.attach(app)
    keeping.attach(app)
    app.before_request(_ask_for_sign_in)
    rate_limits.attach(app)
    denying.attach(app)
    for feature in FEATURES:
        app.register_blueprint(feature.bp)
    cli.attach(app)
    return app


def _ask_for_sign_in() -> Any:
    """Nobody sees anything before signing in, but for the few views marked public; a new view is closed by itself."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static" or (request.blueprint == "pages" and is_public(view)):
        return None
    g.organisation = organisation()
    if g.organisation is None and request.endpoint != "people.welcome":
        return redirect(url_for("people.welcome"))
    if is_public(view) or current_user.is_authenticated:
        return None
    if request.method not in ("GET", "HEAD") or web.wants_fragment():
        abort(401)  # A part of a page is not sent to sign in: the whole sign-in page would appear in its place.
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
