"""Folders of labelled questions: what is searched, what is asked, and which answers to that are right.

Three forms are read. `questions.jsonl` with `queries.jsonl` and `qrels.tsv`; `questions.jsonl` with `duplicates.jsonl`,
where a question that was closed as a duplicate asks for the one it duplicates; and `train.jsonl`, sentences with the
need they express, where a sentence asks for others of the same need.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from forum.search.documents import ANSWERS_LENGTH
from forum.search.port import Document

RIGHT = 2  # the grade from which an answer counts as right; 1 is only related
WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)  # Age plays no part here.


@dataclass(frozen=True, slots=True)
class Asked:
    """A query: its text, the ids that cannot be an answer (the question itself), and the grade of each that is one."""

    text: str
    exclude: frozenset[str]
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A folder of labelled data, read. `names` gives the folder's own id of each document."""

    name: str
    documents: Sequence[Document]
    names: Mapping[str, str]
    asked: Sequence[Asked]


def read(folder: Path, *, most: int) -> Labelled:
    """The labelled data of a folder, with at most so many queries, spread evenly. Raises FileNotFoundError."""
    if (folder / "train.jsonl").exists():
        rows = [{"id": row["id"], "title": row["text"], "need": row["need"]} for row in _rows(folder / "train.jsonl")]
        asked = _same_need(rows, most)
    else:
        rows = list(_rows(folder / "questions.jsonl"))
        asked = _spread(list(_judged(folder) if (folder / "qrels.tsv").exists() else _duplicates(folder, rows)), most)
    documents = [_document(number, row) for number, row in enumerate(rows, start=1)]
    names = {document.id: str(row["id"]) for document, row in zip(documents, rows, strict=True)}
    return Labelled(folder.name, documents, names, asked)


def _document(number: int, row: Mapping[str, Any]) -> Document:
    given = sorted(row.get("answers", ()), key=lambda answer: (not answer.get("accepted"), -(answer.get("score") or 0)))
    accepted = any(answer.get("accepted") for answer in given)
    return Document(
        id=f"q{number}",
        kind="question",
        thread=number,
        title=row["title"],
        body=row.get("body") or "",
        answers="\n".join(answer["body"] for answer in given)[:ANSWERS_LENGTH],
        departments=(),
        tags=tuple(row.get("tags") or ()),
        author="somebody",
        state=("solved", "answered") if accepted else ("answered",) if given else ("open",),
        created=WRITTEN,
        activity=WRITTEN,
        votes=row.get("score") or 0,
        version=1,
    )


def _judged(folder: Path) -> Iterator[Asked]:
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text().splitlines():
        asker, found, grade = line.split("\t")
        grades[asker][found] = int(grade)
    for row in _rows(folder / "queries.jsonl"):
        yield Asked(row["text"], frozenset(map(str, row.get("exclude") or ())), grades[str(row["qid"])])


def _duplicates(folder: Path, rows: Sequence[Mapping[str, Any]]) -> Iterator[Asked]:
    titles = {str(row["id"]): row["title"] for row in rows}
    of: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows(folder / "duplicates.jsonl"):
        of[str(row["id"])][str(row["duplicate_of"])] = RIGHT
    for id, grades in of.items():
        if id in titles and titles.keys() & grades.keys():
            yield Asked(titles[id], frozenset({id}), grades)


def _same_need(rows: Sequence[Mapping[str, Any]], most: int) -> list[Asked]:
    together: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        together[row["need"]][row["id"]] = RIGHT
    # Rows of one need stand together, so an even spread takes every need.
    return [Asked(row["title"], frozenset({row["id"]}), together[row["need"]]) for row in _spread(rows, most)]


def _spread(rows: Sequence[Any], most: int) -> list[Any]:
    if len(rows) <= most:
        return list(rows)
    edges = [round(number * len(rows) / most) for number in range(most + 1)]
    return [rows[start] for start, _ in pairwise(edges)]


def _rows(file: Path) -> Iterable[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
