"""A worker that is killed again and again, at another statement each time: `python -m tests.needs.dying_worker TIMES`.

Each child takes up the work where the one before it died. A program of its own, because
only a process without threads may be copied safely. Prints how many children were killed before their work was done.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from forum import create_app
from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db

AFTER_DEATH = timedelta(minutes=3)  # of the story: the lease of whoever died is over
AFTER_WORK = timedelta(hours=5)


def main(moment: datetime, times: int) -> None:
    """Let `times` workers die, or as many as there is work for in two months of the story."""
    app = create_app(dict(os.environ))
    killed, end = 0, moment + timedelta(days=60)
    while killed < times and moment < end:
        child = os.fork()
        if child == 0:
            _work_until_killed(app, moment, 3 + killed * 7 % 31)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or status == 0, f"the worker after {killed} deaths failed by itself"
        killed += os.WIFSIGNALED(status)
        moment += AFTER_DEATH if os.WIFSIGNALED(status) else AFTER_WORK
    print(killed)


def _work_until_killed(app: Any, moment: datetime, left: int) -> None:
    """Work as it is at `moment` for `left` statements: a lease takes three, a job ten to thirty."""

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context(), as_of(moment):
        event.listen(db.engine, "before_cursor_execute", count)
        event.listen(db.engine, "commit", count)
        while jobs.run_due():
            pass


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]), int(sys.argv[2]))
