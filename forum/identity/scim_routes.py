"""Where a directory says who works here: SCIM 2.0, with a bearer token and never with a session."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, g, json, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from forum.core.db import db, transaction
from forum.core.errors import Invalid, Refused
from forum.core.rate_limits import limiter, scim_limit
from forum.core.web import public
from forum.identity import groups, provisioning, tokens
from forum.people.sign_in import hash_token

bp = Blueprint("scim", __name__, url_prefix="/scim/v2")
log = logging.getLogger(__name__)


def _was_let_in(answer: Any) -> bool:
    return bool(answer.status_code != 401)


def _whose() -> str:
    return f"directory {hash_token(_secret())}"


# The cookie of somebody who is signed in counts as little here as everywhere else in this file.
limiter.limit(scim_limit, key_func=_whose, deduct_when=_was_let_in)(bp)


@bp.record_once
def _take_unsigned_requests(state: BlueprintSetupState) -> None:
    # A browser sends no such token by itself, so no other site can make it send one.
    state.app.extensions["csrf"].exempt(bp)


@bp.before_request
def directories_only() -> Any:
    """Nothing is said to whoever shows no token that counts."""
    token = tokens.open_token(_secret()) if _secret() else None
    if token is None:
        return _refuse(401, "Send a bearer token that an administrator made under Sign-in and directory.")
    g.token_id = token.id
    if tokens.is_use_to_note(token):
        with transaction():
            tokens.note_use(token)
    return None


@bp.before_app_request
def refuse_other_addresses() -> Any:
    """What is no address of this service is refused as SCIM has it: a page is for people."""
    missed = request.routing_exception
    if not isinstance(missed, HTTPException) or isinstance(missed, RequestRedirect):
        return None
    if request.path != bp.url_prefix and not request.path.startswith(f"{bp.url_prefix}/"):
        return None
    return directories_only() or _say_http_error(missed)


@bp.get("/ServiceProviderConfig")
@public
def service_provider_config() -> Response:
    """What this service can do."""
    return _say(_scim().service("ServiceProviderConfig"))


@bp.get("/ResourceTypes")
@public
def resource_types() -> Response:
    """Of what it speaks: of people and groups."""
    return _say(_scim().service("ResourceTypes"))


@bp.get("/Schemas")
@public
def schemas() -> Response:
    """What it can say of them."""
    return _say(_scim().service("Schemas"))


@bp.get("/Users")
@public
def index() -> Response:
    """Everybody, or whoever a filter means."""
    attribute, value = _scim().read_filter(request.args.get("filter", ""))
    start = max(1, _number("startIndex", 1))
    count = min(max(0, _number("count", _scim().MOST)), _scim().MOST)
    total, accounts = provisioning.page(attribute, value, start=start, count=count)
    return _say(_scim().write_page(accounts, _base(), total=total, start=start))


@bp.post("/Users")
@public
def create() -> Response:
    """Somebody new, or somebody who comes back."""
    said = _scim().read_user(_sent(), is_new=True)
    with transaction():
        account = provisioning.create(said, token_id=g.token_id)
    return _say_one(_scim().write_user(account, _base()), 201)


@bp.get("/Users/<id>")
@public
def show(id: str) -> Response:
    """One account."""
    return _say_one(_scim().write_user(_account(id), _base()))


@bp.put("/Users/<id>")
@public
def replace(id: str) -> Response:
    """Make an account what is said; of what nothing is said, it stays."""
    said = _scim().read_user(_sent(), is_new=False)
    with transaction():
        account = provisioning.change(_meant(_account(id), _scim().write_user), said, token_id=g.token_id)
    return _say_one(_scim().write_user(account, _base()))


@bp.patch("/Users/<id>")
@public
def change(id: str) -> Response:
    """Change some of it; `active` to false ends every session at once."""
    sent = _sent()
    with transaction():
        account = _meant(_account(id), _scim().write_user)
        account = provisioning.change(account, _scim().patched(sent, account), token_id=g.token_id)
    return _say_one(_scim().write_user(account, _base()))


@bp.route("/Users/<id>", methods=["DELETE"])
@public
def remove(id: str) -> Response:
    """Somebody has left for good; what they wrote stays."""
    with transaction():
        provisioning.remove(_meant(_account(id), _scim().write_user), token_id=g.token_id)
    return Response(status=204)


@bp.get("/Groups")
@public
def index_groups() -> Response:
    """All groups, or the one that a filter means."""
    attribute, value = _scim().read_group_filter(request.args.get("filter", ""))
    start = max(1, _number("startIndex", 1))
    count = min(max(0, _number("count", _scim().MOST)), _scim().MOST)
    total, found = groups.page(attribute, value, start=start, count=count)
    return _say(_scim().write_group_page(found, _base(), total=total, start=start, members=_wants_members()))


@bp.post("/Groups")
@public
def create_group() -> Response:
    """A new group, with whoever is in it."""
    said = _scim().read_group(_sent(), is_new=True)
    with transaction():
        made = groups.create(said, token_id=g.token_id)
    return _say_one(_scim().write_group(made, _base()), 201)


@bp.get("/Groups/<id>")
@public
def show_group(id: str) -> Response:
    """One group."""
    return _say_one(_scim().write_group(_group(id), _base(), members=_wants_members()))


@bp.put("/Groups/<id>")
@public
def replace_group(id: str) -> Response:
    """Make a group what is said; of whose members nothing is said, they stay."""
    said = _scim().read_group(_sent(), is_new=False)
    with transaction():
        changed = groups.change(_meant(_group(id), _scim().write_group), said, token_id=g.token_id)
    return _say_one(_scim().write_group(changed, _base()))


@bp.patch("/Groups/<id>")
@public
def change_group(id: str) -> Response:
    """Let people into a group or out of it, or call it otherwise; roles follow at once."""
    sent = _sent()
    with transaction():
        group = _meant(_group(id), _scim().write_group)
        group = groups.change(group, _scim().patched_group(sent, group), token_id=g.token_id)
    return _say_one(_scim().write_group(group, _base()))


@bp.route("/Groups/<id>", methods=["DELETE"])
@public
def remove_group(id: str) -> Response:
    """A group is no more."""
    with transaction():
        groups.remove(_meant(_group(id), _scim().write_group), token_id=g.token_id)
    return Response(status=204)


class NotThere(Exception):
    """There is no account or group with that id, or none any more."""


class Changed(Exception):
    """It is no longer what it was when the directory read it."""


@bp.errorhandler(NotThere)
def _say_gone(error: NotThere) -> Response:
    return _refuse(404, f"There is no {error} with that id.")


@bp.errorhandler(Changed)
def _say_changed(_error: Changed) -> Response:
    db.session.rollback()
    return _refuse(412, "It was changed since it had that version. Read it again.")


@bp.errorhandler(Refused)
def _say_refusal(refused: Refused) -> Response:
    db.session.rollback()
    if isinstance(refused, Invalid):
        return _refuse(400, refused.message, "invalidValue")
    kind = "uniqueness" if isinstance(refused, provisioning.Taken | groups.GroupTaken) else None
    return _refuse(refused.status, refused.message, kind)


@bp.errorhandler(IntegrityError)
def _say_taken(_error: IntegrityError) -> Response:
    """Two said the same at once: the second finds what the first has made."""
    db.session.rollback()
    return _refuse(409, provisioning.Taken.message, "uniqueness")


@bp.errorhandler(HTTPException)
def _say_http_error(error: HTTPException) -> Response:
    answer = _refuse(error.code or 500, error.description or error.name)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


@bp.errorhandler(Exception)
def _say_crash(error: Exception) -> Response:
    db.session.rollback()
    if isinstance(error, _scim().NotUnderstood):
        return _say(error.payload, error.status)
    log.exception("request of a directory failed [%s] %s", g.get("request_id"), request.method)
    return _refuse(500, f"Something broke on our side. The log names it as {g.get('request_id')}.")


def _scim() -> Any:
    """The module that speaks SCIM. Loaded when a directory calls: the library takes a second, and most have none."""
    from forum.identity import scim

    return scim


def _secret() -> str:
    given = request.authorization
    return given.token or "" if given is not None and given.type == "bearer" else ""


def _account(id: str) -> provisioning.Account:
    found = provisioning.find(id)
    if found is None:
        raise NotThere("User")
    return found


def _group(id: str) -> groups.Group:
    found = groups.find(id)
    if found is None:
        raise NotThere("Group")
    return found


def _meant(found: Any, write: Callable[[Any, str], dict[str, Any]]) -> Any:
    """What was found, if it still is in the version that the directory means to change. Raises `Changed`."""
    if request.if_match and not request.if_match.contains_weak(_tag(write(found, _base()))):
        raise Changed()
    return found


def _tag(payload: dict[str, Any]) -> str:
    return str(payload["meta"]["version"]).removeprefix("W/").strip('"')


def _wants_members() -> bool:
    """Directories ask for groups without their members, who may be many."""
    left_out = request.args.get("excludedAttributes", "")
    return "members" not in (each.strip().casefold() for each in left_out.split(","))


def _sent() -> Any:
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise _scim().NotUnderstood(_scim().Error(status=400, scim_type="invalidSyntax", detail="Send JSON.")) from None


def _number(name: str, default: int) -> int:
    given = request.args.get(name, "")
    return int(given[:9]) if given.removeprefix("-").isdecimal() and given.isascii() else default


def _base() -> str:
    return f"{current_app.config['PROVEN_ADDRESS']}{bp.url_prefix}"


def _refuse(status: int, words: str, kind: str | None = None) -> Response:
    answer = _say(_scim().error(status, words, kind), status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _say_one(payload: dict[str, Any], status: int = 200) -> Response:
    """One account or group, with its version; nothing but that to whoever has this version already."""
    is_known = request.method == "GET" and request.if_none_match.contains_weak(_tag(payload))
    answer = Response(status=304) if is_known else _say(payload, status)
    answer.set_etag(_tag(payload), weak=True)
    if status == 201:
        answer.headers["Location"] = payload["meta"]["location"]
    return answer


def _say(payload: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(payload), status=status, content_type="application/scim+json")
