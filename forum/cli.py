"""Commands of an operator: `flask --app wsgi COMMAND`."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import Any, BinaryIO

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import select
from waitress.server import create_server

from forum.answers.answering import drifted_counts, mend_counts
from forum.audit import verifying
from forum.core import catalogues, jobs
from forum.core.config import PROJECT
from forum.core.db import db, transaction
from forum.core.errors import Refused
from forum.departments.models import Department
from forum.exchange import clearing, importing, seed
from forum.impact.viewing import begin_warming
from forum.incoming import reading, receiving
from forum.incoming.refusing import LATER, NotTaken
from forum.needs.priority import drifted_places, mend_places
from forum.people import demo, joining
from forum.people.joining import setup_key
from forum.people.models import Organisation, Person, Role
from forum.posts.rendering import render_outdated
from forum.posts.votes import drifted_scores, mend_scores
from forum.search import comparing, evaluating, indexing
from forum.search.current import engine
from forum.search.embedding import EmbedderUnavailable
from forum.search.port import SearchUnavailable
from forum.subscriptions import EVERY

LOOK_AFTER_WORKER = 0.5  # seconds between looks whether the worker still runs
REST = 2.0  # seconds before a worker that died is started again: one that dies at once must not take all the time


def attach(app: Flask) -> None:
    """Give the application its commands."""
    commands = (
        serve,
        worker,
        demonstration,
        create_admin,
        reindex,
        search_eval,
        reconcile,
        render_again,
        import_posts,
        audit_verify,
        update_catalogues,
        receive_mail,
    )
    for command in commands:
        app.cli.add_command(command)


@click.command()
@click.option("--with-worker", is_flag=True, help="Run the background worker too, in a process of its own.")
@click.option("--empty", is_flag=True, help="Start with an empty organisation instead of the demonstration.")
def serve(with_worker: bool, empty: bool) -> None:
    """Bring the database up to date and serve the site until Ctrl-C."""
    app = _app()
    bring_up_to_date()
    _prepare(empty=empty)
    server = _listen(app)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # A service manager stops us as Ctrl-C does.
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop,), name="worker-keeper")
    if with_worker:
        keeper.start()
    begin_warming(app)
    try:
        _greet()
        server.run()  # Comes back by itself after Ctrl-C.
    finally:
        server.close()
        stop.set()
        if with_worker:
            keeper.join()


@click.command()
@click.option(
    "--until-input-ends", is_flag=True, help="Stop when standard input ends: with the server that started it."
)
def worker(until_input_ends: bool) -> None:
    """Run background work: indexing now, mail and timers as they come."""
    stop = threading.Event()
    if until_input_ends:
        threading.Thread(target=_stop_with_input, args=(stop,), daemon=True).start()
    try:
        jobs.work(_app(), stop, EVERY)
    except KeyboardInterrupt:
        stop.set()


@click.group("demo")
def demonstration() -> None:
    """The invented organisation to look around in: `load` and `clear`."""


@demonstration.command()
def load() -> None:
    """Fill an empty database with the demonstration organisation."""
    bring_up_to_date()
    if joining.organisation() is not None:
        raise click.ClickException("There is an organisation already. Use an empty PROVEN_DATA folder.")
    clearing.want_again()
    _seed()


@demonstration.command()
@click.option("--with-people-added", is_flag=True, help="Delete people too who are not of the demonstration's story.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def clear(with_people_added: bool, yes: bool) -> None:
    """Delete the demonstration with everything in it, so that the site is as on its first day."""
    bring_up_to_date()
    try:
        there = clearing.look()
        if there.added and not with_people_added:
            words = f"These people are not of the demonstration: {', '.join(there.added)}. Nothing was deleted. "
            raise click.ClickException(words + "If they and what they wrote may go too: --with-people-added.")
        click.echo(f"{there.name}: {there.people} people and {there.posts:,} posts, their files, index and audit log.")
        if not yes:
            click.confirm("Delete all of it for good?", abort=True)
        clearing.clear()
    except Refused as refused:
        raise click.ClickException(refused.message) from None
    bring_up_to_date()
    click.echo("Nothing of it is left. The next start prints the address where you set your own organisation up.")


@click.command("create-admin")
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.password_option()
def create_admin(email: str, name: str, password: str) -> None:
    """Add an administrator by hand, for the day when nobody can let anybody in."""
    department = db.session.scalar(select(Department).limit(1))
    if department is None:
        raise click.ClickException("Set the organisation up first: start the server with --empty.")
    try:
        with transaction():
            person = joining.join(name=name, email=email, department=department, password=password)
            db.session.add(Role(person_id=person.id, name="administrator", since=person.joined_at))
    except Refused as refused:
        raise click.ClickException(refused.message) from None
    click.echo(f"{person.name} can sign in and is an administrator.")


@click.command()
def reindex() -> None:
    """Build the search index anew, while the site stays up."""
    total = comparing.count()
    try:
        with click.progressbar(length=total, label="Indexing") as bar:
            indexed = indexing.rebuild(lambda done: bar.update(done - bar.pos))
    except SearchUnavailable as away:
        raise click.ClickException(str(away)) from None
    click.echo(f"{indexed} documents in the index.")


@click.command("search-eval")
def search_eval() -> None:
    """Measure how well what was merged here is found, by words alone and with the optional extra."""
    try:
        with _Stages() as stages:
            measured = evaluating.measure(stages.show)
    except EmbedderUnavailable as away:
        raise click.ClickException(str(away)) from None
    for line in evaluating.report(measured):
        click.echo(line)


@click.command()
@click.option("--mend", is_flag=True, help="Set what is wrong to what the rows say.")
def reconcile(mend: bool) -> None:
    """Compare every counter with the rows it counts, and the index with the database."""
    scores, counts, places = drifted_scores(), drifted_counts(), drifted_places()
    missing = comparing.drift()
    click.echo(
        f"scores wrong: {len(scores)}, question counters wrong: {len(counts)}, "
        f"places wrong: {len(places)}, posts to index: {len(missing)}"
    )
    if mend:
        with transaction():
            mend_scores()
            mend_counts()
            mend_places()
        indexing.catch_up()
        click.echo("Mended.")
    elif scores or counts or places:
        raise click.exceptions.Exit(1)


@click.command("render-again")
def render_again() -> None:
    """Render every post anew that an older renderer rendered."""
    done = 0
    for number in render_outdated():
        done += number
        click.echo(f"\r{done} posts rendered", nl=False)
    click.echo("" if done else "Every post is up to date.")


@click.command("import")
@click.argument("kind", type=click.Choice(["jsonl"]))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--department", default=None, help="Name of the department that the questions concern.")
def import_posts(kind: str, folder: Path, department: str | None) -> None:
    """Import questions and answers from a folder of JSON lines. A second run adds nothing."""
    try:
        with click.progressbar(length=importing.count(folder), label="Importing") as bar:
            report = importing.import_folder(folder, department=department, on_progress=lambda: bar.update(1))
    except Refused as refused:
        raise click.ClickException(refused.message) from None
    for line in report.lines():
        click.echo(line)


@click.command("audit-verify")
def audit_verify() -> None:
    """Read the whole audit log and say whether it is as it was written."""
    found = verifying.verify()
    click.echo(f"{found.lines} lines, from {found.since} to {found.last_id}")
    click.echo(f"first {found.first or '-'}")
    click.echo(f"last  {found.last or '-'}")
    if found.broken_at is not None:
        raise click.ClickException(f"The log is broken at line {found.broken_at}: {found.why}.")
    click.echo("Every line is as it was written.")


@click.command("receive-mail")
@click.option("--to", default="", help="The address that the mail came to, if the mail server can say it.")
def receive_mail(to: str) -> None:
    """Take one mail from standard input: a reply to a mail of ours is posted in its thread."""
    data = _whole_mail(sys.stdin.buffer)
    try:
        receiving.receive(data, to)
    except NotTaken as why:
        click.echo(why.line(), err=True)
        raise click.exceptions.Exit(why.code) from None
    except Exception as failure:  # Whatever it is, the mail server keeps the mail and tries again.
        # Where it happened, and not what the error says: that may hold the text and who wrote it.
        places = "".join(traceback.format_tb(failure.__traceback__))
        click.echo(f"{places}Not posted. {type(failure).__name__}: it is tried again later.", err=True)
        raise click.exceptions.Exit(LATER) from None


def _whole_mail(stream: BinaryIO) -> bytes:
    """What is sent, up to a byte more than is taken; the rest is read, too, or the mail server would wonder."""
    data = stream.read(reading.MOST_BYTES + 1)
    while stream.read(reading.MOST_BYTES):
        pass
    return data


@click.command("catalogues")
def update_catalogues() -> None:
    """Bring the files of the languages up to date with what the product says; for whoever changes it."""
    catalogues.update()
    click.echo("What has no translation yet stands in forum/translations with an empty one.")


class _Stages:
    """A progress bar for each of several stages, one after the other."""

    def __init__(self) -> None:
        self._stage, self._bar = "", contextlib.ExitStack()
        self._shown: Any = None

    def __enter__(self) -> _Stages:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, stage: str, done: int, total: int) -> None:
        """So much of a stage is done."""
        if stage != self._stage:
            self._bar.close()
            self._stage, self._shown = stage, self._bar.enter_context(click.progressbar(length=total, label=stage))
        self._shown.update(done - self._shown.pos)


def bring_up_to_date() -> None:
    """Migrate the database if it is behind; a look at two version numbers otherwise."""
    scripts = ScriptDirectory(str(PROJECT / "migrations"))
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present != scripts.get_current_head():
        click.echo("Preparing the database ...")
        upgrade(directory=str(PROJECT / "migrations"))


def _prepare(*, empty: bool) -> None:
    if joining.organisation() is None and not empty and not clearing.was_cleared():
        _seed()
    if not engine().health().ok:
        click.echo("Building the search index ...")
        try:
            indexing.rebuild(lambda _done: None)
        except SearchUnavailable as away:  # People can work without it, and the system page says the same.
            click.echo(str(away), err=True)


def _seed() -> None:
    click.echo("Filling in the demonstration organisation ...")
    with click.progressbar(length=seed.steps(), label="Northwick Instruments") as bar:
        seed.fill(lambda: bar.update(1))


def _listen(app: Flask) -> Any:
    host, port = app.config["PROVEN_HOST"], app.config["PROVEN_PORT"]
    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=app.config["PROVEN_THREADS"],
            ident="",
            # With proxies in front, waitress must leave their headers to ProxyFix, which knows how many to trust.
            clear_untrusted_proxy_headers=app.config["PROVEN_PROXIES"] == 0,
        )
    except (OSError, ValueError) as error:  # A name that nobody knows is a ValueError here.
        why = getattr(error, "strerror", None) or error
        words = f"{host}:{port} cannot be used ({why}); PROVEN_PORT and PROVEN_HOST choose another."
        raise click.ClickException(words) from None


def _keep_worker(stop: threading.Event) -> None:
    """Run the worker in a process of its own until `stop` is set, and start it again whenever it dies."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--until-input-ends"]
    while not stop.is_set():
        helper = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE)
        while helper.poll() is None and not stop.wait(LOOK_AFTER_WORKER):
            pass
        helper.communicate()  # Closing its input tells the worker to finish what it does and stop.
        if not stop.is_set():
            click.echo(f"The background worker ended (exit code {helper.returncode}); it is started again.", err=True)
            stop.wait(REST)


def _greet() -> None:
    config = _app().config
    address = f"http://{config['PROVEN_HOST']}:{config['PROVEN_PORT']}"
    organisation = db.session.scalar(select(Organisation))
    click.echo("")
    if organisation is None:
        click.echo(f"  Proven is ready to be set up: {address}/welcome?key={setup_key()}")
    else:
        click.echo(f"  Proven runs at {address}  ({organisation.name})")
    if organisation is not None and organisation.is_demo:
        click.echo(f"  Sign in as one of these with the password “{demo.PASSWORD}”:")
        emails = dict(db.session.execute(select(Person.handle, Person.email)).all())
        for handle, what in demo.PEOPLE.items():
            click.echo(f"    {emails.get(handle, handle):32} {what}")
    click.echo("  Ctrl-C stops everything.\n")
    db.session.rollback()


def _stop_with_input(stop: threading.Event) -> None:
    sys.stdin.read()  # Comes back when the server that started us closes our input, or dies.
    stop.set()


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]
