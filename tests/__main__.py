"""Runs everything: `python -m tests`, which `python3 start.py test` calls in the right environment.

First the checks of the code, then all tests on SQLite with the ones in a real browser, then all others on PostgreSQL.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from tests.services import find_chromium, postgresql

# Test processes: one more than there are processors, for each waits at times for a browser, a server or the disk.
AT_ONCE = str(min((os.cpu_count() or 1) + 1, 4))
CHECKS = (
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    ["mypy", "forum", "start.py"],
    ["bandit", "--quiet", "--configfile", "pyproject.toml", "--severity-level", "medium", "-r", "forum", "start.py"],
    ["tests.audits"],
)


def main(words: Sequence[str]) -> int:
    """Run what was asked for; returns 1 if anything failed or, in CI, could not be run."""
    if words:
        return pytest("sqlite", words)
    missing = []
    failed = [" ".join(check) for check in CHECKS if subprocess.call([sys.executable, "-m", *check])]
    if find_chromium() is None:
        missing.append("a Chromium (PROVEN_CHROMIUM names one): the tests in a browser")
    print("\nTests on SQLite, and in the browser", flush=True)
    if pytest("sqlite", ["-n", AT_ONCE]):
        failed.append("tests on SQLite")
    with postgresql() as address:
        if address is None:
            missing.append("PostgreSQL (PROVEN_TEST_POSTGRES names a server): the tests on it")
        else:
            print("\nTests on PostgreSQL", flush=True)
            if pytest("postgresql", ["-n", AT_ONCE, "-m", "not browser"], address):
                failed.append("tests on PostgreSQL")
    for what in missing:
        print(f"NOT RUN, this machine lacks {what}.")
    for what in failed:
        print(f"FAILED: {what}")
    return 1 if failed or (missing and os.environ.get("CI")) else 0


def pytest(database: str, words: Sequence[str], address: str = "") -> int:
    """Run pytest against one kind of database; returns its exit code."""
    environment = {**os.environ, "PROVEN_TEST_DATABASE": database, "PROVEN_TEST_POSTGRES": address}
    # However the machine is set: a run starts some hundred processes, and each would compile every library again.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.call([sys.executable, "-m", "pytest", *words], env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
