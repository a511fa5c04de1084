"""A corpus made elsewhere, so that other forums and this one can be measured on the same threads.

A folder with `departments.json` (names), `topics.jsonl` and `queries.txt` (a search a line). A topic is one line with
`title`, `dept` (place in departments.json), `user` (a number below 200), `body`, `solved`, and `replies`, each with
`user`, `body` and `votes`. It has no tags, comments or practices.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from bench.texts import SEED, Reply, Topic, voters


def count(folder: Path) -> int:
    """How many posts the corpus has."""
    return sum(topic.size for topic in read(folder))


def departments(folder: Path) -> tuple[str, ...]:
    """The names of the departments."""
    return tuple(json.loads((folder / "departments.json").read_text(encoding="utf-8")))


def queries(folder: Path) -> list[str]:
    """The searches that belong to it."""
    return (folder / "queries.txt").read_text(encoding="utf-8").splitlines()


def read(folder: Path) -> Iterator[Topic]:
    """The topics, in order. Who voted is made up, how many did is not; a solved topic's first reply is accepted."""
    random = Random(SEED)
    with (folder / "topics.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield _topic(json.loads(line), random)


def _topic(row: dict[str, Any], random: Random) -> Topic:
    replies = tuple(
        Reply(each["user"], each["body"], voters(random, each["user"], each["votes"])) for each in row["replies"]
    )
    return Topic(
        title=row["title"].strip(),
        department=row["dept"],
        author=row["user"],
        body=row["body"],
        replies=replies,
        accepted=0 if row["solved"] and replies else None,
    )
