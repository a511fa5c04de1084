"""An indexer that is killed at random moments of its work: `python -m tests.search.dying_indexer MOMENT PERSON TIMES`.

Each round somebody writes, in a process of its own, and another one works through the job rows until it is killed. A
program of its own, because only a process without threads may be copied safely. Prints how many were killed, and how
often the index could not be read afterwards although it had been built.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from forum import create_app
from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db, transaction
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.removing import remove
from forum.posts.votes import cast
from forum.search.current import engine
from forum.search.indexing import ask_for_rebuild
from tests import factories

SEED = 4
AFTER_DEATH = timedelta(minutes=3)  # of the story: the lease of whoever died is over
LONGEST = 0.25  # seconds that one may work: a batch takes about half of it
REBUILD_EVERY = 9  # rounds


def main(moment: datetime, person: int, times: int) -> None:
    """Let `times` indexers die, and then one work off what is left."""
    app = create_app(dict(os.environ))
    chance = random.Random(SEED)
    killed = unreadable = rounds = 0
    while killed < times:
        rounds += 1
        assert _in_a_child(app, moment, partial(_write, person, rounds)) == 0
        status = _in_a_child(app, moment, _work, chance.uniform(0, LONGEST))
        assert status in (0, signal.SIGKILL), f"the indexer of round {rounds} failed by itself"
        killed += status == signal.SIGKILL
        moment += AFTER_DEATH
        with app.app_context():
            health = engine().health()
            unreadable += not health.ok and "not been built" not in health.message
    assert _in_a_child(app, moment, _work) == 0
    print(killed, unreadable)


def _in_a_child(app: Any, moment: datetime, deed: Callable[[], None], seconds: float | None = None) -> int:
    """What ended it: 0, or the number of the signal by which it was killed after `seconds`."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with app.app_context(), as_of(moment):
                deed()
            code = 0
        finally:
            os._exit(code)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _write(person: int, round: int) -> None:
    with transaction():
        kim = db.session.get_one(Person, person)
        asked = factories.question(kim, f"Where is quokka number {round}?", body="It was here. " * 50)
        factories.comment(kim, asked, f"Remark number {round}")
        db.session.flush()
        earlier = db.session.scalars(db.select(Post).where(Post.author_id != person).order_by(Post.id)).first()
        if earlier is not None:
            cast(kim, earlier, round % 3 - 1)
        if round % 4 == 0:
            remove(kim, asked)
        if round % REBUILD_EVERY == 0:
            ask_for_rebuild()


def _work() -> None:
    while jobs.run_due():
        pass


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
