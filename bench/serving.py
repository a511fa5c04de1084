"""Starts what is measured as an operator starts it, in processes of its own, and stops it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from forum.core import rate_limits
from forum.core.config import PROJECT

START_TIME = 60  # seconds for a server to answer on a busy machine
STOP_TIME = 30  # seconds for server and worker to finish what they do
NO_LIMIT = "1000000 per minute"


class NotServing(Exception):
    """The server did not start; the message holds what it said."""


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, its process, and how long it took to answer (seconds)."""

    port: int
    pid: int
    started_in: float


def settings(data: Path, database: str, engine: str) -> dict[str, str]:
    """How the product is set up to be measured: as it comes, but with nobody held back by the rate limits."""
    limits = dict.fromkeys(rate_limits.LIMITS, NO_LIMIT)
    chosen = {"PROVEN_DATA": str(data), "PROVEN_DATABASE": database, "PROVEN_SEARCH": engine}
    return {**chosen, "PROVEN_LOG": "warning", **limits}


@contextmanager
def product(environ: Mapping[str, str], folder: Path) -> Iterator[Server]:
    """Proven under its own server, with its worker."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--with-worker"]
    with _running(command, environ, "/healthz", folder / "server.log") as server:
        yield server


@contextmanager
def floor(folder: Path) -> Iterator[Server]:
    """The bare page of `bench/floor.py` under the same server."""
    with _running([sys.executable, "-m", "bench.floor", str(folder)], {}, "/", folder / "floor.log") as server:
        yield server


@contextmanager
def _running(command: Sequence[str], environ: Mapping[str, str], first: str, log: Path) -> Iterator[Server]:
    port = _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROVEN_")}
    with log.open("w+") as output:
        begin = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**kept, **environ, "PROVEN_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while not _answers(port, first):
                if process.poll() is not None or time.monotonic() - begin > START_TIME:
                    raise NotServing(f"The server did not start:\n{log.read_text()}")
                time.sleep(0.02)
            yield Server(port, process.pid, time.monotonic() - begin)
        finally:
            _stop(process)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIME)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
