"""Somebody signed in asked for what is not theirs: kept in the audit log, but no more often than it can be read."""

from __future__ import annotations

from flask import Flask, Response, g, request

from forum.audit.writing import note
from forum.core.db import transaction
from forum.core.rate_limits import is_within
from forum.core.web import current_person, only_asks

DENIED = "access.denied"
OF_NO_POST = "/admin/"  # where everything has been checked to be about people and settings
MOST = "20 per hour"  # lines of one person: enough to see that somebody tries doors, too few to fill the log with


def attach(app: Flask) -> None:
    """Let the application note what it refuses."""
    app.after_request(_note_refusal)


def _note_refusal(response: Response) -> Response:
    tells = getattr(g.get("refused"), "tells_who_wrote", False)  # A line would, to whoever reads the log.
    person = current_person() if response.status_code == 403 and not tells and not only_asks() else None
    if person is not None and person.is_authenticated and is_within(MOST, "denied", str(person.id)):
        with transaction():
            # The address as it stands in the URL map: never words that somebody typed.
            address = str(request.url_rule)
            note(DENIED, actor_id=person.id, data={"method": request.method, "address": address, **_numbers(address)})
    return response


def _numbers(address: str) -> dict[str, int]:
    """The numbers in the address, where these are no posts.

    Whoever wrote a post without a name is refused to vote for it by name. With its number that line would say so.
    """
    if not address.startswith(OF_NO_POST):
        return {}
    return {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
