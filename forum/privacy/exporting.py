"""Everything that is kept about a person, in one file to take away: for reading, and for programs."""

from __future__ import annotations

import html
import json
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.people.models import Person
from forum.privacy.held import ALONG, HELD, LEFT_OUT

AT_ONCE = 500  # rows in memory
UNNAMED = "written without your name"
READ_ME = (
    "This is everything that Proven keeps about you. index.html is for reading, data.json holds the same for programs. "
    f"What is {UNNAMED} is in it, under headings that say so: whoever reads this file can tell that it was you. "
    "What is not in it: your password, of which only a hash is kept, other secrets, and what belongs to somebody else."
)


@dataclass(frozen=True, kw_only=True)
class DataTaken(Event):
    """Somebody took away what is kept about them."""

    person_id: int


class Section(NamedTuple):
    """One heading with the rows below it."""

    title: str
    table: str
    query: Select[Any]


def export(person: Person, of: Person) -> Iterator[bytes]:
    """The bytes of a zip file, as they are made, to whoever it is about and nobody else."""
    require(person, "person.export", of)
    publish(DataTaken(person_id=of.id), actor=person)
    return _zipped(of)


def sections(of: Person) -> list[Section]:
    """What is exported, in order, each with the query of its rows."""
    personas = of.selves - {of.id}
    unnamed = [each._replace(title=f"{each.title}, {UNNAMED}") for each in _sections(personas)] if personas else []
    return _sections({of.id}) + unnamed


def _sections(ids: Collection[int]) -> list[Section]:
    """What is kept of these rows of `person`, which are one person's."""
    tables = db.metadata.tables
    found = []
    for name, held in HELD.items():
        table, column = name.split(".")
        if held.title:
            found.append(Section(held.title, table, _rows(tables[table]).where(tables[table].c[column].in_(ids))))
    for name, along in ALONG.items():
        parent, rows = tables[along.parent], _rows(tables[name])
        if along.once:
            rows = rows.where(tables[name].c[along.once].is_not(None))
        own = select(parent.c.id).where(parent.c[along.of].in_(ids))
        found.append(Section(along.title, name, rows.where(tables[name].c[along.by].in_(own))))
    return found


def _rows(table: Table) -> Select[Any]:
    shown = [column for column in table.c if column.name not in LEFT_OUT]
    return select(*shown).order_by(*table.primary_key.columns)


class _Pipe:
    """Where the zip file is written to, piece by piece; it cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def _zipped(of: Person) -> Iterator[bytes]:
    pipe = _Pipe()
    wanted = sections(of)
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        for name, lines in (("index.html", _page(of, wanted)), ("data.json", _json(of, wanted))):
            with packed.open(zipfile.ZipInfo(name, now().timetuple()[:6]), "w") as file:
                for line in lines:
                    file.write(line.encode())
                    yield pipe.taken()
    yield pipe.taken()


def _json(of: Person, wanted: list[Section]) -> Iterator[str]:
    yield json.dumps({"person": of.id, "made_at": now().isoformat(), "about": READ_ME})[:-1] + ', "sections": [\n'
    for number, section in enumerate(wanted):
        yield (", " if number else "") + json.dumps({"title": section.title, "table": section.table})[:-1]
        yield ', "rows": ['
        for at, row in enumerate(_read(section)):
            yield (",\n" if at else "\n") + json.dumps(row, default=_plain, ensure_ascii=False)
        yield "]}\n"
    yield "]}\n"


def _page(of: Person, wanted: list[Section]) -> Iterator[str]:
    """A page that needs nothing else: no style, no script, no picture from anywhere."""
    yield (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>What Proven keeps about you</title>'
        f"</head><body><h1>What Proven keeps about {html.escape(of.name)}</h1><p>{html.escape(READ_ME)}</p>"
        f"<p>Made on {now():%d %B %Y, %H:%M} UTC.</p>\n"
    )
    for section in wanted:
        rows = _read(section)
        first = next(rows, None)
        if first is None:
            continue
        heads = "".join(f'<th scope="col">{html.escape(name.replace("_", " "))}</th>' for name in first)
        yield f'<h2>{html.escape(section.title)}</h2><table border="1"><thead><tr>{heads}</tr></thead><tbody>\n'
        for row in chain((first,), rows):
            yield "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row.values()) + "</tr>\n"
        yield "</tbody></table>\n"
    yield "</body></html>\n"


def _read(section: Section) -> Iterator[dict[str, Any]]:
    for row in db.session.execute(section.query, execution_options={"yield_per": AT_ONCE}).mappings():
        yield dict(row)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dict | list):
        value = json.dumps(value, default=_plain, ensure_ascii=False)
    return html.escape(str(value)).replace("\n", "<br>")


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no writing in the export.")
