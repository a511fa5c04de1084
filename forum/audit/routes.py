"""The audit log on a page and as a table, for administrators."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from forum.audit.audited import GROUPS, KINDS
from forum.audit.details import details
from forum.audit.listing import Wanted, find, lines, table
from forum.audit.verifying import head
from forum.core.clock import now
from forum.core.errors import Invalid
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.core.web import current_person

bp = Blueprint("audit", __name__, url_prefix="/admin")

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@bp.before_request
def administrators_only() -> None:
    """Nobody else sees these pages; each list asks again."""
    require(current_person(), "audit.see")


@bp.get("/audit")
def index() -> Any:
    """Lines, latest first; what was asked for and makes no sense is said beside the field."""
    wanted, problem = _wanted()
    page = lines(current_person(), wanted, request.args.get("after"))
    chosen: dict[str, Any] = {
        name: value for name in ("kind", "person", "day") if (value := request.args.get(name, ""))
    }
    number, hash = head()
    return render_template(
        "audit/index.html",
        rows=page.rows,
        next_url=page.next_key and url_for(".index", **chosen, after=page.next_key),
        csv_url=url_for(".rows", **chosen),
        chosen=chosen,
        problem=problem,
        groups=GROUPS,
        kinds=KINDS,
        details=details,
        number=number,
        hash=hash,
    )


@bp.get("/audit.csv")
def rows() -> Response:
    """The same lines as a table to take away, as they are read."""
    wanted, _ = _wanted()
    name = f"proven-audit-{now().date()}.csv"
    return Response(
        stream_with_context(table(current_person(), wanted)),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _wanted() -> tuple[Wanted, str]:
    kind, day = request.args.get("kind", ""), request.args.get("day", "")
    try:
        person = find(request.args.get("person", ""))
        on = date.fromisoformat(day) if DAY.fullmatch(day) else None
    except Invalid as error:
        return Wanted(), gettext(error.message)
    except ValueError:
        return Wanted(), gettext("There is no day %(day)s.", day=day)
    return Wanted(kind if kind in KINDS or kind in GROUPS else "", person.id if person else None, on), ""
