"""Writers in processes of their own, which say what the engine has acknowledged to them until they are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from forum.core.config import PROJECT

WRITER = """
import sys
from importlib import import_module
from pathlib import Path
from tests.search.engines.documents import document
engine = getattr(import_module(sys.argv[1]), sys.argv[2])(Path(sys.argv[3]))
for number in range(int(sys.argv[4]), 100000):
    engine.index([document(f"q{number}", f"Acknowledged thing {number}")])
    print(number, flush=True)
    if len(sys.argv) > 5:
        break
"""


def start_writer(engine: type, folder: Path, first: int, *more: str) -> subprocess.Popen[str]:
    """A process that indexes `q<first>` and so on, and prints each number that it wrote; one only with `more`."""
    command = [sys.executable, "-c", WRITER, engine.__module__, engine.__name__, str(folder), str(first), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)


def acknowledged_before_kills(engine: type, folder: Path) -> list[int]:
    """What three writers were told is kept, each killed in the middle of its work."""
    acknowledged: list[int] = []
    for round in range(3):
        writer = start_writer(engine, folder, 1000 * (round + 1))
        assert writer.stdout is not None
        for line in writer.stdout:
            acknowledged.append(int(line))
            if len(acknowledged) % 7 == 0:
                writer.send_signal(signal.SIGKILL) if os.name == "posix" else writer.kill()
                break
        writer.communicate()
    return acknowledged
