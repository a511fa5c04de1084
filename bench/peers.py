"""What a script that measures several forums needs to know of this one, so that all are measured alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.cases import Case
from bench.filling import PASSWORD
from bench.processes import Processes
from bench.serving import Server

PAGES = ("list", "deep list", "thread", "search", "suggest", "similar")


def spec(server: Server, processes: Processes, cases: Sequence[Case], seconds: int) -> dict[str, Any]:
    """Addresses, processes, the sign-in and the form for a reply, in words that JSON has.

    `{u}` stands for the name of a person, `{t}` for a question and `{k}` for a word that makes a reply different.
    Nobody sees anything here before signing in, so there are no pages for strangers but that form.
    """
    pages = {
        case.name: [{"path": request.path, "headers": dict(request.headers)} for request in case.requests]
        for case in cases
        if case.name in PAGES
    }
    return {
        "name": "proven",
        "base": f"http://127.0.0.1:{server.port}",
        "pids": [processes.server],
        "db_pids": [processes.postmaster] if processes.postmaster else [],
        "login": {
            "path": "/sign-in",
            "token": "csrf_token",
            "check": "{u}",
            "fields": {"email": "{u}@example.org", "password": PASSWORD},
        },
        "pages": {**pages, "sign-in": [{"path": "/sign-in"}]},
        "first_view": ["sign-in"],
        "as": {"user": list(pages)},
        "reply": {
            "get": "/questions/{t}",
            "post": "/questions/{t}/answers",
            "tokens": ["csrf_token"],
            "fields": {"body": "A reply with some words for the bench {k} and a few more of them"},
            "ok": "{k}",
        },
        "topics": _questions(cases),
        "seconds": seconds,
    }


def _questions(cases: Sequence[Case]) -> list[int]:
    answered = next(case for case in cases if case.name == "answer")
    return [int(request.path.split("/")[2]) for request in answered.requests]
