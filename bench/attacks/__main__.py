"""`python -m bench.attacks --data DIR`: runs collected attacks against the site and counts what they achieved."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from bench.attacks import collected, fuzzing, naming, reading, sending, slowing
from bench.attacks.report import Report
from bench.serving import settings
from forum import create_app
from forum.cli import bring_up_to_date
from forum.core import jobs
from forum.core.db import db
from forum.exchange import seed
from forum.people.joining import organisation

WITHOUT_SITE = ("texts", "schemes")
PARTS = ("texts", "control", "pages", "policy", "schemes", "injected", "addresses", "stored", "slow", "fuzz")

SENT = {
    "schemes": naming.schemes,
    "injected": sending.injected,
    "addresses": sending.addresses,
    "stored": sending.stored,
    "slow": slowing.slow,
}


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="File for all figures.")
@click.option("--parts", default=",".join(PARTS), show_default=True, help="What to run, with commas.")
@click.option("--every", default=1, show_default=True, help="Take each so-manieth payload only.")
@click.option(
    "--only", default="", help="Beginnings of the addresses of pages to look at, with commas; all without it."
)
@click.option("--fuzz", "fuzzed", default=100_000, show_default=True, help="How many made-up requests.")
@click.option("--seed", "seed_number", default=7, show_default=True, help="Where the made-up requests begin.")
@click.option("--site", "kept", type=click.Path(path_type=Path), help="Folder to keep the filled site in, for reuse.")
def main(
    data: Path,
    json_file: Path | None,
    parts: str,
    every: int,
    only: str,
    fuzzed: int,
    seed_number: int,
    kept: Path | None,
) -> None:
    """Run every payload of a folder against a filled site. Ends with 1 when any of them achieved anything."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # However this is stopped, what it started stops too.
    wanted = [part.strip() for part in parts.split(",") if part.strip()]
    if unknown := set(wanted) - set(PARTS):
        raise click.ClickException(f"There is no part {sorted(unknown)[0]!r}; there are {', '.join(PARTS)}.")
    payloads = collected.read(data)[::every]
    if not payloads:
        raise click.ClickException(f"{data} holds no file *.jsonl.")
    report = Report(collections=dict(Counter(each.collection for each in payloads)), file=json_file)
    click.echo(f"{len(payloads):,} payloads in {len(report.collections)} collections")
    with tempfile.TemporaryDirectory(prefix="proven-attacks-") as temporary:
        folder = (kept or Path(temporary) / "site").resolve()
        for part in wanted:
            begin = time.monotonic()
            try:
                with _copy_of(folder, part) as environ:
                    _run(part, payloads, environ, report, only, fuzzed, seed_number)
            finally:  # Also of a part that was stopped: what it found by then.
                click.echo(f"{report.lines(part)}\n  {time.monotonic() - begin:,.0f} s")
                report.keep()
    click.echo("\nFAILED" if report.failed else "\nPASS")
    sys.exit(1 if report.failed else 0)


@contextmanager
def _copy_of(folder: Path, part: str) -> Iterator[dict[str, str]]:
    """Settings of a copy of the filled site, which a part may spoil; none for a part that needs no site."""
    if part in WITHOUT_SITE:
        yield {}
        return
    site = filled(folder)
    with tempfile.TemporaryDirectory(prefix="proven-attacked-") as copy:
        shutil.copytree(site, copy, dirs_exist_ok=True)
        yield settings(Path(copy), "", "whoosh")


def _run(
    part: str,
    payloads: list[Any],
    environ: dict[str, str],
    report: Report,
    only: str,
    fuzzed: int,
    seed_number: int,
) -> None:
    for_browsers = collected.of_kinds(payloads, collected.FOR_BROWSERS)
    if part in reading.MODES_OF:
        reading.read_all(part, for_browsers, environ, report, tuple(filter(None, only.split(","))))
    elif part == "texts":
        reading.read_texts(for_browsers, report)
    elif part == "fuzz":
        fuzzing.fuzz(payloads, environ, report, fuzzed, seed_number)
    else:
        SENT[part](payloads, environ, report)


def filled(folder: Path) -> Path:
    """A folder with the demonstration in it, filled now unless it is there already."""
    app = create_app({**settings(folder, "", "whoosh"), "PROVEN_LOG": "error"})
    with app.app_context():
        bring_up_to_date()
        if organisation() is None:
            click.echo("Filling in the demonstration")
            seed.fill(lambda: None)
            while jobs.run_due():
                pass
        db.session.remove()
        db.engine.dispose()
    return folder


if __name__ == "__main__":
    main()
