"""`python -m bench`: fill a database and measure the forum on it; `python -m bench --help` says what else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from bench import impact as impact_bench
from bench import peers, serving, statements
from bench.cases import VISITORS, Case, all_cases
from bench.first_view import first_view
from bench.measuring import Crowd
from bench.prepared import POSTS, Prepared, Wish, prepared
from bench.processes import Processes
from bench.profiling import profile as profile_case
from bench.report import Report
from bench.visitors import Connection, Request, Visitor
from forum.core.config import SEARCH_ENGINES

FLOOR = Case("bare page", [Request("/")])
Command = Callable[..., Any]


def which_database(command: Command) -> Command:
    """Add the options that say what is filled."""
    for option in (
        click.option("--database", default="", help="postgresql://... of an empty database; SQLite without it."),
        click.option(
            "--data", type=click.Path(path_type=Path), help="Folder to keep the filled database in, for reuse."
        ),
        click.option(
            "--corpus", type=click.Path(exists=True, path_type=Path), help="Folder of a corpus made elsewhere."
        ),
        click.option("--engine", type=click.Choice(SEARCH_ENGINES), default="whoosh", help="What searches."),
        click.option("--posts", type=click.IntRange(1_000, 1_000_000), help=f"How many posts; {POSTS:,} without it."),
    ):
        command = option(command)
    return command


@click.group(invoke_without_command=True)
@which_database
@click.option("--seconds", default=2.0, help="How long each case is measured, with one person and with eight.")
@click.option("--cases", default="", help="Names of the cases to measure, with commas; all without it.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="File for all figures.")
@click.pass_context
def main(context: click.Context, /, seconds: float, cases: str, json_file: Path | None, **wish: Any) -> None:
    """Fill a database and measure the forum on it, under its own server, for people who are signed in."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # However this is stopped, what it started stops too.
    if context.invoked_subcommand is None:
        report = _measured(Wish(**wish), seconds, cases)
        if json_file is not None:
            json_file.write_text(json.dumps(report.as_json(), indent=1))


@main.command()
@which_database
@click.option("--seconds", default=4, help="How long the script shall measure each case.")
@click.option(
    "--measure", type=click.Path(exists=True, path_type=Path), help="Script to run with the SPEC as its file."
)
def spec(seconds: int, measure: Path | None, **wish: Any) -> None:
    """Serve, and print the SPEC by which a script measures several forums alike; or run that script with it."""
    with prepared(Wish(**wish)) as ground, serving.product(ground.environ, ground.folder) as server:
        processes = Processes(server.pid, ground.postmaster())
        told = json.dumps(peers.spec(server, processes, _cases(ground, ""), seconds))
        if measure is None:
            click.echo(told)
            click.echo("Serving until Ctrl-C.", err=True)
            threading.Event().wait()
            return
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "spec.json"
            file.write_text(told)
            sys.exit(subprocess.call([sys.executable, str(measure), str(file)]))


@main.command()
@which_database
@click.option("--cases", default="list,thread,search,answer", show_default=True, help="Names of cases, with commas.")
def profile(cases: str, **wish: Any) -> None:
    """Say where the processor time of a request goes, case by case, inside this process."""
    with prepared(Wish(**wish)) as ground:
        for case in _cases(ground, cases):
            click.echo(profile_case(ground.app, case))


@main.command()
@click.option("--needs", default=100_000, show_default=True, help="How many needs.")
@click.option("--events", default=1_000_000, show_default=True, help="How many events.")
def impact(needs: int, events: int) -> None:
    """Fill a SQLite database of its own with needs, and measure the impact page on it inside this process."""
    for took in impact_bench.measured(needs, events, click.echo):
        click.echo(f"{took.what:<40}{took.seconds * 1_000:>9,.0f} ms, CPU {took.processor * 1_000:>7,.0f} ms")


def _measured(wish: Wish, seconds: float, names: str) -> Report:
    with prepared(wish) as ground:
        cases = _cases(ground, names)
        report = Report(ground.record, "PostgreSQL" if wish.database else "SQLite")
        report.statements = statements.count(ground.app, cases)
        click.echo(report.head())
        with _floor() as crowd:
            _measure(report, crowd, [FLOOR], seconds)
        with serving.product(ground.environ, ground.folder) as server:
            crowd = _crowd(server, ground)
            report.started_in = round(server.started_in, 2)
            report.memory["at rest"] = crowd.processes.memory()
            report.first_view = first_view(crowd.people[0])
            _measure(report, crowd, cases, seconds)
            report.memory["after all cases"] = crowd.processes.memory()
        click.echo(f"\n{report.foot()}")
        return report


def _cases(ground: Prepared, names: str) -> list[Case]:
    with ground.app.app_context():
        cases = all_cases(ground.record.queries)
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = set(wanted) - {case.name for case in cases}
    if unknown:
        known = ", ".join(repr(case.name) for case in cases)
        raise click.ClickException(f"There is no case {sorted(unknown)[0]!r}; there are {known}.")
    return [case for case in cases if case.name in wanted or not wanted]


def _crowd(server: serving.Server, ground: Prepared) -> Crowd:
    people = [Visitor(Connection(server.port)).sign_in(number) for number in range(VISITORS)]
    return Crowd(people, Processes(server.pid, ground.postmaster()), ground.settle)


@contextmanager
def _floor() -> Iterator[Crowd]:
    with tempfile.TemporaryDirectory() as folder, serving.floor(Path(folder)) as server:
        people = [Visitor(Connection(server.port)) for _ in range(VISITORS)]
        yield Crowd(people, Processes(server.pid), lambda: None)


def _measure(report: Report, crowd: Crowd, cases: Sequence[Case], seconds: float) -> None:
    for case in cases:
        report.cases[case.name] = crowd.measure(case, seconds)
        click.echo(report.rows(case.name))


if __name__ == "__main__":
    main()
