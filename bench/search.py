"""`python -m bench.search --data DIR`: how well and how fast what was asked before is found.

Relevance on any folder of labelled questions (see `bench.labelled`), through the path on which the product itself
finds similar questions; with `--size N` the latency of searching N invented posts made of the folder's words.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import click
from flask import Flask, current_app

from bench.labelled import RIGHT, WRITTEN, Asked, Labelled, read
from bench.texts import SEED
from forum import create_app
from forum.core.config import SEARCH_ENGINES
from forum.core.db import db
from forum.search import meaning
from forum.search.current import engine
from forum.search.embedding import packaged
from forum.search.port import Document
from forum.search.query import parse
from forum.search.similar import similar

LOOKED_AT = 10  # results: nobody looks further
BODY_WORDS = 85  # of an invented post: what posts of real forums have
SEARCHES = 200  # of each kind whose latency is measured


def relevance(labelled: Labelled, found: Callable[[str, set[str]], Sequence[str]]) -> dict[str, float]:
    """Mean figures over all queries, each 0 to 1, of what `found` gives for a text without the excluded ids.

    mrr10 and hit count an answer of grade 2; recall10 is the share of those found; ndcg10 has the gain 2^grade - 1
    (Burges et al. 2005).
    """
    ids = {name: id for id, name in labelled.names.items()}
    totals = {"mrr10": 0.0, "ndcg10": 0.0, "recall10": 0.0, "hit1": 0.0, "hit5": 0.0}
    for asked in labelled.asked:
        excluded = {ids[name] for name in asked.exclude if name in ids}
        names = [labelled.names[id] for id in found(asked.text, excluded)]
        for figure, value in judged(names, asked).items():
            totals[figure] += value
    return {figure: total / len(labelled.asked) for figure, total in totals.items()}


def judged(names: Sequence[str], asked: Asked) -> dict[str, float]:
    """The figures of one query, given the ids found, best first."""
    grades = [asked.grades.get(name, 0) for name in names[:LOOKED_AT]]
    right = [place for place, grade in enumerate(grades, start=1) if grade >= RIGHT]
    there = sum(grade >= RIGHT for name, grade in asked.grades.items() if name not in asked.exclude)
    ideal = sorted((grade for name, grade in asked.grades.items() if name not in asked.exclude), reverse=True)
    return {
        "mrr10": 1 / right[0] if right else 0.0,
        "ndcg10": _gain(grades) / (_gain(ideal[:LOOKED_AT]) or 1.0),
        "recall10": len(right) / there if there else 0.0,
        "hit1": float(bool(right) and right[0] == 1),
        "hit5": float(bool(right) and right[0] <= 5),
    }


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def invented(labelled: Labelled, size: int) -> Iterator[Document]:
    """`size` posts whose titles and bodies are made of the folder's words as often as they stand there."""
    random = Random(SEED)
    titles = [document.title for document in labelled.documents]
    words = " ".join(f"{each.title} {each.body} {each.answers}" for each in labelled.documents).split()
    for number in range(1, size + 1):
        here, there = random.choice(titles).split(), random.choice(titles).split()
        start = random.randrange(max(len(words) - BODY_WORDS, 1))
        yield Document(
            id=f"q{number}",
            kind="question",
            thread=number,
            title=" ".join(here[: len(here) // 2 + 1] + there[len(there) // 2 :]),
            body=" ".join(words[start : start + BODY_WORDS]),
            answers="",
            departments=(f"department-{random.randrange(10)}",),
            tags=(f"tag-{random.randrange(200)}",),
            author=f"person-{random.randrange(200)}",
            state=random.choice((("open",), ("answered",), ("solved", "answered"))),
            created=WRITTEN,
            activity=WRITTEN,
            votes=random.randrange(10),
            version=1,
        )


def latency(labelled: Labelled) -> dict[str, dict[str, float]]:
    """For each kind of search p50 and p95 in milliseconds: this process's own time, and with what it waited for."""
    random = Random(SEED)
    titles = [asked.text for asked in labelled.asked]

    def some(count: int) -> list[str]:
        chosen = (random.choice(titles).split() for _ in range(SEARCHES))
        return [" ".join(random.sample(words, min(count, len(words)))) for words in chosen]

    kinds: dict[str, tuple[Callable[[str], Any], list[str]]] = {
        "1 word": (_search, some(1)),
        "2 words": (_search, some(2)),
        "5 words": (_search, some(5)),
        "whole title": (_search, [random.choice(titles) for _ in range(SEARCHES)]),
        "similar": (similar, [random.choice(titles) for _ in range(SEARCHES)]),
        "as you type": (lambda typed: engine().suggest(typed), [text[:6] for text in some(2)]),
    }
    return {name: _timed(act, texts) for name, (act, texts) in kinds.items()}


def _search(typed: str) -> None:
    engine().search(parse(typed))


def _timed(act: Callable[[str], Any], texts: Sequence[str]) -> dict[str, float]:
    own, whole = [], []
    for text in texts:
        before, began = time.process_time(), time.perf_counter()
        act(text)
        own.append(1000 * (time.process_time() - before))
        whole.append(1000 * (time.perf_counter() - began))
    return {
        f"{name}_{share}": _share(times, share) for name, times in (("cpu", own), ("wall", whole)) for share in (50, 95)
    }


def _share(times: Sequence[float], percent: int) -> float:
    return round(sorted(times)[min(len(times) * percent // 100, len(times) - 1)], 2)


def give_meaning(documents: Iterable[Document]) -> None:
    """Let what means the same be found among these documents, too. Raises `EmbedderUnavailable`."""
    embedder = packaged()
    matrix = import_module("forum.search.matrix")  # By name: it loads numpy.
    titles = [(each.id, each.title) for each in documents]
    rows = [matrix.Row(number, id, 0, title) for number, (id, title) in enumerate(titles)]
    vectors = embedder.embed([title for _, title in titles])
    current_app.extensions["meaning"] = meaning.Fixed(embedder, matrix.Matrix(rows, vectors))


@contextmanager
def application(engine_name: str, database: str) -> Iterator[Flask]:
    """The product with an engine and nothing else in it, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = {"PROVEN_DATA": folder, "PROVEN_SEARCH": engine_name, "PROVEN_DATABASE": database}
        app = create_app({**os.environ, **chosen})
        app.extensions["meaning"] = meaning.Fixed()  # Words alone, unless it is given meaning.
        with app.app_context():
            db.create_all()  # Synonyms of the house are asked for at each search, and there are none.
            yield app


@click.command()
@click.option("--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--engine", "engine_name", default="whoosh", type=click.Choice(SEARCH_ENGINES))
@click.option("--database", default="", help="Address of a PostgreSQL database, for the engine that lives in one.")
@click.option("--queries", default=2_000, help="How many queries at most, spread evenly over the folder's.")
@click.option("--size", "sizes", multiple=True, type=click.IntRange(100), help="Measure latency at so many posts, too.")
@click.option("--semantic", is_flag=True, help="Find by meaning, too; needs the extra requirements-semantic.txt.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="File for all figures.")
def main(
    data: Path,
    engine_name: str,
    database: str,
    queries: int,
    sizes: Sequence[int],
    semantic: bool,
    json_file: Path | None,
) -> None:
    """Measure relevance on a folder of labelled questions, and latency at chosen sizes."""
    labelled = read(data, most=queries)
    report: dict[str, Any] = {"data": labelled.name, "engine": engine_name, "queries": len(labelled.asked)}
    report["semantic"] = semantic
    with application(engine_name, database):
        engine().rebuild(labelled.documents)
        if semantic:
            give_meaning(labelled.documents)
        report["relevance"] = relevance(labelled, _ids_of_similar)
        _print(f"{labelled.name}, {engine_name}, {len(labelled.asked)} queries", {"similar": report["relevance"]})
        report["latency"] = {}
        for size in sizes:
            engine().rebuild(invented(labelled, size))
            if semantic:
                give_meaning(invented(labelled, size))
            report["latency"][size] = latency(labelled)
            _print(f"{size:,} posts, milliseconds", report["latency"][size])
    if json_file is not None:
        json_file.write_text(json.dumps(report, indent=1))


def _ids_of_similar(text: str, excluded: set[str]) -> list[str]:
    return [match.id for match in similar(text, limit=LOOKED_AT, exclude=excluded)]


def _print(title: str, rows: Mapping[str, Mapping[str, float]]) -> None:
    columns = list(next(iter(rows.values())))
    click.echo(f"{title:36}" + "".join(f"{column:>10}" for column in columns))
    for name, row in rows.items():
        click.echo(f"  {name:34}" + "".join(f"{row[column]:10.3f}" for column in columns))


if __name__ == "__main__":
    main()
