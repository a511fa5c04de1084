"""What gunicorn does beside serving; it reads this file by itself when it is started in this folder."""

from __future__ import annotations

from typing import Any

from forum.impact.viewing import begin_warming


def post_worker_init(worker: Any) -> None:
    """Each process reads the facts of impact as it begins, so that no visitor waits for that."""
    begin_warming(worker.app.wsgi())
