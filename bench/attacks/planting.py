"""Puts texts wherever people can type, column by column: past the forms, as if every check of theirs had failed.

The columns come from the tables themselves. A new one counts as typed until it is named here as something else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import JSON, Column, String, Table, text

from bench.attacks.collected import Payload
from forum.core import text as texts
from forum.core.db import db
from forum.impact.facts import keeping
from forum.search import indexing

EVERY = 3  # Each third row is planted, so that lists show what was typed beside what was not.
WORD = "zquokka"  # stands in everything that is planted, so that a search finds it
# Between two texts where nothing is cleaned, so that one that stays open does not swallow the next.
APART = "\n\n-->]]>'\"></script></style></title></textarea></noscript></template></xmp></select></svg></math>\n\n"

# What the programme writes and no person types: names of kinds and states, keys, secrets, addresses, what is made of
# texts. By column, or by table and column where the same name is something else elsewhere.
NOT_TYPED = frozenset(
    "slug handle email password_hash theme kind state token_hash key event listener data calendar timers model document"
    " language stopped rating frequency imported_from html sections_html ending occasion direction way verdict side"
    " went form witness_as origin impact moment purpose permission unit looked_first step levels_changed figures"
    " follow.kind follow.level role.name event.name job.error challenge.outcome check_in.outcome check_in.context"
    " nomination.decision answer_invitation.reason answer_invitation.reply blocker.reply proposal.reply"
    " request_check.reply"
    " experiment.result experiment.limited_to proposal.options notification.reason"
    " practice.review_pace practice.label request_check.side objective.word"
    " monthly_note.lines ask_session.words organisation.embedded_by nomination.reason"
    " vector.wording rate_count.key practice.stale_because practice.retired_because refused_mailbox.address"
    " directory_group.name name_key fingerprint"
    " audit.request_id audit.previous audit.hash persona_link.tag sealed asked_as attachment.token sha256"
    " flag.reason moderation_case.outcome moderation_case.reason act intervention.reason suggestion.texts"
    " suggestion.outcome deed moderation_deed.reason issuer subject directory.departments directory.roles user_name"
    " hook.host sealed_address kinds department_ids hook_delivery.problem"
    " user_key external_id session.stage unnamed approval withheld withheld_because locked_because credential_id"
    " draft_window public_key sealed_secret fingerprint passkey_challenge.challenge secret".split()
)
FEW = 60  # rows: of a table with no more all are planted, so that none is missed.
# Typed, and printed on no page, with the reason. Whatever else is printed nowhere makes a run fail.
UNPRINTED = {
    "session.browser": "looked through for the names of browsers that we know; those are what is printed",
}
# A search that several people missed has to be the same words for all of them.
UNNUMBERED = ("missed_search",)


@dataclass(frozen=True)
class Place:
    """A column in which people's texts are kept."""

    table: str
    column: str
    is_json: bool

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


def places() -> list[Place]:
    """Every column of every table in which somebody's words can stand."""
    return [
        Place(table.name, column.name, isinstance(column.type, JSON))
        for table in db.metadata.sorted_tables
        for column in table.columns
        if is_typed(table, column)
    ]


def is_typed(table: Table, column: Column[Any]) -> bool:
    """Whether people's own words stand in a column."""
    names = {column.name, f"{table.name}.{column.name}"}
    return isinstance(column.type, String | JSON) and not names & NOT_TYPED


class Planter:
    """Plants one group of texts after the other in a SQLite database. `cleaned`: HTML is made as the site makes it."""

    def __init__(self, *, cleaned: bool) -> None:
        self._cleaned = cleaned
        self._places = places()
        self._planted = {place.table: _planted(place.table) for place in self._places}
        self._json = {place: self._rows_with_json(place) for place in self._places if place.is_json}
        self._last = {table: _last_row(table) for table in UNNUMBERED}

    def plant(self, payloads: Sequence[Payload]) -> None:
        """Have every place hold all these texts, and the index know them."""
        words = [payload.typed for payload in payloads]
        joined = (APART if not self._cleaned else "\n\n").join([WORD, *words])
        # Each rendered for itself, as a post each, and shown in one document.
        html = joined if not self._cleaned else "\n".join(map(_rendered, [WORD, *words]))
        self._write(lambda _place: joined, html)

    def plant_alone(self, words: str) -> None:
        """Have every place hold these very words and nothing before them."""
        self._write(lambda _place: words, texts.escaped(words))

    def plant_names(self) -> None:
        """Have every place hold its own name, by which a page shows which places it prints."""
        self._write(lambda place: f"{WORD} {name_in_text(place)}", f"<p>{WORD} {name_in_text('post.body')}</p>")

    def _write(self, words_of: Callable[[Place], str], html: str) -> None:
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            connection.commit()
            with connection.execution_options(writing=True).begin():
                for table, last in self._last.items():  # What looking at the site added: the same words twice a day.
                    connection.execute(text(f"DELETE FROM {table} WHERE rowid > {last}"))
                for place in self._places:
                    self._fill(connection, place, words_of(place))
                connection.execute(text(f"UPDATE post SET html = :html WHERE id % {EVERY} = 0"), {"html": html})
        indexing.rebuild(lambda _done: None)
        keeping.attach(current_app._get_current_object())  # type: ignore[attr-defined]  # It remembers what stood there.

    def _rows_with_json(self, place: Place) -> list[tuple[int, Any]]:
        rows = f"{self._planted[place.table]} AND {place.column} IS NOT NULL"
        query = text(f"SELECT rowid, {place.column} FROM {place.table} WHERE {rows}")
        with db.engine.connect() as connection:
            return [(row, json.loads(value)) for row, value in connection.execute(query)]

    def _fill(self, connection: Any, place: Place, words: str) -> None:
        if place.is_json:
            for row, value in self._json[place]:
                told = json.dumps(_each_text(value, words))
                command = text(f"UPDATE {place.table} SET {place.column} = :words WHERE rowid = :row")
                connection.execute(command, {"words": told, "row": row})
            return
        # With the number of the row behind it: some may stand once only.
        number = "" if place.table in UNNUMBERED else " || ' ' || rowid"
        command = text(
            f"UPDATE {place.table} SET {place.column} = :words{number}"
            f" WHERE {self._planted[place.table]} AND {place.column} IS NOT NULL"
        )
        connection.execute(command, {"words": words})


@cache
def _rendered(words: str) -> str:
    """The same texts are planted several times, and each rendering is work for another process."""
    return texts.render(words)


def _planted(table: str) -> str:
    """Which rows: each third, and all of a table that has few."""
    with db.engine.connect() as connection:
        count = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
    return "1 = 1" if count <= FEW else f"rowid % {EVERY} = 0"


def _last_row(table: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT coalesce(max(rowid), 0) FROM {table}")).scalar_one())


def name_in_text(place: Place | str) -> str:
    """How the name of a place is written where it is planted: one word, which no formatting takes apart."""
    return "zq" + str(place).replace(".", "zdot").replace("_", "zline") + "qz"


def _each_text(value: Any, words: str) -> Any:
    """The same structure with every text in it replaced."""
    if isinstance(value, dict):
        return {name: _each_text(each, words) for name, each in value.items()}
    if isinstance(value, list):
        return [_each_text(each, words) for each in value]
    return words if isinstance(value, str) else value
