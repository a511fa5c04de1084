"""What must not be in a repository: a registry of somebody's network, a path of somebody's machine, a secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from forum.core.config import PROJECT
from tests.rules.source import hold, project_files

TEXT = (".py", ".md", ".toml", ".txt", ".in", ".json", ".html", ".css", ".js", ".mjs", ".ini", ".mako", ".npmrc", "run")
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-semantic.txt", "package-lock.json")
MACHINE = re.compile(r"(?<![\w.:/-])/(?:(?:home|root|work|mnt|opt)/[\w.-]+|Users/[a-z])|[A-Z]:\\Users\\")
SECRET = re.compile(
    r"BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bxox[abp]-\w{10,}"
    r"|(?i:secret|password|token|api_?key)\w*[\"']?\s*[:=]\s*[\"'][0-9a-fA-F]{16,}[\"']"
)
INTERNET = re.compile(r"https?://([\w.-]+)")


def lines(*endings: str) -> Iterator[tuple[str, str]]:
    """Every line of the project's files with these endings, with where it stands."""
    for file in project_files(*endings):
        name = file.relative_to(PROJECT).as_posix()
        if name not in LOCKS:
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                yield f"{name}:{number}", line


def test_the_python_locks_name_no_host_and_pin_every_file() -> None:
    for lock in LOCKS[:-1]:
        text = (PROJECT / lock).read_text(encoding="utf-8")
        packages = re.findall(r"^[a-zA-Z0-9][^\n]*", text, re.MULTILINE)
        assert packages, lock
        assert INTERNET.findall(text) == [], lock
        assert not re.search(r"^-{1,2}(?:i|f|index-url|extra-index-url|find-links|trusted-host)\b", text, re.MULTILINE)
        exact = re.compile(r"[\w.-]+(?:\[[\w,-]+\])?==[\w.]+ (?:; .*)?\\")
        hold(f"{lock}: every package has one exact version.", [each for each in packages if not exact.fullmatch(each)])
        entries = re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE)[1:]
        assert all("--hash=sha256:" in entry for entry in entries), f"{lock}: every package has its hashes"


def test_the_front_end_lock_names_no_host_and_pins_every_file() -> None:
    packages: dict[str, dict[str, Any]] = json.loads((PROJECT / "package-lock.json").read_text("utf-8"))["packages"]
    fetched = {name: entry for name, entry in packages.items() if name}
    assert fetched
    hold("npm would ask that host, wherever it runs.", [name for name, entry in fetched.items() if "resolved" in entry])
    hold("npm could not check what it got.", [name for name, entry in fetched.items() if "integrity" not in entry])


def test_the_front_end_asks_for_exact_versions() -> None:
    asked = json.loads((PROJECT / "package.json").read_text("utf-8"))
    versions = {**asked["dependencies"], **asked["devDependencies"]}
    hold("Another machine could get another one.", [n for n, v in versions.items() if not re.fullmatch(r"[\d.]+", v)])


def test_no_file_names_a_place_of_one_machine() -> None:
    hold(
        "It exists nowhere else.", [f"{where}: {line.strip()}" for where, line in lines(*TEXT) if MACHINE.search(line)]
    )


def test_no_file_holds_a_secret() -> None:
    hold("Whoever reads it has it for ever.", [where for where, line in lines(*TEXT) if SECRET.search(line)])


def test_what_is_made_on_a_machine_stays_out() -> None:
    ignored = (PROJECT / ".gitignore").read_text("utf-8").split()
    assert {"/.venv", "/data/", "/node_modules", "/static/dist/", "__pycache__/"} <= set(ignored)
