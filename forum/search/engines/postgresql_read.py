"""What the PostgreSQL engine reads: what is known of terms, the best of what matches, and how all of it spreads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.engine import Connection

from forum.search.engines.postgresql_match import Known, Matching
from forum.search.engines.postgresql_rows import EVERY, label, label_of, written
from forum.search.port import FACETS, Hit
from forum.search.ranking import RERANKED, factor

MOST = 15_000  # matches that are ranked and counted: a word that more posts have tells next to nothing
FACET_VALUES = 12  # shown for each facet
ORDERS = {"relevance": "score", "newest": "created", "active": "activity", "votes": "votes"}

# In one statement, so that all of it tells of the same moment.
FIND = """
WITH looked_at AS (
    SELECT document, score FROM ({matching}) AS matching ORDER BY {first} document DESC LIMIT {most}
), listed AS MATERIALIZED (
    SELECT number, score, {order} AS place, labels FROM looked_at JOIN document ON number = looked_at.document
), facet AS (
    SELECT name, counted.documents
    FROM (SELECT unnest(labels) AS label, count(*) AS documents FROM listed GROUP BY label) AS counted
    JOIN term ON id = label
), best AS (
    SELECT id, score, title, document.states, worked, tried
    FROM (SELECT number, score, place FROM listed ORDER BY place DESC, number DESC LIMIT {best}) AS best
    JOIN document USING (number) JOIN wording ON document = number ORDER BY place DESC, number DESC
)
SELECT (SELECT count(*) FROM listed), (SELECT json_agg(facet) FROM facet), (SELECT json_agg(best) FROM best)
"""
COUNT = """
WITH looked_at AS (
    SELECT document FROM ({matching}) AS matching ORDER BY {first} document DESC LIMIT {most}
)
SELECT name, counted.documents
FROM (
    SELECT unnest(labels) AS label, count(*) AS documents
    FROM looked_at JOIN document ON number = looked_at.document GROUP BY label
) AS counted JOIN term ON id = label
WHERE starts_with(name, %(facet)s)
"""
BEST = """
SELECT id, score, title
FROM (SELECT document, score FROM ({matching}) AS matching ORDER BY score DESC, document DESC LIMIT {best}) AS best
JOIN document ON number = best.document JOIN wording ON wording.document = number ORDER BY score DESC, number DESC
"""
LIKE = """
SELECT substr(name, 2), documents FROM term
WHERE name >= %(first)s AND name < %(last)s AND documents > 0 AND length(name) - 1 BETWEEN %(least)s AND %(most)s
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The first hits of a search, how many there are, and how they spread."""

    hits: Sequence[Hit] = ()
    total: int = 0
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=lambda: {name: [] for name in FACETS})


def look_up(connection: Connection, names: Collection[str]) -> Known:
    """What the index knows of these terms."""
    rows = connection.exec_driver_sql(
        "SELECT name, id, documents FROM term WHERE name = ANY(%(names)s::text[]) AND documents > 0 OR id = %(every)s",
        {"names": list(names), "every": EVERY},
    ).all()
    having = {name: documents for name, _, documents in rows}
    return Known(having.pop("", 0), {name: id for name, id, _ in rows}, having)


def find(connection: Connection, sort: str, matching: Matching, count: int, *, best_first: bool = False) -> Found:
    """The first `count` of what matches; of too many matches the newest are looked at, or the best."""
    by_relevance = sort == "relevance"
    statement = FIND.format(
        matching=matching.sql,
        first="score DESC," if best_first else "",
        most=MOST,
        order=ORDERS[sort],
        best=max(count, RERANKED) if by_relevance else count,
    )
    total, facets, best = connection.exec_driver_sql(statement, matching.given).one()
    hits = [(Hit(row["id"], row["score"], row["title"]), row) for row in best or ()]
    if by_relevance:
        hits = _reranked(hits[:RERANKED]) + hits[RERANKED:]
    return Found([hit for hit, _ in hits], total, _spread(facets or ()))


def count(
    connection: Connection, facet: str, matching: Matching, *, best_first: bool = False
) -> Sequence[tuple[str, int]]:
    """How what matches spreads over the values of a facet."""
    statement = COUNT.format(matching=matching.sql, first="score DESC," if best_first else "", most=MOST)
    rows = connection.exec_driver_sql(statement, {**matching.given, "facet": label(facet, "")}).all()
    return _spread([{"name": name, "documents": documents} for name, documents in rows])[facet]


def best(connection: Connection, matching: Matching, count: int) -> list[Hit]:
    """The best `count` of what matches."""
    rows = connection.exec_driver_sql(BEST.format(matching=matching.sql, best=count), matching.given)
    return [Hit(id, score, title) for id, score, title in rows]


def words_like(connection: Connection, letter: str, lengths: range) -> Iterable[tuple[str, int]]:
    """Words of titles that begin with a letter and are so long, each with the number of titles that have it."""
    first, last = written(letter), written(letter) + chr(0x10FFFF)
    return [
        (word, documents)
        for word, documents in connection.exec_driver_sql(
            LIKE, {"first": first, "last": last, "least": lengths[0], "most": lengths[-1]}
        )
    ]


def _reranked(best: Sequence[tuple[Hit, Any]]) -> list[tuple[Hit, Any]]:
    """The very best, those that solved something moved up and retired ones down."""
    moved = [
        (replace(hit, score=hit.score * factor(row["states"], row["worked"], row["tried"])), row) for hit, row in best
    ]
    return sorted(moved, key=lambda each: -each[0].score)


def _spread(facets: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    """How the matches spread over the values of each facet, the commonest first."""
    spread: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    for row in sorted(facets, key=lambda row: (-row["documents"], row["name"])):
        name, value = label_of(row["name"])
        if len(spread[name]) < FACET_VALUES:
            spread[name].append((value, row["documents"]))
    return spread
