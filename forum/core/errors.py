"""Refusals: what the product will not do, in words that say what to do instead."""

from __future__ import annotations


class Refused(Exception):
    """Base of every refusal. `message` is shown to the person as it is; `status` is the HTTP answer."""

    status = 409
    title = "That did not work"
    message = "This cannot be done."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class Forbidden(Refused):
    """The person may not do this to this thing."""

    status = 403
    title = "Not yours to do"
    message = "You may not do this. If you think you should, ask a moderator."

    def __init__(self, message: str | None = None, *, tells_who_wrote: bool = False) -> None:
        super().__init__(message)
        # Only whoever wrote it, without a name, is refused this: it is said to nobody but them.
        self.tells_who_wrote = tells_who_wrote


class Invalid(Refused):
    """What was entered cannot be used; `field` names the form field that must change."""

    status = 422
    title = "Please check what you entered"

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Outdated(Refused):
    """Somebody else changed the same thing first. Both texts are kept, and shown side by side."""

    status = 409
    title = "Somebody changed this while you were writing"
    message = "Nothing is lost: your text is below, beside the one saved meanwhile."


class Limited(Refused):
    """Too much in too short a time."""

    status = 429
    title = "A little slower, please"
    message = (
        "Too many tries in a short time. Wait a few minutes and try again; what you typed is kept in your browser."
    )
