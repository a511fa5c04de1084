"""The floor: a bare page of thirty rows, by the same libraries under the same server, with nothing of a forum in it.

`python -m bench.floor FOLDER` serves it at PROVEN_PORT.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from waitress import serve

ROWS = 5_000
SHOWN = 30
THREADS = 8  # as many as Proven has by itself
NAVIGATION = ("questions", "practices", "search", "tags", "users")
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/static/a.css"></head>
<body><nav>{% for name in navigation %}<a href="/{{ name }}">{{ name }}</a> {% endfor %}</nav><main>
{% for row in rows %}<article><h2><a href="{{ url_for('show', id=row.id) }}">{{ row.title }}</a></h2>
<p class="meta">{{ row.author }}, {{ row.votes }} votes</p><p>{{ row.body[:120] }}</p></article>
{% endfor %}</main></body></html>"""


class Base(DeclarativeBase):
    """Base of the one table."""


class Row(Base):
    """What a list shows."""

    __tablename__ = "row"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author: Mapped[str]
    votes: Mapped[int]
    body: Mapped[str]


def create_app(folder: Path) -> Flask:
    """The bare application, its rows made if they are not there."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"list.html": PAGE})  # Compiled once, as a file would be.
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'floor.sqlite'}"
    db = SQLAlchemy(app, model_class=Base)

    with app.app_context():
        event.listen(db.engine, "connect", _write_ahead)
        db.create_all()
        if db.session.get(Row, 1) is None:
            db.session.add_all(_row(id) for id in range(1, ROWS + 1))
            db.session.commit()

    @app.get("/")
    def index() -> str:
        rows = db.session.scalars(select(Row).order_by(Row.id.desc()).limit(SHOWN)).all()
        return render_template("list.html", rows=rows, title="List", navigation=NAVIGATION)

    @app.get("/rows/<int:id>")
    def show(id: int) -> str:
        return f"Row {id}"

    return app


def _write_ahead(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL").close()
    connection.execute("PRAGMA synchronous=NORMAL").close()


def _row(id: int) -> Row:
    body = "some words of a body " * 20
    return Row(id=id, title=f"Question {id} about the form", author=f"user{id % 200:03d}", votes=id % 9, body=body)


if __name__ == "__main__":
    serve(create_app(Path(sys.argv[1])), host="127.0.0.1", port=int(os.environ["PROVEN_PORT"]), threads=THREADS)
